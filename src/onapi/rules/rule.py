"""A rule is a row: SUNAT's code, the place it speaks of, a Spanish sentence with the remedy, and a test.

A fault is a rule that a document breaks. Places are paths in our own model (`customer.id_number`, `lines[0].quantity`);
the room that read the document turns them into the caller's own words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import repeat
from typing import Any, Generic, TypeVar

from onapi.errors import OnapiError

D = TypeVar("D")


class Level(StrEnum):
    """What breaking the rule costs."""

    ERROR = "ERROR"  # SUNAT rejects the document
    OBSERVATION = "OBSERV"  # SUNAT takes it and remarks on it


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule broken at a place."""

    code: str
    path: str
    sentence: str
    level: Level = Level.ERROR
    expected: str | None = None
    received: str | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[D]):
    """What SUNAT asks. `holds` takes the document, or with `over` an item of that list and the document."""

    code: str  # SUNAT's return code
    path: str  # where, in the model; within an item, after the item's own path
    sentence: str  # Spanish: what is wrong and what to do
    holds: Callable[..., bool]
    over: str = ""  # name of the list whose every item must hold
    level: Level = Level.ERROR
    since: date | None = None  # first issue date it applies to
    until: date | None = None  # last one
    only: tuple[str, ...] = ()  # document kinds it is asked of, even where their sheet does not have the code

    def in_force(self, on: date) -> bool:
        """True if it judges documents issued that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def broken_at(self, document: D) -> Sequence[str]:
        """Every place where it is broken; places are put together only there, for most rules are kept."""
        holds = self.holds
        if not self.over:
            return () if holds(document) else (self.path,)
        items: Sequence[Any] = getattr(document, self.over)
        if all(map(holds, items, repeat(document))):
            return ()
        return [
            f"{self.over}[{n}].{self.path}".rstrip(".") for n, item in enumerate(items) if not holds(item, document)
        ]


def faults_of(refusal: OnapiError) -> tuple[Fault, ...]:
    """The faults that a refusal carries, if it is about any."""
    found = refusal.facts.get("faults", ())
    return tuple(fault for fault in found if isinstance(fault, Fault)) if isinstance(found, Iterable) else ()
