"""What a whole sale comes to (rules 3273 to 3280, 3291 to 3302)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
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
from onapi.tax.tribute import COLLECTED, EXONERATED, FREE, ICBPER, IGV, ISC, IVAP, ONEROUS, OTHER, UNAFFECTED
from onapi.values.money import ZERO, to_cents

_HUNDRED = Decimal(100)
_NET, _IGV, _IGV_BASE = attrgetter("net"), attrgetter("igv"), attrgetter("igv_base")
_ISC, _ISC_BASE, _ICBPER = attrgetter("isc"), attrgetter("isc_base"), attrgetter("icbper")
_OTHER, _OTHER_BASE = attrgetter("other"), attrgetter("other_base")
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
    groups: dict[str, list[LineAmounts]] = {}
    for line in lines:
        groups.setdefault(line.tribute, []).append(line)
    on_base = sum_of(charges, CHARGE_ON_BASE) - sum_of(charges, DISCOUNT_ON_BASE)
    advance = sum_of(charges, ADVANCE_TAXED) + sum_of(charges, ADVANCE_ISC)
    main = IVAP if IVAP in groups else IGV
    full_tax = _value_added(groups.get(main, ()), on_base, igv_percent)
    due_tax = _value_added(groups.get(main, ()), on_base - advance, igv_percent) if advance else full_tax
    sums = _tributes(lines, groups, charges, on_base, due_tax)
    line_extension = sum([_sum(group, _NET) for code, group in groups.items() if code in ONEROUS], ZERO) + on_base
    excise = sum([line.isc for line in lines if line.isc and line.tribute != FREE], ZERO)
    beside = sum([line.icbper + line.other for line in lines if line.icbper or line.other], ZERO)
    tax_inclusive = line_extension + full_tax + excise + beside
    with_charges = [line.charges for line in lines if line.charges]
    allowances = sum_of(charges, *ALLOWANCES_AFTER_TAX) + sum([sum_of(x, LINE_DISCOUNT) for x in with_charges], ZERO)
    added = sum_of(charges, *CHARGES_AFTER_TAX) + sum([sum_of(x, LINE_CHARGE) for x in with_charges], ZERO)
    return Totals(
        tributes=MappingProxyType(sums),
        line_extension=line_extension,
        taxes=sum([sums[code].tax for code in COLLECTED if code in sums], ZERO),
        tax_inclusive=tax_inclusive,
        allowances=allowances,
        charges=added,
        prepaid=prepaid,
        rounding=rounding,
        payable=tax_inclusive + added - allowances - prepaid + rounding,
    )


def _sum(lines: Sequence[LineAmounts], amount: Callable[[LineAmounts], Decimal]) -> Decimal:
    return sum(map(amount, lines), ZERO)


def _value_added(taxed: Sequence[LineAmounts], on_base: Decimal, percent: Decimal) -> Decimal:
    """IGV (or IVAP) of the sale: the sum of its lines; base x rate where that is not within tolerance (3291, 3279)."""
    if not taxed:
        return ZERO
    summed = _sum(taxed, _IGV)
    by_rate = to_cents((_sum(taxed, _IGV_BASE) + on_base) * percent / _HUNDRED)
    return by_rate if on_base or abs(summed - by_rate) > _HALF_TOLERANCE else summed


def _tributes(
    lines: Sequence[LineAmounts],
    groups: Mapping[str, Sequence[LineAmounts]],
    charges: tuple[Charge, ...],
    on_base: Decimal,
    due_tax: Decimal,
) -> dict[str, TaxSum]:
    less = {
        EXONERATED: sum_of(charges, ADVANCE_EXONERATED),
        UNAFFECTED: sum_of(charges, ADVANCE_UNAFFECTED),
        IGV: sum_of(charges, ADVANCE_TAXED) - on_base,
        IVAP: sum_of(charges, ADVANCE_TAXED) - on_base,
    }
    tax = {IGV: due_tax, IVAP: due_tax, FREE: _sum(groups.get(FREE, ()), _IGV)}
    found = {
        code: TaxSum(_sum(group, _NET) - less.get(code, ZERO), tax.get(code, ZERO)) for code, group in groups.items()
    }
    excised = [line for line in lines if line.isc and line.tribute != FREE]
    if excised:
        found[ISC] = TaxSum(_sum(excised, _ISC_BASE), _sum(excised, _ISC) - sum_of(charges, ADVANCE_ISC))
    if bags := [line for line in lines if line.icbper]:
        found[ICBPER] = TaxSum(ZERO, _sum(bags, _ICBPER))
    if others := [line for line in lines if line.other]:  # those of free lines too (rules 3297, 3299)
        found[OTHER] = TaxSum(_sum(others, _OTHER_BASE), _sum(others, _OTHER))
    return dict(sorted(found.items()))
