"""Batches as somebody writes them and as they stand once complete: resumen diario, comunicación de baja, reversión.

A batch reports receipts of one day. A line of a resumen diario carries the amounts of a boleta or of its note; a line
of the other two only names a receipt and says why it is void.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

from onapi.values.number import ReceiptId
from onapi.values.party import Party

SUMMARY, VOIDED, REVERSAL = "RC", "RA", "RR"
ADD, CHANGE, VOID = "1", "2", "3"  # catalogue 19
BOLETA, CREDIT_NOTE, DEBIT_NOTE = "03", "07", "08"
NOTES = frozenset({CREDIT_NOTE, DEBIT_NOTE})
NOTHING = Decimal("0.00")

L = TypeVar("L")
Given: TypeAlias = Mapping[str, Decimal]  # amounts as written, by our name for them


@dataclass(frozen=True, slots=True)
class Reference:
    """The receipt that a note changes."""

    doctype: str  # catalogue 01
    number: str  # B001-123


@dataclass(frozen=True, slots=True)
class PerceptionForm:
    """A percepción of a boleta, as written; rate and amounts follow from the régimen and the total."""

    regime: str = "01"  # catalogue 22
    percent: Decimal | None = None
    base: Decimal | None = None
    amount: Decimal | None = None
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Perception:
    """What the customer paid on top, in PEN."""

    regime: str
    percent: Decimal  # 2 is two percent
    base: Decimal
    amount: Decimal
    total: Decimal  # of the boleta with it


@dataclass(frozen=True, slots=True)
class SummaryLineForm:
    """A boleta or note as written. Without amounts it stands for a receipt that we hold, to be filled from there."""

    doctype: str = ""
    receipt: str = ""  # B001-123
    status: str = ""  # catalogue 19
    customer: Party | None = None
    reference: Reference | None = None
    perception: PerceptionForm | None = None
    currency: str = "PEN"
    igv_percent: Decimal | None = None
    given: Given = field(default_factory=dict)  # by the names of the amounts of `SummaryLine`
    is_held: bool = False  # told from a receipt that we hold: its amounts stand, whatever the caller wants of his own

    @property
    def is_bare(self) -> bool:
        """Only names a receipt and says what becomes of it."""
        return not (self.given or self.customer or self.reference or self.perception)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A boleta or note with its amounts, two decimals each."""

    number: int  # from 1
    doctype: str
    receipt: str
    status: str
    customer: Party | None
    reference: Reference | None
    perception: Perception | None
    currency: str
    igv_percent: Decimal | None  # None where SUNAT does not ask for it yet
    total: Decimal | None  # None where nothing said what it is
    taxed: Decimal = NOTHING  # operations under IGV or IVAP, without tax
    exonerated: Decimal = NOTHING
    unaffected: Decimal = NOTHING
    export: Decimal = NOTHING
    free: Decimal = NOTHING  # given away; until 2026 in one sum, then by its four kinds
    free_taxed: Decimal = NOTHING
    free_exonerated: Decimal = NOTHING
    free_unaffected: Decimal = NOTHING
    free_export: Decimal = NOTHING
    charges: Decimal = NOTHING
    igv: Decimal = NOTHING
    ivap: Decimal = NOTHING
    isc: Decimal = NOTHING
    other: Decimal = NOTHING
    icbper: Decimal = NOTHING

    @property
    def parts(self) -> Decimal:
        """What the total should be (rule 4027)."""
        values = self.taxed + self.exonerated + self.unaffected + self.export
        return values + self.igv + self.ivap + self.isc + self.other + self.icbper + self.charges


@dataclass(frozen=True, slots=True)
class VoidedLine:
    """A receipt that is void, and why; the form and the complete document share it."""

    number: int  # from 1
    doctype: str  # catalogue 01
    series: str
    correlative: str  # digits as written
    reason: str


@dataclass(frozen=True, slots=True)
class BatchForm(Generic[L]):
    """A batch as written; `id.series` is its own date YYYYMMDD, "" for today."""

    id: ReceiptId
    reference_date: date | None = None  # issue date of the receipts in it
    lines: tuple[L, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch(Generic[L]):
    """A batch, complete."""

    id: ReceiptId
    issuer: Party  # number and name: no more of it goes out
    issue_date: date  # of the batch itself, in its name too
    reference_date: date
    lines: tuple[L, ...]


SummaryForm: TypeAlias = BatchForm[SummaryLineForm]
VoidedForm: TypeAlias = BatchForm[VoidedLine]
Summary: TypeAlias = Batch[SummaryLine]
Voided: TypeAlias = Batch[VoidedLine]
