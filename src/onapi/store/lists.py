"""Lists of a company's documents: filters, orders, and pages that go on where the last one ended.

A page is found by the key of the last document before it, never by counting: whatever is added meanwhile, no document
that was there at the start is shown twice or left out. Each order is an index of its own, so that a page costs the same
among a million documents as among a thousand. Of a number that SUNAT refused and that was issued again only the last
document is listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    TextClause,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    tuple_,
    union_all,
)

from onapi.store.documents import StoredDocument, document_of
from onapi.store.tables import LIVE, RARE, documents, events, members, submissions
from onapi.values.scope import Scope

Condition: TypeAlias = ColumnElement[bool] | TextClause
OVERDUE: Final = timedelta(seconds=90)  # longer than any call may take: the answer is not coming


class Order(StrEnum):
    """In what order; the first three begin with the newest."""

    NEWEST = "newest"  # as they came to us, by their ids
    CREATED = "created"  # the same, by the moment
    ISSUED = "issued"  # by issue date
    NUMBER = "number"  # by kind, series and number, from the first


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents; what is None or empty excludes nothing."""

    doctype: str | None = None
    series: str | None = None
    number: int | None = None
    statuses: tuple[str, ...] = ()  # the public ones of a record
    issued_from: date | None = None
    issued_to: date | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None  # not included
    customer_number: str | None = None
    external_id: str | None = None
    request_id: str | None = None  # of any call that its history tells of

    @property
    def names_few(self) -> bool:
        """Whether an index of documents finds them at once."""
        return any(each is not None for each in (self.number, self.customer_number, self.external_id, self.request_id))


_D, _S = documents.c, submissions.c
_KEYS: Final[Mapping[Order, tuple[ColumnElement[Any], ...]]] = MappingProxyType(
    {
        Order.NEWEST: (_D.id,),
        Order.CREATED: (_D.created_at, _D.id),
        Order.ISSUED: (_D.issue_date, _D.id),
        Order.NUMBER: (_D.doctype, _D.series, _D.number, _D.revision),
    }
)
_LED: Final = MappingProxyType({"ACCEPTED": "", "OBSERVED": "rare", "REJECTED": "rare", "VOIDED": "rare"})
_LIVE: Final = text(f"submissions.{LIVE}")  # said in the very words of the index
_RARE: Final = text(f"({RARE})")


def key_of(document: StoredDocument, order: Order) -> tuple[str | int | date | datetime, ...]:
    """The place of a document in an order."""
    name = document.receipt
    match order:
        case Order.NEWEST:
            return (document.id,)
        case Order.CREATED:
            return (document.created_at, document.id)
        case Order.ISSUED:
            return (document.issue_date, document.id)
        case Order.NUMBER:
            return (name.doctype, name.series, name.number, document.revision)


def page(
    connection: Connection,
    scope: Scope,
    wanted: Wanted,
    order: Order,
    now: datetime,
    *,
    after: tuple[Any, ...] | None = None,
    skip: int = 0,
    limit: int,
) -> Sequence[StoredDocument]:
    """The documents that come after a place, or the first ones; `skip` leaves out so many of them."""
    if not wanted.statuses:
        query = _ordered(_chosen(select(documents), scope, wanted, after, order), order)
    else:
        query = _with_status(scope, wanted, order, now, after, skip + limit)
    return [document_of(row) for row in connection.execute(query.offset(skip).limit(limit))]


def count(connection: Connection, scope: Scope, wanted: Wanted, now: datetime, most: int) -> int:
    """How many there are, counted no further than one more than `most`."""
    ids = select(_D.id)
    if not wanted.statuses:
        found = _chosen(ids, scope, wanted, None, Order.NEWEST)
    else:
        joined = _chosen(_joined(ids, scope), scope, wanted, None, Order.NEWEST)
        found = joined.where(or_(*(and_(*_is(status, now)) for status in wanted.statuses)))
    inner = found.limit(most + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(inner)).scalar_one())


def _with_status(  # noqa: PLR0917  each part of the question is its own
    scope: Scope, wanted: Wanted, order: Order, now: datetime, after: tuple[Any, ...] | None, limit: int
) -> Select[Any]:
    """Each status by its own index, in one statement: a document that moves meanwhile is seen once."""
    branches = []
    for status in wanted.statuses:
        led_by = "" if wanted.names_few else _LED.get(status, "live")
        query = _chosen(_joined(select(_D.id), scope), scope, wanted, after, order, led_by=led_by)
        branches.append(select(_ordered(query.where(*_is(status, now)), order, led_by=led_by).limit(limit).subquery()))
    ids = (union_all(*branches) if len(branches) > 1 else branches[0]).subquery()
    return _ordered(select(documents).where(*_mine(documents, scope), _D.id.in_(select(ids.c.id))), order)


def _joined(query: Select[Any], scope: Scope) -> Select[Any]:
    return query.join(submissions, _S.document_id == _D.id).where(*_mine(submissions, scope))


def _mine(table: Table, scope: Scope) -> Sequence[ColumnElement[bool]]:
    return (table.c.environment == scope.environment.value, table.c.ruc == scope.ruc)


def _chosen(
    query: Select[Any],
    scope: Scope,
    wanted: Wanted,
    after: tuple[Any, ...] | None,
    order: Order,
    *,
    led_by: str = "",
) -> Select[Any]:
    """With `led_by` an index of submissions is gone through, which are few, and the documents fetched one by one.

    SQLite keeps no count of how many there are of each; it is told by a condition that no index of documents answers.
    """
    newer = documents.alias("newer")
    same = ("environment", "ruc", "doctype", "series", "number")
    superseded = exists().where(*(newer.c[name] == documents.c[name] for name in same), newer.c.revision > _D.revision)
    mine = (_D.environment.concat("") == scope.environment.value, _D.ruc.concat("") == scope.ruc)
    found = query.where(*(mine if led_by or wanted.request_id else _mine(documents, scope)), ~superseded)
    found = found.where(*_filters(wanted), *_asked_for(wanted, scope))
    if after is None:
        return found
    keys = _keys(order, led_by=led_by)
    place, there = tuple_(*keys), tuple_(*after, types=[key.type for key in keys])
    return found.where(place > there if order is Order.NUMBER else place < there)


def _keys(order: Order, *, led_by: str = "") -> tuple[ColumnElement[Any], ...]:
    """The index of rare ones has their order; live ones are sorted, which has to be said, or all would be walked."""
    if led_by and order is Order.NEWEST:
        return (_S.document_id if led_by == "rare" else _D.id.concat(""),)
    return _KEYS[order]


def _filters(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    equal = (
        (_D.doctype, wanted.doctype),
        (_D.series, wanted.series),
        (_D.number, wanted.number),
        (_D.customer_number, wanted.customer_number),
        (_D.external_id, wanted.external_id),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wanted.issued_from is not None:
        found.append(_D.issue_date >= wanted.issued_from)
    if wanted.issued_to is not None:
        found.append(_D.issue_date <= wanted.issued_to)
    if wanted.created_from is not None:
        found.append(_D.created_at >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(_D.created_at < wanted.created_to)
    return found


def _asked_for(wanted: Wanted, scope: Scope) -> Sequence[ColumnElement[bool]]:
    """Those whose history tells of a call: few, and found by the index of calls."""
    if wanted.request_id is None:
        return ()
    of_call = select(_S.document_id).join(events, events.c.submission_id == _S.id)
    named = (*_mine(events, scope), *_mine(submissions, scope), events.c.request_id == wanted.request_id)
    return (_D.id.in_(of_call.where(*named)),)


def _ordered(query: Select[Any], order: Order, *, led_by: str = "") -> Select[Any]:
    keys = _keys(order, led_by=led_by)
    return query.order_by(*(keys if order is Order.NUMBER else (key.desc() for key in keys)))


def _is(status: str, now: datetime) -> Sequence[Condition]:  # noqa: PLR0911  one for each status
    """What the submission of a document looks like whose record shows this status (`api/shapes/record.py` says it)."""
    match status:
        case "ACCEPTED":
            return (_S.state == "SETTLED", _S.outcome == status)
        case "OBSERVED" | "REJECTED":
            return (_RARE, _S.state == "SETTLED", _S.outcome == status)
        case "VOIDED":
            return (_RARE, _S.state == "VOIDED")
        case "FAILED":
            return (_LIVE, _S.state == "HELD")
        case "VOID_PENDING":
            return (_LIVE, _S.state == "VOIDING")
        case "SIGNED":
            only_signed = and_(_S.state == "READY", _S.next_action_at.is_(None))
            return (_LIVE, _S.state.in_(("READY", "WAITING")), or_(_S.state == "WAITING", only_signed))
        case _:
            return _on_the_way(status, now)


def _on_the_way(status: str, now: datetime) -> Sequence[Condition]:
    """QUEUED, SENT, UNKNOWN: by its own state, or by that of the summary it stands in."""
    late = _S.sent_at < now - OVERDUE
    sending, gathered = _S.state == "SENDING", _S.state == "GATHERED"
    silent, ticketed = _led(_silent(now)), _led(_BATCH.c.state == "TICKETED")
    match status:
        case "UNKNOWN":
            mine: ColumnElement[bool] = or_(_S.state == "UNKNOWN", and_(sending, late), and_(gathered, silent))
            return (_LIVE, _S.state.in_(("UNKNOWN", "SENDING", "GATHERED")), mine)
        case "SENT":
            return (
                _LIVE,
                _S.state.in_(("TICKETED", "GATHERED")),
                or_(_S.state == "TICKETED", and_(gathered, ticketed)),
            )
        case _:
            ready = and_(_S.state == "READY", _S.next_action_at.is_not(None))
            fresh = and_(sending, or_(_S.sent_at.is_(None), not_(late)))
            led = and_(gathered, not_(silent), not_(ticketed))
            return (_LIVE, _S.state.in_(("READY", "SENDING", "GATHERED")), or_(ready, fresh, led))


_BATCH = submissions.alias("batch")


def _silent(now: datetime) -> ColumnElement[bool]:
    return or_(_BATCH.c.state == "UNKNOWN", and_(_BATCH.c.state == "SENDING", _BATCH.c.sent_at < now - OVERDUE))


def _led(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the summary that a document stands in is so."""
    return (
        exists()
        .where(members.c.document_id == _D.id, members.c.closed_at.is_(None))
        .where(_BATCH.c.document_id == members.c.batch_document_id, condition)
    )
