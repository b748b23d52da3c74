"""What the rules on a sale ask again and again: what sort of sale it is, and of which kinds a rule is asked."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from onapi.facts.codes import return_code
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Line, Sale
from onapi.rules.rule import Rule
from onapi.tax.tribute import FREE, IGV

INVOICES: Final = (FACTURA, BOLETA)
NOTE_KINDS: Final = (CREDIT_NOTE, DEBIT_NOTE)
EXPORTS: Final = frozenset({"0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208"})  # catalogue 51
NRUS: Final = "0113"  # its boletas carry no IGV


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
