"""Sign in: a password for a session, its first refresh token, and the scopes of a role.

Unknown users and wrong passwords cost the same work and say the same. It goes in three steps, since they want
different threads: leave to try (the database), the hash (two threads, no more), the session (the database again).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from onapi.errors import Forbidden, Unauthenticated
from onapi.facts.roles import scopes_of
from onapi.flows import passwords, throttle
from onapi.flows.platform import Platform
from onapi.flows.refresh_token import new_token, token_digest
from onapi.flows.throttle import Admission
from onapi.flows.visitor import Visitor
from onapi.store import credentials, sessions
from onapi.store.credentials import Credential
from onapi.store.sessions import RefreshToken, Session

SCOPES: Final = scopes_of("admin")
SESSION_LIFE = timedelta(days=90)  # however often it is renewed (ASVS 10.4.8)
_NOWHERE = Visitor()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody known, with the refresh token for the next time."""

    credential: Credential
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that may be looked at."""

    admission: Admission
    visitor: Visitor
    credential_id: str | None
    password_hash: str | None = field(repr=False)
    password: str = field(repr=False)

    def is_right(self) -> bool:
        """The work of one Argon2id, whoever asks."""
        return passwords.verify(self.password, self.password_hash)


def begin(platform: Platform, client_id: str, username: str, password: str, visitor: Visitor) -> Attempt:
    """Leave to have a password looked at; Throttled without."""
    admission = throttle.admit(platform, throttle.account_of(client_id, username), visitor)
    with platform.database.reading() as connection:
        found = credentials.find_login(connection, client_id, username)
    credential_id, password_hash = found or (None, None)
    return Attempt(admission, visitor, credential_id, password_hash, password)


def finish(platform: Platform, attempt: Attempt, *, right: bool, days: int) -> SignedIn:
    """Open a session; Unauthenticated(key="invalid_credentials") if anything was wrong."""
    if attempt.credential_id is None or not right:
        raise Unauthenticated("El usuario o la contraseña no son correctos.", key="invalid_credentials")
    now, session_id, token = platform.clock(), platform.new_id(), new_token()
    ends_at = now + SESSION_LIFE
    visitor = attempt.visitor
    with platform.database.transaction() as connection:
        credential = credentials.find_by_id(connection, attempt.credential_id)
        if credential is None or credential.password_hash != attempt.password_hash:  # changed a moment ago
            raise Unauthenticated("El usuario o la contraseña no son correctos.", key="invalid_credentials")
        refuse_disabled(credential)
        throttle.succeed(connection, attempt.admission, visitor, now)
        opened = Session(session_id, credential.id, now, now, ends_at, visitor.address, visitor.shown_agent)
        sessions.begin(connection, opened)
        kept = RefreshToken(token_digest(token), session_id, credential.id, now + timedelta(days=days))
        sessions.add_token(connection, kept, now)
        sessions.forget(connection, now)
        throttle.forget_old(connection, now)
    return SignedIn(credential, token, kept.expires_at, session_id)


def sign_in(
    platform: Platform, client_id: str, username: str, password: str, *, days: int, visitor: Visitor = _NOWHERE
) -> SignedIn:
    """The three steps in one thread."""
    attempt = begin(platform, client_id, username, password, visitor)
    return finish(platform, attempt, right=attempt.is_right(), days=days)


def register(
    platform: Platform, *, client_id: str, username: str, password: str, rucs: tuple[str, ...], role: str | None = None
) -> None:
    """Add a user, or give the one of that name this password and these companies; nothing is asked of the password.

    For the demo and for tests: people come by `users.create`, which judges passwords.
    """
    with platform.database.reading() as connection:
        known = credentials.find_by_name(connection, client_id, username)
    credential = Credential(
        id=known.id if known else platform.new_id(),
        client_id=client_id,
        username=username,
        password_hash=passwords.hash_of(password),
        scopes=SCOPES if role is None else scopes_of(role),
        rucs=rucs,
        disabled=False,
        role=role,
    )
    with platform.database.transaction() as connection:
        credentials.keep(connection, credential, platform.clock())
        if known:
            sessions.end_all(connection, known.id, "password", platform.clock())


def refuse_disabled(credential: Credential) -> None:
    """Forbidden for a disabled user."""
    if credential.disabled:
        raise Forbidden("La credencial está deshabilitada.", key="credential_disabled")
