"""Shapes that SUNAT gives to texts, numbers and amounts, asked again and again by the rules of every family."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from onapi.facts.places import place
from onapi.values.money import ZERO

LARGEST: Final = Decimal("999999999999.99")
TOLERANCE: Final = Decimal("1.00")

_BREAKS = re.compile("[\t\n\r\f\v\x85\u2028\u2029]")  # white space that is no plain space
_LARGEST_RATE = Decimal("999.99999")
_RATE_DECIMALS = 5
_CENTS = 2  # decimals
_HUNDRED = Decimal(100)


def is_line(text: str, least: int, most: int) -> bool:
    r"""One line of text of such a length.

    >>> is_line("JR. CUSCO 100", 3, 200), is_line("JR.\nCUSCO", 3, 200)
    (True, False)
    """
    return least <= len(text) <= most and (text.isprintable() or not _BREAKS.search(text))


def is_line_or_nothing(text: str, least: int, most: int) -> bool:
    """One line of such a length, where there is any text at all."""
    return not text or is_line(text, least, most)


def is_word(text: str, least: int, most: int) -> bool:
    """Text of such a length without any white space."""
    return least <= len(text) <= most and not any(sign.isspace() for sign in text)


def is_place(ubigeo: str) -> bool:
    """Listed in catalogue 13."""
    try:
        return bool(place(ubigeo))
    except KeyError:
        return False


@lru_cache(maxsize=8192)  # the same rates and quantities come again and again
def decimals(value: Decimal) -> int:
    """How many decimals a number has, needless zeros left out.

    >>> decimals(Decimal("1.50")), decimals(Decimal("1E+3"))
    (1, 0)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def fits(amount: Decimal) -> bool:
    """Not negative, with at most twelve digits before the point."""
    return ZERO <= amount <= LARGEST


def in_cents(amount: Decimal) -> bool:
    """An amount of money that is not negative."""
    return fits(amount) and decimals(amount) <= _CENTS


def fits_rate(percent: Decimal) -> bool:
    """Not negative, with at most three digits before the point and five after it."""
    return ZERO <= percent <= _LARGEST_RATE and decimals(percent) <= _RATE_DECIMALS


def share(base: Decimal, percent: Decimal) -> Decimal:
    """A rate of a base, not rounded: SUNAT rounds nothing before it compares."""
    return base * percent / _HUNDRED


def near(stands: Decimal, follows: Decimal, tolerance: Decimal = TOLERANCE) -> bool:
    """Within SUNAT's tolerance of what it should be."""
    return -tolerance <= stands - follows <= tolerance
