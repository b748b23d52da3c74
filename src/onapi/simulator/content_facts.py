"""What the rows of `facts/checks/` may ask about texts of a document: days, amounts, catalogues, rates, places.

Each is asked twice: by lxml's XPath and by the sieve that looks for broken rows first. Both have to hear the same.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Final

from onapi.facts.catalog import catalog
from onapi.facts.places import place
from onapi.facts.rates import accepted_igv_rates, rate

NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "sac": "urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1",
    "s": "urn:onapi:sunat",
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ODD_SPACE: Final = re.compile(r"[^\S ]")
_SLACK: Final = 1e-6  # XPath counts in binary fractions; SUNAT's own programs do too
_SURE_OF: Final = 18  # characters of a text that is worth remembering; what they say is exact in a sum


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A pattern in Python's syntax, its classes ASCII."""
    return re.compile(text, re.ASCII)


@cache
def decimal_pattern(whole: int, places: int) -> re.Pattern[str]:
    """A number without sign, with at most so many digits before and after its point."""
    return pattern(rf"\d{{1,{whole}}}(\.\d{{1,{places}}})?")


def is_line(text: str, least: float, most: float) -> bool:
    """Text of so many characters, with no white space but blanks and not only those."""
    return least <= len(text) <= most and bool(text.strip()) and not _ODD_SPACE.search(text)


@cache
def codes(number: str, column: str = "") -> frozenset[str]:
    """The codes of a catalogue; with a column, those where it is marked."""
    return frozenset(code for code, entry in catalog(number).items() if not column or entry.extra.get(column) == "1")


def detail(number: str, code: str, column: str) -> str:
    """What a column of a catalogue says about a code; "" for a code that is not there."""
    entry = catalog(number).get(code)
    return entry.extra.get(column, "") if entry is not None else ""


def is_place(code: str) -> bool:
    """True for the ubigeo of a district."""
    try:
        return bool(place(code).district)
    except KeyError:
        return False


def day(text: str) -> date:
    """The day a text names; the first of all days for a text that names none, such as 2026-02-30."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else date.min
    except ValueError:
        return date.min


def is_day(text: str) -> bool:
    """True for a text that names a day."""
    return day(text) > date.min


def days(first: str, second: str) -> float:
    """Days from the first date to the second; a text that is no date counts as the first day of all."""
    return float((day(second) - day(first)).days)


def rate_on(tax: str, on: str) -> float:
    """The rate of a tax on a day, as in `rates.tsv`; -1 where there was none."""
    try:
        return float(rate(tax, day(on)).value)
    except (KeyError, ValueError):
        return -1.0


def is_igv_rate(percent: str, on: str, *, in_note: bool) -> bool:
    """True for a percent that a document of the day may carry."""
    try:
        return number(percent) in accepted_igv_rates(day(on), note=in_note)
    except (KeyError, ValueError):
        return False


def is_one_igv_rate(percents: Iterable[str], on: str, *, in_note: bool) -> bool:
    """True if all these percents are the same rate, and one that a document of the day may carry."""
    rates = {number(text) for text in percents}
    return len(rates) <= 1 and all(is_igv_rate(str(found), on, in_note=in_note) for found in rates)


def number(text: str) -> Decimal:
    """The number a text says; 0 for one that says none."""
    try:
        return Decimal(text.strip() or "0")
    except InvalidOperation:
        return Decimal(0)


def as_float(text: str) -> float:
    """The same, as XPath counts."""
    return _short_float(text) if len(text) < _SURE_OF else float(number(text))


@lru_cache(4096)
def _short_float(text: str) -> float:
    return float(number(text))


@lru_cache(4096)
def _short_number(text: str) -> Decimal:
    return number(text)


def total(texts: Sequence[str]) -> float:
    """The exact sum of texts, as a number: XPath's own sum() of many amounts drifts."""
    if not texts:
        return 0.0
    if len(texts) == 1 and len(texts[0]) < _SURE_OF:
        return _short_float(texts[0])
    return float(sum((_short_number(text) if len(text) < _SURE_OF else number(text) for text in texts), Decimal(0)))


def is_near(one: float, other: float, tolerance: float) -> bool:
    """True if two amounts are no further apart than this."""
    return abs(one - other) <= tolerance + _SLACK
