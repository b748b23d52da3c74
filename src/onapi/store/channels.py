"""How each company reaches persons: what it set up for a channel, its secrets sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from onapi.store.tables import company_channels, owner
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What a company keeps of one channel; what is secret stays sealed until a flow opens it."""

    settings: Mapping[str, Any]
    secret: bytes = field(repr=False)  # sealed
    updated_at: datetime


def secret_field(channel: str) -> str:
    """Under which name a channel's secrets are sealed: no row can be read in another's place."""
    return f"channel_secret:{channel}"


_OF = (
    company_channels.c.environment == bindparam("of_environment"),
    company_channels.c.ruc == bindparam("of_ruc"),
    company_channels.c.channel == bindparam("of_channel"),
)
_FIND = select(company_channels.c.settings, company_channels.c.secret, company_channels.c.updated_at).where(*_OF)
_CHANGE = update(company_channels).where(*_OF)
_REMOVE = delete(company_channels).where(*_OF)
_ADD = insert(company_channels)


def find(connection: Connection, scope: Scope, channel: str) -> ChannelRow | None:
    """What a company set up; None if nothing."""
    row = connection.execute(_FIND, _named(scope, channel)).one_or_none()
    return ChannelRow(row.settings, row.secret, row.updated_at) if row else None


def keep(connection: Connection, scope: Scope, channel: str, row: ChannelRow) -> None:
    """Set a channel up, or change the whole of it; the company's own row is to be held by the caller."""
    values = {"settings": dict(row.settings), "secret": row.secret, "updated_at": row.updated_at}
    if connection.execute(_CHANGE.values(**values), _named(scope, channel)).rowcount == 0:
        connection.execute(_ADD, {**owner(scope), "channel": channel, **values})


def remove(connection: Connection, scope: Scope, channel: str) -> bool:
    """Forget it; False if there was nothing."""
    return connection.execute(_REMOVE, _named(scope, channel)).rowcount > 0


def _named(scope: Scope, channel: str) -> dict[str, str]:
    return {**{f"of_{column}": value for column, value in owner(scope).items()}, "of_channel": channel}
