"""Which batch voids a receipt, and until when: RA facturas and what follows them, RC boletas and theirs, RR the rest.

>>> mechanism(ReceiptId("20000000001", "07", "FC01", 1)), mechanism(ReceiptId("20000000001", "07", "BC01", 1))
('RA', 'RC')
"""

from datetime import date
from typing import Final, Literal, TypeAlias

from onapi.facts.windows import Window, window
from onapi.kinds.batch.model import BOLETA, NOTES
from onapi.kinds.batch.receipt_rules import RECEIPT
from onapi.kinds.batch.rules import OF_REVERSAL, SERIES_VOIDED
from onapi.values.number import ReceiptId

Mechanism: TypeAlias = Literal["RA", "RC", "RR"]

_FIRST_RULE: Final = date(2021, 9, 1)  # since when SUNAT's rules of voiding are known; what is older is held to them
_IN_SUMMARIES: Final = NOTES | {BOLETA}


def mechanism(receipt: ReceiptId, modified: str = "") -> Mechanism | None:
    """The batch that voids a receipt; None where there is none: GRE, and what SUNAT's portal issued.

    A note of an authorised printer has a series of digits, which both RA and RC take: `modified`, the kind of receipt
    that it modifies (catalogue 01), tells which: RC for a boleta, otherwise RA.
    """
    doctype, series = receipt.doctype, receipt.series
    of_boletas = doctype == BOLETA or (doctype in NOTES and series.isdigit() and modified == BOLETA)
    if not of_boletas and doctype in SERIES_VOIDED and SERIES_VOIDED[doctype].fullmatch(series):
        return "RR" if doctype in OF_REVERSAL else "RA"
    return "RC" if doctype in _IN_SUMMARIES and RECEIPT.fullmatch(receipt.label) else None


def void_window(receipt: ReceiptId, issue_date: date) -> Window | None:
    """How long a receipt of that day may be voided, and what SUNAT answers afterwards; None where no batch voids it."""
    if mechanism(receipt) is None:
        return None
    return window(receipt.doctype, receipt.series, "void", max(issue_date, _FIRST_RULE))
