"""The rows of `facts/checks/` as lxml asks them: XPath with functions of ours, `s:…`, for what it cannot say itself."""

from collections import Counter
from functools import cache
from typing import Any, Final, TypeAlias

from lxml import etree

from onapi.simulator import content_facts as facts
from onapi.simulator.content_facts import NAMESPACES
from onapi.values.xmltree import Element, text_of

Value: TypeAlias = Any  # what XPath hands over: a text, a number, a truth or nodes
Function: TypeAlias = Any  # called by lxml with its context first


@cache
def compiled(expression: str) -> etree.XPath:
    """An expression that knows our prefixes and functions."""
    return etree.XPath(expression, namespaces=NAMESPACES, extensions=dict(_EXTENSIONS), smart_strings=False)


def path_of(node: Value) -> str:
    """Where an element stands, with positions; "" for what is no element."""
    return node.getroottree().getpath(node) if isinstance(node, etree._Element) else ""  # noqa: SLF001 - lxml's only name


def text_in(value: Value) -> str:
    """A value as XPath's string() gives it: of several nodes the first."""
    if isinstance(value, list):
        return text_in(value[0]) if value else ""
    if isinstance(value, etree._Element):  # noqa: SLF001 - lxml gives its one element class no public name
        return "".join(str(part) for part in value.itertext())
    return str(value)


def _texts(value: Value) -> list[str]:
    return [text_in(item) for item in value] if isinstance(value, list) else [text_in(value)]


def _matches(_: object, value: Value, pattern: str) -> bool:
    """True if the whole text fits the pattern (Python's syntax, ASCII classes)."""
    return facts.pattern(pattern).fullmatch(text_in(value)) is not None


def _line_of_text(_: object, value: Value, least: float, most: float) -> bool:
    return facts.is_line(text_in(value), least, most)


def _decimal(_: object, value: Value, whole: float, places: float) -> bool:
    return facts.decimal_pattern(int(whole), int(places)).fullmatch(text_in(value)) is not None


def _listed(_: object, number: str, value: Value, column: str = "") -> bool:
    """In a catalogue; with a column, only where that is marked."""
    return text_in(value) in facts.codes(str(number), str(column))


def _detail(_: object, number: str, value: Value, column: str) -> str:
    return facts.detail(str(number), text_in(value), str(column))


def _ubigeo(_: object, value: Value) -> bool:
    return facts.is_place(text_in(value))


def _is_day(_: object, value: Value) -> bool:
    return facts.is_day(text_in(value))


def _days(_: object, first: Value, second: Value) -> float:
    return facts.days(text_in(first), text_in(second))


def _rate(_: object, tax: str, on: Value) -> float:
    return facts.rate_on(str(tax), text_in(on))


def _igv_accepted(_: object, percent: Value, on: Value, in_note: bool = False) -> bool:  # noqa: FBT001, FBT002 - XPath has no names
    return facts.is_igv_rate(text_in(percent), text_in(on), in_note=bool(in_note))


def _one_igv_rate(_: object, percents: Value, on: Value, in_note: bool = False) -> bool:  # noqa: FBT001, FBT002 - XPath has no names
    return facts.is_one_igv_rate(_texts(percents), text_in(on), in_note=bool(in_note))


def _sum(_: object, value: Value) -> float:
    return facts.total(_texts(value))


def _near(_: object, one: Value, other: Value, tolerance: float) -> bool:
    return facts.is_near(facts.as_float(text_in(one)), facts.as_float(text_in(other)), tolerance)


def _in(_: object, value: Value, words: Value) -> bool:
    """True if the text is one of these words, which blanks divide."""
    return text_in(value) in text_in(words).split()


def _else(_: object, value: Value, other: Value) -> str:
    """The text, or the other where there is none."""
    return text_in(value) or text_in(other)


def _repeated(_: object, value: Value, parts: str = "") -> bool:
    """True if two of these texts are equal; with names of children, if two nodes agree in all of those."""
    texts = [tuple(text_of(node, part) for part in parts.split()) for node in value] if parts else _texts(value)
    return len(set(texts)) < len(texts)


def _differ(_: object, value: Value) -> bool:
    """True if not all of these texts are equal."""
    return len(set(_texts(value))) > 1


def _same(_: object, nodes: Value, others: Value, *paths: str) -> list[Element]:
    """Those nodes that say at each of these paths what a different one of the others says there."""
    times = Counter(_said(node, paths) for node in others)
    among = set(others)
    return [node for node in nodes if times[_said(node, paths)] > (node in among)]


def _said(node: Element, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(node.findtext(path, "", NAMESPACES) for path in paths)


_EXTENSIONS: Final[dict[tuple[str, str], Function]] = {
    (NAMESPACES["s"], name): function
    for name, function in {
        "matches": _matches,
        "text": _line_of_text,
        "decimal": _decimal,
        "listed": _listed,
        "detail": _detail,
        "ubigeo": _ubigeo,
        "day": _is_day,
        "days": _days,
        "rate": _rate,
        "igv-accepted": _igv_accepted,
        "one-igv-rate": _one_igv_rate,
        "sum": _sum,
        "near": _near,
        "in": _in,
        "else": _else,
        "repeated": _repeated,
        "differ": _differ,
        "same": _same,
    }.items()
}
