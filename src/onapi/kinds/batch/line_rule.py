"""Rules over the lines of a batch: hundreds of them are judged in milliseconds.

A place is spelt only for a line that breaks its rule. A rule about repetition walks the lines once and remembers what
it met, so that no line has to be held against every other.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from onapi.rules.rule import Rule

D = TypeVar("D")

Subjects = Sequence[tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class LineRule(Rule[D]):
    """`holds` takes a line and its batch."""

    over: str = "lines"

    def subjects(self, document: D) -> Subjects:
        """The lines that break the rule."""
        lines: Sequence[Any] = getattr(document, self.over)
        broken = ((n, line) for n, line in enumerate(lines) if not self.holds(line, document))
        return [(f"{self.over}[{n}].{self.path}", (line, document)) for n, line in broken]


@dataclass(frozen=True, slots=True)
class RepeatRule(Rule[D]):
    """`holds` takes a line and the keys of the lines before it."""

    over: str = "lines"
    key: Callable[[Any], Hashable] = hash

    def subjects(self, document: D) -> Subjects:
        """The lines that break the rule, given those before."""
        lines: Sequence[Any] = getattr(document, self.over)
        seen: set[Hashable] = set()
        broken: list[tuple[str, tuple[Any, ...]]] = []
        for n, line in enumerate(lines):
            if not self.holds(line, seen):
                broken.append((f"{self.over}[{n}].{self.path}", (line, frozenset(seen))))
            seen.add(self.key(line))
        return broken
