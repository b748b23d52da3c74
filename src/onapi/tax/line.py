"""The amounts of one line (rules 3270, 3271, 3272, 3103, 3108, 3292).

Prices come without tax (`unit_value`) or with (`unit_price`). From a price the value is found first, to ten decimals;
then, where IGV is the only tax, the tax is what is left of price x quantity, so that the customer pays exactly that.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from onapi.tax.charge import (
    LINE_CHARGE,
    LINE_CHARGE_ON_BASE,
    LINE_DISCOUNT,
    LINE_DISCOUNT_ON_BASE,
    Charge,
    ChargeForm,
    complete_charge,
    sum_of,
)
from onapi.tax.tribute import FREE, affectation, tribute_of
from onapi.values.money import ZERO, to_cents, to_unit

_HUNDRED = Decimal(100)
_NOTHING = (ZERO, ZERO)
_HALF_TOLERANCE = Decimal("0.50")  # SUNAT allows 1.00 between tax and base x rate (3103); we stay well inside
ISC_ON_VALUE = "01"  # catalogue 08
ISC_FIXED = "02"
ISC_ON_RETAIL_PRICE = "03"


@dataclass(frozen=True, slots=True)
class Isc:
    """Excise on a line: its system and what the caller knows of its numbers."""

    system: str  # catalogue 08
    percent: Decimal = ZERO
    base: Decimal | None = None  # system 03: suggested retail price x quantity
    amount: Decimal | None = None  # system 02: fixed amount of the whole line


@dataclass(frozen=True, slots=True)
class OtherTax:
    """Any further tax of a line (tribute 9999)."""

    percent: Decimal
    base: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What tax needs to know of a line; one of value and price is given."""

    quantity: Decimal
    affectation: str  # catalogue 07
    igv_percent: Decimal  # 18, 10.5, 4 for IVAP; of no account for 20 to 40
    unit_value: Decimal | None = None  # without taxes; of a free line, its reference value
    unit_price: Decimal | None = None  # with taxes
    is_free: bool = False
    charges: tuple[ChargeForm, ...] = ()
    isc: Isc | None = None
    bag_tax: Decimal | None = None  # ICBPER of one bag
    other: OtherTax | None = None


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Everything a line comes to; money with two decimals, unit amounts with up to ten."""

    tribute: str  # 1000, 1016, 9995, 9996, 9997 or 9998
    unit_value: Decimal  # of a free line: its reference value
    unit_price: Decimal
    charges: tuple[Charge, ...]
    net: Decimal  # valor de venta: value less discounts, without taxes
    igv_base: Decimal
    igv: Decimal  # IGV or IVAP; of a free line for information only
    isc_base: Decimal
    isc: Decimal
    icbper: Decimal
    other_base: Decimal
    other: Decimal
    taxes: Decimal  # what is collected


def line_amounts(item: Item) -> LineAmounts:
    """Compute a line."""
    unit_value = to_unit(item.unit_value) if item.unit_value is not None else _value_of_price(item)
    gross = unit_value * item.quantity
    charges = tuple([complete_charge(form, to_cents(gross)) for form in item.charges]) if item.charges else ()
    net = _net(gross, charges)
    isc_base, isc = _excise(item.isc, net) if item.isc is not None else _NOTHING
    igv_base = net + isc if isc else net
    igv = _igv(item, igv_base)
    icbper = to_cents(item.bag_tax * item.quantity) if item.bag_tax else ZERO
    other_base, other = _other(item.other, net) if item.other is not None else _NOTHING
    tribute = tribute_of(item.affectation, is_free=item.is_free)
    collected = ZERO if tribute == FREE else igv
    if isc or icbper or other:
        collected += isc + icbper + other
    price = unit_value
    if tribute != FREE and item.quantity:
        price = to_unit(_whole_price(net + collected, charges) / item.quantity)
    return LineAmounts(
        tribute, unit_value, price, charges, net, igv_base, igv, isc_base, isc, icbper, other_base, other, collected
    )


def _net(gross: Decimal, charges: tuple[Charge, ...]) -> Decimal:
    if not charges:
        return to_cents(gross)
    return to_cents(gross - sum_of(charges, LINE_DISCOUNT_ON_BASE) + sum_of(charges, LINE_CHARGE_ON_BASE))


def _whole_price(taxed: Decimal, charges: tuple[Charge, ...]) -> Decimal:
    """What the customer pays for the line, with discounts and charges that touch no tax."""
    return taxed + sum_of(charges, LINE_CHARGE) - sum_of(charges, LINE_DISCOUNT) if charges else taxed


def _value_of_price(item: Item) -> Decimal:
    """The value without taxes that a price with taxes stands for; fixed amounts come off first."""
    price = item.unit_price or ZERO
    fixed = item.bag_tax or ZERO
    excise = ZERO
    if item.isc is not None:
        known = _known_excise(item.isc)
        fixed_excise = known / item.quantity if known is not None and item.quantity else ZERO
        excise = item.isc.percent / _HUNDRED if known is None else ZERO
        fixed += fixed_excise * (1 + _rate(item))
    other = item.other.percent / _HUNDRED if item.other is not None else ZERO
    return to_unit((price - fixed) / ((1 + excise) * (1 + _rate(item)) + other))


def _rate(item: Item) -> Decimal:
    return _share(item.igv_percent) if affectation(item.affectation).is_taxed else ZERO


@lru_cache(maxsize=256)
def _share(percent: Decimal) -> Decimal:
    return percent / _HUNDRED


def _igv(item: Item, base: Decimal) -> Decimal:
    rate = _rate(item)
    if not rate:
        return ZERO
    by_rate = to_cents(base * rate)
    only_igv = not (item.charges or item.isc or item.other or item.bag_tax or item.is_free)
    if item.unit_price is not None and item.unit_value is None and only_igv:
        rest = to_cents(item.unit_price * item.quantity) - base
        return rest if abs(rest - by_rate) <= _HALF_TOLERANCE else by_rate
    return by_rate


def _known_excise(isc: Isc) -> Decimal | None:
    """An excise that does not depend on the line's value."""
    if isc.amount is not None:
        return isc.amount
    if isc.base is not None and isc.system == ISC_ON_RETAIL_PRICE:
        return to_cents(isc.base * isc.percent / _HUNDRED)
    return None


def _excise(isc: Isc, net: Decimal) -> tuple[Decimal, Decimal]:
    base = to_cents(isc.base if isc.base is not None else net)
    known = _known_excise(isc)
    amount = to_cents(known if known is not None else base * isc.percent / _HUNDRED)
    return base if amount else ZERO, amount


def _other(tax: OtherTax, net: Decimal) -> tuple[Decimal, Decimal]:
    base = to_cents(tax.base if tax.base is not None else net)
    amount = to_cents(tax.amount if tax.amount is not None else base * tax.percent / _HUNDRED)
    return base if amount else ZERO, amount
