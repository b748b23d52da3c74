"""Messages to persons: where each stands, what was tried, and what was heard of it.

`step` numbers its pieces of durable work and guards against stale ones; `attempts` numbers what was tried, so that
whoever comes back late does not write over the one who began after him. `content` is sealed, and goes once it is old.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.lifecycle.standing import Standing
from onapi.store.tables import documents, message_moves, messages, owner
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment, Scope

_T = messages.c


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one or several persons about a receipt."""

    id: str
    scope: Scope
    document_id: str
    channel: str
    files: tuple[str, ...]  # kinds: pdf, xml, cdr, qr
    masked: Mapping[str, Sequence[str]]
    content: bytes | None = field(repr=False)  # sealed; None once it is forgotten
    created_at: datetime
    give_up_at: datetime
    updated_at: datetime
    next_action_at: datetime | None
    standing: str = Standing.QUEUED
    counted: bool = True  # in the budget of a day
    step: int = 0
    attempts: int = 0
    trying_until: datetime | None = None
    provider: str = ""
    provider_id: str | None = None
    code: str | None = None
    error: str | None = None
    request_key: str | None = None
    resend_of: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A line of a message's history."""

    at: datetime
    standing: str
    attempt: int | None = None  # of ours, from 1; None: the provider told it
    code: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages a list shows."""

    doctype: str = ""  # of the receipts that they are about
    series: str = ""
    number: int = 0
    channel: str = ""
    standing: str = ""
    before: str = ""  # the id of the last one seen


_ADD, _ADD_MOVE = messages.insert(), message_moves.insert()
_MINE = (_T.environment == bindparam("of_environment"), _T.ruc == bindparam("of_ruc"))
_BY_ID = select(messages).where(*_MINE, _T.id == bindparam("of_id"))
_LOCKED = _BY_ID.with_for_update()  # SQLite has locked everything already
_CHANGE = update(messages).where(*_MINE, _T.id == bindparam("of_id")).returning(messages)
_MOVE = (
    update(messages)
    .where(*_MINE, _T.id == bindparam("of_id"), _T.step == bindparam("was_step"), _T.next_action_at.is_not(None))
    .returning(messages)
)
_TRY = (
    update(messages)
    .where(
        *_MINE,
        _T.id == bindparam("of_id"),
        _T.step == bindparam("was_step"),
        _T.standing == Standing.QUEUED,
        or_(_T.trying_until.is_(None), _T.trying_until <= bindparam("now")),
    )
    .values(attempts=_T.attempts + 1, trying_until=bindparam("until"))
    .returning(messages)
)


def secret_field(message_id: str) -> str:
    """The name under which the vault keeps a message's content."""
    return f"message:{message_id}"


def add(connection: Connection, scope: Scope, message: Message) -> None:
    """Keep a new message; Conflict if its request key is known already."""
    row = {column.name: getattr(message, column.name, None) for column in messages.c}
    try:
        connection.execute(_ADD, row | {"files": list(message.files)} | owner(scope))
    except IntegrityError as error:
        raise Conflict("the same request made a message already", key="in_progress") from error


def find(connection: Connection, scope: Scope, message_id: str) -> Message | None:
    """A message by its id."""
    return _one(connection.execute(_BY_ID, _whose(scope, message_id)).one_or_none())


def locked(connection: Connection, scope: Scope, message_id: str) -> Message | None:
    """The same, held until the transaction ends: nobody else changes it meanwhile."""
    return _one(connection.execute(_LOCKED, _whose(scope, message_id)).one_or_none())


def find_by_key(connection: Connection, scope: Scope, request_key: str) -> Message | None:
    """The message that a request made, by the key it is known again by."""
    mine = (_T.environment == scope.environment.value, _T.ruc == scope.ruc)
    return _one(connection.execute(select(messages).where(*mine, _T.request_key == request_key)).one_or_none())


def find_among(
    connection: Connection, environment: Environment, rucs: Collection[str], message_id: str
) -> Message | None:
    """A message of one of these companies."""
    mine = (_T.environment == environment.value, _T.ruc.in_(sorted(rucs)))
    return _one(connection.execute(select(messages).where(*mine, _T.id == message_id)).one_or_none())


def of_provider(
    connection: Connection, environment: Environment, provider: str, provider_id: str, message_id: str = ""
) -> Message | None:
    """The message that a provider speaks of, of whichever company: by our mark where it came back, else by its id."""
    here = select(messages).where(_T.environment == environment.value)
    if message_id:
        found = _one(connection.execute(here.where(_T.id == message_id)).one_or_none())
        if found is not None and found.provider in {"", provider}:
            return found
    if not provider_id:
        return None
    theirs = here.where(_T.provider == provider, _T.provider_id == provider_id, _T.provider_id.is_not(None))
    return _one(connection.execute(theirs.order_by(_T.id.desc()).limit(1)).one_or_none())


def begin(connection: Connection, scope: Scope, was: Message, now: datetime, until: datetime) -> Message:
    """Begin an attempt that nobody else may begin until a moment; Conflict if somebody is at it, or it moved on."""
    asked = _whose(scope, was.id) | {"was_step": was.step, "now": now, "until": until}
    row = connection.execute(_TRY, asked).one_or_none()
    if row is None:
        raise Conflict(f"message {was.id} is being handed over", key="in_progress")
    return message_of(row)


def move(connection: Connection, scope: Scope, was: Message, values: Mapping[str, object]) -> Message:
    """Change a message that waits still where `was` says, its work with it; Conflict if another moved it meanwhile."""
    guard = {"was_step": was.step, "step": was.step + 1}
    row = connection.execute(_MOVE, {**values, **guard, **_whose(scope, was.id)}).one_or_none()
    if row is None:
        raise Conflict(f"message {was.id} moved on", key="in_progress")
    return message_of(row)


def change(connection: Connection, scope: Scope, message_id: str, values: Mapping[str, object]) -> Message:
    """Change a message that is `locked`."""
    return message_of(connection.execute(_CHANGE, {**values, **_whose(scope, message_id)}).one())


def note(connection: Connection, scope: Scope, message_id: str, line: Move) -> None:
    """Add a line to its history."""
    connection.execute(_ADD_MOVE, {"message_id": message_id, **asdict(line), **owner(scope)})


def moves_of(connection: Connection, scope: Scope, message_ids: Sequence[str]) -> dict[str, list[Move]]:
    """The history of some messages, oldest line first."""
    rows = message_moves.c
    mine = (rows.environment == scope.environment.value, rows.ruc == scope.ruc, rows.message_id.in_(message_ids))
    found: dict[str, list[Move]] = {}
    for row in connection.execute(select(message_moves).where(*mine).order_by(rows.id)):
        found.setdefault(row.message_id, []).append(Move(row.at, row.standing, row.attempt, row.code, row.words))
    return found


def page(connection: Connection, scope: Scope, wanted: Wanted, most: int) -> list[Message]:
    """A company's messages, the newest first."""
    query = select(messages).where(_T.environment == scope.environment.value, _T.ruc == scope.ruc)
    for column, value in ((_T.channel, wanted.channel), (_T.standing, wanted.standing)):
        query = query.where(column == value) if value else query
    if wanted.doctype or wanted.series or wanted.number:
        query = query.where(_T.document_id.in_(_receipts(scope, wanted)))
    query = query.where(_T.id < wanted.before) if wanted.before else query
    return _all(connection, query.order_by(_T.id.desc()).limit(most))


def _receipts(scope: Scope, wanted: Wanted) -> Select[Any]:
    """The documents that a list is about."""
    of = documents.c
    query = select(of.id).where(of.environment == scope.environment.value, of.ruc == scope.ruc)
    for column, value in ((of.doctype, wanted.doctype), (of.series, wanted.series), (of.number, wanted.number)):
        query = query.where(column == value) if value else query
    return query


def receipts_of(connection: Connection, scope: Scope, document_ids: Collection[str]) -> dict[str, ReceiptId]:
    """What receipts these documents are."""
    of = documents.c
    query = select(of.id, of.ruc, of.doctype, of.series, of.number).where(
        of.environment == scope.environment.value, of.ruc == scope.ruc, of.id.in_(sorted(document_ids))
    )
    return {row.id: ReceiptId(row.ruc, row.doctype, row.series, row.number) for row in connection.execute(query)}


def due_of(connection: Connection, scope: Scope, *, after: str, most: int) -> list[Message]:
    """A company's messages that nobody has tried yet, in the order of their ids."""
    fresh = (_T.environment == scope.environment.value, _T.ruc == scope.ruc, _T.step == 0, _T.id > after)
    query = select(messages).where(*fresh, _T.next_action_at.is_not(None))
    return _all(connection, query.order_by(_T.id).limit(most))


def forget(connection: Connection, scope: Scope, message_ids: Sequence[str]) -> int:
    """Drop the receivers and words of messages that ended; that they were sent, and how it went, stays."""
    mine = (_T.environment == scope.environment.value, _T.ruc == scope.ruc)
    over = (_T.id.in_(message_ids), _T.ended_at.is_not(None))
    return connection.execute(update(messages).where(*mine, *over).values(content=None)).rowcount


def _whose(scope: Scope, message_id: str) -> dict[str, object]:
    return {"of_environment": scope.environment.value, "of_ruc": scope.ruc, "of_id": message_id}


def _all(connection: Connection, query: Select[Any]) -> list[Message]:
    return [message_of(row) for row in connection.execute(query)]


def _one(row: Row[Any] | None) -> Message | None:
    return None if row is None else message_of(row)


def message_of(row: Row[Any]) -> Message:
    """A row of the table as a message."""
    known = {column.name: getattr(row, column.name) for column in messages.c}
    scope = Scope(Environment(known.pop("environment")), known.pop("ruc"))
    return Message(scope=scope, **{**known, "files": tuple(known["files"])})
