"""Tax rates and amounts on a day.

A rate is a row of `rates.tsv`, never a number in code: when the law changes, a row is added and no program moves.
SUNAT judges a document by its issue date, so that is the day to ask for. Sources: `SOURCES.md`.

>>> rate("icbper", date(2022, 6, 1)).value
Decimal('0.40')
>>> accepted_igv_rates(date(2026, 11, 22))
(Decimal('18.00'), Decimal('10.50'))
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from onapi.facts.table import read


@dataclass(frozen=True, slots=True)
class Rate:
    """What a tax costs, or an amount the law draws a line at, from a day on."""

    tax: str  # lower-case name, as in rates.tsv: igv, igv_mype, icbper, retencion_01, boleta_identified_above
    since: date  # first day it applies, Lima time
    value: Decimal
    unit: str  # "percent", "PEN/bag" or "PEN"
    reliability: str  # "A" official text or rule, "B" several sources agree, "C" one source or deduced
    source: str  # the law or rule that says so


@dataclass(frozen=True, slots=True)
class _Accepted:
    """The IGV rates SUNAT's validation lets through from a day on."""

    since: date
    sale: tuple[Decimal, ...]  # percent
    note: tuple[Decimal, ...]  # percent


@lru_cache(maxsize=1024)
def rate(tax: str, on: date) -> Rate:
    """Give the rate of a tax on a day; KeyError if there was none yet, or none any more.

    A withholding of régimen 02 (`retencion_02`) asks with the issue date of the document paid, as SUNAT's rule does.
    """
    rows = [(since, found) for since, found in _rates().get(tax, ()) if since <= on]
    found = max(rows, key=lambda row: row[0])[1] if rows else None
    if found is None:
        raise KeyError(f"no {tax} rate on {on}")
    return found


@lru_cache(maxsize=1024)
def accepted_igv_rates(on: date, *, note: bool = False) -> tuple[Decimal, ...]:
    """Give the IGV percentages SUNAT lets a document of this issue date carry, the usual one first.

    A note may also carry the rate of the document it modifies. KeyError before the first row of `igv_accepted.tsv`.
    """
    rows = [row for row in _accepted() if row.since <= on]
    if not rows:
        raise KeyError(f"no IGV rates on {on}")
    latest = max(rows, key=lambda row: row.since)
    return latest.note if note else latest.sale


@cache
def _rates() -> dict[str, tuple[tuple[date, Rate | None], ...]]:
    """Read for each tax its rows; None from the day it ended."""
    rates: dict[str, tuple[tuple[date, Rate | None], ...]] = {}
    for tax, day, value, unit, reliability, source in read("rates.tsv").rows:
        since = date.fromisoformat(day)
        row = Rate(tax, since, Decimal(value), unit, reliability, source) if value else None
        rates[tax] = (*rates.get(tax, ()), (since, row))
    return rates


@cache
def _accepted() -> tuple[_Accepted, ...]:
    return tuple(
        _Accepted(date.fromisoformat(since), _percents(sale), _percents(note))
        for since, sale, note, _, _ in read("igv_accepted.tsv").rows
    )


def _percents(cell: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(percent) for percent in cell.split())
