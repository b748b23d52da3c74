"""Amounts and how they are rounded: half up, two decimals, as SUNAT's arithmetic expects."""

from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
_UNIT = Decimal("1E-10")
_FACTOR = Decimal("1E-5")
_WIDE = Context(prec=200)  # an absurd amount is for the rules to refuse; rounding it must not raise


def to_cents(amount: Decimal) -> Decimal:
    """An amount of money with two decimals.

    >>> to_cents(Decimal("4.575"))
    Decimal('4.58')
    """
    return amount.quantize(CENT, ROUND_HALF_UP, _WIDE)


def to_unit(value: Decimal) -> Decimal:
    """A unit value or price: at most ten decimals, the most that SUNAT reads."""
    return value.quantize(_UNIT, ROUND_HALF_UP, _WIDE)


def to_factor(value: Decimal) -> Decimal:
    """A factor or rate: at most five decimals."""
    return value.quantize(_FACTOR, ROUND_HALF_UP, _WIDE)


def plain(value: Decimal, least: int = 0) -> str:
    """Digits without exponent or needless zeros, with at least so many decimals.

    >>> plain(Decimal("100.0000"), 2), plain(Decimal("8.4745762712"), 2), plain(Decimal("2E+1"))
    ('100.00', '8.4745762712', '20')
    """
    text = format(value, "f")
    if "." not in text:
        return f"{text}.{'0' * least}" if least else text
    text = text.rstrip("0")
    decimals = len(text) - text.index(".") - 1
    if decimals >= least:
        return text if decimals else text[:-1]
    return text + "0" * (least - decimals)
