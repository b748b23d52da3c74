"""The legal windows of a document on its road: by when it has to be there, and what follows when it is not.

A boleta that is too late to go alone still goes in a resumen diario, which SUNAT takes at any time and notes.
"""

from datetime import date, datetime

from onapi.facts.windows import NOTES, Window, window
from onapi.store.documents import StoredDocument
from onapi.values.moment import end_of_day, in_lima
from onapi.values.number import ReceiptId

OUT_OF_TIME = "out_of_time"
_ALONE, _ANY, _SUMMARY = "send_individually", "send", "summary"


def deadline_of(receipt: ReceiptId, since: date, *, in_summary: bool = False) -> datetime | None:
    """The last moment at which SUNAT takes it without a word, where there is one; `since` is the day it counts from."""
    found = _window(receipt, since, (_SUMMARY, _ANY) if in_summary else (_ALONE, _ANY))
    last = found.last_day(since) if found else date.max
    return end_of_day(last) if last < date.max else None


def is_too_late(document: StoredDocument, deadline: datetime | None, now: datetime) -> bool:
    """Whether SUNAT would refuse it now; what it only notes may still go."""
    if deadline is None or now <= deadline:
        return False
    found = _window(document.receipt, document.issue_date, (_ALONE, _ANY))
    return found is not None and found.level == "ERROR"


def goes_in_summary(receipt: ReceiptId, issue_date: date) -> bool:
    """Boletas and their notes: a resumen takes them."""
    is_boleta = receipt.doctype == "03" or (receipt.doctype in NOTES and not receipt.series.startswith("F"))
    return is_boleta and _window(receipt, issue_date, (_SUMMARY,)) is not None


def late_words(deadline: datetime) -> str:
    """What is told of one that is too late."""
    return f"El plazo para enviarlo venció el {in_lima(deadline):%d/%m/%Y}; no se envió, su número sigue libre."


def _window(receipt: ReceiptId, since: date, whats: tuple[str, ...]) -> Window | None:
    for what in whats:
        try:
            return window(receipt.doctype, receipt.series, what, since)
        except KeyError:
            continue
    return None
