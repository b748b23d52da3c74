"""A fault that waits for its requests: whom it waits for, how often it strikes, when, and with what chance.

What is drawn is drawn from the plan's seed, the fault's place in the plan, and what the request is about; so the same
seed gives each document the same faults in whatever order the requests come.
"""

from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from math import inf

from onapi.simulator.faults.asked import TO_PERSONS, Asked, Moment
from onapi.simulator.faults.catalogue import Step

_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a fault waits for; empty means anyone."""

    names: str = ""  # glob over file stems and tickets
    rucs: str = ""  # glob
    operations: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()  # globs over paths
    ip: str = ""

    @property
    def needs_reading(self) -> bool:
        """True if a request has to be read before anyone knows whether it is meant."""
        return bool(self.names or self.rucs or self.operations)

    def fits(self, asked: Asked) -> bool:
        """Whether a request is meant."""
        named = not self.names or any(fnmatchcase(name, self.names) for name in (asked.name, asked.ticket) if name)
        addressed = not self.addresses or any(fnmatchcase(asked.address, glob) for glob in self.addresses)
        return (
            named
            and addressed
            and (not self.rucs or fnmatchcase(asked.ruc, self.rucs))
            and self._means(asked.operation)
            and self.ip in {"", asked.ip}
        )

    def _means(self, operation: str) -> bool:
        """Whether an operation is meant; what befalls SUNAT befalls no mailbox and no phone, unless it is said."""
        return operation in self.operations if self.operations else bool(self.addresses) or operation not in TO_PERSONS


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, in seconds of the fault's clock."""

    begins: float
    ends: float | None = None  # None for always

    def holds(self, now: float) -> bool:
        """Whether it is open."""
        return self.begins <= now and not self.is_over(now)

    def is_over(self, now: float) -> bool:
        """Whether it will never be open again."""
        return self.ends is not None and now >= self.ends


@dataclass(frozen=True, slots=True)
class Mishap:
    """A fault that strikes: what is done, and with what."""

    fault: str
    variant: str
    act: str
    settings: dict[str, str]
    share: float = 0.0  # of the fault's window that is gone, 0 to 1
    draw: float = 0.5  # between 0 and 1

    def number(self, key: str) -> float:
        """A parameter that is a number; 0 if it is not given."""
        return float(self.settings.get(key) or 0)


@dataclass(slots=True)
class Armed:
    """A step of a fault, armed."""

    id: int
    mark: str  # its place in the plan, which its draws depend on
    step: Step
    moment: Moment
    chosen: Chosen
    settings: dict[str, str]
    left: int | None  # None for always
    probability: float
    window: Window
    on_real_clock: bool
    struck: int = 0
    _tries: dict[str, int] = field(default_factory=dict)
    _held: dict[str, float] = field(default_factory=dict)  # until when, by key
    _recent: dict[str, deque[float]] = field(default_factory=dict)  # when requests came, by key

    def is_done(self, now: float) -> bool:
        """Whether it will never strike again."""
        holds_on = any(now < until for until in self._held.values())
        return self.window.is_over(now) or (self.left == 0 and not holds_on)

    def strikes(self, asked: Asked, now: float, seed: int) -> Mishap | None:
        """What happens to this request, if anything; it is spent by it."""
        if not self.window.holds(now) or not self.chosen.fits(asked) or not self._concerns(asked):
            return None
        key, nth = self._key(asked), self._try(asked)
        if key in self._held and now < self._held[key]:
            if 0 < self._polls <= nth + 1:
                self._held[key] = -inf
            return self._mishap(asked, now, seed, nth)
        if (key in self._held and "over" not in self.settings) or self.left == 0 or not self._is_hurried(key, now):
            return None
        if self.probability < 1 and self._draw(seed, asked, nth, "chance") >= self.probability:
            return None
        self.left = None if self.left is None else self.left - 1
        if "hold" in self.settings:
            self._held[key] = now + float(self.settings["hold"])
        if nth + 1 < self._polls:
            self._held[key] = inf
        return self._mishap(asked, now, seed, nth)

    @property
    def _polls(self) -> float:
        """How many questions about one document it strikes; 0 where that is not counted."""
        return float(self.settings.get("polls", 0))

    def _concerns(self, asked: Asked) -> bool:
        """What the answer holds, how old and how long the document is."""
        if self.step.needs and self.step.needs not in asked.carries:
            return False
        if "lines" in self.settings and asked.lines <= int(self.settings["lines"]):
            return False
        if "younger" not in self.settings:
            return True
        return asked.age_s is not None and asked.age_s < float(self.settings["younger"])

    def _key(self, asked: Asked) -> str:
        named = {"ip": asked.ip, "ruc": asked.ruc, "name": asked.name}
        return named.get(self.settings.get("by", "all"), "")

    def _try(self, asked: Asked) -> int:
        """How many requests about this came before."""
        label = f"{asked.operation} {asked.name}"
        if len(self._tries) >= _MOST_REMEMBERED and label not in self._tries:
            del self._tries[next(iter(self._tries))]
        self._tries[label] = nth = self._tries.get(label, -1) + 1
        return nth

    def _is_hurried(self, key: str, now: float) -> bool:
        """Whether more than `over` requests came within `per` seconds; true where no pace is asked for."""
        if "over" not in self.settings:
            return True
        recent = self._recent.setdefault(key, deque(maxlen=int(self.settings["over"]) + 1))
        recent.append(now)
        return len(recent) == recent.maxlen and now - recent[0] < float(self.settings["per"])

    def _mishap(self, asked: Asked, now: float, seed: int, nth: int) -> Mishap:
        self.struck += 1
        settings = {}
        for key, text in self.settings.items():
            choices = text.split("|")
            settings[key] = choices[int(self._draw(seed, asked, nth, key) * len(choices))]
        begins, ends = self.window.begins, self.window.ends
        share = 0.0 if ends is None else (now - begins) / (ends - begins)
        draw = self._draw(seed, asked, nth, "size")
        return Mishap(self.step.fault, self.step.variant, self.step.act, settings, share, draw)

    def _draw(self, seed: int, asked: Asked, nth: int, purpose: str) -> float:
        text = f"{seed}|{self.mark}|{asked.operation}|{asked.name}|{nth}|{purpose}"
        return int.from_bytes(sha256(text.encode()).digest()[:7]) / 2**56
