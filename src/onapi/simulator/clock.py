"""The simulated SUNAT's clock: a real one, and how far it was moved. Deadlines, tickets and tokens go by it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from onapi.simulator.memory import Memory

_OFFSET = "clock_offset_s"
_LONGEST_S = 100 * 365 * 24 * 3600.0  # a century either way


class MovableClock:
    """Tells the time of another clock, moved by so many seconds; remembers them across restarts."""

    def __init__(self, base: Callable[[], datetime], memory: Memory) -> None:
        self._base, self._memory = base, memory
        self._offset_s = float(memory.setting(_OFFSET, "0"))

    def __call__(self) -> datetime:
        """What time it is; aware."""
        return self._base() + timedelta(seconds=self._offset_s)

    @property
    def offset_s(self) -> float:
        """How many seconds it is ahead of the real one."""
        return self._offset_s

    def move(self, offset_s: float) -> None:
        """Be so many seconds ahead of the real clock; ValueError beyond a century."""
        if not abs(offset_s) <= _LONGEST_S:
            raise ValueError("beyond a century")
        self._memory.keep_setting(_OFFSET, repr(offset_s))
        self._offset_s = offset_s

    def set(self, now: datetime) -> None:
        """Be at this moment now, and go on from it; ValueError beyond a century."""
        self.move((now - self._base()).total_seconds())
