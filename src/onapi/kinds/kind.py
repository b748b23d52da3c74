"""What a document kind is: everything special to it, gathered in one value.

The rest of the house walks these fields and knows no kind by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lxml import etree

from onapi.page.data import Page
from onapi.rules.rule import Fault, Rule
from onapi.values.number import ReceiptId
from onapi.values.party import Party


class Route(StrEnum):
    """The service of SUNAT that takes a kind."""

    BILL = "bill"  # sendBill of the CPE service: answers at once with a CDR
    OTHER_BILL = "other_bill"  # sendBill of the service for retenciones and percepciones
    SUMMARY = "summary"  # sendSummary of the CPE service: answers with a ticket
    OTHER_SUMMARY = "other_summary"  # sendSummary of the service for retenciones and percepciones
    GRE = "gre"  # the REST service of the guías: answers with a ticket


class TotalsMode(StrEnum):
    """What becomes of amounts that the caller computed (`options.totals`)."""

    CHECK = "check"  # must agree within SUNAT's tolerance, then stand
    TRUST = "trust"  # stand as they are
    REPLACE = "replace"  # are dropped, ours take their place


@dataclass(frozen=True, slots=True)
class Digest:
    """What a record tells of a document without opening it."""

    id: ReceiptId
    issue_date: date
    currency: str | None
    total: Decimal | None
    igv: Decimal | None
    customer: Party | None
    counted_from: date | None = None  # of a batch: the day of its receipts, from which the law counts


@dataclass(frozen=True, slots=True)
class PrintContext:
    """What a printed page shows beside the document itself."""

    digest: str  # ds:DigestValue
    qr: str  # "" prints none; of a guía the URL in its CDR
    stamp: str | None  # "SIN VALOR FISCAL", "ANULADO"
    lookup: str  # where the reader can check the receipt
    authorization: str = ""  # sentence of the resolution that allows the issuer's system, where there is one


@dataclass(frozen=True, slots=True)
class Kind:
    """A document kind. `complete` never raises for what rules can say; `faults` says it."""

    code: str  # SUNAT's catalogue 01, or RC, RA, RR
    name: str  # as SUNAT's answers call it: "Factura"
    route: Route
    root: str  # local name of the XML's root element
    form: type[Any]
    complete: Callable[[Any, Party, datetime, TotalsMode], Any]
    rules: tuple[Rule[Any], ...]  # with the code and level that SUNAT gives them for this kind
    faults: Callable[[Any, Any, TotalsMode], tuple[Fault, ...]]  # form, document: broken rules and wrong given amounts
    build: Callable[[Any], str]  # document to unsigned canonical XML
    signature_id: str
    read: Callable[[etree._Element], Any]  # XML back to the document, whoever wrote it
    digest: Callable[[Any], Digest]
    page: Callable[[Any, PrintContext], Page]


Kinds = Mapping[str, Kind]
