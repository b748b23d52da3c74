"""What SUNAT asks of discounts and charges, of a line and of the whole sale (sheets of v20260212).

Those of the whole sale stand in two lists, each with its own pointers. The percepción and the retención among them have
further rules in `levy_rules`, those of advances in `advance_rules`.
"""

from dataclasses import replace
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.kinds.sale.model import Line, Sale
from onapi.kinds.sale.sorts import INVOICES
from onapi.rules.rule import Rule
from onapi.rules.shapes import fits, near
from onapi.tax.charge import CHARGE_ON_BASE, DISCOUNT_ON_BASE, RETENTION, Charge
from onapi.tax.tribute import IGV, IVAP
from onapi.values.money import ZERO

FISE = "45"
INCOME_RETENTION = "63"  # de renta de segunda categoría
_OF_LINES = frozenset({"00", "01", "47", "48"})
_LARGEST_FACTOR = Decimal("999.99999")
_PRODUCT = "El monto del descuento o cargo debe ser su base por su factor; envíe solo dos de los tres."


def _follows(charge: Charge) -> bool:
    """Amount = base x factor, where a factor is told."""
    return charge.factor <= ZERO or near(charge.amount, charge.base * charge.factor)


def _factor_fits(charge: Charge) -> bool:
    return ZERO <= charge.factor <= _LARGEST_FACTOR


def _has_what_it_changes(charge: Charge, sale: Sale) -> bool:
    taxed = any(line.amounts.tribute in {IGV, IVAP} for line in sale.lines)
    return charge.code not in {DISCOUNT_ON_BASE, CHARGE_ON_BASE} or taxed


def _amount_fits(charge: Charge, _: Sale) -> bool:
    return fits(charge.amount) and (charge.amount > ZERO or charge.code not in {RETENTION, INCOME_RETENTION})


def _base_fits(charge: Charge, _: Sale) -> bool:
    return fits(charge.base) and (charge.base > ZERO or charge.code != INCOME_RETENTION)


def _all_listed(line: Line, _: Sale) -> bool:
    return all(is_listed("53", charge.code) for charge in line.amounts.charges)


def _all_of_lines(line: Line, _: Sale) -> bool:
    return all(charge.code in _OF_LINES or not is_listed("53", charge.code) for charge in line.amounts.charges)


LINE_CHARGE_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "2954",
        "charges",
        "El código de descuento o cargo no está en el catálogo 53; en una línea use 00, 01, 47 o 48.",
        _all_listed,
        over="lines",
    ),
    Rule(
        "4268",
        "charges",
        "En una línea los descuentos son 00 o 01 y los cargos 47 o 48; los demás no cambian nada y van en el total.",
        _all_of_lines,
        over="lines",
    ),
    Rule(
        "3052",
        "charges",
        "El factor de un descuento o cargo de la línea es una fracción positiva: 0.10 es diez por ciento.",
        lambda x, _: all(map(_factor_fits, x.amounts.charges)),
        over="lines",
    ),
    Rule(
        "2955",
        "charges",
        "Los descuentos y cargos de la línea no pueden ser negativos y admiten hasta 12 enteros.",
        lambda x, _: all(fits(charge.amount) for charge in x.amounts.charges),
        over="lines",
    ),
    Rule(
        "3053",
        "charges",
        "La base de un descuento o cargo de la línea no puede ser negativa y admite hasta 12 enteros.",
        lambda x, _: all(fits(charge.base) for charge in x.amounts.charges),
        over="lines",
    ),
    Rule("3290", "charges", _PRODUCT, lambda x, _: all(map(_follows, x.amounts.charges)), over="lines", only=INVOICES),
)


_GLOBAL: tuple[Rule[Sale], ...] = (
    Rule(
        "3071",
        "code",
        "El código de descuento o cargo no está en el catálogo 53; use 03 para un descuento o 50 para un cargo.",
        lambda c, _: is_listed("53", c.code),
    ),
    Rule(
        "4291",
        "code",
        "Los códigos 00, 01, 47 y 48 son de línea; en el total use 02, 03, 49 o 50.",
        lambda c, _: c.code not in _OF_LINES,
    ),
    Rule(
        "3025",
        "factor",
        "El factor de un descuento o cargo es una fracción positiva: 0.10 es diez por ciento.",
        lambda c, _: _factor_fits(c),
    ),
    Rule(
        "2968",
        "amount",
        "El importe del descuento o cargo no puede ser negativo; el de una retención debe ser mayor que cero.",
        _amount_fits,
    ),
    Rule(
        "3016",
        "base",
        "La base del descuento o cargo no puede ser negativa; la de la retención 63 debe ser mayor que cero.",
        _base_fits,
    ),
    Rule("3307", "amount", _PRODUCT, lambda c, _: _follows(c), only=INVOICES),
    Rule(
        "3277",
        "code",
        "El descuento 02 y el cargo 49 son de operaciones gravadas y aquí no hay ninguna; use 03 o 50.",
        _has_what_it_changes,
        only=INVOICES,
    ),
    Rule(
        "3074",
        "amount",
        "El cargo del FISE (45) debe ser mayor que cero; quítelo si no lo hay.",
        lambda c, _: c.code != FISE or bool(c.amount),
    ),
    Rule(
        "3092",
        "base",
        "El cargo del FISE (45) necesita una base mayor que cero.",
        lambda c, _: c.code != FISE or c.base > ZERO,
    ),
)

CHARGE_RULES: tuple[Rule[Sale], ...] = tuple(
    replace(rule, over=items) for items in ("discounts", "surcharges") for rule in _GLOBAL
)
