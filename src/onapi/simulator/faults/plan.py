"""The plan: every fault that is armed, in the order it was given, and what has struck so far."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any, Final

from onapi.errors import InvalidDocument
from onapi.simulator.faults.armed import Armed, Mishap
from onapi.simulator.faults.asked import Asked, Moment
from onapi.simulator.faults.parameters import senseless
from onapi.simulator.faults.wish import Now, each_wish, read_wish

__all__ = ["Mishap", "Plan"]

ENDS: Final = frozenset({"drop", "hold", "reply", "say", "sip", "cut"})  # acts after which nothing else can happen
_MOST_CHARMED = 10_000
_REMEMBERED = 10_000
_KEYS: Final = frozenset({"seed", "magic", "faults"})


class Plan:
    """What shall go wrong. Its methods may be called from any thread."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        standing: Iterable[object] = (),
    ) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._lock = Lock()
        self._numbers = count(1)
        self._armed: list[Armed] = []
        self._charmed: OrderedDict[str, list[Armed]] = OrderedDict()  # by file stem, from magic values
        self._struck: deque[dict[str, object]] = deque(maxlen=_REMEMBERED)
        self._standing = self._read(list(standing), "standing")  # what the profile itself does
        self.seed = 0
        self.is_magic = True

    @property
    def is_idle(self) -> bool:
        """True while nothing can go wrong."""
        return not (self._armed or self._charmed or self._standing)

    @property
    def asks_age(self) -> bool:
        """True while some fault depends on how long ago a document was registered."""
        with self._lock:
            charmed = [each for some in self._charmed.values() for each in some]
            return any("younger" in each.settings for each in (*self._armed, *charmed))

    def arm(self, wishes: object) -> int:
        """Put these faults in place of all others and say how many steps; InvalidDocument when one makes no sense."""
        armed = self._read(wishes, "")
        with self._lock:
            self._armed = armed
        return len(armed)

    def add(self, wishes: object) -> list[int]:
        """Arm these faults after all others; their numbers."""
        with self._lock:
            armed = self._read(wishes if isinstance(wishes, list) else [wishes], "", len(self._armed))
            self._armed = [*self._armed, *armed]
        return [each.id for each in armed]

    def load(self, scenario: object) -> int:
        """Follow a whole scenario, `{"seed": 7, "magic": true, "faults": […]}`; how many steps are armed."""
        told: Mapping[Any, Any] = scenario if isinstance(scenario, dict) else {"faults": scenario}
        strange = next((str(key) for key in told if key not in _KEYS), "")
        if strange:
            raise senseless(f"No existe {strange}; un escenario tiene: seed, magic, faults.", strange)
        seed, is_magic = told.get("seed", 0), told.get("magic", True)
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise senseless("seed es un número entero.", "seed")
        if not isinstance(is_magic, bool):
            raise senseless("magic es true o false.", "magic")
        armed = self._read(told.get("faults", []), "")
        with self._lock:
            self.seed, self.is_magic, self._armed = seed, is_magic, armed
            self._charmed.clear()
        return len(armed)

    def charm(self, name: str, wishes: list[dict[str, object]]) -> None:
        """Arm the faults that a document's magic values ask for, the first time that it comes."""
        with self._lock:
            if not self.is_magic or name in self._charmed:
                return
            if len(self._charmed) >= _MOST_CHARMED:
                self._charmed.popitem(last=False)
            self._charmed[name] = self._read([{**wish, "name": name} for wish in wishes], "magic")

    def clear(self) -> None:
        """Nothing goes wrong any more; documents with magic values begin anew."""
        with self._lock:
            self._armed = []
            self._charmed.clear()

    def disarm(self, number: int) -> bool:
        """Take one step back; False when there is none of this number."""
        with self._lock:
            kept = [each for each in self._armed if each.id != number]
            found = len(kept) < len(self._armed)
            self._armed = kept
        return found

    def take(self, asked: Asked, moment: Moment) -> tuple[Mishap, ...]:
        """What befalls this request at this moment, in order; each fault is spent by it."""
        if self.is_idle:
            return ()
        found: list[Mishap] = []
        with self._lock:
            now = self._now()
            meant = [each for each in self._all(asked) if _is_due(each, moment)]
            for armed in meant:
                mishap = armed.strikes(asked, _at(armed, now), self.seed)
                if mishap is None:
                    continue
                found.append(mishap)
                self._note(armed, mishap, asked)
                if mishap.act in ENDS:
                    break
            if meant:
                self._armed = [each for each in self._armed if not each.is_done(_at(each, now))]
        return tuple(found)

    def door(self) -> str:
        """What the port does now: "refuse", "swallow", or "" when it is open."""
        with self._lock:
            now = self._now()
            doors = [each for each in self._armed if each.moment is Moment.DOOR]
            return next((each.step.act for each in doors if each.window.holds(_at(each, now))), "")

    def told(self) -> dict[str, object]:
        """What is armed, for those who ask."""
        with self._lock:
            now = self._now()
            listed = [_row(each, _at(each, now)) for each in self._armed if not each.is_done(_at(each, now))]
            charmed = [_row(each, _at(each, now)) for some in self._charmed.values() for each in some if each.left != 0]
            standing = [_row(each, _at(each, now)) for each in self._standing]
            return {"seed": self.seed, "magic": self.is_magic, "armed": listed, "byMagic": charmed, "always": standing}

    def struck(self) -> list[dict[str, object]]:
        """What has befallen requests, oldest first, the last ten thousand."""
        with self._lock:
            return list(self._struck)

    def _read(self, wishes: object, mark: str, first: int = 0) -> list[Armed]:
        now = self._now()
        return each_wish(wishes, lambda place, wish: read_wish(wish, now, f"{mark}{first + place}", self._numbers))

    def _all(self, asked: Asked) -> list[Armed]:
        return [*self._armed, *self._charmed.get(asked.name, ()), *self._standing]

    def _now(self) -> Now:
        return Now(self._monotonic(), self._clock().timestamp())

    def _note(self, armed: Armed, mishap: Mishap, asked: Asked) -> None:
        self._struck.append(
            {
                "id": armed.id,
                "fault": mishap.fault,
                "variant": mishap.variant,
                "act": mishap.act,
                "operation": asked.operation,
                "name": asked.name,
                "ruc": asked.ruc,
                "ticket": asked.ticket,
                "settings": mishap.settings,
                "at": self._clock().isoformat(timespec="milliseconds"),
            }
        )


def _is_due(armed: Armed, moment: Moment) -> bool:
    """Whether it strikes now; what waits for a name cannot strike a request that nobody has read."""
    if armed.moment is Moment.UNREAD and armed.chosen.needs_reading:
        return moment is Moment.BEFORE
    return armed.moment is moment


def _at(armed: Armed, now: Now) -> float:
    return now.real if armed.on_real_clock else now.simulated


def _row(armed: Armed, now: float) -> dict[str, object]:
    chosen, ends = armed.chosen, armed.window.ends
    return {
        "id": armed.id,
        "fault": armed.step.fault,
        "variant": armed.step.variant,
        "moment": armed.moment,
        "act": armed.step.act,
        "what": armed.step.what,
        "left": armed.left,
        "struck": armed.struck,
        "probability": armed.probability,
        "settings": armed.settings,
        "name": chosen.names,
        "ruc": chosen.rucs,
        "operations": sorted(chosen.operations),
        "endpoints": list(chosen.addresses),
        "ip": chosen.ip,
        "clock": "real" if armed.on_real_clock else "simulator",
        "beginsInSeconds": round(max(0.0, armed.window.begins - now), 3),
        "endsInSeconds": None if ends is None else round(max(0.0, ends - now), 3),
    }


def misread(error: InvalidDocument) -> str:
    """The sentence of a wish that makes no sense, and which of them it is."""
    place = error.facts.get("place")
    return f"Falla {place + 1}: {error}" if isinstance(place, int) and place else str(error)
