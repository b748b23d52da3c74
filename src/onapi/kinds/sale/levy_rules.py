"""What SUNAT asks of detracción, percepción and retención within a sale (sheets of v20260212).

A percepción has a block of its own; one that the caller wrote among the charges is judged as the charge that it is.
Our notes carry none of the three.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.kinds.sale.blocks import CASH, Detraccion, Perception
from onapi.kinds.sale.charge_rules import INCOME_RETENTION
from onapi.kinds.sale.levies import HOME_CURRENCY, UNDER_DETRACCION, UNDER_PERCEPTION
from onapi.kinds.sale.model import FACTURA, Sale
from onapi.kinds.sale.sorts import INVOICES
from onapi.rules.rule import Rule
from onapi.rules.shapes import fits, near
from onapi.tax.charge import PERCEPTIONS, RETENTION
from onapi.values.identity import RUC
from onapi.values.money import ZERO

_GOODS: Mapping[str, str] = {"1002": "004", "1003": "028", "1004": "027"}  # catalogue 51 to 54
_UNDER_INCOME_RETENTION = "2002"
_LARGEST_FACTOR = Decimal("999.99999")


def _is_cash(sale: Sale) -> bool:
    return sale.payment is None or sale.payment.form == CASH


def _is_written_as_charge(sale: Sale) -> bool:
    """Only charges can be so: a discount of these codes is refused on reading (3114)."""
    return any(charge.code in PERCEPTIONS for charge in sale.charges)


def _has_perception(sale: Sale) -> bool:
    return sale.perception is not None or _is_written_as_charge(sale)


def _of_detraccion(holds: Callable[[Detraccion], bool]) -> Callable[[Sale], bool]:
    """A test of the detracción, passed by what has none."""
    return lambda sale: sale.detraccion is None or holds(sale.detraccion)


def _of_perception(holds: Callable[[Perception], bool]) -> Callable[[Sale], bool]:
    """A test of the percepción, passed by what has none."""
    return lambda sale: sale.perception is None or holds(sale.perception)


def _goods_fit(sale: Sale) -> bool:
    goods = _GOODS.get(sale.operation)
    return goods is None or sale.detraccion is None or sale.detraccion.code == goods


def _in_soles_when_a_charge(sale: Sale) -> bool:
    return sale.currency == HOME_CURRENCY or not _is_written_as_charge(sale)


_DETRACCION: tuple[Rule[Sale], ...] = (
    Rule(
        "3127",
        "detraccion",
        "Una operación 1001 a 1004 necesita el bloque `detraccion`; si no hay detracción, use 0101.",
        lambda s: s.operation not in UNDER_DETRACCION or s.detraccion is not None,
        only=INVOICES,
    ),
    Rule(
        "3128",
        "operation",
        "Con detracción la operación es 1001, 1002, 1003 o 1004; cámbiela o quite la detracción.",
        lambda s: s.detraccion is None or s.operation in UNDER_DETRACCION,
    ),
    Rule(
        "3033",
        "detraccion.code",
        "El bien o servicio de la detracción no está en el catálogo 54.",
        _of_detraccion(lambda d: is_listed("54", d.code)),
        only=INVOICES,
    ),
    Rule(
        "3129",
        "detraccion.code",
        "La operación 1002 lleva el bien 004, la 1003 el servicio 028 y la 1004 el 027; corrija uno de los dos.",
        _goods_fit,
    ),
    Rule(
        "3034",
        "detraccion.account",
        "Ponga en `ctaBanco` la cuenta del emisor en el Banco de la Nación.",
        lambda s: bool(s.detraccion.account) if s.detraccion else s.operation not in UNDER_DETRACCION,
        only=INVOICES,
    ),
    Rule(
        "3174",
        "detraccion.means",
        "El medio de pago de la detracción no está en el catálogo 59; use 001 para un depósito en cuenta.",
        _of_detraccion(lambda d: is_listed("59", d.means)),
        only=INVOICES,
    ),
    Rule(
        "3037",
        "detraccion.amount",
        "El monto de la detracción, en soles, debe ser mayor que cero; en una venta en otra moneda envíelo.",
        _of_detraccion(lambda d: d.amount > ZERO and fits(d.amount)),
        only=INVOICES,
    ),
)

_PERCEPTION: tuple[Rule[Sale], ...] = (
    Rule(
        "3093",
        "perception",
        "Una operación 2001 al contado necesita el bloque `perception`; si no hay percepción, use 0101.",
        lambda s: s.operation != UNDER_PERCEPTION or not _is_cash(s) or _has_perception(s),
    ),
    Rule(
        "3309",
        "perception",
        "Una operación 2001 al contado necesita el bloque `perception`, con el total que la incluye.",
        lambda s: s.operation != UNDER_PERCEPTION or not _is_cash(s) or s.perception is not None,
    ),
    Rule(
        "3308",
        "operation",
        "Con percepción la operación es 2001; cámbiela o quite la percepción.",
        lambda s: s.operation == UNDER_PERCEPTION or not _has_perception(s),
    ),
    Rule(
        "3330",
        "payment.form",
        "Una venta con percepción se paga al contado; al crédito, la percepción se cobra con cada pago.",
        lambda s: _is_cash(s) or s.operation != UNDER_PERCEPTION or not _has_perception(s),
    ),
    Rule(
        "3071",
        "perception.code",
        "El régimen de la percepción debe ser 51, 52 o 53.",
        _of_perception(lambda p: p.code in PERCEPTIONS),
    ),
    Rule(
        "3025",
        "perception.factor",
        "La tasa de la percepción es una fracción positiva: 0.02 es dos por ciento.",
        _of_perception(lambda p: ZERO <= p.factor <= _LARGEST_FACTOR),
    ),
    Rule(
        "2968",
        "perception.amount",
        "El monto de la percepción debe ser mayor que cero, con hasta 12 enteros.",
        _of_perception(lambda p: p.amount > ZERO and fits(p.amount)),
    ),
    Rule(
        "2798",
        "perception.amount",
        "El monto de la percepción debe ser su base por su tasa; envíe solo dos de los tres.",
        _of_perception(lambda p: near(p.amount, p.base * p.factor)),
    ),
    Rule(
        "3016",
        "perception.base",
        "La base de la percepción no puede ser negativa y admite hasta 12 enteros.",
        _of_perception(lambda p: fits(p.base)),
    ),
    Rule(
        "3233",
        "perception.base",
        "La base de la percepción no puede ser cero.",
        _of_perception(lambda p: bool(p.base)),
    ),
    Rule(
        "2797",
        "perception.base",
        "La base de la percepción no puede superar el importe total.",
        lambda s: s.perception is None or s.currency != HOME_CURRENCY or s.perception.base <= s.totals.payable,
    ),
    Rule(
        "3311",
        "perception.total",
        "El total con percepción debe ser mayor que cero, con hasta 12 enteros.",
        _of_perception(lambda p: p.total > ZERO and fits(p.total)),
    ),
    Rule(
        "2792",
        "surcharges",
        "La percepción va en soles; póngala en el bloque `perception` y no entre los cargos.",
        _in_soles_when_a_charge,
    ),
    Rule(
        "2788",
        "surcharges",
        "La base de la percepción va en soles; póngala en el bloque `perception` y no entre los cargos.",
        _in_soles_when_a_charge,
    ),
)

_RETENTION: tuple[Rule[Sale], ...] = (
    Rule(
        "3262",
        "customer.id_type",
        "Solo retiene el IGV (descuento 62) un cliente con RUC; quite el descuento o identifíquelo con su RUC.",
        lambda s: s.customer.id_type == RUC or all(charge.code != RETENTION for charge in s.charges),
    ),
    Rule(
        "3263",
        "amount",
        "El monto de la retención debe ser su base por su tasa (0.03); envíe solo dos de los tres.",
        lambda c, _: c.code != RETENTION or near(c.amount, c.base * c.factor),
        over="discounts",
    ),
    Rule(
        "3264",
        "base",
        "La base de la retención no puede superar el importe total.",
        lambda c, s: c.code != RETENTION or c.base <= s.totals.payable,
        over="discounts",
    ),
    Rule(
        "3316",
        "discounts",
        "Una operación 2002 necesita la retención de renta de segunda categoría: un descuento con código 63.",
        lambda s: s.operation != _UNDER_INCOME_RETENTION or any(x.code == INCOME_RETENTION for x in s.charges),
    ),
    Rule(
        "3317",
        "operation",
        "La retención de renta de segunda categoría (63) es de la operación 2002; cambie una de las dos.",
        lambda s: s.operation == _UNDER_INCOME_RETENTION or all(x.code != INCOME_RETENTION for x in s.charges),
        only=(FACTURA,),
    ),
)


LEVY_RULES: tuple[Rule[Sale], ...] = (*_DETRACCION, *_PERCEPTION, *_RETENTION)
