"""What the rules on a sale ask again and again: shapes of texts and numbers, and of which kinds a rule is asked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from onapi.facts.codes import return_code
from onapi.facts.places import place
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Line, Sale
from onapi.rules.rule import Rule
from onapi.tax.tribute import FREE, IGV
from onapi.values.money import ZERO

INVOICES: Final = (FACTURA, BOLETA)
NOTE_KINDS: Final = (CREDIT_NOTE, DEBIT_NOTE)
EXPORTS: Final = frozenset({"0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208"})  # catalogue 51
NRUS: Final = "0113"  # its boletas carry no IGV
LARGEST: Final = Decimal("999999999999.99")
TOLERANCE: Final = Decimal("1.00")

_BREAKS = re.compile("[\t\n\r\f\v\x85\u2028\u2029]")  # white space that is no plain space
_LARGEST_RATE = Decimal("999.99999")
_RATE_DECIMALS = 5
_CENTS = 2  # decimals
_HUNDRED = Decimal(100)


def is_export(sale: Sale) -> bool:
    """An export of goods or services."""
    return sale.operation in EXPORTS


def is_under_igv(line: Line) -> bool:
    """IGV is reckoned on it: to be paid, or only shown where the goods are given away (11 to 16)."""
    return line.amounts.tribute == IGV or (line.amounts.tribute == FREE and "11" <= line.affectation <= "16")


def modifies_factura(sale: Sale) -> bool:
    """A note on a factura."""
    return sale.modified is not None and sale.modified.doctype == FACTURA


def reason(sale: Sale) -> str:
    """Why a note is issued (catalogue 09 or 10); "" where it is none."""
    return sale.modified.code if sale.modified is not None else ""


def is_line(text: str, least: int, most: int) -> bool:
    r"""One line of text of such a length.

    >>> is_line("JR. CUSCO 100", 3, 200), is_line("JR.\nCUSCO", 3, 200)
    (True, False)
    """
    return least <= len(text) <= most and (text.isprintable() or not _BREAKS.search(text))


def is_line_or_nothing(text: str, least: int, most: int) -> bool:
    """One line of such a length, where there is any text at all."""
    return not text or is_line(text, least, most)


def is_word(text: str, least: int, most: int) -> bool:
    """Text of such a length without any white space."""
    return least <= len(text) <= most and not any(sign.isspace() for sign in text)


def is_place(ubigeo: str) -> bool:
    """Listed in catalogue 13."""
    try:
        return bool(place(ubigeo))
    except KeyError:
        return False


def decimals(value: Decimal) -> int:
    """How many decimals a number has, needless zeros left out.

    >>> decimals(Decimal("1.50")), decimals(Decimal("1E+3"))
    (1, 0)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def fits(amount: Decimal) -> bool:
    """Not negative, with at most twelve digits before the point."""
    return ZERO <= amount <= LARGEST


def in_cents(amount: Decimal) -> bool:
    """An amount of money that is not negative."""
    return fits(amount) and decimals(amount) <= _CENTS


def fits_rate(percent: Decimal) -> bool:
    """Not negative, with at most three digits before the point and five after it."""
    return ZERO <= percent <= _LARGEST_RATE and decimals(percent) <= _RATE_DECIMALS


def share(base: Decimal, percent: Decimal) -> Decimal:
    """A rate of a base, not rounded: SUNAT rounds nothing before it compares."""
    return base * percent / _HUNDRED


def near(stands: Decimal, follows: Decimal) -> bool:
    """Within SUNAT's tolerance of what it should be."""
    return -TOLERANCE <= stands - follows <= TOLERANCE


def per_modified(rules: Iterable[Rule[Sale]], notes: tuple[str, ...] = NOTE_KINDS) -> tuple[Rule[Sale], ...]:
    """Rules that refuse a factura and a note of one, and only draw a remark on everything else.

    `notes` are the kinds of note whose sheet asks them.
    """
    return tuple(part for rule in rules for part in _per_modified(rule, notes))


def _per_modified(rule: Rule[Sale], notes: tuple[str, ...]) -> tuple[Rule[Sale], ...]:
    twin = return_code(rule.code).twin
    return (
        replace(rule, only=INVOICES),
        replace(rule, only=notes, holds=_where(rule.holds, of_factura=True)),
        replace(rule, code=twin, only=notes, holds=_where(rule.holds, of_factura=False)),
    )


def _where(holds: Callable[..., bool], *, of_factura: bool) -> Callable[..., bool]:
    """The same test, passed by notes of the other sort; the sale is always the last argument."""
    return lambda *asked: modifies_factura(asked[-1]) is not of_factura or holds(*asked)
