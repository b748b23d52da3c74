"""Functions that the rows call, turned into Python functions of a node: XPath's own and ours, which begin with `s:`."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from onapi.simulator import content_facts as facts
from onapi.simulator.content_grammar import Expression, Invocation, Literal, NotRead, Path, parse
from onapi.simulator.content_tree import Node

Made = Callable[..., Any]
_NO_WORD: Final = Literal("")
_ENDLESS: Final = Literal(1e6)
_SPACES: Final = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Reader:
    """How an expression becomes a function of a node, by what is wanted of it."""

    truth: Callable[[Expression], Callable[[Node], bool]]
    text: Callable[[Expression], Callable[[Node], str]]
    said: Callable[[Expression], Callable[[Node], str]]
    texts: Callable[[Expression], Callable[[Node], Sequence[str]]]
    number: Callable[[Expression], Callable[[Node], float]]
    amount: Callable[[Expression], Callable[[Node], float]]
    nodes: Callable[[Expression], Callable[[Node], Sequence[Node]]]
    each: Callable[[Expression], Callable[[Node], Sequence[object]]]
    kind: Callable[[Expression], str]


def kind(name: str) -> str:
    """What a function gives; NotRead for one that is not here."""
    if name not in _CALLS:
        raise NotRead(name)
    return _CALLS[name][0]


def made(asked: Invocation, reader: Reader) -> Callable[[Node], Any]:
    """The function of a node that works a call out; it gives what `kind` says."""
    _, make = _CALLS[asked.name]
    try:
        work: Callable[[Node], Any] = make(reader, *asked.given)
    except TypeError:
        raise NotRead(asked.name) from None
    return work


def _word(given: Expression) -> str:
    """What is written out in the row itself."""
    if not isinstance(given, Literal) or not isinstance(given.value, str):
        raise NotRead("a text that is worked out")
    return given.value


def _count(given: Expression) -> float:
    if not isinstance(given, Literal) or isinstance(given.value, str):
        raise NotRead("a number that is worked out")
    return given.value


def _not(reader: Reader, given: Expression) -> Made:
    true = reader.truth(given)
    return lambda node: not true(node)


def _contains(reader: Reader, given: Expression, part: Expression) -> Made:
    whole, sought = reader.text(given), reader.text(part)
    return lambda node: sought(node) in whole(node)


def _starts(reader: Reader, given: Expression, part: Expression) -> Made:
    whole, sought = reader.text(given), reader.text(part)
    return lambda node: whole(node).startswith(sought(node))


def _length(reader: Reader, given: Expression) -> Made:
    text = reader.text(given)
    return lambda node: float(len(text(node)))


def _counted(reader: Reader, given: Expression) -> Made:
    if reader.kind(given) != "nodes":
        raise NotRead("count of no nodes")
    each = reader.each(given)
    return lambda node: float(len(each(node)))


def _joined(reader: Reader, *given: Expression) -> Made:
    texts = [reader.text(each) for each in given]
    return lambda node: "".join(text(node) for text in texts)


def _part(reader: Reader, given: Expression, start: Expression, length: Expression = _ENDLESS) -> Made:
    text, first, most = reader.text(given), int(_count(start)) - 1, int(_count(length))
    if first < 0:
        raise NotRead("a part from before the beginning")
    return lambda node: text(node)[first : first + most]


def _tidy(reader: Reader, given: Expression) -> Made:
    text = reader.text(given)
    return lambda node: _SPACES.sub(" ", text(node)).strip(" ")


def _matches(reader: Reader, given: Expression, pattern: Expression) -> Made:
    text, fits = reader.said(given), facts.pattern(_word(pattern)).fullmatch
    return lambda node: fits(text(node)) is not None


def _decimal(reader: Reader, given: Expression, whole: Expression, places: Expression) -> Made:
    text, fits = reader.said(given), facts.decimal_pattern(int(_count(whole)), int(_count(places))).fullmatch
    return lambda node: fits(text(node)) is not None


def _line_of_text(reader: Reader, given: Expression, least: Expression, most: Expression) -> Made:
    text, low, high = reader.said(given), _count(least), _count(most)
    return lambda node: facts.is_line(text(node), low, high)


def _listed(reader: Reader, number: Expression, given: Expression, column: Expression = _NO_WORD) -> Made:
    text, codes = reader.said(given), facts.codes(_word(number), _word(column))
    return lambda node: text(node) in codes


def _in(reader: Reader, given: Expression, words: Expression) -> Made:
    text = reader.said(given)
    if not isinstance(words, Literal):
        listed = reader.said(words)
        return lambda node: text(node) in listed(node).split()
    all_words = frozenset(_word(words).split())
    return lambda node: text(node) in all_words


def _detail(reader: Reader, number: Expression, given: Expression, column: Expression) -> Made:
    text, listed, wanted = reader.said(given), _word(number), _word(column)
    return lambda node: facts.detail(listed, text(node), wanted)


def _ubigeo(reader: Reader, given: Expression) -> Made:
    text = reader.said(given)
    return lambda node: facts.is_place(text(node))


def _day(reader: Reader, given: Expression) -> Made:
    text = reader.said(given)
    return lambda node: facts.is_day(text(node))


def _days(reader: Reader, first: Expression, second: Expression) -> Made:
    one, other = reader.said(first), reader.said(second)
    return lambda node: facts.days(one(node), other(node))


def _rate(reader: Reader, tax: Expression, on: Expression) -> Made:
    name, day = _word(tax), reader.said(on)
    return lambda node: facts.rate_on(name, day(node))


def _false(reader: Reader) -> Made:
    del reader
    return lambda _: False


def _igv_accepted(reader: Reader, percent: Expression, on: Expression, note: Expression | None = None) -> Made:
    text, day = reader.said(percent), reader.said(on)
    in_note = reader.truth(note) if note is not None else _false(reader)
    return lambda node: facts.is_igv_rate(text(node), day(node), in_note=in_note(node))


def _one_igv_rate(reader: Reader, percents: Expression, on: Expression, note: Expression | None = None) -> Made:
    each, day = reader.texts(percents), reader.said(on)
    in_note = reader.truth(note) if note is not None else _false(reader)
    return lambda node: facts.is_one_igv_rate(each(node), day(node), in_note=in_note(node))


def _sum(reader: Reader, given: Expression) -> Made:
    each = reader.texts(given)
    return lambda node: facts.total(each(node))


def _near(reader: Reader, one: Expression, other: Expression, tolerance: Expression) -> Made:
    first, second = reader.amount(one), reader.amount(other)
    if isinstance(tolerance, Literal):
        most = _count(tolerance)
        return lambda node: facts.is_near(first(node), second(node), most)
    allowed = reader.number(tolerance)
    return lambda node: facts.is_near(first(node), second(node), allowed(node))


def _else(reader: Reader, given: Expression, other: Expression) -> Made:
    text, instead = reader.said(given), reader.said(other)
    return lambda node: text(node) or instead(node)


def _repeated(reader: Reader, given: Expression, parts: Expression = _NO_WORD) -> Made:
    if _word(parts):
        each, names = reader.nodes(given), _word(parts).split()
        return lambda node: (
            len(found := each(node)) > 1
            and len({tuple(_named(one, name) for name in names) for one in found}) < len(found)
        )
    texts = reader.texts(given)
    return lambda node: len(said := texts(node)) > 1 and len(set(said)) < len(said)


def _named(node: Node, name: str) -> str:
    """The trimmed text of the first child of a local name."""
    found = [child for child in node.all_children if child.name.rpartition("}")[2] == name]
    return found[0].text.strip() if found else ""


def _differ(reader: Reader, given: Expression) -> Made:
    texts = reader.texts(given)
    return lambda node: len(set(texts(node))) > 1


def _same(reader: Reader, given: Expression, others: Expression, *paths: Expression) -> Made:
    """Those nodes that say at each of these paths what a different one of the others says there."""
    each, all_others = reader.nodes(given), reader.nodes(others)
    places = [reader.nodes(_path(_word(path))) for path in paths]

    def told(node: Node) -> tuple[str, ...]:
        return tuple(found[0].first_text if (found := place(node)) else "" for place in places)

    def same(node: Node) -> list[Node]:
        mine, theirs = each(node), all_others(node)
        if not mine or not theirs:
            return []
        times, among = Counter(map(told, theirs)), set(theirs)
        return [one for one in mine if times[told(one)] > (one in among)]

    return same


def _path(text: str) -> Path:
    found = parse(text)
    if not isinstance(found, Path):
        raise NotRead(text)
    return found


def _as(wanted: str) -> Made:
    """The functions that only turn one kind of value into another."""
    return lambda reader, given: getattr(reader, wanted)(given)


_CALLS: Final[dict[str, tuple[str, Made]]] = {
    "not": ("truth", _not),
    "boolean": ("truth", _as("truth")),
    "true": ("truth", lambda _: lambda _: True),
    "false": ("truth", lambda _: lambda _: False),
    "contains": ("truth", _contains),
    "starts-with": ("truth", _starts),
    "s:matches": ("truth", _matches),
    "s:text": ("truth", _line_of_text),
    "s:decimal": ("truth", _decimal),
    "s:listed": ("truth", _listed),
    "s:in": ("truth", _in),
    "s:ubigeo": ("truth", _ubigeo),
    "s:day": ("truth", _day),
    "s:igv-accepted": ("truth", _igv_accepted),
    "s:one-igv-rate": ("truth", _one_igv_rate),
    "s:near": ("truth", _near),
    "s:repeated": ("truth", _repeated),
    "s:differ": ("truth", _differ),
    "count": ("number", _counted),
    "number": ("number", _as("number")),
    "string-length": ("number", _length),
    "s:days": ("number", _days),
    "s:rate": ("number", _rate),
    "s:sum": ("number", _sum),
    "string": ("text", _as("text")),
    "concat": ("text", _joined),
    "substring": ("text", _part),
    "normalize-space": ("text", _tidy),
    "s:detail": ("text", _detail),
    "s:else": ("text", _else),
    "s:same": ("nodes", _same),
}
