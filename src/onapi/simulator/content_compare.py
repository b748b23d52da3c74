"""Comparisons of the rows turned into Python functions: of several nodes it is enough that one fits."""

import operator
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, Final, TypeAlias

from onapi.simulator.content_calls import Reader
from onapi.simulator.content_grammar import Binary, Expression, Literal, is_self, split
from onapi.simulator.content_tree import Node, as_number

Test: TypeAlias = Callable[[Node], bool]
Compare: TypeAlias = Callable[[Any, Any], bool]
Texts: TypeAlias = Callable[[Node], Sequence[str]]

_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_COMPARED: Final[dict[str, Compare]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(asked: Binary, reader: Reader) -> Test:
    """What XPath 1.0 says of two values, by what they are."""
    sign, left, right = asked.sign, asked.left, asked.right
    kinds = reader.kind(left), reader.kind(right)
    if "truth" not in kinds and kinds[0] == "nodes":
        return _nodes_compared(sign, left, right, reader)
    if "truth" not in kinds and kinds[1] == "nodes":
        return _nodes_compared(_MIRRORED[sign], right, left, reader)
    read: Callable[[Expression], Callable[[Node], Any]] = reader.number
    if sign in {"=", "!="} and ("truth" in kinds or kinds == ("text", "text")):
        read = reader.truth if "truth" in kinds else reader.text
    compare, one, other = _COMPARED[sign], read(left), read(right)
    return lambda node: compare(one(node), other(node))


def _nodes_compared(sign: str, left: Expression, right: Expression, reader: Reader) -> Test:
    compare, as_text = _COMPARED[sign], sign in {"=", "!="}
    if isinstance(right, Literal) and (as_text or isinstance(right.value, float)):
        return _with_literal(sign, left, right.value, reader)
    each = reader.texts(left)
    if reader.kind(right) == "nodes":
        return _sets_compared(compare, str if as_text else as_number, each, reader.texts(right))
    if as_text and reader.kind(right) == "text":
        text = reader.text(right)
        return lambda node: any(compare(found, text(node)) for found in each(node))
    value = reader.number(right)
    return lambda node: any(compare(as_number(found), value(node)) for found in each(node))


def _with_literal(sign: str, left: Expression, value: str | float, reader: Reader) -> Test:
    if isinstance(value, float):
        return _with_number(_COMPARED[sign], left, value, reader)
    return _with_word(left, value, reader) if sign == "=" else _without_word(left, value, reader)


def _with_number(compare: Compare, left: Expression, limit: float, reader: Reader) -> Test:
    if is_self(left):
        return lambda node: compare(as_number(node.text), limit)
    each = reader.texts(left)

    def is_true(node: Node) -> bool:
        for found in each(node):  # noqa: SIM110 - half as long as with any()
            if compare(as_number(found), limit):
                return True
        return False

    return is_true


def _with_word(left: Expression, word: str, reader: Reader) -> Test:
    owner, attribute = split(left)
    if is_self(left):
        return lambda node: node.text == word
    if attribute and is_self(owner):
        return lambda node: node.attribute(attribute) == word
    each = reader.texts(left)
    return lambda node: word in each(node)


def _without_word(left: Expression, word: str, reader: Reader) -> Test:
    owner, attribute = split(left)
    if is_self(left):
        return lambda node: node.text != word
    if attribute and is_self(owner):
        return lambda node: node.attribute(attribute) not in {None, word}
    each = reader.texts(left)

    def is_true(node: Node) -> bool:
        for found in each(node):  # noqa: SIM110 - half as long as with any()
            if found != word:
                return True
        return False

    return is_true


def _sets_compared(compare: Compare, read: Callable[[str], Any], each: Texts, others: Texts) -> Test:
    def is_true(node: Node) -> bool:
        found, known = each(node), others(node)
        if len(found) == 1 == len(known):
            return compare(read(found[0]), read(known[0]))
        return any(compare(read(one), read(other)) for one, other in product(found, known))

    return is_true
