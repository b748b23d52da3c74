"""Amounts that the caller computed himself: hold them against ours, and let them stand where they agree.

SUNAT allows 1.00 between an amount and the sum it stands for; so do we.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal

from onapi.kinds.sale.model import Given, Line, LineForm, Sale, SaleForm
from onapi.rules.rule import Fault
from onapi.tax.line import LineAmounts
from onapi.tax.totals import TaxSum, Totals
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.money import ZERO, plain, to_cents, to_unit

TOLERANCE = Decimal("1.00")
MISMATCH = "totals_mismatch"

BASES = {  # our name of a given total: the tribute it is the base of
    "taxed": IGV,
    "exonerated": EXONERATED,
    "unaffected": UNAFFECTED,
    "export": EXPORT,
    "free": FREE,
    "ivap_base": IVAP,
    "isc_base": ISC,
    "other_base": OTHER,
}
TAXES = {"igv": IGV, "free_igv": FREE, "ivap": IVAP, "isc": ISC, "other": OTHER, "icbper": ICBPER}
_SUMS = ("line_extension", "taxes", "tax_inclusive", "allowances", "charges", "prepaid", "payable")
_UNIT_FIELDS = frozenset({"unit_value", "unit_price"})
_LINE_FIELDS = frozenset(field.name for field in fields(LineAmounts)) - {"tribute", "charges"}


def apply_line_amounts(amounts: LineAmounts, given: Given) -> LineAmounts:
    """The line with the caller's amounts in place of ours."""
    free = amounts.tribute == FREE
    known = {
        name: to_unit(value) if name in _UNIT_FIELDS else to_cents(value)
        for name, value in given.items()
        if name in _LINE_FIELDS and not (free and name == "taxes")  # nothing is collected on what is given away
    }
    return replace(amounts, **known) if known else amounts  # type: ignore[arg-type]  # only names of amounts are left


def apply_totals(sums: Totals, given: Given) -> Totals:
    """The totals with the caller's amounts in place of ours; a tribute that no line has is not invented."""
    if not given:
        return sums
    given = {name: to_cents(value) for name, value in given.items()}
    tributes = dict(sums.tributes)
    for names, part in ((BASES, "base"), (TAXES, "tax")):
        for name, code in names.items():
            if name in given and code in tributes:
                was = tributes[code]
                tributes[code] = TaxSum(given[name], was.tax) if part == "base" else TaxSum(was.base, given[name])
    plain_sums: dict[str, Decimal] = {name: given[name] for name in _SUMS if name in given}
    return replace(sums, tributes=tributes, **plain_sums)


def mismatches(form: SaleForm, computed: Sale) -> Iterator[Fault]:
    """Each given amount that is further from ours than SUNAT's tolerance. `computed` is complete without `given`."""
    for n, (line, ours) in enumerate(zip(form.lines, computed.lines, strict=True)):
        yield from _line_mismatches(n, line, ours)
    for name, value in form.given.items():
        expected = _total(computed.totals, name)
        if abs(value - expected) > TOLERANCE:
            yield mismatch(f"totals.{name}", "El importe no corresponde a la suma de las líneas.", expected, value)


def _line_mismatches(n: int, form: LineForm, ours: Line) -> Iterator[Fault]:
    for name, value in form.given.items():
        expected = getattr(ours.amounts, name) if name in _LINE_FIELDS else value
        if name == "taxes" and ours.amounts.tribute == FREE and abs(value - ours.amounts.igv) <= TOLERANCE:
            continue  # the IGV shown for information, which many count as a tax of the line
        if abs(value - expected) > TOLERANCE:
            sentence = "El importe de la línea no corresponde a su cantidad, valor unitario y tasas."
            yield mismatch(f"lines[{n}].{name}", sentence, expected, value)


def _total(sums: Totals, name: str) -> Decimal:
    if name in BASES:
        return sums.base(BASES[name])
    if name in TAXES:
        return sums.tax(TAXES[name])
    return getattr(sums, name, ZERO)


def mismatch(path: str, sentence: str, expected: Decimal, received: Decimal) -> Fault:
    """The fault of an amount that does not add up, with what it should have been."""
    remedy = f"{sentence} Corríjalo o envíelo sin él para que se calcule."
    return Fault(MISMATCH, path, remedy, expected=plain(to_unit(expected), 2), received=plain(received, 2))
