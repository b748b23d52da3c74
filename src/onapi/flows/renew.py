"""Renew a session: a refresh token for the next pair; a used one that comes again ends the session (RFC 9700).

An answer may get lost, and clients ask twice at once: the same client gets the same successor for ten seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from onapi.errors import Unauthenticated
from onapi.flows import throttle
from onapi.flows.platform import Platform
from onapi.flows.refresh_token import new_salt, successor, token_digest
from onapi.flows.sign_in import SignedIn, refuse_disabled
from onapi.flows.visitor import Visitor
from onapi.store import credentials, sessions
from onapi.store.credentials import Credential
from onapi.store.sessions import RefreshToken, Session

AGAIN = timedelta(seconds=10)  # how long the same client gets the same answer
_NOWHERE = Visitor()
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    token: str
    visitor: Visitor
    now: datetime
    days: int


def refresh(
    platform: Platform, token: str, *, days: int, visitor: Visitor = _NOWHERE, owner: str | None = None
) -> SignedIn:
    """Exchange a refresh token; `owner` is the credential that a token beside it speaks for, if there is one."""
    now = platform.clock()
    digest = token_digest(token)
    replayed: Session | None = None
    with platform.database.transaction() as connection:
        found = _known(connection, digest, now, owner)
        if found is not None:
            known, session, credential = found
            given = _rotated(connection, _Asked(token, visitor, now, days), known, session)
            if given is None:
                replayed = session
                _end_replayed(connection, session, visitor, now)
            else:
                return SignedIn(credential, given[0], given[1], session.id)
    if replayed is None:
        throttle.limit(platform, f"renewal {visitor.network}", throttle.RENEWALS)
        raise Unauthenticated("El refresh token no es válido; inicie sesión de nuevo.", key="refresh_token_invalid")
    told = {"session": replayed.id, "credential": replayed.credential_id, "address": visitor.address}
    _log.warning("refresh token replayed", **told)
    sentence = "El refresh token ya se había usado; por seguridad se cerró la sesión. Inicie sesión de nuevo."
    raise Unauthenticated(sentence, key="refresh_token_reused")


def _known(
    connection: Connection, digest: str, now: datetime, owner: str | None
) -> tuple[RefreshToken, Session, Credential] | None:
    """The token with its open session and its user; None if it opens nothing."""
    known = sessions.find_token(connection, digest)
    session = sessions.find(connection, known.family) if known else None
    credential = credentials.find_by_id(connection, known.credential_id) if known else None
    if known is None or session is None or credential is None or owner not in {None, credential.id}:
        return None
    refuse_disabled(credential)
    is_over = session.ended_at is not None or session.ends_at <= now
    return None if is_over or known.expires_at <= now else (known, session, credential)


def _rotated(
    connection: Connection, asked: _Asked, known: RefreshToken, session: Session
) -> tuple[str, datetime] | None:
    """The successor and when it expires: a new one, or the one that this client was given a moment ago."""
    visitor, now, salt = asked.visitor, asked.now, new_salt()
    used = replace(known, used_at=now, used_by=visitor.client, used_device=visitor.device_digest, salt=salt)
    if not sessions.use_token(connection, used):
        return _given_before(connection, asked)
    throttle.take(connection, f"session {session.id}", throttle.ROTATIONS, now)
    following = successor(asked.token, salt)
    expires_at = min(now + timedelta(days=asked.days), session.ends_at)
    kept = RefreshToken(token_digest(following), session.id, session.credential_id, expires_at)
    sessions.add_token(connection, kept, now)
    sessions.empty_salts(connection, session.id, now - AGAIN)
    sessions.touch(connection, session.id, visitor.address, visitor.shown_agent, now)
    return following, expires_at


def _given_before(connection: Connection, asked: _Asked) -> tuple[str, datetime] | None:
    """What the same client was given for this token in the last seconds."""
    visitor, used = asked.visitor, sessions.find_token(connection, token_digest(asked.token))
    if used is None or used.used_at is None or used.salt is None or not asked.now - used.used_at <= AGAIN:
        return None
    same_device = visitor.device_digest != "" and visitor.device_digest == used.used_device
    if not same_device and visitor.client != used.used_by:
        return None
    following = successor(asked.token, used.salt)
    kept = sessions.find_token(connection, token_digest(following))
    return None if kept is None else (following, kept.expires_at)


def _end_replayed(connection: Connection, session: Session, visitor: Visitor, now: datetime) -> None:
    sessions.end(connection, session.credential_id, session.id, "replay", now)
    who = {"credential_id": session.credential_id, "session_id": session.id}
    sessions.note(connection, "refresh_token_reused", now, **who, address=visitor.address)
