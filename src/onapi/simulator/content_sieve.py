"""Which rows a document may break, found in one walk over it: XPath is then asked about those rows only.

Rows hang on the path of the elements they look at, so what a document does not have costs nothing. A row that this
cannot read is never left out. What a row says about an element's own text and attributes is remembered: documents
say the same things over and over.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from onapi.simulator.content_closures import READER, is_local
from onapi.simulator.content_grammar import ANY, Binary, Expression, NotRead, Path, parse
from onapi.simulator.content_panels import Condition, Panel, Question
from onapi.simulator.content_paths import condition, counted
from onapi.simulator.content_tree import Node, fell, grow
from onapi.values.xmltree import Element

Test: TypeAlias = Callable[[Node], bool]
_REMEMBERED: Final = 200  # texts of one place; then it starts anew


@dataclass(slots=True, eq=False)
class _Place:
    """What is asked at a path of elements."""

    below: dict[str, "_Place"] = field(default_factory=dict)
    own: list[tuple[int, Test]] = field(default_factory=list)  # about an element's own text and attributes
    wider: list[tuple[tuple[Test, ...], Question]] = field(default_factory=list)  # with what the root has to be
    seen: dict[object, tuple[int, ...]] = field(default_factory=dict)  # own text and attributes → rows broken
    panels: dict[tuple[bool, ...], Panel] = field(default_factory=dict)

    def broken_by(self, node: Node) -> tuple[int, ...]:
        """The rows about its own text and attributes that an element breaks."""
        if node.children:
            return tuple(row for row, is_broken in self.own if is_broken(node))
        key = (node.text, *node.attributes) if node.attributes else node.text
        found = self.seen.get(key)
        if found is None:
            if len(self.seen) >= _REMEMBERED:
                self.seen.clear()
            found = self.seen[key] = tuple(row for row, is_broken in self.own if is_broken(node))
        return found

    def panel(self, root: Node) -> Panel:
        """The wider rows that concern a document as it is."""
        found: Panel | None = root.memo.get(self)
        if found is None:
            key = tuple([all(_holds(root, test) for test in of_root) for of_root, _ in self.wider])
            found = self.panels.get(key)
            if found is None:
                if len(self.panels) >= _REMEMBERED:
                    self.panels.clear()
                found = Panel(question for (_, question), concerned in zip(self.wider, key, strict=True) if concerned)
                self.panels[key] = found
            root.memo[self] = found
        return found


def _holds(root: Node, test: Test) -> bool:
    """A condition on the root, worked out once for a document."""
    held: bool | None = root.memo.get(test)
    if held is None:
        held = root.memo[test] = test(root)
    return held


class Sieve:
    """The rows of a table, given as pairs of expressions: where to look, and when it is broken."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._top = _Place()
        self._loose: list[tuple[int, Test]] = []  # rows that look where no plain path leads
        self._unread: set[int] = set()
        self._all = range(len(rows))
        for number, (where, broken) in enumerate(rows):
            try:
                self._hang(number, parse(where), parse(broken))
            except NotRead:
                self._unread.add(number)

    @property
    def unread(self) -> frozenset[int]:
        """The rows that are always left to XPath."""
        return frozenset(self._unread)

    def caught(self, root: Element) -> Sequence[int]:
        """The rows that a document may break, in order: no row that it breaks is missing."""
        top = grow(root)
        if top is None:
            return self._all
        found = set(self._unread)
        try:
            found.update(row for row, is_broken in self._loose if is_broken(top))
            _walk(self._top, top, found)
        finally:
            fell(top)
        return sorted(found)

    def _hang(self, number: int, where: Expression, broken: Expression) -> None:
        ways = list(_ways(where))
        is_broken = condition(broken, READER)
        if not all(map(_is_plain, ways)):
            each = READER.nodes(where)
            self._loose.append((number, lambda node: any(is_broken(found) for found in each(node))))
            return
        for way in ways:
            assert isinstance(way, Path)  # noqa: S101 - for the reader of types: it is plain
            self._hang_at(number, way, broken)

    def _hang_at(self, number: int, way: Path, broken: Expression) -> None:
        place, conditions, of_root = self._top, list[Condition](), list[Test]()
        depth = sum(step.axis == "child" for step in way.steps)
        for step in way.steps:
            if step.axis == "child":
                depth -= 1
                place = place.below.setdefault(step.name, _Place())
            if place is self._top and depth:
                of_root += [condition(predicate, READER) for predicate in step.predicates]
            else:
                conditions += [Condition(depth, predicate, step.name) for predicate in step.predicates]
        question = Question(number, (*conditions, Condition(0, broken)))
        if not of_root and all(not each.up and is_local(each.asked) for each in question.conditions):
            place.own.append((number, question.test))
        else:
            question.test  # noqa: B018 - raises NotRead here and now
            place.wider.append((tuple(of_root), question))


def _ways(where: Expression) -> Iterator[Expression]:
    """The paths that a place is the union of."""
    if isinstance(where, Binary) and where.sign == "|":
        yield from _ways(where.left)
        yield from _ways(where.right)
    else:
        yield where


def _is_plain(way: Expression) -> bool:
    """True for steps to children by name, with predicates, from the root element."""
    if not isinstance(way, Path) or way.start is not None or way.is_absolute:
        return False
    if any(counted(predicate) is not None for step in way.steps for predicate in step.predicates[1:]):
        return False  # a place counted among those that another predicate has left
    return all((step.axis == "child") is (step.name != ANY) and step.axis in {"child", "self"} for step in way.steps)


def _walk(place: _Place, node: Node, found: set[int]) -> None:
    if place.own:
        found.update(place.broken_by(node))
    if place.wider:
        place.panel(node.root).ask(node, found)
    below = place.below
    if below:
        for name, children in node.children.items():
            deeper = below.get(name)
            if deeper is not None:
                for child in children:
                    _walk(deeper, child, found)
