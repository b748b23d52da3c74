"""The circuit of a host: after some failures in a row nobody calls, but for a probe now and then (guarantee R15).

A document sent into an outage ends in silence and has to be asked for; one that never left simply goes again.
"""

from collections.abc import Callable
from enum import StrEnum
from threading import Lock

_REMEMBERED_S = 600  # how long a company's trouble says something about the host


class Circuit(StrEnum):
    """What a host's circuit does with a call."""

    CLOSED = "closed"  # lets it pass
    OPEN = "open"  # stops it
    HALF_OPEN = "half-open"  # a probe is due, or under way


class Breaker:
    """The circuit of one host. Its methods may be called from any thread."""

    def __init__(self, failures: int, probe_every_s: float, monotonic: Callable[[], float]) -> None:
        self._most, self._every_s, self._monotonic = failures, probe_every_s, monotonic
        self._lock = Lock()
        self._failures = 0
        self._next_probe: float | None = None  # None while closed
        self._is_probing = False
        self._troubled: dict[str, float] = {}  # company and when, the latest last

    @property
    def state(self) -> Circuit:
        """How it stands now."""
        with self._lock:
            if self._next_probe is None:
                return Circuit.CLOSED
            is_due = self._monotonic() >= self._next_probe
            return Circuit.HALF_OPEN if is_due or self._is_probing else Circuit.OPEN

    def closed_for_s(self) -> float:
        """Seconds until the next call may pass; 0 if one may now."""
        with self._lock:
            return 0.0 if self._next_probe is None else max(0.0, self._next_probe - self._monotonic())

    def admits(self) -> bool:
        """Whether this call may pass; while open, one each so many seconds does, as a probe."""
        with self._lock:
            if self._next_probe is None:
                return True
            now = self._monotonic()
            if now < self._next_probe:
                return False
            self._next_probe, self._is_probing = now + self._every_s, True
            return True

    def succeeded(self) -> None:
        """The host answered as a service does, with whatever words."""
        with self._lock:
            self._failures, self._next_probe, self._is_probing = 0, None, False

    def failed(self) -> None:
        """No connection, no answer in time, or a page of the server in front."""
        with self._lock:
            self._failures += 1
            self._is_probing = False
            if self._next_probe is None and self._failures >= self._most:
                self._next_probe = self._monotonic() + self._every_s

    def note_trouble(self, company: str) -> None:
        """Remember that a company got no use of this host."""
        with self._lock:
            now = self._monotonic()
            self._troubled.pop(company, None)
            self._troubled[company] = now
            while now - next(iter(self._troubled.values())) > _REMEMBERED_S:
                self._troubled.pop(next(iter(self._troubled)))

    def troubles_others(self, company: str) -> bool:
        """Whether others than this company had trouble here of late: then its own is hardly its own doing."""
        with self._lock:
            now = self._monotonic()
            return any(now - at <= _REMEMBERED_S for name, at in self._troubled.items() if name != company)
