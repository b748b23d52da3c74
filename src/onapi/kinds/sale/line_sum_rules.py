"""Whether the amounts of a line follow from each other, as SUNAT reckons them (sheets of v20260212).

Nothing is rounded here, as SUNAT rounds nothing before it compares. Our own amounts always agree; those that a caller
insists on may not. Notes know no discounts and charges of a line, so theirs do not count.
"""

from collections.abc import Callable
from decimal import Decimal

from onapi.kinds.sale.model import DEBIT_NOTE, Line, Sale
from onapi.kinds.sale.sorts import per_modified
from onapi.rules.rule import Rule
from onapi.rules.shapes import near, share
from onapi.tax.charge import LINE_CHARGE, LINE_CHARGE_ON_BASE, LINE_DISCOUNT, LINE_DISCOUNT_ON_BASE, sum_of
from onapi.tax.tribute import FREE, IGV, IVAP
from onapi.values.money import ZERO

_WITHOUT = "; corríjalo o envíe la línea sin él para que se calcule."
_OTHER_DOCUMENTS = frozenset({"30", "42"})  # what banks and credit cards issue: their notes need not follow (3103)


def _has_excise(line: Line) -> bool:
    return bool(line.amounts.isc) and line.amounts.isc_base > ZERO


def _value_follows(line: Line, sale: Sale) -> bool:
    amounts = line.amounts
    each = amounts.unit_price if amounts.tribute == FREE else amounts.unit_value
    value = each * line.quantity
    if amounts.charges and not sale.is_note:
        value += sum_of(amounts.charges, LINE_CHARGE_ON_BASE) - sum_of(amounts.charges, LINE_DISCOUNT_ON_BASE)
    return near(amounts.net, value)


def _base_follows(line: Line, _: Sale) -> bool:
    amounts = line.amounts
    if amounts.isc and _has_excise(line):
        return near(amounts.igv_base, amounts.net + amounts.isc)
    return amounts.igv_base == amounts.net


def _igv_follows(line: Line, sale: Sale) -> bool:
    if not "10" <= line.affectation <= "17":
        return True
    amounts = line.amounts
    if near(amounts.igv, share(amounts.igv_base, line.igv_percent)):
        return True
    return sale.modified is not None and sale.modified.doctype in _OTHER_DOCUMENTS


def _taxes_follow(line: Line, _: Sale) -> bool:
    amounts = line.amounts
    collected = amounts.igv if amounts.tribute in {IGV, IVAP} else ZERO
    if amounts.isc or amounts.icbper or amounts.other:
        collected += amounts.isc + amounts.icbper + amounts.other
    return near(amounts.taxes, collected)


def _price_follows(line: Line, sale: Sale) -> bool:
    amounts = line.amounts
    if (amounts.tribute == FREE and amounts.igv_base > ZERO) or line.quantity <= ZERO:
        return True
    whole = amounts.net + amounts.taxes
    if amounts.charges and not sale.is_note:
        whole += sum_of(amounts.charges, LINE_CHARGE) - sum_of(amounts.charges, LINE_DISCOUNT)
    return abs(amounts.unit_price * line.quantity - whole) <= line.quantity  # 1.00 for each unit, without a division


def _tax_follows(base: Decimal, percent: Decimal, amount: Decimal) -> bool:
    return not amount or base <= ZERO or near(amount, share(base, percent))


def _bags_follow(line: Line, _: Sale) -> bool:
    return not line.amounts.icbper or line.quantity <= ZERO or line.amounts.icbper == line.bag_tax * line.quantity


def _of_line(code: str, path: str, sentence: str, holds: Callable[[Line, Sale], bool]) -> Rule[Sale]:
    return Rule(code, f"amounts.{path}", sentence + _WITHOUT, holds, over="lines")


LINE_SUM_RULES: tuple[Rule[Sale], ...] = (
    *per_modified(
        (
            _of_line(
                "3271",
                "net",
                "El valor de venta debe ser valor unitario por cantidad (en una factura, con sus descuentos y cargos)",
                _value_follows,
            ),
            _of_line(
                "3272",
                "igv_base",
                "La base del IGV debe ser el valor de venta de la línea, más su ISC si lo tiene",
                _base_follows,
            ),
            _of_line(
                "3292",
                "taxes",
                "La suma de tributos de la línea debe ser la de su IGV o IVAP, ISC, ICBPER y otros tributos",
                _taxes_follow,
            ),
        )
    ),
    *per_modified(
        (
            _of_line(
                "3270",
                "unit_price",
                "El precio unitario debe ser el valor de venta más tributos, entre la cantidad",
                _price_follows,
            ),
        ),
        notes=(DEBIT_NOTE,),
    ),
    _of_line("3103", "igv", "El IGV de la línea debe ser su base por su tasa", _igv_follows),
    _of_line(
        "3108",
        "isc",
        "El ISC de la línea debe ser su base por su tasa",
        lambda x, _: _tax_follows(x.amounts.isc_base, x.isc_percent, x.amounts.isc),
    ),
    _of_line(
        "3109",
        "other",
        "El otro tributo de la línea debe ser su base por su tasa",
        lambda x, _: _tax_follows(x.amounts.other_base, x.other_percent, x.amounts.other),
    ),
    Rule(
        "4318",
        "amounts.icbper",
        "El ICBPER de la línea debe ser exactamente el de cada bolsa por la cantidad de bolsas.",
        _bags_follow,
        over="lines",
    ),
)
