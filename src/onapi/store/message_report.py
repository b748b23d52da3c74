"""Messages to persons of every company: what is late, what is old, what whoever waits or watches wants to know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from onapi.lifecycle.standing import Standing
from onapi.store.messages import Message, message_of
from onapi.store.tables import message_moves, messages
from onapi.values.scope import Environment, Scope

_T = messages.c


def overdue(connection: Connection, environment: Environment, before: datetime, *, most: int) -> list[Message]:
    """Messages of every company whose next action was due before a moment, oldest first: for the safety net."""
    late = (_T.next_action_at.is_not(None), _T.next_action_at < before)
    query = select(messages).where(_T.environment == environment.value, *late)
    return _all(connection, query.order_by(_T.next_action_at).limit(most))


def told_before(connection: Connection, environment: Environment, before: datetime, *, most: int) -> list[Message]:
    """Messages of every company that ended before a moment and whose words are still kept, oldest first."""
    old = (_T.content.is_not(None), _T.ended_at < before)
    return _all(
        connection,
        select(messages).where(_T.environment == environment.value, *old).order_by(_T.ended_at).limit(most),
    )


def waiting(connection: Connection, environment: Environment) -> dict[str, int]:
    """How many messages of every company are on their way, by channel."""
    due = (_T.environment == environment.value, _T.next_action_at.is_not(None))
    rows = connection.execute(select(_T.channel, func.count().label("many")).where(*due).group_by(_T.channel))
    return {row.channel: row.many for row in rows}


def last_move(connection: Connection) -> int:
    """The last line of history, of whichever company."""
    return connection.execute(select(func.max(message_moves.c.id))).scalar() or 0


def happened(connection: Connection, environment: Environment, since: int) -> tuple[int, Mapping[tuple[str, str], int]]:
    """How often messages of a channel came to a standing after a line of history, and the last line counted."""
    rows = message_moves.c
    query = (
        select(_T.channel, rows.standing, func.count().label("many"), func.max(rows.id).label("last"))
        .join(messages, _T.id == rows.message_id)
        .where(rows.id > since, rows.environment == environment.value)
        .group_by(_T.channel, rows.standing)
    )
    found = connection.execute(query).all()
    return max((row.last for row in found), default=since), {(row.channel, row.standing): row.many for row in found}


def tried_among(connection: Connection, owners: Mapping[str, Scope]) -> set[str]:
    """Which of these messages, each of its own company, have had an attempt that is over."""
    rucs = {scope.ruc for scope in owners.values()}
    over = or_(_T.standing != Standing.QUEUED, (_T.attempts > 0) & _T.trying_until.is_(None))
    query = select(_T.id, _T.environment, _T.ruc).where(_T.id.in_(list(owners)), _T.ruc.in_(rucs), over)
    rows = connection.execute(query)
    return {row.id for row in rows if owners[row.id] == Scope(Environment(row.environment), row.ruc)}


def _all(connection: Connection, query: Select[Any]) -> list[Message]:
    return [message_of(row) for row in connection.execute(query)]
