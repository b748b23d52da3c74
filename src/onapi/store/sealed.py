"""Every value that a master key has sealed itself, wherever it stands: for the rotation of master keys alone.

What was sealed in a company's envelope is none of it, and is not looked at. A column with sealed values that is not in
the table below is found by a test.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, func, select, tuple_, update

from onapi.store import channels
from onapi.store import messages as message_rows
from onapi.store.companies import SECRETS
from onapi.store.tables import certificates, companies, company_channels, messages, notices, webhook_endpoints
from onapi.store.vault import MARK
from onapi.store.webhooks import secret_field
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value, and the name under which the vault opens it."""

    place: str  # table.column
    key: tuple[Any, ...]  # of its row
    scope: Scope
    name: str
    value: bytes = field(repr=False)


_FieldOf: TypeAlias = Callable[[Any], str]  # of a row


def _called(name: str) -> _FieldOf:
    return lambda _: name


def _of_endpoint(row: Any) -> str:  # noqa: ANN401  a row of whatever columns
    return secret_field(row.id)


def _of_channel(row: Any) -> str:  # noqa: ANN401  a row of whatever columns
    return channels.secret_field(row.channel)


def _of_message(row: Any) -> str:  # noqa: ANN401  a row of whatever columns
    return message_rows.secret_field(row.id)


_PLACES: Mapping[str, tuple[Column[Any], _FieldOf]] = MappingProxyType(
    {
        str(column): (column, field_of)
        for column, field_of in (
            *((companies.c[name], _called(name)) for name in SECRETS),
            (certificates.c.sealed, _called("certificate")),
            (webhook_endpoints.c.secret, _of_endpoint),
            (webhook_endpoints.c.old_secret, _of_endpoint),
            (company_channels.c.secret, _of_channel),
            (messages.c.content, _of_message),
            (notices.c.content, _of_message),
        )
    }
)
PLACES = tuple(_PLACES)


def page(connection: Connection, place: str, after: tuple[Any, ...], *, most: int) -> Sequence[Sealed]:
    """Some values of one place, of all companies and environments, those after a key; none after () is the first."""
    column, field_of = _PLACES[place]
    key = tuple(column.table.primary_key.columns)
    whose = (column.table.c.environment, column.table.c.ruc)
    query = select(*{each.name: each for each in (*key, *whose)}.values(), column.label("value"))
    query = query.where(func.length(column) > 0, func.substr(column, 1, len(MARK)) != MARK)
    if after:
        query = query.where(tuple_(*key) > after)
    rows = connection.execute(query.order_by(*key).limit(most))
    return [
        Sealed(
            place,
            tuple(getattr(row, each.name) for each in key),
            Scope(Environment(row.environment), row.ruc),
            field_of(row),
            row.value,
        )
        for row in rows
    ]


def reseal(connection: Connection, was: Sealed, now: bytes) -> bool:
    """Put a value sealed anew in place of the old; False if it was changed meanwhile."""
    column, _ = _PLACES[was.place]
    key = zip(column.table.primary_key.columns, was.key, strict=True)
    mine = (column.table.c.environment == was.scope.environment.value, column.table.c.ruc == was.scope.ruc)
    same = (*mine, *(each == value for each, value in key), column == was.value)
    return connection.execute(update(column.table).where(*same).values({column: now})).rowcount == 1
