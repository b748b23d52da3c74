"""Endpoints: whom a company wants told of what happens. A deleted one stays as a row, for its deliveries name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, select, true, update
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.store.tables import owner, webhook_endpoints
from onapi.values.scope import Environment, Scope

ALL = "*"  # every kind of event


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that is told of events."""

    id: str
    scope: Scope
    url: str
    description: str
    events: tuple[str, ...]  # kinds, or `ALL`
    enabled: bool
    secret: bytes = field(repr=False)  # sealed
    created_at: datetime
    updated_at: datetime
    disabled_why: str | None = None  # gone, failing; None: a person did it
    old_secret: bytes | None = field(default=None, repr=False)  # sealed
    old_secret_until: datetime | None = None
    failing_since: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether anything may be sent there."""
        return self.enabled and self.deleted_at is None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """As much of an endpoint as is needed to know what it is told."""

    id: str
    events: frozenset[str]

    def wants(self, kind: str) -> bool:
        """Whether it is told of this kind of event."""
        return kind in self.events or ALL in self.events


def secret_field(endpoint_id: str) -> str:
    """Under which name an endpoint's secrets are sealed: no row can be read in another's place."""
    return f"webhook_secret:{endpoint_id}"


_ADD = webhook_endpoints.insert()
_MINE = (
    webhook_endpoints.c.environment == bindparam("environment"),
    webhook_endpoints.c.ruc == bindparam("ruc"),
)
_THERE = webhook_endpoints.c.deleted_at.is_(None)
_SUBSCRIBERS = (
    select(webhook_endpoints.c.id, webhook_endpoints.c.events)
    .where(*_MINE, _THERE, webhook_endpoints.c.enabled.is_(true()))
    .order_by(webhook_endpoints.c.id)
)
_ALL_OF = select(webhook_endpoints).where(*_MINE, _THERE).order_by(webhook_endpoints.c.id)
_BY_ID = select(webhook_endpoints).where(*_MINE, webhook_endpoints.c.id == bindparam("id"))
_BY_URL = select(webhook_endpoints).where(*_MINE, _THERE, webhook_endpoints.c.url == bindparam("url"))
_ONE = (
    webhook_endpoints.c.environment == bindparam("of_environment"),
    webhook_endpoints.c.ruc == bindparam("of_ruc"),
    webhook_endpoints.c.id == bindparam("of_id"),
)


def add(connection: Connection, scope: Scope, endpoint: Endpoint) -> None:
    """Keep a new endpoint; Conflict if the company has one at this address."""
    row = {
        "id": endpoint.id,
        **owner(scope),
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
        "enabled": endpoint.enabled,
        "secret": endpoint.secret,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }
    try:
        connection.execute(_ADD, row)
    except IntegrityError as error:
        raise Conflict("the company has an endpoint at this address", key="in_progress") from error


def change(connection: Connection, scope: Scope, endpoint_id: str, values: Mapping[str, object]) -> None:
    """Change columns of an endpoint."""
    whose = {f"of_{column}": value for column, value in owner(scope).items()}
    connection.execute(update(webhook_endpoints).where(*_ONE).values(**values), {**whose, "of_id": endpoint_id})


def disable(connection: Connection, scope: Scope, endpoint_id: str, why: str, now: datetime) -> bool:
    """Tell it nothing more; False if that is so already."""
    whose = {f"of_{column}": value for column, value in owner(scope).items()}
    live = update(webhook_endpoints).where(*_ONE, webhook_endpoints.c.enabled.is_not(false()))
    done = live.values(enabled=False, disabled_why=why, updated_at=now)
    return connection.execute(done, {**whose, "of_id": endpoint_id}).rowcount == 1


def find(connection: Connection, scope: Scope, endpoint_id: str) -> Endpoint | None:
    """An endpoint by its id, deleted ones too."""
    row = connection.execute(_BY_ID, owner(scope) | {"id": endpoint_id}).one_or_none()
    return endpoint_of(row) if row else None


def find_by_url(connection: Connection, scope: Scope, url: str) -> Endpoint | None:
    """The company's endpoint at an address."""
    row = connection.execute(_BY_URL, owner(scope) | {"url": url}).one_or_none()
    return endpoint_of(row) if row else None


def all_of(connection: Connection, scope: Scope) -> Sequence[Endpoint]:
    """A company's endpoints, oldest first."""
    return [endpoint_of(row) for row in connection.execute(_ALL_OF, owner(scope))]


def subscribers(connection: Connection, scope: Scope) -> tuple[Subscriber, ...]:
    """Who is to be told anything, of one company."""
    rows = connection.execute(_SUBSCRIBERS, owner(scope))
    return tuple(Subscriber(row.id, frozenset(row.events)) for row in rows)


def endpoint_of(row: Row[Any]) -> Endpoint:
    """A row as an endpoint."""
    known = {column.name: getattr(row, column.name) for column in webhook_endpoints.c}
    scope = Scope(Environment(known.pop("environment")), known.pop("ruc"))
    return Endpoint(scope=scope, events=tuple(known.pop("events")), **known)
