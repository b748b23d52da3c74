"""Documents: written once, never changed; what becomes of them is their submission's affair.

Statements are built once: putting one together costs as much as running it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.store.tables import LIVE, documents, members, owner, submissions
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
    boleta_mode: str = "individual"  # or summary
    request_key: str | None = None  # of a request that left its number to us
    source: str | None = None  # who issued it, where it was not issued here
    pdf: str | None = None  # the blob of a page made elsewhere


@dataclass(frozen=True, slots=True)
class WaitingDay:
    """Boletas of one company, day and currency that wait for a summary."""

    scope: Scope
    issue_date: date
    currency: str
    many: int


_ADD = documents.insert()
_ITS = submissions.c.document_id == documents.c.id
_MINE = (documents.c.environment == bindparam("environment"), documents.c.ruc == bindparam("ruc"))
_BY_ID = select(documents).where(*_MINE, documents.c.id == bindparam("id"))
_BY_NUMBERS = (
    select(documents)
    .where(
        *_MINE,
        documents.c.doctype == bindparam("doctype"),
        documents.c.series == bindparam("series"),
        documents.c.number.in_(bindparam("numbers", expanding=True)),
    )
    .order_by(documents.c.revision)
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
        "boleta_mode": document.boleta_mode,
        "request_key": document.request_key,
        "source": document.source,
        "pdf": document.pdf,
        "customer_number": (document.customer or {}).get("id_number", "")[:20] or None,
    }
    try:
        connection.execute(_ADD, row)
    except IntegrityError as error:
        raise Conflict(f"{document.receipt.label} exists already") from error


def find_many(
    connection: Connection, scope: Scope, wanted: Collection[ReceiptId]
) -> Mapping[ReceiptId, StoredDocument]:
    """A company's documents by their numbers, the latest of each: one statement for each kind and series."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for each in wanted:
        numbers.setdefault((each.doctype, each.series), []).append(each.number)
    found: dict[ReceiptId, StoredDocument] = {}
    for (doctype, series), asked in numbers.items():
        key = owner(scope) | {"doctype": doctype, "series": series, "numbers": sorted(set(asked))}
        found |= {each.receipt: each for each in map(document_of, connection.execute(_BY_NUMBERS, key))}
    return found


def find_by_key(connection: Connection, scope: Scope, request_key: str) -> StoredDocument | None:
    """The document that a request got a number for, by the key it is known again by."""
    query = select(documents).where(*_MINE, documents.c.request_key == bindparam("key"))
    row = connection.execute(query, owner(scope) | {"key": request_key}).one_or_none()
    return document_of(row) if row else None


def get(connection: Connection, scope: Scope, document_id: str) -> StoredDocument | None:
    """A document by its id."""
    row = connection.execute(_BY_ID, owner(scope) | {"id": document_id}).one_or_none()
    return document_of(row) if row else None


def by_ids(connection: Connection, scope: Scope, document_ids: Sequence[str]) -> Sequence[StoredDocument]:
    """Several documents of a company in the order of their ids as asked; those it does not have are left out."""
    query = select(documents).where(*_MINE, documents.c.id.in_(document_ids))
    found = {row.id: document_of(row) for row in connection.execute(query, owner(scope))}
    return [found[document_id] for document_id in document_ids if document_id in found]


def waiting_for_summary(
    connection: Connection,
    scope: Scope,
    issue_date: date,
    currency: str,
    most: int = 500,
    *,
    due: datetime | None = None,
) -> Sequence[StoredDocument]:
    """Receipts of a day and currency to be reported in a summary, in none that is on its way, by number.

    They are in WAITING, or in READY and of a company that reports all in summaries. One without a next action was only
    signed; it waits for somebody's word and not for a summary. Only those due by a moment, if asked.
    """
    mine = (documents.c.ruc == scope.ruc, submissions.c.ruc == scope.ruc)
    day = (documents.c.issue_date == issue_date, documents.c.currency == currency)
    query = select(documents).join(submissions, _ITS).where(*_waits(scope.environment), *mine, *day)
    query = query if due is None else query.where(submissions.c.next_action_at <= due)
    order = (documents.c.doctype, documents.c.series, documents.c.number)
    return [document_of(row) for row in connection.execute(query.order_by(*order).limit(most))]


def days_waiting(connection: Connection, environment: Environment, due: datetime | None = None) -> Sequence[WaitingDay]:
    """Which days of which companies have receipts that wait for a summary, oldest first; only those due, if asked."""
    group = (documents.c.ruc, documents.c.issue_date, documents.c.currency)
    query = select(*group, func.count().label("many")).join(submissions, _ITS).where(*_waits(environment))
    query = query if due is None else query.where(submissions.c.next_action_at <= due)
    rows = connection.execute(
        query.group_by(*group).order_by(documents.c.issue_date, documents.c.ruc, documents.c.currency)
    )
    return [WaitingDay(Scope(environment, row.ruc), row.issue_date, row.currency, row.many) for row in rows]


def numbers_in(connection: Connection, scope: Scope, doctype: str, series: str) -> Sequence[int]:
    """Every number kept of a series, in order, each once."""
    mine = (documents.c.environment == scope.environment.value, documents.c.ruc == scope.ruc)
    query = select(documents.c.number).where(*mine, documents.c.doctype == doctype, documents.c.series == series)
    return connection.execute(query.distinct().order_by(documents.c.number)).scalars().all()


def series_in(connection: Connection, scope: Scope) -> Sequence[tuple[str, str]]:
    """Every (doctype, series) in which a company has documents."""
    mine = (documents.c.environment == scope.environment.value, documents.c.ruc == scope.ruc)
    columns = (documents.c.doctype, documents.c.series)
    rows = connection.execute(select(*columns).where(*mine).distinct().order_by(*columns))
    return [(row.doctype, row.series) for row in rows]


def _waits(environment: Environment) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """What a receipt that waits for a summary looks like; the state is said twice, for the index of live rows."""
    gathered = exists().where(members.c.document_id == documents.c.id, members.c.closed_at.is_(None))
    asked_for = and_(submissions.c.state == "READY", documents.c.boleta_mode == "summary")
    return (
        submissions.c.environment == environment.value,
        submissions.c.state.in_(("READY", "WAITING")),
        or_(submissions.c.state == "WAITING", asked_for),
        text(f"submissions.{LIVE}"),
        submissions.c.next_action_at.is_not(None),
        documents.c.environment == environment.value,
        ~gathered,
    )


def document_of(row: Row[Any]) -> StoredDocument:
    """A row of the table as a document."""
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
        boleta_mode=row.boleta_mode,
        request_key=row.request_key,
        source=row.source,
        pdf=row.pdf,
    )
