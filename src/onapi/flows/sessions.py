"""A user's own sessions: which are open, and how they end."""

from collections.abc import Sequence
from datetime import timedelta

from onapi.errors import NotFound
from onapi.flows.platform import Platform
from onapi.store import sessions
from onapi.store.sessions import Session

_SKEW = timedelta(minutes=2)  # clocks of two machines


def open_sessions(platform: Platform, credential_id: str) -> Sequence[Session]:
    """The open sessions of a user, the last used first."""
    with platform.database.reading() as connection:
        return sessions.open_of(connection, credential_id, platform.clock())


def sign_out(platform: Platform, credential_id: str, session_id: str) -> int:
    """End one; gives how many ended, 0 if it had ended before."""
    now = platform.clock()
    with platform.database.transaction() as connection:
        ended = sessions.end(connection, credential_id, session_id, "logout", now)
        if ended:
            who = {"credential_id": credential_id, "session_id": session_id}
            sessions.note(connection, "logout", now, **who, address="")
    return ended


def sign_out_of(platform: Platform, credential_id: str, session_id: str) -> None:
    """End one that is open; NotFound for another's and for none."""
    if not sign_out(platform, credential_id, session_id):
        raise NotFound("No hay ninguna sesión abierta con ese identificador.", key="session_not_found")


def sign_out_everywhere(platform: Platform, credential_id: str, *, reason: str = "logout") -> int:
    """End all; gives how many."""
    now = platform.clock()
    with platform.database.transaction() as connection:
        ended = sessions.end_all(connection, credential_id, reason, now)
        sessions.note(connection, "logout_all", now, credential_id=credential_id, session_id=None, address="")
    return ended


def ended_lately(platform: Platform, life: timedelta) -> frozenset[str]:
    """Sessions that ended while access tokens of theirs may still be about, which live so long."""
    with platform.database.reading() as connection:
        return sessions.ended_since(connection, platform.clock() - life - _SKEW)
