"""Who is to be told of a receipt once SUNAT accepts it, and how many persons a company has written to on a day.

A notice becomes a message in the transaction in which it is taken out: it is here or there, never in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Date, bindparam, delete, select, text

from onapi.store.tables import message_budgets, notices, owner
from onapi.values.scope import Environment, Scope

_T = notices.c
_TAKE = text(
    "INSERT INTO message_budgets (environment, ruc, channel, day, used)"
    " VALUES (:environment, :ruc, :channel, :day, :many)"
    " ON CONFLICT (environment, ruc, channel, day) DO UPDATE SET used = message_budgets.used + excluded.used"
    " WHERE message_budgets.used + excluded.used <= :most"
).bindparams(bindparam("day", type_=Date()))


@dataclass(frozen=True, slots=True)
class Notice:
    """One receiver of one receipt."""

    id: str  # of the message that it becomes
    document_id: str
    channel: str
    files: tuple[str, ...]
    masked: Mapping[str, Sequence[str]]
    content: bytes = field(repr=False)  # sealed
    created_at: datetime


def add(connection: Connection, scope: Scope, found: Sequence[Notice]) -> None:
    """Keep whom a receipt is to be told."""
    rows = [asdict(each) | {"files": list(each.files)} | owner(scope) for each in found]
    connection.execute(notices.insert(), rows)


def take(connection: Connection, scope: Scope, document_ids: Sequence[str]) -> list[Notice]:
    """Take out those of some documents; nobody else gets them."""
    mine = (_T.environment == scope.environment.value, _T.ruc == scope.ruc, _T.document_id.in_(document_ids))
    if connection.execute(select(_T.id).where(*mine).limit(1)).first() is None:
        return []  # nearly always: a look costs less than a write
    rows = connection.execute(delete(notices).where(*mine).returning(notices))
    found = [
        Notice(row.id, row.document_id, row.channel, tuple(row.files), row.masked, row.content, row.created_at)
        for row in rows
    ]
    return sorted(found, key=lambda each: each.id)


def forget(connection: Connection, environment: Environment, before: datetime) -> int:
    """Drop those of every company that have waited since before a moment: SUNAT never accepted their receipts."""
    old = (_T.environment == environment.value, _T.created_at < before)
    return connection.execute(delete(notices).where(*old)).rowcount


def spend(connection: Connection, scope: Scope, channel: str, day: date, *, many: int, most: int) -> bool:
    """Take from the budget of a day; False, and nothing is taken, if less than that is left."""
    if many > most:
        return False
    asked = {**owner(scope), "channel": channel, "day": day, "many": many, "most": most}
    return connection.execute(_TAKE, asked).rowcount == 1


def forget_budgets(connection: Connection, environment: Environment, before: date) -> int:
    """Drop the counts of days gone by, of every company."""
    rows = message_budgets.c
    old = (rows.environment == environment.value, rows.day < before)
    return connection.execute(delete(message_budgets).where(*old)).rowcount
