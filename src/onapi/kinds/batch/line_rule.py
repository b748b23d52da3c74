"""Rules over the lines of a batch.

One about repetition walks the lines once and remembers what it met, so that no line of hundreds has to be held against
every other.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from onapi.rules.rule import Rule

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class LineRule(Rule[D]):
    """`holds` takes a line and its batch."""

    over: str = "lines"


@dataclass(frozen=True, slots=True)
class RepeatRule(Rule[D]):
    """`holds` takes a line and the keys of the lines before it."""

    over: str = "lines"
    key: Callable[[Any], Hashable] = hash

    def broken_at(self, document: D) -> Sequence[str]:
        """The lines that break the rule, given those before."""
        lines: Sequence[Any] = getattr(document, self.over)
        seen: set[Hashable] = set()
        broken: list[str] = []
        for n, line in enumerate(lines):
            if not self.holds(line, seen):
                broken.append(f"{self.over}[{n}].{self.path}")
            seen.add(self.key(line))
        return broken
