"""Documents: written once, never changed; what becomes of them is their submission's affair.

Statements are built once: putting one together costs as much as running it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.store.tables import documents, owner
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as kept; its XML is the blob named `xml`."""

    id: str
    scope: Scope
    receipt: ReceiptId
    revision: int
    origin: str  # API or STORE_XML
    input_format: str  # json, xml or trama
    external_id: str | None
    fingerprint: str
    issue_date: date
    currency: str | None
    total: Decimal | None
    customer: dict[str, str] | None
    digest: str
    qr: str | None
    xml: str
    warnings: tuple[dict[str, str], ...]
    created_at: datetime


_ADD = documents.insert()
_MINE = (documents.c.environment == bindparam("environment"), documents.c.ruc == bindparam("ruc"))
_BY_ID = select(documents).where(*_MINE, documents.c.id == bindparam("id"))
_BY_NUMBER = (
    select(documents)
    .where(
        *_MINE,
        documents.c.doctype == bindparam("doctype"),
        documents.c.series == bindparam("series"),
        documents.c.number == bindparam("number"),
    )
    .order_by(documents.c.revision.desc())
    .limit(1)
)


def add(connection: Connection, scope: Scope, document: StoredDocument) -> None:
    """Keep a new document; Conflict if its number is taken."""
    row: dict[str, object] = {
        "id": document.id,
        **owner(scope),
        "doctype": document.receipt.doctype,
        "series": document.receipt.series,
        "number": document.receipt.number,
        "revision": document.revision,
        "origin": document.origin,
        "input_format": document.input_format,
        "external_id": document.external_id,
        "fingerprint": document.fingerprint,
        "issue_date": document.issue_date,
        "currency": document.currency,
        "total": document.total,
        "customer": document.customer,
        "digest": document.digest,
        "qr": document.qr,
        "xml": document.xml,
        "warnings": list(document.warnings),
        "created_at": document.created_at,
    }
    try:
        connection.execute(_ADD, row)
    except IntegrityError as error:
        raise Conflict(f"{document.receipt.label} exists already") from error


def find(connection: Connection, scope: Scope, receipt: ReceiptId) -> StoredDocument | None:
    """A document by its number: the latest, where SUNAT refused to register earlier ones."""
    name = {"doctype": receipt.doctype, "series": receipt.series, "number": receipt.number}
    row = connection.execute(_BY_NUMBER, owner(scope) | name).one_or_none()
    return _document(row) if row else None


def get(connection: Connection, scope: Scope, document_id: str) -> StoredDocument | None:
    """A document by its id."""
    row = connection.execute(_BY_ID, owner(scope) | {"id": document_id}).one_or_none()
    return _document(row) if row else None


def _document(row: Row[Any]) -> StoredDocument:
    return StoredDocument(
        id=row.id,
        scope=Scope(Environment(row.environment), row.ruc),
        receipt=ReceiptId(row.ruc, row.doctype, row.series, row.number),
        revision=row.revision,
        origin=row.origin,
        input_format=row.input_format,
        external_id=row.external_id,
        fingerprint=row.fingerprint,
        issue_date=row.issue_date,
        currency=row.currency,
        total=row.total,
        customer=row.customer,
        digest=row.digest,
        qr=row.qr,
        xml=row.xml,
        warnings=tuple(row.warnings),
        created_at=row.created_at,
    )
