"""Rows that look at the same place, asked together: what they say of codes is remembered, only the rest is worked out.

Most conditions ask which codes stand around an element (a tax, a kind of operation, an attribute) or whether something
is there. Those few texts tell which rows are broken and which have to look further; documents repeat them endlessly.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from onapi.simulator.content_closures import READER
from onapi.simulator.content_grammar import Expression, Invocation, Literal, Path, is_self
from onapi.simulator.content_paths import condition, counted, straight_steps
from onapi.simulator.content_tree import Node

T = TypeVar("T")
Test: TypeAlias = Callable[[Node], bool]
Asked: TypeAlias = tuple[str, Expression]  # its texts, or only whether it is true
_REMEMBERED: Final = 200  # combinations of texts; then it starts anew
_TEXTS, _TRUTH = "texts", "truth"


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be true of an element, or of the one so many steps above it."""

    up: int
    asked: Expression
    name: str = ""  # of the step on the way that asks it; "" for what the row asks at the end

    @property
    def test(self) -> Test:
        """The condition as a function of the element below."""
        place = counted(self.asked)
        if place is not None:
            return _above(self.up, _stands_at(self.name, place))
        test = condition(self.asked, READER)
        return _above(self.up, _once(test) if self.name and codes_asked(self.asked) is None else test)


@dataclass(frozen=True, slots=True)
class Question:
    """A row at a place: broken where all of this is true."""

    row: int
    conditions: tuple[Condition, ...]

    @property
    def test(self) -> Test:
        """The row as a function of the element; NotRead where only XPath can."""
        return _all([each.test for each in self.conditions])


class Panel:
    """The rows that concern one place of a document."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._rows: list[tuple[int, Test, Test]] = []
        known: dict[tuple[int, Asked], None] = {}
        for question in questions:
            quick, rest = list[Test](), list[Test]()
            for each in question.conditions:
                coded = codes_asked(each.asked)
                if coded is None:
                    rest.append(each.test)
                else:
                    quick.append(each.test)
                    known.update(dict.fromkeys((each.up, one) for one in coded))
            self._rows.append((question.row, _all(quick), _all(rest)))
        self._inputs = [_above(up, _reading(asked)) for up, asked in known]
        self._seen: dict[Hashable, list[tuple[int, Test]]] = {}

    def ask(self, node: Node, broken: set[int]) -> None:
        """Put the rows that an element breaks among the others."""
        key = tuple([read(node) for read in self._inputs])
        live = self._seen.get(key)
        if live is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            live = self._seen[key] = [(row, rest) for row, quick, rest in self._rows if quick(node)]
        for row, rest in live:
            if rest(node):
                broken.add(row)


def codes_asked(asked: Expression) -> tuple[Asked, ...] | None:
    """The texts and truths that alone decide a condition; None if amounts, dates or the whole document do too."""
    if isinstance(asked, Invocation):
        return _asked_by_call(asked)
    if isinstance(asked, Path):
        return ((_TRUTH, asked),) if _is_straight(asked) else None
    if isinstance(asked, Literal):
        return None
    if asked.sign in {"and", "or"}:
        return _both(codes_asked(asked.left), codes_asked(asked.right))
    if isinstance(asked.right, Literal) and not isinstance(asked.right.value, str):
        return ((_TRUTH, asked),) if _is_straight(asked.left) else None
    return _both(_words(asked.left), _words(asked.right)) if asked.sign in {"=", "!="} else None


def _asked_by_call(asked: Invocation) -> tuple[Asked, ...] | None:
    if asked.name in {"not", "boolean"}:
        return codes_asked(asked.given[0])
    if asked.name == "string" and _is_straight(asked.given[0]):
        return ((_TRUTH, asked),)
    if asked.name in {"true", "false"}:
        return ()
    if asked.name in {"s:in", "s:listed"}:
        return _all_words(asked.given)
    return None


def _words(asked: Expression) -> tuple[Asked, ...] | None:
    """The texts that decide a text."""
    if isinstance(asked, Literal):
        return () if isinstance(asked.value, str) else None
    if isinstance(asked, Path):
        return ((_TEXTS, asked),) if _is_straight(asked) else None
    return _all_words(asked.given) if isinstance(asked, Invocation) and asked.name == "s:detail" else None


def _all_words(given: Sequence[Expression]) -> tuple[Asked, ...] | None:
    found: tuple[Asked, ...] | None = ()
    for each in given:
        found = _both(found, _words(each))
    return found


def _both(one: tuple[Asked, ...] | None, other: tuple[Asked, ...] | None) -> tuple[Asked, ...] | None:
    return None if one is None or other is None else (*one, *other)


def _is_straight(asked: Expression) -> bool:
    """True for a path up and down by name from the element in question, to an attribute perhaps."""
    if not isinstance(asked, Path) or asked.is_absolute or asked.start is not None:
        return False
    steps = asked.steps
    if steps and steps[-1].axis == "attribute" and not steps[-1].predicates:
        steps = steps[:-1]
    return is_self(asked) or straight_steps(steps) is not None


def _reading(asked: Asked) -> Callable[[Node], Hashable]:
    what, expression = asked
    if what == _TRUTH:
        return READER.truth(expression)
    texts = READER.texts(expression)
    return lambda node: tuple(texts(node))


def _once(test: Test) -> Test:
    """The same, asked once of each element of a document: other rows have the same way to their places."""

    def asked_once(node: Node) -> bool:
        memo, key = node.root.memo, (test, node)
        found: bool | None = memo.get(key)
        if found is None:
            found = memo[key] = test(node)
        return found

    return asked_once


def _above(up: int, work: Callable[[Node], T]) -> Callable[[Node], T]:
    """The same, asked of an element so many steps below."""
    if not up:
        return work

    def asked(node: Node) -> T:
        above: Any = node  # there are elements above: the place is so deep
        for _ in range(up):
            above = above.parent
        return work(above)

    return asked


def _all(tests: Sequence[Test]) -> Test:
    if not tests:
        return lambda _: True
    if len(tests) == 1:
        return tests[0]

    def are_true(node: Node) -> bool:
        for test in tests:  # noqa: SIM110 - half as long as with all()
            if not test(node):
                return False
        return True

    return are_true


def _stands_at(name: str, place: int) -> Test:
    def stands(node: Node) -> bool:
        named = node.parent.children[name] if node.parent is not None else [node]
        return len(named) > place and named[place] is node

    return stands
