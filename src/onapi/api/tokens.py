"""Access tokens: EdDSA, one pinned algorithm, every claim asked for, keys only from our own ring (RFC 8725, RFC 9068).

A token is judged before anything of it is believed: its size, its spelling, its header member by member. Nothing in it
can name a key that is not ours or change how it is verified.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
import uuid_utils

from onapi.errors import Unauthenticated
from onapi.store.credentials import Credential
from onapi.store.token_keys import KeyRing

_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_ISSUER = "onapi"
_MOST_SIGNS = 65_536  # of a token: some thousand companies
_MOST_REMEMBERED = 4096
_CLAIMS = ("sub", "cid", "rucs", "scope", "iat", "nbf", "exp", "jti", "iss", "aud", "sid")
_HEADER = {"alg", "typ", "kid"}
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}", re.ASCII)
_DEVICE = re.compile(r"([0-9a-f]{16})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{86})", re.ASCII)
_DEVICE_PURPOSE = b"onapi device\0"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, for whom he may act, and what he may do."""

    credential_id: str
    client_id: str
    rucs: frozenset[str]
    scopes: frozenset[str]
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    principal: Principal
    not_before: int
    expires: int


class Tokens:
    """Makes and reads access tokens with the keys of a ring."""

    def __init__(self, ring: KeyRing, life: timedelta) -> None:
        self._ring, self.life = ring, life
        self._verified = lru_cache(_MOST_REMEMBERED)(self._verify)  # a client sends the same one for minutes

    def make(self, credential: Credential, now: datetime, session_id: str = "") -> str:
        """A token for a credential, which ends with its session."""
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
            "sid": session_id,
        }
        key = self._ring.current
        return jwt.encode(claims, key.private, algorithm=_ALGORITHM, headers={"typ": _TYPE, "kid": key.kid})

    def read(self, token: str, now: datetime) -> Principal:
        """Who a token speaks for; Unauthenticated says why it is refused."""
        told = self._read(token)
        if now >= datetime.fromtimestamp(told.expires, UTC):
            raise Unauthenticated("El token venció.", key="token_expired")
        if now < datetime.fromtimestamp(told.not_before, UTC) - timedelta(seconds=60):
            raise Unauthenticated("El token todavía no vale.", key="token_invalid")
        return told.principal

    def owner_of(self, token: str) -> str:
        """The credential a token speaks for, expired or not: what may stand beside a refresh token."""
        return self._read(token).principal.credential_id

    def make_device(self, device: str) -> str:
        """A cookie for a device that signed in."""
        key = self._ring.current
        return f"{key.kid}.{device}.{_encoded(key.private.sign(_DEVICE_PURPOSE + device.encode()))}"

    def read_device(self, cookie: str) -> str:
        """The device of a cookie that we signed, "" for any other."""
        found = _DEVICE.fullmatch(cookie)
        key = self._ring.find(found[1]) if found else None
        if found is None or key is None:
            return ""
        # Ed25519 signs one thing in one way: who signs it again and finds the same has verified it
        return found[2] if _encoded(key.private.sign(_DEVICE_PURPOSE + found[2].encode())) == found[3] else ""

    def _read(self, token: str) -> _Told:
        try:
            if len(token) > _MOST_SIGNS:
                raise _odd("longer than any of ours")
            self._ring.current  # noqa: B018  looks whether the keys changed
            return self._verified(token, self._ring.version)
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise Unauthenticated("El token no es válido.", key="token_invalid") from error

    def _verify(self, token: str, _version: int) -> _Told:
        """What a token says, once its signature is found good; its times are for each caller to judge."""
        if not _SHAPE.fullmatch(token):
            raise _odd("misspelled")
        head, body, mark = token.split(".")
        header = _object(head)
        if set(header) != _HEADER or header["alg"] != _ALGORITHM or header["typ"] != _TYPE:
            raise _odd("another header")
        key = self._ring.find(header["kid"]) if isinstance(header["kid"], str) else None
        if key is None or any(_encoded(_decoded(part)) != part for part in (head, body, mark)):
            raise _odd("another key, or spelled another way")
        claims = jwt.decode(
            token,
            key.private.public_key(),
            algorithms=[_ALGORITHM],
            audience=_ISSUER,
            issuer=_ISSUER,
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        if claims != _object(body):
            raise _odd("read in two ways")
        return _told(claims)


def _told(claims: dict[str, Any]) -> _Told:
    """The claims, each of its own sort and no other."""
    texts = [claims[name] for name in ("sub", "cid", "scope", "jti", "sid", "iss", "aud")]
    moments = [claims[name] for name in ("iat", "nbf", "exp")]
    rucs = claims["rucs"]
    if not isinstance(rucs, list) or not all(type(each) is str for each in (*texts, *rucs)):
        raise _odd("a claim of another sort")
    if not all(type(each) is int and 0 <= each < 2**33 for each in moments):  # a bool is no moment, nor is a float
        raise _odd("a moment of another sort")
    principal = Principal(
        claims["sub"], claims["cid"], frozenset(rucs), frozenset(claims["scope"].split()), claims["sid"]
    )
    return _Told(principal, claims["nbf"], claims["exp"])


def _object(part: str) -> dict[str, Any]:
    """A part as JSON in which no name stands twice."""
    found = json.loads(_decoded(part).decode("utf-8"), object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise _odd("no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _odd("a name that stands twice")
    return found


def _odd(what: str) -> jwt.InvalidTokenError:
    return jwt.InvalidTokenError(what)


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
