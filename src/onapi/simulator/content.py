"""What SUNAT finds in a document's content: the rows of `facts/checks/`, judged on the XML itself.

A row says where to look (an XPath from the root) and when what stands there breaks the rule (an XPath that is true
then). Nothing of what makes our documents is used here, so a mistake of ours is found out. Facts of the catalogues and
rates come in as functions, below.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from operator import itemgetter
from typing import Any, Final, TypeAlias

from lxml import etree

from onapi.facts.catalog import catalog
from onapi.facts.places import place
from onapi.facts.rates import accepted_igv_rates, rate
from onapi.facts.table import read
from onapi.values.xmltree import Element, local_name, text_of

_TABLES: Final = {
    "Invoice": "invoice",
    "CreditNote": "credit_note",
    "DebitNote": "debit_note",
    "SelfBilledInvoice": "self_billed_invoice",
    "DespatchAdvice": "despatch_advice",
    "Retention": "retention",
    "Perception": "perception",
    "SummaryDocuments": "summary_documents",
    "VoidedDocuments": "voided_documents",
}
_NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "sac": "urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1",
    "s": "urn:onapi:sunat",
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SLACK: Final = 1e-6  # XPath counts in binary fractions; SUNAT's own programs do too

Value: TypeAlias = Any  # what XPath hands over: a text, a number, a truth or nodes
Function: TypeAlias = Any  # called by lxml with its context first


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a document breaks."""

    code: str
    is_error: bool
    node: str  # path of what broke it, with positions
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """A row, ready to be asked."""

    code: str
    is_error: bool
    where: etree.XPath
    broken: etree.XPath
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that look at the same nodes. Most nodes break none of them, which one question finds out."""

    where: etree.XPath
    any_broken: etree.XPath
    checks: tuple[tuple[int, Check], ...]  # with their place in the table


def findings(root: Element, doctype: str) -> Iterator[Finding]:
    """Every rule of the kind's sheet that the document breaks on its own issue date, in the order of the sheet."""
    issued = _day(text_of(root, "IssueDate"))
    found: list[tuple[int, Finding]] = []
    for group in _groups(local_name(root), doctype):
        nodes: Any = group.where(root)  # its stubs leave open what an expression gives; ours give nodes and truths
        for node in nodes:
            if group.any_broken(node):
                found.extend(_found(group, node, issued))
    yield from (finding for _, finding in sorted(found, key=itemgetter(0)))


def _found(group: _Group, node: Value, issued: date) -> Iterator[tuple[int, Finding]]:
    for row, check in group.checks:
        if check.since <= issued <= check.until and check.broken(node):
            yield row, Finding(check.code, check.is_error, _path(node), _text(node)[:100])


@cache
def checks(root_name: str, doctype: str) -> tuple[Check, ...]:
    """The rows that concern a kind, with its own code and level; KeyError for a root without a table."""
    found = []
    for codes, _, where, broken, since, until in read(f"checks/{_TABLES[root_name]}.tsv").rows:
        own = next((pair.partition("=")[2] for pair in codes.split() if pair.startswith(f"{doctype}=")), "")
        if own:
            code, _, level = own.partition(":")
            first = date.fromisoformat(since) if since else date.min
            last = date.fromisoformat(until) if until else date.max
            found.append(Check(code, level == "ERROR", _compiled(where), _compiled(broken), first, last))
    return tuple(found)


@cache
def _groups(root_name: str, doctype: str) -> tuple[_Group, ...]:
    by_place: dict[str, list[tuple[int, Check]]] = {}
    for row, check in enumerate(checks(root_name, doctype)):
        by_place.setdefault(str(check.where.path), []).append((row, check))
    return tuple(_group(tuple(rows)) for rows in by_place.values())


def _group(rows: tuple[tuple[int, Check], ...]) -> _Group:
    together = " or ".join(f"({check.broken.path})" for _, check in rows)
    return _Group(rows[0][1].where, _compiled(together), rows)


@cache
def _compiled(expression: str) -> etree.XPath:
    return etree.XPath(expression, namespaces=_NAMESPACES, extensions=dict(_EXTENSIONS), smart_strings=False)


def _day(text: str) -> date:
    """The day a text names; the first of all days for a text that names none, such as 2026-02-30."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else date.min
    except ValueError:
        return date.min


def _path(node: Value) -> str:
    return node.getroottree().getpath(node) if isinstance(node, etree._Element) else ""  # noqa: SLF001 - lxml's only name


def _text(value: Value) -> str:
    """A value as XPath's string() gives it: of several nodes the first."""
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    if isinstance(value, etree._Element):  # noqa: SLF001 - lxml gives its one element class no public name
        return "".join(str(part) for part in value.itertext())
    return str(value)


def _texts(value: Value) -> list[str]:
    return [_text(item) for item in value] if isinstance(value, list) else [_text(value)]


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip() or "0")
    except InvalidOperation:
        return Decimal(0)


def _matches(_: object, value: Value, pattern: str) -> bool:
    """True if the whole text fits the pattern (Python's syntax, ASCII classes)."""
    return _pattern(pattern).fullmatch(_text(value)) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _line_of_text(_: object, value: Value, least: float, most: float) -> bool:
    """Text of so many characters, with no white space but blanks and not only those."""
    text = _text(value)
    return least <= len(text) <= most and bool(text.strip()) and not re.search(r"[^\S ]", text)


def _decimal(_: object, value: Value, whole: float, places: float) -> bool:
    """A number without sign, with at most so many digits before and after its point."""
    return _pattern(rf"\d{{1,{int(whole)}}}(\.\d{{1,{int(places)}}})?").fullmatch(_text(value)) is not None


def _listed(_: object, number: str, value: Value, column: str = "") -> bool:
    """In a catalogue; with a column, only where that is marked."""
    entry = catalog(str(number)).get(_text(value))
    return entry is not None and (not column or entry.extra.get(column) == "1")


def _detail(_: object, number: str, value: Value, column: str) -> str:
    """What a column of a catalogue says about a code; "" for a code that is not there."""
    entry = catalog(str(number)).get(_text(value))
    return entry.extra.get(column, "") if entry is not None else ""


def _ubigeo(_: object, value: Value) -> bool:
    try:
        return bool(place(_text(value)).district)
    except KeyError:
        return False


def _is_day(_: object, value: Value) -> bool:
    return _day(_text(value)) > date.min


def _days(_: object, first: Value, second: Value) -> float:
    """Days from the first date to the second; a text that is no date counts as the first day of all."""
    return float((_day(_text(second)) - _day(_text(first))).days)


def _rate(_: object, tax: str, on: Value) -> float:
    """The rate of a tax on a day, as in `rates.tsv`; -1 where there was none."""
    try:
        return float(rate(str(tax), _day(_text(on))).value)
    except (KeyError, ValueError):
        return -1.0


def _igv_accepted(_: object, percent: Value, on: Value, in_note: bool = False) -> bool:  # noqa: FBT001, FBT002 - XPath has no names
    try:
        return _number(_text(percent)) in accepted_igv_rates(_day(_text(on)), note=bool(in_note))
    except (KeyError, ValueError):
        return False


def _one_igv_rate(_: object, percents: Value, on: Value, in_note: bool = False) -> bool:  # noqa: FBT001, FBT002 - XPath has no names
    """True if all these percents are the same rate, and one that a document of the day may carry."""
    rates = {_number(text) for text in _texts(percents)}
    return len(rates) <= 1 and all(_igv_accepted(None, str(found), on, in_note) for found in rates)


def _sum(_: object, value: Value) -> float:
    """The exact sum of texts, as a number: XPath's own sum() of many amounts drifts."""
    return float(sum((_number(text) for text in _texts(value)), Decimal(0)))


def _near(_: object, one: Value, other: Value, tolerance: float) -> bool:
    """True if two amounts are no further apart than this."""
    return abs(float(_number(_text(one))) - float(_number(_text(other)))) <= tolerance + _SLACK


def _in(_: object, value: Value, words: Value) -> bool:
    """True if the text is one of these words, which blanks divide."""
    return _text(value) in _text(words).split()


def _else(_: object, value: Value, other: Value) -> str:
    """The text, or the other where there is none."""
    return _text(value) or _text(other)


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
    return tuple(node.findtext(path, "", _NAMESPACES) for path in paths)


_EXTENSIONS: Final[dict[tuple[str, str], Function]] = {
    (_NAMESPACES["s"], name): function
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
