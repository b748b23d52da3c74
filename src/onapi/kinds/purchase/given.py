"""Amounts that the caller computed himself: hold them against ours, and let them stand where they agree.

SUNAT allows 1.00 between an amount and the sum it stands for; so do we.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal

from onapi.kinds.purchase.model import RENTA, Given, Line, LineForm, Purchase, PurchaseForm, PurchaseTotals
from onapi.rules.rule import Fault
from onapi.tax.line import LineAmounts
from onapi.tax.tribute import EXONERATED, FREE, IGV, OTHER, UNAFFECTED
from onapi.values.money import ZERO, plain, to_cents, to_unit

TOLERANCE = Decimal("1.00")
MISMATCH = "totals_mismatch"

_UNITS = frozenset({"unit_value", "unit_price"})
_AMOUNTS = frozenset(field.name for field in fields(LineAmounts)) - {"tribute", "charges"}
_WITHHELD = frozenset({"renta_base", "renta"})
_SUMS = frozenset(field.name for field in fields(PurchaseTotals)) - {"prepaid", "rounding"}  # 2509 leaves no cent
_TRIBUTES = {
    "taxed": IGV,
    "igv": IGV,
    "exonerated": EXONERATED,
    "unaffected": UNAFFECTED,
    "free": FREE,
    "free_igv": FREE,
    "renta_base": RENTA,
    "renta": RENTA,
    "other_base": OTHER,
    "other": OTHER,
}


def apply_line_amounts(line: Line, given: Given) -> Line:
    """The line with the caller's amounts in place of ours; the bases follow his value (rule 4294)."""
    if not given:
        return line
    known = {name: to_unit(value) if name in _UNITS else to_cents(value) for name, value in given.items()}
    if "net" in known:
        known.setdefault("igv_base", known["net"])
        if line.renta_percent:
            known.setdefault("renta_base", known["net"])
    own = {name: value for name, value in known.items() if name in _WITHHELD and line.renta_percent}
    amounts = {name: value for name, value in known.items() if name in _AMOUNTS}
    return replace(line, amounts=replace(line.amounts, **amounts), **own)  # type: ignore[arg-type]  # only amounts


def apply_totals(sums: PurchaseTotals, given: Given, lines: Sequence[Line]) -> PurchaseTotals:
    """The totals with the caller's amounts in place of ours; a tribute that no line has is not invented."""
    known = {name: to_cents(value) for name, value in given.items() if name in _SUMS}
    if not known:
        return sums
    there = {line.amounts.tribute for line in lines}
    there |= {RENTA for line in lines if line.renta_percent} | {OTHER for line in lines if line.other_percent}
    return replace(sums, **{name: value for name, value in known.items() if _TRIBUTES.get(name, "") in {"", *there}})


def mismatches(form: PurchaseForm, computed: Purchase) -> Iterator[Fault]:
    """Each given amount that is further from ours than SUNAT's tolerance. `computed` is complete without `given`."""
    for n, (line, ours) in enumerate(zip(form.lines, computed.lines, strict=True)):
        yield from _line_mismatches(n, line, ours)
    for name, value in form.given.items():
        expected = getattr(computed.totals, name, ZERO)
        if abs(value - expected) > TOLERANCE:
            yield _mismatch(f"totals.{name}", "El importe no corresponde a la suma de las líneas.", expected, value)


def _line_mismatches(n: int, form: LineForm, ours: Line) -> Iterator[Fault]:
    for name, value in form.given.items():
        holder, path = (ours, name) if name in _WITHHELD else (ours.amounts, f"amounts.{name}")
        expected = getattr(holder, name)
        if abs(value - expected) > TOLERANCE:
            sentence = "El importe de la línea no corresponde a su cantidad, valor unitario y tasas."
            yield _mismatch(f"lines[{n}].{path}", sentence, expected, value)


def _mismatch(path: str, sentence: str, expected: Decimal, received: Decimal) -> Fault:
    remedy = f"{sentence} Corríjalo o envíelo sin él para que se calcule."
    return Fault(MISMATCH, path, remedy, expected=plain(to_unit(expected), 2), received=plain(received, 2))
