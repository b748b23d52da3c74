"""The outbox: what is to be told, to whom, each attempt, and what came back.

Messages and deliveries are written in the transaction of what they tell of. A delivery that waits has a next action;
`step` numbers its pieces of durable work and guards against stale ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select, text, update
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.store.tables import owner, webhook_attempts, webhook_deliveries, webhook_messages
from onapi.values.scope import Environment, Scope

PENDING, DELIVERED, FAILED, CANCELLED = "PENDING", "DELIVERED", "FAILED", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened, as it is told."""

    id: str
    kind: str
    about: str  # of one thing, events are told in their order; "" of none
    sequence: int
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one endpoint."""

    id: str
    scope: Scope
    message_id: str
    endpoint_id: str
    about: str
    state: str
    created_at: datetime
    next_action_at: datetime | None
    step: int = 0
    attempts: int = 0
    replay_of: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call, and what came of it."""

    number: int  # from 1
    at: datetime
    duration_ms: int
    status: int | None  # HTTP; None when no answer came
    trouble: str
    answer: str  # its first KiB


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery that went well, by its ids."""

    scope: Scope
    delivery_id: str
    message_id: str


_ADD_MESSAGES, _ADD, _ADD_ATTEMPT = webhook_messages.insert(), webhook_deliveries.insert(), webhook_attempts.insert()
_MINE = (webhook_deliveries.c.environment == bindparam("environment"), webhook_deliveries.c.ruc == bindparam("ruc"))
_MESSAGE_COLUMNS = [
    webhook_messages.c[name].label(f"message_{name}") for name in ("kind", "sequence", "body", "created_at")
]
_BY_ID = select(webhook_deliveries).where(*_MINE, webhook_deliveries.c.id == bindparam("id"))
_MESSAGE = select(webhook_messages).where(
    webhook_messages.c.environment == bindparam("environment"),
    webhook_messages.c.ruc == bindparam("ruc"),
    webhook_messages.c.id == bindparam("id"),
)
_MOVE = (
    update(webhook_deliveries)
    .where(
        webhook_deliveries.c.environment == bindparam("of_environment"),
        webhook_deliveries.c.ruc == bindparam("of_ruc"),
        webhook_deliveries.c.id == bindparam("of_id"),
        webhook_deliveries.c.step == bindparam("was_step"),
        webhook_deliveries.c.next_action_at.is_not(None),
    )
    .returning(webhook_deliveries)
)
_EARLIER = (
    select(webhook_deliveries)
    .where(
        *_MINE,
        webhook_deliveries.c.endpoint_id == bindparam("endpoint_id"),
        webhook_deliveries.c.about == bindparam("about"),
        webhook_deliveries.c.next_action_at.is_not(None),
        webhook_deliveries.c.id < bindparam("id"),
        webhook_deliveries.c.attempts < bindparam("tries"),
        webhook_deliveries.c.replay_of.is_(None),
    )
    .order_by(webhook_deliveries.c.id)
    .limit(1)
)


def add_messages(connection: Connection, scope: Scope, messages: Sequence[Message]) -> None:
    """Keep what is to be told."""
    connection.execute(_ADD_MESSAGES, [asdict(each) | owner(scope) for each in messages])


def add(connection: Connection, scope: Scope, deliveries: Sequence[Delivery]) -> None:
    """Keep whom it is to be told; Conflict if a message was forgotten meanwhile."""
    try:
        connection.execute(_ADD, [_row(each) | owner(scope) for each in deliveries])
    except IntegrityError as error:
        raise Conflict("a message is there no more", key="in_progress") from error


def _row(delivery: Delivery) -> dict[str, object]:
    row = {column.name: getattr(delivery, column.name, None) for column in webhook_deliveries.c}
    return {name: value for name, value in row.items() if name not in {"environment", "ruc"}}


def find(connection: Connection, scope: Scope, delivery_id: str) -> Delivery | None:
    """A delivery by its id."""
    row = connection.execute(_BY_ID, owner(scope) | {"id": delivery_id}).one_or_none()
    return _delivery(row) if row else None


def message(connection: Connection, scope: Scope, message_id: str) -> Message:
    """A message by its id."""
    return _message(connection.execute(_MESSAGE, owner(scope) | {"id": message_id}).one())


def move(connection: Connection, scope: Scope, was: Delivery, values: Mapping[str, object]) -> Delivery:
    """Change a delivery that waits still where `was` says; Conflict if another worker moved it meanwhile."""
    whose = {f"of_{column}": value for column, value in owner(scope).items()}
    guard = {"of_id": was.id, "was_step": was.step, "step": was.step + 1}
    row = connection.execute(_MOVE, {**values, **guard, **whose}).one_or_none()
    if row is None:
        raise Conflict(f"delivery {was.id} moved on", key="in_progress")
    return _delivery(row)


def note(connection: Connection, scope: Scope, delivery_id: str, attempt: Attempt) -> None:
    """Keep an attempt."""
    connection.execute(_ADD_ATTEMPT, {"delivery_id": delivery_id, **asdict(attempt), **owner(scope)})


def earlier(connection: Connection, scope: Scope, delivery: Delivery, tries: int) -> Delivery | None:
    """What the same endpoint is still to be told before, about the same thing, and was tried less often than this."""
    if not delivery.about:
        return None
    asked = {"endpoint_id": delivery.endpoint_id, "about": delivery.about, "id": delivery.id, "tries": tries}
    row = connection.execute(_EARLIER, owner(scope) | asked).one_or_none()
    return _delivery(row) if row else None


def of_endpoint(
    connection: Connection, scope: Scope, endpoint_id: str, *, before: str = "", state: str = "", most: int = 50
) -> Sequence[tuple[Delivery, Message]]:
    """An endpoint's deliveries, the newest first; `before` is the id of the last one seen."""
    mine = (webhook_deliveries.c.environment == scope.environment.value, webhook_deliveries.c.ruc == scope.ruc)
    query = (
        select(webhook_deliveries, *_MESSAGE_COLUMNS)
        .join(webhook_messages, webhook_messages.c.id == webhook_deliveries.c.message_id)
        .where(*mine, webhook_deliveries.c.endpoint_id == endpoint_id)
        .order_by(webhook_deliveries.c.id.desc())
        .limit(most)
    )
    if before:
        query = query.where(webhook_deliveries.c.id < before)
    if state:
        query = query.where(webhook_deliveries.c.state == state)
    return [(_delivery(row), _joined(row)) for row in connection.execute(query)]


def attempts_of(connection: Connection, scope: Scope, delivery_ids: Sequence[str]) -> dict[str, list[Attempt]]:
    """Every attempt of some deliveries, oldest first."""
    mine = (webhook_attempts.c.environment == scope.environment.value, webhook_attempts.c.ruc == scope.ruc)
    query = select(webhook_attempts).where(*mine, webhook_attempts.c.delivery_id.in_(delivery_ids))
    found: dict[str, list[Attempt]] = {}
    for row in connection.execute(query.order_by(webhook_attempts.c.id)):
        told = Attempt(row.number, row.at, row.duration_ms, row.status, row.trouble, row.answer)
        found.setdefault(row.delivery_id, []).append(told)
    return found


def due_of(connection: Connection, scope: Scope, *, after: str, most: int) -> Sequence[Delivery]:
    """A company's deliveries that nobody has tried yet, in the order of their ids."""
    fresh = (webhook_deliveries.c.next_action_at.is_not(None), webhook_deliveries.c.step == 0)
    query = select(webhook_deliveries).where(*_MINE, *fresh, webhook_deliveries.c.id > after)
    rows = connection.execute(query.order_by(webhook_deliveries.c.id).limit(most), owner(scope))
    return [_delivery(row) for row in rows]


def overdue(connection: Connection, environment: Environment, before: datetime, *, most: int) -> Sequence[Delivery]:
    """Deliveries of every company whose next action was due before a moment, oldest first: for the safety net."""
    late = (
        webhook_deliveries.c.environment == environment.value,
        webhook_deliveries.c.next_action_at.is_not(None),
        webhook_deliveries.c.next_action_at < before,
    )
    query = select(webhook_deliveries).where(*late).order_by(webhook_deliveries.c.next_action_at).limit(most)
    return [_delivery(row) for row in connection.execute(query)]


def counts_by_state(connection: Connection, environment: Environment) -> dict[str, int]:
    """How many deliveries of every company wait, for who watches over the platform."""
    waits = (webhook_deliveries.c.environment == environment.value, webhook_deliveries.c.next_action_at.is_not(None))
    many = func.count().label("many")
    rows = connection.execute(select(webhook_deliveries.c.state, many).where(*waits).group_by("state"))
    return {row.state: row.many for row in rows}


def told_before(connection: Connection, environment: Environment, before: datetime, *, most: int) -> list[Told]:
    """What was delivered before a moment, of every company, oldest first: for whoever forgets it."""
    old = (webhook_deliveries.c.ended_at < before, text("state = 'DELIVERED'"))  # said in the very words of the index
    query = select(webhook_deliveries).where(webhook_deliveries.c.environment == environment.value, *old)
    rows = connection.execute(query.order_by(webhook_deliveries.c.ended_at).limit(most))
    return [Told(Scope(environment, row.ruc), row.id, row.message_id) for row in rows]


def forget(connection: Connection, scope: Scope, told: Sequence[Told]) -> None:
    """Remove deliveries that went well, with their attempts, and the messages that nobody else is to be told.

    Conflict if a message is just being told again.
    """
    ids, names = [each.delivery_id for each in told], [each.message_id for each in told]
    whose = [
        (table.c.environment == scope.environment.value, table.c.ruc == scope.ruc)
        for table in (webhook_attempts, webhook_deliveries, webhook_messages)
    ]
    done = (webhook_deliveries.c.id.in_(ids), webhook_deliveries.c.state == DELIVERED)
    others = exists().where(webhook_deliveries.c.message_id == webhook_messages.c.id)
    try:
        connection.execute(delete(webhook_attempts).where(*whose[0], webhook_attempts.c.delivery_id.in_(ids)))
        connection.execute(delete(webhook_deliveries).where(*whose[1], *done))
        connection.execute(delete(webhook_messages).where(*whose[2], webhook_messages.c.id.in_(names), ~others))
    except IntegrityError as error:
        raise Conflict("a message is being told again", key="in_progress") from error


def _delivery(row: Row[Any]) -> Delivery:
    known = {column.name: getattr(row, column.name) for column in webhook_deliveries.c}
    scope = Scope(Environment(known.pop("environment")), known.pop("ruc"))
    return Delivery(scope=scope, **known)


def _message(row: Row[Any]) -> Message:
    return Message(row.id, row.kind, row.about, row.sequence, row.body, row.created_at)


def _joined(row: Row[Any]) -> Message:
    told = (row.message_sequence, row.message_body, row.message_created_at)
    return Message(row.message_id, row.message_kind, row.about, *told)
