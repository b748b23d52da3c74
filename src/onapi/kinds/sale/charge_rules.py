"""What SUNAT asks of discounts and charges over the whole sale; they stand in two lists, each with its own pointers."""

from decimal import Decimal

from onapi.kinds.sale.model import Sale
from onapi.rules.rule import Rule
from onapi.tax.charge import CHARGE_ON_BASE, DISCOUNT_ON_BASE, Charge
from onapi.tax.tribute import IGV, IVAP
from onapi.values.money import ZERO

LARGEST = Decimal("999999999999.99")
_TOLERANCE = Decimal("1.00")
_SUPPORTED = frozenset({"02", "03", "45", "46", "49", "50", "62", "63"})  # the rest go on lines or need a further block


def charge_follows(charge: Charge) -> bool:
    """Amount = base x factor, where a factor is told."""
    return charge.factor <= ZERO or abs(charge.base * charge.factor - charge.amount) <= _TOLERANCE


def charge_fits(charge: Charge) -> bool:
    """No negative or endless number."""
    return all(ZERO <= amount <= LARGEST for amount in (charge.amount, charge.base, charge.factor))


def _has_what_it_changes(charge: Charge, sale: Sale) -> bool:
    taxed = any(line.amounts.tribute in {IGV, IVAP} for line in sale.lines)
    return charge.code not in {DISCOUNT_ON_BASE, CHARGE_ON_BASE} or taxed


def _rules(over: str) -> tuple[Rule[Sale], ...]:
    return (
        Rule(
            "3071",
            "code",
            "El código de descuento o cargo no está en el catálogo 53, o es de línea, o todavía no se procesa.",
            lambda c, _: c.code in _SUPPORTED,
            over=over,
        ),
        Rule(
            "2968",
            "amount",
            "El importe y la base del descuento o cargo no pueden ser negativos.",
            lambda c, _: charge_fits(c),
            over=over,
        ),
        Rule(
            "3307",
            "amount",
            "El monto del descuento o cargo debe ser su base por su factor; envíe solo dos de los tres.",
            lambda c, _: charge_follows(c),
            over=over,
        ),
        Rule(
            "3277",
            "code",
            "El descuento 02 y el cargo 49 son de operaciones gravadas y aquí no hay ninguna; use 03 o 50.",
            _has_what_it_changes,
            over=over,
        ),
    )


CHARGE_RULES = (*_rules("discounts"), *_rules("surcharges"))
