"""What a whole sale comes to (rules 3273 to 3280, 3291 to 3302)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from onapi.tax.charge import (
    ADVANCE_EXONERATED,
    ADVANCE_ISC,
    ADVANCE_TAXED,
    ADVANCE_UNAFFECTED,
    ALLOWANCES_AFTER_TAX,
    CHARGE_ON_BASE,
    CHARGES_AFTER_TAX,
    DISCOUNT_ON_BASE,
    LINE_CHARGE,
    LINE_DISCOUNT,
    Charge,
    sum_of,
)
from onapi.tax.line import LineAmounts
from onapi.tax.tribute import COLLECTED, EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, ONEROUS, OTHER, UNAFFECTED
from onapi.values.money import ZERO, to_cents

_HUNDRED = Decimal(100)
_HALF_TOLERANCE = Decimal("0.50")  # SUNAT allows 1.00 between the tax and base x rate; we stay well inside


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One tribute over the whole sale."""

    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a sale, two decimals."""

    tributes: Mapping[str, TaxSum]  # by tribute, only those that occur, in SUNAT's order of codes
    line_extension: Decimal  # total valor de venta
    taxes: Decimal
    tax_inclusive: Decimal  # total precio de venta
    allowances: Decimal  # discounts that do not touch the tax base
    charges: Decimal  # charges that do not touch the tax base
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal

    def base(self, tribute: str) -> Decimal:
        """The base of a tribute, zero if it does not occur."""
        found = self.tributes.get(tribute)
        return found.base if found else ZERO

    def tax(self, tribute: str) -> Decimal:
        """The amount of a tribute, zero if it does not occur."""
        found = self.tributes.get(tribute)
        return found.tax if found else ZERO


def totals(
    lines: Sequence[LineAmounts],
    charges: tuple[Charge, ...] = (),
    *,
    igv_percent: Decimal,
    prepaid: Decimal = ZERO,
    rounding: Decimal = ZERO,
) -> Totals:
    """Sum up a sale. `igv_percent` is the one rate of all its taxed lines (rule 3462), 4 for IVAP."""
    on_base = sum_of(charges, CHARGE_ON_BASE) - sum_of(charges, DISCOUNT_ON_BASE)
    advance = sum_of(charges, ADVANCE_TAXED) + sum_of(charges, ADVANCE_ISC)
    main = IVAP if any(line.tribute == IVAP for line in lines) else IGV
    full_tax = _value_added(lines, main, on_base, igv_percent)
    due_tax = _value_added(lines, main, on_base - advance, igv_percent) if advance else full_tax
    sums = _tributes(lines, charges, main, on_base, due_tax)
    line_extension = sum((line.net for line in lines if line.tribute in ONEROUS), ZERO) + on_base
    excise = sum((line.isc for line in lines if line.tribute != FREE), ZERO)
    tax_inclusive = line_extension + full_tax + excise + sum((line.icbper + line.other for line in lines), ZERO)
    allowances = sum_of(charges, *ALLOWANCES_AFTER_TAX) + sum((sum_of(x.charges, LINE_DISCOUNT) for x in lines), ZERO)
    added = sum_of(charges, *CHARGES_AFTER_TAX) + sum((sum_of(x.charges, LINE_CHARGE) for x in lines), ZERO)
    return Totals(
        tributes=MappingProxyType(sums),
        line_extension=line_extension,
        taxes=sum((sums[code].tax for code in COLLECTED if code in sums), ZERO),
        tax_inclusive=tax_inclusive,
        allowances=allowances,
        charges=added,
        prepaid=prepaid,
        rounding=rounding,
        payable=tax_inclusive + added - allowances - prepaid + rounding,
    )


def _value_added(lines: Sequence[LineAmounts], main: str, on_base: Decimal, percent: Decimal) -> Decimal:
    """IGV (or IVAP) of the sale: the sum of its lines; base x rate where that is not within tolerance (3291, 3279)."""
    taxed = [line for line in lines if line.tribute == main]
    summed = sum((line.igv for line in taxed), ZERO)
    by_rate = to_cents((sum((line.igv_base for line in taxed), ZERO) + on_base) * percent / _HUNDRED) if taxed else ZERO
    return by_rate if on_base or abs(summed - by_rate) > _HALF_TOLERANCE else summed


def _tributes(
    lines: Sequence[LineAmounts], charges: tuple[Charge, ...], main: str, on_base: Decimal, due_tax: Decimal
) -> dict[str, TaxSum]:
    def net(code: str) -> Decimal:
        return sum((line.net for line in lines if line.tribute == code), ZERO)

    present = {line.tribute for line in lines}
    paid = [line for line in lines if line.tribute != FREE]
    less = {EXONERATED: sum_of(charges, ADVANCE_EXONERATED), UNAFFECTED: sum_of(charges, ADVANCE_UNAFFECTED)}
    found = {code: TaxSum(net(code) - less.get(code, ZERO), ZERO) for code in (EXPORT, EXONERATED, UNAFFECTED)}
    found = {code: tax for code, tax in found.items() if code in present}
    if main in present:
        found[main] = TaxSum(net(main) + on_base - sum_of(charges, ADVANCE_TAXED), due_tax)
    if FREE in present:
        found[FREE] = TaxSum(net(FREE), sum((line.igv for line in lines if line.tribute == FREE), ZERO))
    if any(line.isc for line in paid):
        excise = sum((line.isc for line in paid), ZERO) - sum_of(charges, ADVANCE_ISC)
        found[ISC] = TaxSum(sum((line.isc_base for line in paid), ZERO), excise)
    if any(line.icbper for line in lines):
        found[ICBPER] = TaxSum(ZERO, sum((line.icbper for line in lines), ZERO))
    if any(line.other for line in lines):  # those of free lines too (rules 3297, 3299)
        found[OTHER] = TaxSum(sum((x.other_base for x in lines), ZERO), sum((x.other for x in lines), ZERO))
    return dict(sorted(found.items()))
