"""Goods and services subject to detraccion (SUNAT's catalogue 54), with the usual percentage of the deposit.

The percentages are information for the issuer: SUNAT does not check them, and some codes have no fixed one. The
amounts above which a deposit is due are the rows `detraccion_…_above` of `rates.tsv`.

>>> detraccion("027").percent
Decimal('4')
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from onapi.facts.table import read


@dataclass(frozen=True, slots=True)
class Detraccion:
    """A good or service whose buyer deposits a part of the price for the seller's taxes."""

    code: str  # catalogue 54
    name: str
    percent: Decimal | None  # of the total with taxes; None if not verified or not a percentage: the issuer says it
    reliability: str  # "B" several sources agree; "" where there is no percentage
    source: str


def detraccion(code: str) -> Detraccion:
    """Give what catalogue 54 says about a code; KeyError if it does not have it."""
    found = _table().get(code)
    if found is None:
        raise KeyError(f"no detraccion has the code {code!r}")
    return found


@cache
def _table() -> dict[str, Detraccion]:
    return {
        code: Detraccion(code, name, Decimal(percent) if percent else None, reliability, source)
        for code, percent, reliability, name, source in read("detracciones.tsv").rows
    }
