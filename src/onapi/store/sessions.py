"""Sessions and their refresh tokens (only digests), and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, select, update

from onapi.store.tables import refresh_tokens, session_events, sessions

_MOST_AT_ONCE = 100  # rows that one call forgets: nobody waits long for it


@dataclass(frozen=True, slots=True)
class Session:
    """What began with a sign-in; a family of refresh tokens and the access tokens they gave."""

    id: str
    credential_id: str
    created_at: datetime
    used_at: datetime
    ends_at: datetime  # however often it is renewed
    address: str  # where it was last used from
    agent: str
    ended_at: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as kept."""

    digest: str
    family: str
    credential_id: str
    expires_at: datetime
    used_at: datetime | None = None
    used_by: str | None = None
    used_device: str | None = None
    salt: bytes | None = None


_ENDED = select(sessions.c.id).where(sessions.c.ended_at > bindparam("since"))
_TOKEN = select(refresh_tokens).where(refresh_tokens.c.digest == bindparam("of_digest"))
_SESSION = select(sessions).where(sessions.c.id == bindparam("of_id"))


def begin(connection: Connection, session: Session) -> None:
    """Keep a new session."""
    values = {name: getattr(session, name) for name in ("id", "credential_id", "address", "agent")}
    moments = {"created_at": session.created_at, "used_at": session.used_at, "ends_at": session.ends_at}
    connection.execute(sessions.insert().values(**values, **moments))


def find(connection: Connection, session_id: str) -> Session | None:
    """A session by its id."""
    row = connection.execute(_SESSION, {"of_id": session_id}).one_or_none()
    return _session(row) if row else None


def touch(connection: Connection, session_id: str, address: str, agent: str, now: datetime) -> None:
    """Note where and when a session was last used."""
    mine = update(sessions).where(sessions.c.id == session_id)
    connection.execute(mine.values(address=address, agent=agent, used_at=now))


def open_of(connection: Connection, credential_id: str, now: datetime) -> Sequence[Session]:
    """The open sessions of a user, the last used first."""
    mine = (sessions.c.credential_id == credential_id, sessions.c.ended_at.is_(None), sessions.c.ends_at > now)
    return [
        _session(row) for row in connection.execute(select(sessions).where(*mine).order_by(sessions.c.used_at.desc()))
    ]


def end(connection: Connection, credential_id: str, session_id: str, reason: str, now: datetime) -> int:
    """End one open session of a user; gives how many ended, 0 or 1."""
    return _end(connection, reason, now, sessions.c.credential_id == credential_id, sessions.c.id == session_id)


def end_all(connection: Connection, credential_id: str, reason: str, now: datetime) -> int:
    """End every open session of a user; gives how many."""
    return _end(connection, reason, now, sessions.c.credential_id == credential_id)


def end_others(connection: Connection, credential_id: str, session_id: str, reason: str, now: datetime) -> int:
    """End every open session of a user but one; gives how many."""
    return _end(connection, reason, now, sessions.c.credential_id == credential_id, sessions.c.id != session_id)


def ended_since(connection: Connection, since: datetime) -> frozenset[str]:
    """Sessions that ended after a moment: tokens of theirs that were given before may still be about."""
    return frozenset(connection.execute(_ENDED, {"since": since}).scalars())


def add_token(connection: Connection, token: RefreshToken, now: datetime) -> None:
    """Keep a new refresh token."""
    connection.execute(
        refresh_tokens.insert().values(
            digest=token.digest,
            family=token.family,
            credential_id=token.credential_id,
            created_at=now,
            expires_at=token.expires_at,
        )
    )


def find_token(connection: Connection, digest: str) -> RefreshToken | None:
    """A refresh token by its digest."""
    row = connection.execute(_TOKEN, {"of_digest": digest}).one_or_none()
    if row is None:
        return None
    used = (row.used_at, row.used_by, row.used_device, row.salt)
    return RefreshToken(row.digest, row.family, row.credential_id, row.expires_at, *used)


def use_token(connection: Connection, token: RefreshToken) -> bool:
    """Mark a token as used, by whom and with which salt; False if somebody did so before."""
    mine = (refresh_tokens.c.digest == token.digest, refresh_tokens.c.used_at.is_(None))
    values = {name: getattr(token, name) for name in ("used_at", "used_by", "used_device", "salt")}
    return connection.execute(update(refresh_tokens).where(*mine).values(**values)).rowcount == 1


def empty_salts(connection: Connection, family: str, before: datetime) -> None:
    """Forget how successors were made of tokens that were used before a moment."""
    old = (refresh_tokens.c.family == family, refresh_tokens.c.used_at < before, refresh_tokens.c.salt.is_not(None))
    connection.execute(update(refresh_tokens).where(*old).values(salt=None))


def note(
    connection: Connection, event: str, now: datetime, *, credential_id: str, session_id: str | None, address: str
) -> None:
    """Write down what happened."""
    who = {"credential_id": credential_id, "session_id": session_id, "address": address}
    connection.execute(session_events.insert().values(at=now, event=event, **who))


def events_of(connection: Connection, credential_id: str) -> Sequence[tuple[datetime, str, str | None]]:
    """What happened to a user's sessions, the newest first: moment, event, session."""
    mine = select(session_events).where(session_events.c.credential_id == credential_id)
    rows = connection.execute(mine.order_by(session_events.c.id.desc()))
    return [(row.at, row.event, row.session_id) for row in rows]


def forget(connection: Connection, before: datetime) -> None:
    """Drop some of the sessions that were over before a moment, with their tokens."""
    over = select(sessions.c.id).where(sessions.c.ends_at < before).limit(_MOST_AT_ONCE)
    gone = list(connection.execute(over).scalars())
    if gone:
        connection.execute(delete(refresh_tokens).where(refresh_tokens.c.family.in_(gone)))
        connection.execute(delete(sessions).where(sessions.c.id.in_(gone)))


def _end(connection: Connection, reason: str, now: datetime, *mine: ColumnElement[bool]) -> int:
    ended = update(sessions).where(sessions.c.ended_at.is_(None), *mine).values(ended_at=now, end_reason=reason)
    return connection.execute(ended).rowcount


def _session(row: Row[Any]) -> Session:
    ended = (row.ended_at, row.end_reason)
    return Session(row.id, row.credential_id, row.created_at, row.used_at, row.ends_at, row.address, row.agent, *ended)
