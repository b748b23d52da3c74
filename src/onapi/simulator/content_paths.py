"""Paths of the rows turned into Python functions: from a node to the elements that its steps lead to."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeAlias

from onapi.simulator.content_calls import Reader
from onapi.simulator.content_grammar import ANY, Expression, Literal, NotRead, Path, Step
from onapi.simulator.content_tree import NONE, Node, in_order

Found: TypeAlias = Callable[[Node], Sequence[Node]]
_BACKWARDS: Final = frozenset({"ancestor", "preceding-sibling"})  # the nearest comes first there
_UP: Final = Step("parent", ANY)
Sifted: TypeAlias = Callable[[Sequence[Node]], Sequence[Node]]


def found_by(path: Path, reader: Reader) -> Found:
    """What a path finds from a node; NotRead for attributes, which are no elements."""
    if not path.steps:
        return _root if path.is_absolute else _itself if path.start is None else reader.nodes(path.start)
    if path.start is None and not path.is_absolute and (straight := straight_steps(path.steps)):
        return _straight(*straight)
    *before, last = path.steps
    if (
        last.predicates
        and path.start is None
        and not any(counted(predicate) is not None for predicate in last.predicates)
    ):
        bare = Path((*before, Step(last.axis, last.name)), path.is_absolute)
        return _sifted(reader.nodes(bare), _sieves(last, reader))
    from_all = path.start is not None and not before and last.axis == "self"  # predicates count among all its nodes
    shorter = reader.nodes(Path(tuple(before), path.is_absolute, path.start))
    if from_all:
        return _sifted(shorter, _sieves(last, reader))
    return _led(shorter, last, reader, is_first=path.start is None and not path.is_absolute and not before)


def straight_steps(steps: tuple[Step, ...]) -> tuple[int, tuple[str, ...]] | None:
    """How often a path goes up, and the names by which it then goes down; None for another path."""
    up = 0
    while up < len(steps) and steps[up] == _UP:
        up += 1
    plain = all(step.axis == "child" and step.name != ANY and not step.predicates for step in steps[up:])
    return (up, tuple(step.name for step in steps[up:])) if plain else None


def _straight(up: int, names: tuple[str, ...]) -> Found:
    """Up, then down by name; as long as there is one child of each name, without making lists."""
    if up:
        return _from_above(up, _straight(0, names) if names else _itself)
    if len(names) == 1:
        name = names[0]
        return lambda node: node.children.get(name, NONE)

    def found(node: Node) -> Sequence[Node]:
        children: Sequence[Node] = NONE
        for depth, name in enumerate(names, 1):
            children = node.children.get(name, NONE)
            if len(children) != 1:
                return _below(children, names[depth:])
            node = children[0]
        return children

    return found


def _from_above(up: int, found: Found) -> Found:
    def found_there(node: Node) -> Sequence[Node]:
        above: Node | None = node
        for _ in range(up):
            if above is None or (above := above.parent) is None:
                return NONE
        return found(above) if above is not None else NONE

    return found_there


def _named(nodes: Sequence[Node], name: str) -> Sequence[Node]:
    if len(nodes) == 1:
        return nodes[0].children.get(name, NONE)
    return [child for node in nodes for child in node.children.get(name, NONE)] if nodes else NONE


def _below(nodes: Sequence[Node], names: tuple[str, ...]) -> Sequence[Node]:
    for name in names:
        if not nodes:
            return NONE
        nodes = [child for node in nodes for child in node.children.get(name, NONE)]
    return nodes


def _itself(node: Node) -> Sequence[Node]:
    return (node,)


def _root(node: Node) -> Sequence[Node]:
    return (node.root,)


def _led(before: Found, step: Step, reader: Reader, *, is_first: bool) -> Found:
    """The step taken from every node found before it."""
    taken, sieves = _axis(step), _sieves(step, reader)
    if sieves:
        taken = _sifted(taken, sieves)
    if is_first and step.axis not in _BACKWARDS:
        return taken
    if step.axis == "child" and step.name != ANY and not sieves:
        name = step.name
        return lambda node: _named(before(node), name)
    if step.axis in {"child", "self"}:
        return lambda node: list(chain.from_iterable(map(taken, before(node))))
    return lambda node: in_order(list(chain.from_iterable(map(taken, before(node)))))


def _sifted(found: Found, sieves: Sequence[Sifted]) -> Found:
    if len(sieves) == 1:
        only = sieves[0]
        return lambda node: only(found(node))

    def left(node: Node) -> Sequence[Node]:
        nodes = found(node)
        for sieve in sieves:
            if not nodes:
                return NONE
            nodes = sieve(nodes)
        return nodes

    return left


def _sieves(step: Step, reader: Reader) -> list[Sifted]:
    return [_sieve(predicate, reader) for predicate in step.predicates]


def _sieve(predicate: Expression, reader: Reader) -> Sifted:
    place = counted(predicate)
    if place is not None:
        return lambda nodes: nodes[place : place + 1]
    test = condition(predicate, reader)

    def sifted(nodes: Sequence[Node]) -> Sequence[Node]:
        if len(nodes) == 1:
            return nodes if test(nodes[0]) else NONE
        return [node for node in nodes if test(node)] if nodes else NONE

    return sifted


def counted(predicate: Expression) -> int | None:
    """The place, from 0 on, that a predicate such as `[1]` asks for; None for another predicate."""
    if not isinstance(predicate, Literal) or isinstance(predicate.value, str):
        return None
    if predicate.value < 1 or predicate.value % 1:
        raise NotRead("a place that is none")
    return int(predicate.value) - 1


def condition(predicate: Expression, reader: Reader) -> Callable[[Node], bool]:
    """A predicate that is true or not, whatever its node's place; NotRead for a number, which would be a place."""
    if reader.kind(predicate) == "number":
        raise NotRead("a place that is worked out")
    return reader.truth(predicate)


def _axis(step: Step) -> Found:
    name = step.name
    if step.axis == "child":
        return _all_children if name == ANY else lambda node: node.children.get(name, NONE)
    if step.axis == "self":
        return _itself if name == ANY else lambda node: (node,) if node.name == name else NONE
    if step.axis == "parent" and name == ANY:
        return _parent
    if step.axis == "ancestor":
        return lambda node: [each for each in _ancestors(node) if name in {ANY, each.name}]
    if step.axis == "preceding-sibling" and name != ANY:
        return lambda node: _preceding(node, name)
    if step.axis == "descendant-or-self" and name == ANY:
        return _descendants
    raise NotRead(step.axis)


def _all_children(node: Node) -> Sequence[Node]:
    return node.all_children


def _parent(node: Node) -> Sequence[Node]:
    return (node.parent,) if node.parent is not None else NONE


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _preceding(node: Node, name: str) -> Sequence[Node]:
    named = node.parent.children.get(name, NONE) if node.parent is not None else NONE
    return [each for each in reversed(named) if each.order < node.order]


def _descendants(node: Node) -> Sequence[Node]:
    if not node.children:
        return (node,)
    found = [node]
    for child in node.all_children:
        found.extend(_descendants(child))
    return found
