"""Series, correlative and the names that follow from them.

A receipt is named by issuer, kind, series and number; ZIP and XML carry that name, `20000000001-01-F001-123`.
"""

import re
from dataclasses import dataclass

MAX_CORRELATIVE = 99_999_999
MAX_BATCH = 99_999  # of one kind in a day: the name of a batch has five digits for it
BATCHES = frozenset({"RC", "RA", "RR"})
_FREE_WHEN_REJECTED = BATCHES | {"20", "40", "09", "31"}

_ISSUED_HERE = {
    "01": re.compile(r"F[A-Z0-9]{3}", re.ASCII),
    "03": re.compile(r"B[A-Z0-9]{3}", re.ASCII),
    "04": re.compile(r"L[A-Z0-9]{3}", re.ASCII),
    "07": re.compile(r"[FB][A-Z0-9]{3}", re.ASCII),
    "08": re.compile(r"[FB][A-Z0-9]{3}", re.ASCII),
    "09": re.compile(r"T[A-Z0-9]{3}", re.ASCII),
    "20": re.compile(r"R[A-Z0-9]{3}", re.ASCII),
    "31": re.compile(r"V[A-Z0-9]{3}", re.ASCII),
    "40": re.compile(r"P[A-Z0-9]{3}", re.ASCII),
    "RC": re.compile(r"\d{8}", re.ASCII),
    "RA": re.compile(r"\d{8}", re.ASCII),
    "RR": re.compile(r"\d{8}", re.ASCII),
}
_ANY_SERIES = re.compile(r"[FBLTVEGRP][A-Z0-9]{3}|\d{8}", re.ASCII)

DOCTYPES = tuple(_ISSUED_HERE)


@dataclass(frozen=True, slots=True, order=True)
class ReceiptId:
    """The natural key of a receipt, without its environment."""

    ruc: str
    doctype: str  # SUNAT's catalogue 01, or RC, RA, RR
    series: str  # F001; for RC, RA, RR the date YYYYMMDD
    number: int

    @property
    def file_name(self) -> str:
        """SUNAT's name for it, without suffix: `20000000001-01-F001-123`."""
        return f"{self.ruc}-{self.doctype}-{self.series}-{self.number}"

    @property
    def is_batch(self) -> bool:
        """A resumen diario, comunicación de baja or reversión: it names other receipts."""
        return self.doctype in BATCHES

    @property
    def is_free_when_rejected(self) -> bool:
        """Whether SUNAT takes the same number again, corrected, after it rejected one; not so for sales."""
        return self.doctype in _FREE_WHEN_REJECTED

    @property
    def label(self) -> str:
        """What people call it and what its XML carries as ID: `F001-123`, `RC-20261120-1`."""
        prefix = f"{self.doctype}-" if self.is_batch else ""
        return f"{prefix}{self.series}-{self.number}"


def is_series_for(doctype: str, series: str) -> bool:
    """True if a receipt of this kind may be issued here with this series.

    >>> is_series_for("01", "F001"), is_series_for("03", "F001")
    (True, False)
    """
    shape = _ISSUED_HERE.get(doctype)
    return shape is not None and shape.fullmatch(series) is not None


def is_series(series: str) -> bool:
    """A series that some receipt may carry, those of SUNAT's portal (E001) included."""
    return _ANY_SERIES.fullmatch(series) is not None
