"""What SUNAT asks of payments made in advance with other receipts (sheets of v20260212)."""

import re

from onapi.kinds.sale.blocks import Advance
from onapi.kinds.sale.model import Sale
from onapi.rules.rule import Rule
from onapi.tax.charge import ADVANCE_ISC, ADVANCES
from onapi.values.money import ZERO

WITH_FACTURA, WITH_BOLETA = "02", "03"  # catalogue 12
_NUMBERS = {
    WITH_FACTURA: re.compile(r"(?:F[A-Z0-9]{3}|E001|\d{1,4})-\d{1,8}", re.ASCII),
    WITH_BOLETA: re.compile(r"(?:B[A-Z0-9]{3}|EB01|\d{1,4})-\d{1,8}", re.ASCII),
}
_TAKEN_OFF = ADVANCES | {ADVANCE_ISC}


def _number_fits(advance: Advance, _: Sale) -> bool:
    shape = _NUMBERS.get(advance.doctype)
    return shape is None or shape.fullmatch(advance.number) is not None


def _differ(sale: Sale) -> bool:
    named = {(advance.doctype, advance.number) for advance in sale.advances}
    return len(named) == len(sale.advances)


def _is_counted(sale: Sale) -> bool:
    return sale.totals.prepaid > ZERO or all(advance.total <= ZERO for advance in sale.advances)


def _adds_up(sale: Sale) -> bool:
    prepaid = sale.totals.prepaid
    return prepaid <= ZERO or prepaid == sum((advance.total for advance in sale.advances), ZERO)


def _is_taken_off(sale: Sale) -> bool:
    found = any(charge.code in ADVANCES and charge.amount > ZERO for charge in sale.charges)
    return sale.totals.prepaid <= ZERO or found


ADVANCE_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "2503",
        "total",
        "El importe del anticipo debe ser mayor que cero.",
        lambda a, _: a.total > ZERO,
        over="advances",
    ),
    Rule(
        "2505",
        "doctype",
        "Un anticipo se pagó con factura (02) o boleta (03); corrija `tipoDocRel`.",
        lambda a, _: a.doctype in _NUMBERS,
        over="advances",
    ),
    Rule(
        "3213",
        "doctype",
        "Cada anticipo necesita el comprobante con que se pagó: una factura (02) o boleta (03).",
        lambda a, _: a.doctype in _NUMBERS,
        over="advances",
    ),
    Rule(
        "2521",
        "number",
        "El número del comprobante del anticipo debe ser como F001-123 (factura) o B001-123 (boleta).",
        _number_fits,
        over="advances",
    ),
    Rule(
        "2365",
        "advances",
        "El mismo comprobante está en dos anticipos; sume sus importes en uno.",
        _differ,
    ),
    Rule(
        "3220",
        "totals.prepaid",
        "Hay anticipos y su total es cero; corrija `totalAnticipos` o quítelo para que se calcule.",
        _is_counted,
    ),
    Rule(
        "2509",
        "totals.prepaid",
        "El total de anticipos debe ser exactamente la suma de sus importes.",
        _adds_up,
    ),
    Rule(
        "3287",
        "discounts",
        "Con anticipos debe haber un descuento 04, 05 o 06 mayor que cero; quite los suyos para que se calculen.",
        _is_taken_off,
    ),
    Rule(
        "3282",
        "amount",
        "Los descuentos 04, 05, 06 y 20 son de anticipos y aquí no hay ninguno; póngalos en `anticipos`.",
        lambda c, s: c.code not in _TAKEN_OFF or c.amount <= ZERO or s.totals.prepaid > ZERO,
        over="discounts",
    ),
)
