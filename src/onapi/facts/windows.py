"""The days the law gives to send a document, to void it, or to date it ahead.

A window is a dated row of `windows.tsv`, with the code SUNAT answers outside of it. All days are calendar days of
Lima, counted from the day after the issue date. Sources: `SOURCES.md`.

>>> window("01", "F001", "send", date(2026, 11, 20)).last_day(date(2026, 11, 20))
datetime.date(2026, 11, 23)
>>> window("03", "B001", "send_individually", date(2026, 11, 20)).code
'1079'
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from onapi.facts.table import read

NOTES = frozenset({"07", "08"})  # follow the windows of the document they modify, which their series tells
OF_BOLETAS = ("B", "EB")  # how series of boletas and their notes begin; EB is SUNAT's portal
CONTINGENCY = "contingency"  # the group of documents from authorised printers, whose series begin with a digit
MAY_BE_CONTINGENT = frozenset({"01", "03", "04", "07", "08", "20", "40"})


@dataclass(frozen=True, slots=True)
class Window:
    """How many days there are for something, from a day on."""

    group: str  # document type, with F or B for notes: "01", "07B", "RC"; or "contingency"
    what: str  # "send", "send_individually", "summary", "void" or "future"
    since: date  # first issue date it applies to
    days: int | None  # calendar days after the issue date; None where SUNAT sets no limit
    code: str  # what SUNAT answers outside the window; "" where it sets no limit
    level: str  # "ERROR" or "OBSERV"
    reliability: str  # "A" official text or rule, "B" several sources agree, "C" one source or deduced
    source: str

    def last_day(self, issue_date: date) -> date:
        """Give the last day in time for a document of this issue date; `date.max` where there is no limit."""
        return date.max if self.days is None else issue_date + timedelta(days=self.days)

    def latest_issue_date(self, today: date) -> date:
        """Give the latest issue date a document sent today may carry; for `what` "future"."""
        return date.max if self.days is None else today + timedelta(days=self.days)


def window(doctype: str, series: str, what: str, on: date) -> Window:
    """Give the window of a document by its issue date; KeyError if the table has none.

    `doctype` is a code of catalogue 01, or RC, RA, RR; `series` tells notes of facturas from notes of boletas and
    contingency from the rest ("" for the batches). `what` is one of

    * `send`: the last road open to the document. For boletas and their notes that is the daily summary;
    * `send_individually`: boletas and their notes one by one, the shorter and harder window: alert by this one;
    * `summary`: boletas and their notes in a daily summary;
    * `void`: by the batch that voids its kind. SUNAT has no rule for GRE, which are voided in its portal;
    * `future`: how far ahead of the day of sending the issue date may lie.
    """
    for group in _groups(doctype, series):
        rows = [row for row in _windows().get((group, what), ()) if row.since <= on]
        if rows:
            return max(rows, key=lambda row: row.since)
    raise KeyError(f"no window to {what} a document {doctype} {series} on {on}")


def _groups(doctype: str, series: str) -> list[str]:
    """Name the groups of `windows.tsv` a document belongs to, the closest first."""
    contingent = doctype in MAY_BE_CONTINGENT and series[:1].isdigit()
    family = "B" if series.upper().startswith(OF_BOLETAS) else "F"
    own = doctype + family if doctype in NOTES else doctype
    return [CONTINGENCY, own] if contingent else [own]


@cache
def _windows() -> dict[tuple[str, str], tuple[Window, ...]]:
    windows: dict[tuple[str, str], tuple[Window, ...]] = {}
    for group, what, since, days, code, level, reliability, source in read("windows.tsv").rows:
        limit = int(days) if days else None
        row = Window(group, what, date.fromisoformat(since), limit, code, level, reliability, source)
        windows[group, what] = (*windows.get((group, what), ()), row)
    return windows
