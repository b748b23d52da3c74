"""The shapes that SUNAT gives to texts, numbers and amounts of a liquidación de compra."""

import re
from decimal import Decimal

from onapi.facts.places import place
from onapi.values.money import ZERO

LARGEST = Decimal("999999999999.99")
TOLERANCE = Decimal("1.00")

_BREAKS = re.compile(r"[^\S ]", re.ASCII)  # white space that is no plain space
_SPACES = re.compile(r"\s", re.ASCII)
_LARGEST_RATE = Decimal("999.99999")
_RATE_DECIMALS = 5


def is_line(text: str, least: int, most: int) -> bool:
    r"""One line of text of such a length.

    >>> is_line("JR. CUSCO 100", 3, 200), is_line("JR.\nCUSCO", 3, 200)
    (True, False)
    """
    return least <= len(text) <= most and not _BREAKS.search(text)


def is_word(text: str, most: int) -> bool:
    """Text without any white space, of at most such a length."""
    return len(text) <= most and not _SPACES.search(text)


def is_place(ubigeo: str) -> bool:
    """Listed in catalogue 13."""
    try:
        return bool(place(ubigeo))
    except KeyError:
        return False


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


def fits_rate(percent: Decimal) -> bool:
    """Not negative, with at most three digits before the point and five after it."""
    return ZERO <= percent <= _LARGEST_RATE and decimals(percent) <= _RATE_DECIMALS


def share(base: Decimal, percent: Decimal) -> Decimal:
    """A rate of a base, not rounded: SUNAT rounds nothing before it compares."""
    return base * percent / 100


def near(stands: Decimal, follows: Decimal, tolerance: Decimal = TOLERANCE) -> bool:
    """Within SUNAT's tolerance of what it should be."""
    return abs(stands - follows) <= tolerance
