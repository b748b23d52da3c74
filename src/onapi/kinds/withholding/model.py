"""A withholding as somebody writes it (`WithholdingForm`) and as it stands once complete (`Withholding`).

Retenciones (20) and percepciones (40) share both: who pays a supplier keeps a part of his IGV back, who collects from
a customer asks for a part of his next one on top. One receipt tells of several documents, each paid in several parts.
SUNAT wants one reference for each payment, so a complete line holds one document and at most one payment of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Final

from onapi.values.number import ReceiptId
from onapi.values.party import Party

RETENTION: Final = "20"
PERCEPTION: Final = "40"
CREDIT_NOTE: Final = "07"
SOLES: Final = "PEN"
EXCEPTIONAL: Final = "01"  # a percepción of a sale for cash, issued after all

Given = Mapping[str, Decimal]  # amounts that the caller computed, by our name for them


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a unit of the document's currency was worth in soles."""

    source: str  # ISO 4217
    target: str  # PEN
    rate: Decimal | None
    day: date | None


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """A payment as written."""

    amount: Decimal | None = None
    day: date | None = None
    currency: str = ""  # by default the document's
    number: str = ""  # by default the next one of its document


@dataclass(frozen=True, slots=True)
class LineForm:
    """A document and its payments as written."""

    doctype: str = ""  # catalogue 01
    number: str = ""  # F001-123
    issue_date: date | None = None
    currency: str = ""
    total: Decimal | None = None  # of the document, in its currency
    payments: tuple[PaymentForm, ...] = ()
    withheld_on: date | None = None
    exchange: Exchange | None = None
    given: Given = field(default_factory=dict)  # "withheld", "net": of all its payments


@dataclass(frozen=True, slots=True)
class WithholdingForm:
    """A retención or percepción as written."""

    id: ReceiptId
    receiver: Party
    issue_date: date | None = None
    issue_time: time | None = None
    regime: str = ""  # catalogue 23 of a retención, 22 of a percepción
    percent: Decimal | None = None
    lines: tuple[LineForm, ...] = ()
    rounding: Decimal | None = None
    remarks: str = ""
    exceptional: str = ""
    given: Given = field(default_factory=dict)  # "withheld", "settled"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a document, without what is withheld."""

    number: str  # up to nine digits, different for each payment of the document
    amount: Decimal | None
    currency: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A document and one payment of it. Amounts are None where they cannot be computed; the rules say why."""

    doctype: str
    number: str
    issue_date: date | None
    currency: str
    total: Decimal | None
    payments: tuple[Payment, ...] = ()  # none or one: a credit note may have none
    withheld_on: date | None = None
    withheld: Decimal | None = None  # PEN
    net: Decimal | None = None  # PEN: paid less what was retained, or collected with what was perceived
    exchange: Exchange | None = None

    @property
    def is_credit_note(self) -> bool:
        """A credit note, of which SUNAT asks least."""
        return self.doctype == CREDIT_NOTE

    @property
    def payment(self) -> Payment | None:
        """Its payment, if it has one."""
        return self.payments[0] if self.payments else None


@dataclass(frozen=True, slots=True)
class Withholding:
    """A retención or percepción, complete: every amount is there and adds up."""

    id: ReceiptId
    issuer: Party
    receiver: Party  # the supplier of a retención, the customer of a percepción
    issue_date: date
    issue_time: time | None
    regime: str
    percent: Decimal
    lines: tuple[Line, ...]
    withheld: Decimal  # PEN, over all lines that count
    settled: Decimal  # PEN: paid or collected, over all lines that count, rounded
    rounding: Decimal = Decimal(0)  # PEN, within settled
    remarks: str = ""
    exceptional: str = ""  # "01" or nothing; percepciones only

    @property
    def is_retention(self) -> bool:
        """A retención, no percepción."""
        return self.id.doctype == RETENTION

    @property
    def counted(self) -> tuple[Line, ...]:
        """The lines that the totals add up: credit notes and withholdings named here are left out (2628, 2667)."""
        return tuple(line for line in self.lines if counts(line.doctype, self.id.doctype))


def counts(doctype: str, of: str) -> bool:
    """True if a document of this kind enters the totals of a withholding."""
    return doctype not in {CREDIT_NOTE, of}
