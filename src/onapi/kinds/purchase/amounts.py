"""What a whole purchase comes to (rules 4290 to 4312 of the liquidación de compra).

The buyer keeps the IGV, the renta and other taxes and pays the seller the rest. Advances leave value and subtotal as
they are: they lessen the base, the IGV and the renta that are declared, and what is paid.
"""

from collections.abc import Sequence
from decimal import Decimal

from onapi.kinds.purchase.model import Advance, Line, PurchaseTotals
from onapi.tax.charge import ADVANCE_EXONERATED, ADVANCE_TAXED, ADVANCE_UNAFFECTED, Charge, ChargeForm, sum_of
from onapi.tax.tribute import EXONERATED, FREE, IGV, UNAFFECTED
from onapi.values.money import ZERO, to_cents

ADVANCE_RENTA = "61"  # catalogue 53
ADVANCE_OF = {IGV: ADVANCE_TAXED, EXONERATED: ADVANCE_EXONERATED, UNAFFECTED: ADVANCE_UNAFFECTED}
DEDUCTIONS = frozenset({*ADVANCE_OF.values(), ADVANCE_RENTA})

_HUNDRED = Decimal(100)
_HALF_TOLERANCE = Decimal("0.50")  # SUNAT allows 1.00 between a tax and base x rate; we stay well inside


def net_of(lines: Sequence[Line], tribute: str) -> Decimal:
    """The value of the lines under a tribute."""
    return sum((line.amounts.net for line in lines if line.amounts.tribute == tribute), ZERO)


def value_of(lines: Sequence[Line]) -> Decimal:
    """The value of all that is paid for (rule 4309)."""
    return sum((line.amounts.net for line in lines if not line.is_free), ZERO)


def renta_of(lines: Sequence[Line]) -> Decimal:
    """The renta withheld on the lines, advances not taken off."""
    return sum((line.renta for line in lines if not line.is_free), ZERO)


def igv_of(lines: Sequence[Line]) -> Decimal:
    """The IGV as the lines show it."""
    return sum((line.amounts.igv for line in lines if line.amounts.tribute == IGV), ZERO)


def sum_up(
    lines: Sequence[Line], deductions: tuple[Charge, ...], advances: Sequence[Advance], rounding: Decimal
) -> PurchaseTotals:
    """Sum up a purchase."""
    free = [line for line in lines if line.is_free]
    igv = _igv(lines)
    taxed = net_of(lines, IGV) - sum_of(deductions, ADVANCE_TAXED)
    due = _igv_due(lines, igv, taxed, deductions)
    other = sum((line.amounts.other for line in lines), ZERO)
    value, prepaid = value_of(lines), sum((advance.total for advance in advances), ZERO)
    withheld = igv_of(lines) + sum((line.renta for line in lines), ZERO) + other
    return PurchaseTotals(
        taxed=taxed,
        igv=due,
        exonerated=net_of(lines, EXONERATED) - sum_of(deductions, ADVANCE_EXONERATED),
        unaffected=net_of(lines, UNAFFECTED) - sum_of(deductions, ADVANCE_UNAFFECTED),
        free=net_of(lines, FREE),
        free_igv=sum((line.amounts.igv for line in free), ZERO),
        renta_base=sum((line.renta_base for line in lines if not line.is_free), ZERO),
        renta=renta_of(lines) - sum_of(deductions, ADVANCE_RENTA),
        other_base=sum((line.amounts.other_base for line in lines), ZERO),
        other=other,
        taxes=due + other,
        line_extension=value,
        tax_inclusive=value + igv + other,
        prepaid=prepaid,
        rounding=rounding,
        payable=value + igv + other - withheld - prepaid + rounding,
    )


def advance_deductions(lines: Sequence[Line], advances: Sequence[Advance]) -> tuple[ChargeForm, ...]:
    """What the advances declared already, where the caller does not tell: shared out as the lines of this purchase are.

    An advance of 98.50 under 1.5 % of renta was worth 100.00, of which 1.50 was withheld.
    """
    paid, whole = sum((advance.total for advance in advances), ZERO), value_of(lines)
    if not paid or not whole:
        return ()
    kept = renta_of(lines) / whole
    value = to_cents(paid / (1 - kept)) if kept < 1 else paid
    amounts = {tribute: to_cents(value * net_of(lines, tribute) / whole) for tribute in ADVANCE_OF}
    largest = max(amounts, key=lambda tribute: amounts[tribute])
    amounts[largest] += value - sum(amounts.values(), ZERO)
    shares = [ChargeForm(ADVANCE_OF[tribute], amount) for tribute, amount in amounts.items() if amount]
    return (*shares, *((ChargeForm(ADVANCE_RENTA, value - paid),) if value != paid else ()))


def deduction_base(code: str, lines: Sequence[Line]) -> Decimal:
    """What an advance is a part of: the value under its tribute, or the renta."""
    if code == ADVANCE_RENTA:
        return renta_of(lines)
    return next((net_of(lines, tribute) for tribute, own in ADVANCE_OF.items() if own == code), ZERO)


def _igv(lines: Sequence[Line]) -> Decimal:
    """IGV of the whole purchase: the sum of its lines; base x rate where that is not within tolerance (rule 4310)."""
    taxed = [line for line in lines if line.amounts.tribute == IGV]
    summed = igv_of(taxed)
    by_rate = to_cents(sum((line.amounts.igv_base * line.igv_percent for line in taxed), ZERO) / _HUNDRED)
    return by_rate if abs(summed - by_rate) > _HALF_TOLERANCE else summed


def _igv_due(lines: Sequence[Line], igv: Decimal, taxed: Decimal, deductions: tuple[Charge, ...]) -> Decimal:
    """IGV less that of the advances (rule 4290); cents that rounding left below zero are none."""
    percent = next((line.igv_percent for line in lines if line.amounts.tribute == IGV), ZERO)
    due = igv - to_cents(sum_of(deductions, ADVANCE_TAXED) * percent / _HUNDRED)
    return max(due, ZERO) if taxed >= ZERO else due
