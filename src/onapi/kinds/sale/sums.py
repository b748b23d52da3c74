"""What each total of a sale should be, added up from its lines as SUNAT adds it (sheets of v20260212).

Nothing is rounded here, as SUNAT rounds nothing before it compares. Notes know no discounts and charges over the whole,
so theirs do not count.
"""

from collections.abc import Callable
from decimal import Decimal

from onapi.facts.rates import rate
from onapi.kinds.sale.model import FACTURA, Line, Sale
from onapi.rules.shapes import share
from onapi.tax.charge import (
    ADVANCE_ISC,
    CHARGE_ON_BASE,
    CHARGES_AFTER_TAX,
    DISCOUNT_ON_BASE,
    LINE_CHARGE,
    LINE_DISCOUNT,
    sum_of,
)
from onapi.tax.tribute import COLLECTED, FREE, ICBPER, IGV, ISC, IVAP, ONEROUS, OTHER
from onapi.values.money import ZERO

Follows = Callable[[Sale], Decimal]

_AFTER_TAX = ("03",)  # catalogue 53: global discounts that touch no tax
_AFTER_TAX_OF_FACTURA = ("03", "63")


def value_of(tribute: str, *less: str, on_base: bool = False) -> Follows:
    """The value of the lines of a tribute, less discounts of these codes; `on_base` counts 02 and 49 in."""

    def follows(sale: Sale) -> Decimal:
        value = _net_of(sale, tribute) - _charged(sale, *less)
        return value + _on_base(sale) if on_base else value

    return follows


def tax_of(tribute: str, *less: str) -> Follows:
    """IGV or IVAP at its rate, on the bases of the lines after 02 and 49, less advances of these codes."""

    def follows(sale: Sale) -> Decimal:
        base = _base_of(sale, tribute) + _on_base(sale) - _charged(sale, *less)
        return share(base, _percent(sale, tribute))

    return follows


def summed(pick: Callable[[Line], Decimal]) -> Follows:
    """An amount of every line."""
    return lambda sale: sum(map(pick, sale.lines), ZERO)


def excise_base(sale: Sale) -> Decimal:
    """Bases of the ISC of what is paid for."""
    return sum([line.amounts.isc_base for line in _excised(sale)], ZERO)


def excise(sale: Sale) -> Decimal:
    """The ISC of what is paid for, less what was paid of it in advance."""
    return sum([line.amounts.isc for line in _excised(sale)], ZERO) - _charged(sale, ADVANCE_ISC)


def free_tax(sale: Sale) -> Decimal:
    """The IGV shown for what is given away."""
    amounts = [line.amounts for line in sale.lines]
    return sum([x.igv for x in amounts if x.tribute == FREE and x.igv_base > ZERO], ZERO)


def collected(sale: Sale) -> Decimal:
    """All taxes that add to the price."""
    return sum([sale.totals.tax(code) for code in COLLECTED], ZERO)


def line_extension(sale: Sale) -> Decimal:
    """Total valor de venta: the lines that are paid for, after 02 and 49; advances do not count."""
    amounts = [line.amounts for line in sale.lines]
    return sum([x.net for x in amounts if x.tribute in ONEROUS and x.igv_base > ZERO], ZERO) + _on_base(sale)


def tax_inclusive(sale: Sale) -> Decimal:
    """Total precio de venta, before advances."""
    sums = sale.totals
    whole = sums.line_extension + sums.tax(OTHER) + sums.tax(ICBPER)
    if _base_of(sale, IVAP) > ZERO:
        return whole + tax_of(IVAP)(sale)
    return whole + sums.tax(ISC) + _charged(sale, ADVANCE_ISC) + tax_of(IGV)(sale)


def payable(sale: Sale) -> Decimal:
    """What is to be paid; in a note, from the totals of its tributes."""
    sums = sale.totals
    if sale.is_note:
        parts = [sums.base(code) for code in ONEROUS] + [sums.tax(code) for code in COLLECTED]
        return sum(parts, sums.charges + sums.rounding)
    return sums.tax_inclusive + sums.charges - sums.allowances - sums.prepaid + sums.rounding


def allowances(sale: Sale) -> Decimal:
    """Discounts that touch no tax."""
    codes = _AFTER_TAX_OF_FACTURA if sale.id.doctype == FACTURA else _AFTER_TAX
    return _of_lines(sale, LINE_DISCOUNT) + _charged(sale, *codes)


def charges(sale: Sale) -> Decimal:
    """Charges that touch no tax."""
    return _of_lines(sale, LINE_CHARGE) + _charged(sale, *CHARGES_AFTER_TAX)


def _charged(sale: Sale, *codes: str) -> Decimal:
    return ZERO if sale.is_note or not sale.charges else sum_of(sale.charges, *codes)


def _on_base(sale: Sale) -> Decimal:
    return _charged(sale, CHARGE_ON_BASE) - _charged(sale, DISCOUNT_ON_BASE)


def _net_of(sale: Sale, tribute: str) -> Decimal:
    amounts = [line.amounts for line in sale.lines]
    return sum([x.net for x in amounts if x.tribute == tribute and x.igv_base > ZERO], ZERO)


def _base_of(sale: Sale, tribute: str) -> Decimal:
    amounts = [line.amounts for line in sale.lines]
    return sum([x.igv_base for x in amounts if x.tribute == tribute], ZERO)


def _percent(sale: Sale, tribute: str) -> Decimal:
    """The rate of the lines (they share one: rule 3462); of IVAP the law's."""
    if tribute == IVAP:
        return rate("ivap", sale.issue_date).value
    return next((line.igv_percent for line in sale.lines if line.amounts.tribute == tribute), ZERO)


def _excised(sale: Sale) -> list[Line]:
    return [line for line in sale.lines if line.amounts.isc and line.amounts.tribute != FREE]


def _of_lines(sale: Sale, code: str) -> Decimal:
    return sum([sum_of(line.amounts.charges, code) for line in sale.lines if line.amounts.charges], ZERO)
