"""Sign in and stay signed in: password to tokens, refresh token to its successor.

Unknown users and wrong passwords cost the same time and say the same. Refresh tokens are 256 random bits, kept as a
digest, rotated at each use; one that comes twice ends every token of its family (RFC 9700).
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from onapi.errors import Forbidden, Unauthenticated
from onapi.flows.platform import Platform
from onapi.store import credentials
from onapi.store.credentials import Credential, RefreshToken

SCOPES = ("cpe:write", "cpe:read", "lookup", "biometrics", "ai", "messaging", "catalog", "logs", "admin")

_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))  # what an unknown user's password is held against


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody known, with the refresh token for the next time."""

    credential: Credential
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime


def sign_in(platform: Platform, client_id: str, username: str, password: str, *, days: int) -> SignedIn:
    """Check a password; Unauthenticated(key="invalid_credentials") if anything of it is wrong."""
    with platform.database.reading() as connection:
        credential = credentials.find_by_name(connection, client_id, username)
    right = _hasher.verify(password, credential.password_hash if credential else _NOBODY)
    if credential is None or not right:
        raise Unauthenticated("El usuario o la contraseña no son correctos.", key="invalid_credentials")
    _refuse_disabled(credential)
    return _granted(platform, credential, family=platform.new_id(), days=days)


def refresh(platform: Platform, token: str, *, days: int) -> SignedIn:
    """Exchange a refresh token; a used one revokes its family."""
    now = platform.clock()
    digest = _digest(token)
    with platform.database.transaction() as connection:
        known = credentials.find_refresh_token(connection, digest)
        if known is not None and not credentials.use_refresh_token(connection, digest, now):
            credentials.revoke_family(connection, known.family, now)
        credential = credentials.find_by_id(connection, known.credential_id) if known else None
    if known is None or credential is None or known.expires_at <= now or known.revoked_at is not None:
        raise Unauthenticated("El refresh token no es válido; inicie sesión de nuevo.", key="refresh_token_invalid")
    if known.used_at is not None:
        sentence = "El refresh token ya se había usado; por seguridad se cerró la sesión. Inicie sesión de nuevo."
        raise Unauthenticated(sentence, key="refresh_token_reused")
    _refuse_disabled(credential)
    return _granted(platform, credential, family=known.family, days=days)


def register(platform: Platform, *, client_id: str, username: str, password: str, rucs: tuple[str, ...]) -> None:
    """Add a user, or give the one of that name this password and these companies."""
    with platform.database.reading() as connection:
        known = credentials.find_by_name(connection, client_id, username)
    credential = Credential(
        id=known.id if known else platform.new_id(),
        client_id=client_id,
        username=username,
        password_hash=_hasher.hash(password),
        scopes=SCOPES,
        rucs=rucs,
        disabled=False,
    )
    with platform.database.transaction() as connection:
        credentials.keep(connection, credential, platform.clock())


def _granted(platform: Platform, credential: Credential, *, family: str, days: int) -> SignedIn:
    token = secrets.token_urlsafe(32)
    now = platform.clock()
    kept = RefreshToken(_digest(token), family, credential.id, now + timedelta(days=days), None, None)
    with platform.database.transaction() as connection:
        credentials.add_refresh_token(connection, kept, now)
    return SignedIn(credential, token, kept.expires_at)


def _refuse_disabled(credential: Credential) -> None:
    if credential.disabled:
        raise Forbidden("La credencial está deshabilitada.", key="credential_disabled")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
