"""Whether the amounts that stand in a sale agree with each other, added up as SUNAT adds them.

Nothing is rounded here, as SUNAT rounds nothing before it compares. Our amounts always agree; a caller's own may each
be right within the tolerance and still contradict one another.
"""

from collections.abc import Iterator
from decimal import Decimal

from onapi.kinds.sale.given import BASES, TAXES, TOLERANCE, mismatch
from onapi.kinds.sale.model import Line, Sale
from onapi.rules.rule import Fault
from onapi.tax.charge import (
    ADVANCE_ISC,
    ADVANCE_TAXED,
    CHARGE_ON_BASE,
    DISCOUNT_ON_BASE,
    LINE_CHARGE,
    LINE_CHARGE_ON_BASE,
    LINE_DISCOUNT,
    LINE_DISCOUNT_ON_BASE,
    sum_of,
)
from onapi.tax.totals import totals
from onapi.tax.tribute import COLLECTED, FREE, ICBPER, IGV, ISC, IVAP, OTHER, affectation
from onapi.values.money import ZERO

_HUNDRED = Decimal(100)
_EXACT = frozenset({"icbper", "other_base"})  # SUNAT gives these no tolerance (rules 3306, 3297)

Expected = tuple[str, Decimal, Decimal]  # name, amount, how far from it is allowed


def contradictions(sale: Sale) -> Iterator[Fault]:
    """Each amount of the sale that does not follow from those beside it."""
    for n, line in enumerate(sale.lines):
        for name, expected, allowed in _of_line(line):
            received = getattr(line.amounts, name)
            if abs(received - expected) > allowed:
                sentence = "El importe contradice a los demás de su línea."
                yield mismatch(f"lines[{n}].{name}", sentence, expected, received)
    for name, expected, received in _of_sale(sale):
        if abs(received - expected) > (ZERO if name in _EXACT else TOLERANCE):
            yield mismatch(f"totals.{name}", "El importe contradice a los demás del comprobante.", expected, received)


def _of_line(line: Line) -> Iterator[Expected]:
    amounts = line.amounts
    on_base = sum_of(amounts.charges, LINE_CHARGE_ON_BASE) - sum_of(amounts.charges, LINE_DISCOUNT_ON_BASE)
    yield "net", amounts.unit_value * line.quantity + on_base, TOLERANCE  # rule 3271
    yield "igv_base", amounts.net + amounts.isc, TOLERANCE if amounts.isc else ZERO  # rule 3272
    if affectation(line.affectation).is_taxed:
        yield "igv", amounts.igv_base * line.igv_percent / _HUNDRED, TOLERANCE  # rule 3103
    collected = amounts.isc + amounts.icbper + amounts.other
    yield "taxes", collected + (ZERO if amounts.tribute == FREE else amounts.igv), TOLERANCE  # rule 3292
    if amounts.tribute != FREE:
        after_tax = sum_of(amounts.charges, LINE_CHARGE) - sum_of(amounts.charges, LINE_DISCOUNT)
        yield "unit_price", (amounts.net + amounts.taxes + after_tax) / line.quantity, TOLERANCE  # rule 3270


def _of_sale(sale: Sale) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Name, what follows from the rest, what stands."""
    sums = sale.totals
    again = totals([line.amounts for line in sale.lines], sale.charges, igv_percent=ZERO)
    whole = _value_added(sale, ZERO)
    by_rate = _value_added(sale, sum_of(sale.charges, ADVANCE_TAXED) + sum_of(sale.charges, ADVANCE_ISC))
    for name, code in BASES.items():
        yield name, again.base(code), sums.base(code)
    for name, code in TAXES.items():
        follows = by_rate if code in {IGV, IVAP} and code in sums.tributes else again.tax(code)
        yield name, follows, sums.tax(code)
    yield "line_extension", again.line_extension, sums.line_extension  # rule 3278
    yield "taxes", sum((sums.tax(code) for code in COLLECTED), ZERO), sums.taxes  # rule 3294
    beside = sum((sums.tax(code) for code in (ISC, OTHER, ICBPER)), ZERO)
    beside += sum_of(sale.charges, ADVANCE_ISC)
    yield "tax_inclusive", sums.line_extension + beside + whole, sums.tax_inclusive  # rule 3279
    after_tax = sums.charges - sums.allowances - sums.prepaid + sums.rounding
    yield "payable", sums.tax_inclusive + after_tax, sums.payable  # rule 3280


def _value_added(sale: Sale, advance: Decimal) -> Decimal:
    """IGV or IVAP by its rate, from the lines that stand, less what was paid in advance (rules 3291, 3295)."""
    taxed = [line for line in sale.lines if line.amounts.tribute in {IGV, IVAP}]
    if not taxed:
        return ZERO
    on_base = sum_of(sale.charges, CHARGE_ON_BASE) - sum_of(sale.charges, DISCOUNT_ON_BASE)
    base = sum((line.amounts.igv_base for line in taxed), ZERO) + on_base - advance
    return base * taxed[0].igv_percent / _HUNDRED
