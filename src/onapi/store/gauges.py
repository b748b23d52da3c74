"""What the database knows of how work stands, in queries that stay cheap with millions of documents.

Nothing counts what has arrived: the few that are under way have indexes of their own, and what happens is counted from
the last line of history seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text

from onapi.store.tables import LIVE, companies, credentials, events, submissions
from onapi.values.scope import Environment

_MINE = submissions.c.environment == bindparam("environment")
_UNDER_WAY = (
    select(submissions.c.state, func.count().label("many")).where(_MINE, text(LIVE)).group_by(submissions.c.state)
)
_DUE = select(func.count().label("many"), func.min(submissions.c.next_action_at).label("since")).where(
    _MINE, submissions.c.next_action_at.is_not(None), submissions.c.next_action_at <= bindparam("now")
)
_LAST = select(func.max(events.c.id))
_HAPPENED = (
    select(events.c.event, events.c.state, func.count().label("many"), func.max(events.c.id).label("last"))
    .where(events.c.id > bindparam("after"), events.c.environment == bindparam("environment"))
    .group_by(events.c.event, events.c.state)
)
_EXPIRING = select(companies.c.ruc, companies.c.certificate_expires_at).where(
    companies.c.environment == bindparam("environment"), companies.c.certificate_expires_at.is_not(None)
)
_USERNAME = select(credentials.c.username).where(credentials.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Due:
    """Steps whose time has come and that nobody has taken yet."""

    many: int
    since: datetime | None  # when the oldest of them was due


@dataclass(frozen=True, slots=True)
class Happened:
    """How often something led to a state since the last look."""

    event: str
    state: str
    many: int


def under_way(connection: Connection, environment: Environment) -> Mapping[str, int]:
    """How many documents have not arrived, by state."""
    return {row.state: row.many for row in connection.execute(_UNDER_WAY, {"environment": environment.value})}


def due(connection: Connection, environment: Environment, now: datetime) -> Due:
    """The length of the queue, and since when its oldest waits."""
    row = connection.execute(_DUE, {"environment": environment.value, "now": now}).one()
    return Due(row.many, row.since)


def last_event(connection: Connection) -> int:
    """The last line of history, of whichever company."""
    return connection.execute(_LAST).scalar() or 0


def happened(connection: Connection, environment: Environment, after: int) -> tuple[int, Sequence[Happened]]:
    """What came after a line of history, and the last line that was counted."""
    rows = connection.execute(_HAPPENED, {"environment": environment.value, "after": after}).all()
    last = max((row.last for row in rows), default=after)
    return last, [Happened(row.event, row.state, row.many) for row in rows]


def certificates(connection: Connection, environment: Environment) -> Mapping[str, datetime]:
    """Until when each company's certificate is good."""
    rows = connection.execute(_EXPIRING, {"environment": environment.value})
    return {row.ruc: row.certificate_expires_at for row in rows}


def username(connection: Connection, credential_id: str) -> str | None:
    """The name of a credential."""
    found: str | None = connection.execute(_USERNAME, {"id": credential_id}).scalar()
    return found
