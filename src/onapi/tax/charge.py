"""Discounts and charges (SUNAT's catalogue 53): which way each counts, and its third number from the other two."""

from dataclasses import dataclass
from decimal import Decimal

from onapi.values.money import ZERO, to_cents, to_factor

LINE_DISCOUNT_ON_BASE = "00"
LINE_DISCOUNT = "01"
DISCOUNT_ON_BASE = "02"
DISCOUNT = "03"
ADVANCE_TAXED = "04"
ADVANCE_EXONERATED = "05"
ADVANCE_UNAFFECTED = "06"
ADVANCE_ISC = "20"
ADVANCES = frozenset({ADVANCE_TAXED, ADVANCE_EXONERATED, ADVANCE_UNAFFECTED})
RETENTION = "62"  # of the IGV, by the customer
CONSUMPTION = "46"
LINE_CHARGE_ON_BASE = "47"
LINE_CHARGE = "48"
CHARGE_ON_BASE = "49"

ALLOWANCES_AFTER_TAX = frozenset({"03", "63"})  # rule 3300
CHARGES_AFTER_TAX = frozenset({"45", "46", "50"})  # rule 3301
PERCEPTIONS = frozenset({"51", "52", "53"})  # shown among the charges, in soles; not part of the total
_FACTOR_LIMIT = 1000  # three digits before the point
_HALF_TOLERANCE = Decimal("0.50")  # SUNAT allows 1.00; we stay well inside
_CHARGES = frozenset({"45", "46", "47", "48", "49", "50", "51", "52", "53", "54"})


@dataclass(frozen=True, slots=True)
class Charge:
    """A discount or a charge; `amount = base x factor`."""

    code: str  # catalogue 53
    amount: Decimal
    base: Decimal
    factor: Decimal  # 0.10 is ten percent; zero where no ratio is told

    @property
    def is_charge(self) -> bool:
        """It adds to the price; otherwise it is a discount."""
        return is_charge(self.code)


@dataclass(frozen=True, slots=True)
class ChargeForm:
    """A charge as somebody wrote it: two of the three numbers are enough, and a lone amount too."""

    code: str
    amount: Decimal | None = None
    base: Decimal | None = None
    factor: Decimal | None = None


def complete_charge(form: ChargeForm, default_base: Decimal) -> Charge:
    """The charge with all its numbers; what it is counted on is `default_base` unless the form says.

    A ratio that five decimals cannot hold is left out (zero), since SUNAT multiplies it back (rules 3290, 3307).
    """
    base = to_cents(form.base if form.base is not None else _base_of(form, default_base))
    amount = to_cents(form.amount if form.amount is not None else base * (form.factor or ZERO))
    if form.factor is not None and form.amount is not None and form.base is not None:
        return Charge(form.code, amount, base, to_factor(form.factor))
    factor = to_factor(form.factor if form.factor is not None else amount / base if base else ZERO)
    holds = factor < _FACTOR_LIMIT and abs(base * factor - amount) <= _HALF_TOLERANCE
    return Charge(form.code, amount, base, factor if holds else ZERO)


def is_charge(code: str) -> bool:
    """True for a code that adds to the price; the rest take off.

    >>> is_charge("46"), is_charge("03")
    (True, False)
    """
    return code in _CHARGES


def _base_of(form: ChargeForm, default_base: Decimal) -> Decimal:
    if form.amount is not None and form.factor:
        return to_cents(form.amount / form.factor)
    return default_base


def sum_of(charges: tuple[Charge, ...], *codes: str) -> Decimal:
    """What the charges of these codes come to."""
    if not charges:
        return ZERO
    return sum((charge.amount for charge in charges if charge.code in codes), ZERO)
