"""Access tokens: EdDSA, one pinned algorithm, every claim asked for (RFC 8725, RFC 9068)."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import jwt
import uuid_utils
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onapi.errors import Unauthenticated
from onapi.store.credentials import Credential

_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_ISSUER = "onapi"
_MOST_REMEMBERED = 4096
_CLAIMS = ("sub", "cid", "rucs", "scope", "iat", "nbf", "exp", "jti", "iss", "aud")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, for whom he may act, and what he may do."""

    credential_id: str
    client_id: str
    rucs: frozenset[str]
    scopes: frozenset[str]


class Tokens:
    """Makes and reads access tokens with one key."""

    def __init__(self, key: Ed25519PrivateKey, life: timedelta) -> None:
        self._key, self._public, self.life = key, key.public_key(), life
        self._verified = lru_cache(_MOST_REMEMBERED)(self._verify)  # a client sends the same one for minutes

    def make(self, credential: Credential, now: datetime) -> str:
        """A token for a credential."""
        claims = {
            "sub": credential.id,
            "cid": credential.client_id,
            "rucs": list(credential.rucs),
            "scope": " ".join(credential.scopes),
            "iat": now,
            "nbf": now,
            "exp": now + self.life,
            "jti": uuid_utils.uuid7().hex,
            "iss": _ISSUER,
            "aud": _ISSUER,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"typ": _TYPE})

    def read(self, token: str, now: datetime) -> Principal:
        """Who a token speaks for; Unauthenticated says why it is refused."""
        try:
            principal, not_before, expires = self._verified(token)
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("El token no es válido.", key="token_invalid") from error
        _refuse_time(not_before, expires, now)
        return principal

    def _verify(self, token: str) -> tuple[Principal, object, object]:
        """What a token says, once its signature is found good; its times are for each caller to judge."""
        if jwt.get_unverified_header(token).get("typ") != _TYPE:
            raise Unauthenticated("El token no es un token de acceso.", key="token_invalid")
        claims = jwt.decode(
            token,
            self._public,
            algorithms=[_ALGORITHM],
            audience=_ISSUER,
            issuer=_ISSUER,
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        rucs, scopes = frozenset(claims["rucs"]), frozenset(claims["scope"].split())
        return Principal(claims["sub"], claims["cid"], rucs, scopes), claims["nbf"], claims["exp"]


def _refuse_time(not_before: object, expires: object, now: datetime) -> None:
    """Time is judged by the platform's clock, so that a test can move it."""
    if not isinstance(not_before, int) or not isinstance(expires, int):
        raise Unauthenticated("El token no es válido.", key="token_invalid")
    if now >= datetime.fromtimestamp(expires, UTC):
        raise Unauthenticated("El token venció.", key="token_expired")
    if now < datetime.fromtimestamp(not_before, UTC) - timedelta(seconds=60):
        raise Unauthenticated("El token todavía no vale.", key="token_invalid")


def read_key(file: Path) -> Ed25519PrivateKey:
    """The key in a PEM file."""
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file} holds no Ed25519 key")
    return key


def make_key(file: Path) -> None:
    """A new key, readable by its owner alone; an existing one is left as it is."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
