"""Expressions of the rows turned into Python functions of a node: what XPath 1.0 says of them, several times as fast.

Each function here takes an expression and gives the function that works it out; NotRead where only XPath can.
What does not hang on the node in question is worked out once for the whole document.
"""

import math
import operator
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, TypeAlias, TypeVar

from onapi.simulator import content_calls as calls
from onapi.simulator.content_compare import compared
from onapi.simulator.content_facts import as_float
from onapi.simulator.content_grammar import Binary, Expression, Invocation, Literal, NotRead, Path, is_self, split
from onapi.simulator.content_paths import found_by
from onapi.simulator.content_tree import NONE, Node, as_number, in_order

T = TypeVar("T")
Of: TypeAlias = Callable[[Node], T]
_RECKONED: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def is_fixed(asked: Expression) -> bool:
    """True for what is the same at every node of a document."""
    if isinstance(asked, Path):
        return asked.is_absolute or (asked.start is not None and is_fixed(asked.start))
    return all(is_fixed(part) for part in _parts(asked))


def is_local(asked: Expression) -> bool:
    """True for what hangs on the node's own text and attributes alone."""
    if not isinstance(asked, Path):
        return all(is_local(part) for part in _parts(asked))
    own = asked.start is None and not asked.is_absolute and len(asked.steps) == 1
    step = asked.steps[0] if own else None
    return step is not None and step.axis in {"self", "attribute"} and all(map(is_local, step.predicates))


def _parts(asked: Expression) -> tuple[Expression, ...]:
    if isinstance(asked, Binary):
        return (asked.left, asked.right)
    return asked.given if isinstance(asked, Invocation) else ()


def _kept(asked: Expression, work: Of[T]) -> Of[T]:
    """Work done once for a document, if it is the same everywhere in it."""
    if isinstance(asked, Literal) or not is_fixed(asked):
        return work
    key = object()

    def once(node: Node) -> T:
        root = node.root
        if key in root.memo:
            kept: T = root.memo[key]
            return kept
        root.memo[key] = found = work(root)
        return found

    return once


def kind(asked: Expression) -> str:
    """What an expression gives: nodes, text, number or truth."""
    if isinstance(asked, Path):
        return "nodes"
    if isinstance(asked, Literal):
        return "text" if isinstance(asked.value, str) else "number"
    if isinstance(asked, Invocation):
        return calls.kind(asked.name)
    if asked.sign == "|":
        return "nodes"
    return "number" if asked.sign in {*_RECKONED, "div"} else "truth"


@cache
def truth(asked: Expression) -> Of[bool]:
    """As boolean() has it."""
    return _kept(asked, _truth(asked))


def _truth(asked: Expression) -> Of[bool]:
    if isinstance(asked, Binary) and kind(asked) == "truth":
        return _judged(asked)
    what = kind(asked)
    if what == "truth":
        assert isinstance(asked, Invocation)  # noqa: S101 - for the reader of types: nothing else is left
        return calls.made(asked, READER)
    if what == "nodes":
        owner, attribute = split(asked)
        if attribute and is_self(owner):
            return lambda node: node.attribute(attribute) is not None
        found = each(asked)
        return lambda node: bool(found(node))
    if what == "text":
        said_text = text(asked)
        return lambda node: bool(said_text(node))
    value = number(asked)
    return lambda node: bool(amount := value(node)) and not math.isnan(amount)


def _judged(asked: Binary) -> Of[bool]:
    if asked.sign not in {"and", "or"}:
        return compared(asked, READER)
    one, other = truth(asked.left), truth(asked.right)
    if asked.sign == "and":
        return lambda node: one(node) and other(node)
    return lambda node: one(node) or other(node)


@cache
def nodes(asked: Expression) -> Of[Sequence[Node]]:
    """The elements, each once, in the order of the document; they are not to be changed."""
    return _kept(asked, _nodes(asked))


def _nodes(asked: Expression) -> Of[Sequence[Node]]:
    if isinstance(asked, Invocation):
        return calls.made(asked, READER)
    if isinstance(asked, Binary) and asked.sign == "|":
        one, other = nodes(asked.left), nodes(asked.right)
        return lambda node: in_order([*one(node), *other(node)])
    if isinstance(asked, Path):
        return found_by(asked, READER)
    raise NotRead(kind(asked))


@cache
def texts(asked: Expression) -> Of[Sequence[str]]:
    """What each of the nodes says; of what is no set of nodes, the one text it says."""
    if isinstance(asked, Binary) and asked.sign == "|":
        return _kept(asked, _texts_of(nodes(asked)))
    if kind(asked) != "nodes":
        said_text = said(asked)
        return lambda node: [said_text(node)]
    owner, attribute = split(asked)
    each = nodes(owner)
    if attribute:
        return _kept(asked, lambda node: [v for found in each(node) if (v := found.attribute(attribute)) is not None])
    return _kept(asked, _texts_of(each))


def _texts_of(each: Of[Sequence[Node]]) -> Of[Sequence[str]]:
    def told(node: Node) -> Sequence[str]:
        found = each(node)
        if len(found) == 1:
            return (found[0].text,)
        return [one.text for one in found] if found else NONE

    return told


def each(asked: Expression) -> Of[Sequence[object]]:
    """The elements or attributes, to count them."""
    return texts(asked) if split(asked)[1] else nodes(asked)


@cache
def text(asked: Expression) -> Of[str]:
    """As string() has it."""
    return _kept(asked, _text(asked))


def _text(asked: Expression) -> Of[str]:
    what = kind(asked)
    if isinstance(asked, Literal) and isinstance(asked.value, str):
        value = asked.value
        return lambda _: value
    if what == "text":
        assert isinstance(asked, Invocation)  # noqa: S101 - for the reader of types: nothing else is left
        return calls.made(asked, READER)
    if what != "nodes":
        raise NotRead("a number or a truth as text")
    if is_self(asked):
        return lambda node: node.text
    owner, attribute = split(asked)
    if attribute and is_self(owner):
        return lambda node: node.attribute(attribute) or ""
    if not attribute:
        elements = nodes(asked)
        return lambda node: found[0].text if (found := elements(node)) else ""
    every = texts(asked)
    return lambda node: found[0] if (found := every(node)) else ""


@cache
def said(asked: Expression) -> Of[str]:
    """What a function of ours hears as text."""
    if kind(asked) == "number":
        value = number(asked)
        return lambda node: str(value(node))
    if kind(asked) == "truth":
        judged = truth(asked)
        return lambda node: str(judged(node))
    return text(asked)


@cache
def amount(asked: Expression) -> Of[float]:
    """What a function of ours hears as an amount."""
    if kind(asked) == "number":
        return number(asked)
    return _kept(asked, _first_read(asked, as_float, said))


@cache
def number(asked: Expression) -> Of[float]:
    """Its number, as XPath's own function gives it."""
    return _kept(asked, _number(asked))


def _number(asked: Expression) -> Of[float]:
    if isinstance(asked, Literal) and not isinstance(asked.value, str):
        value = asked.value
        return lambda _: value
    if isinstance(asked, Binary) and kind(asked) == "number":
        return _reckoned(asked)
    if isinstance(asked, Invocation) and kind(asked) == "number":
        return calls.made(asked, READER)
    if kind(asked) == "truth":
        judged = truth(asked)
        return lambda node: float(judged(node))
    return _first_read(asked, as_number, text)


def _first_read(asked: Expression, read: Callable[[str], float], told: Callable[[Expression], Of[str]]) -> Of[float]:
    """A text read as a number; of several elements the first one's."""
    if is_self(asked):
        return lambda node: read(node.text)
    if kind(asked) != "nodes" or split(asked)[1]:
        heard = told(asked)
        return lambda node: read(heard(node))
    elements, none = nodes(asked), read("")
    return lambda node: read(found[0].text) if (found := elements(node)) else none


def _reckoned(asked: Binary) -> Of[float]:
    one, other = number(asked.left), number(asked.right)
    if asked.sign == "div":
        return lambda node: _divided(one(node), other(node))
    reckon = _RECKONED[asked.sign]
    return lambda node: reckon(one(node), other(node))


def _divided(one: float, other: float) -> float:
    if other:
        return one / other
    return math.nan if not one or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1, other)


READER: Final = calls.Reader(truth, text, said, texts, number, amount, nodes, each, kind)
