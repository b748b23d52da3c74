"""SUNAT's two token services: a taxpayer's for guides (password grant), an application's for queries (its own grant).

Any client id and secret will do; the user is SUNAT's published test user. A token is a JWT that lasts an hour by the
simulator's clock, and no longer: that is the error integrators meet first.
"""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Final
from uuid import uuid4

import jwt
from jwt.types import Options

from onapi.errors import Refused, Unauthenticated
from onapi.simulator.office import Office
from onapi.simulator.received import authenticate

LIFE_S: Final = 3600
GUIDES: Final = "https://api-cpe.sunat.gob.pe"  # scopes
QUERIES: Final = "https://api.sunat.gob.pe/v1/contribuyente/contribuyentes"
_SECRET: Final = "token_secret"  # noqa: S105 - the name under which it is remembered
_ALGORITHM: Final = "HS256"
_UNCHECKED: Final[Options] = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


def guide_token(office: Office, client_id: str, form: Mapping[str, str]) -> dict[str, object]:
    """A token to send guides with; Unauthenticated, with OAuth's word for it as key and `status` for HTTP."""
    _check_grant(client_id, form, "password", GUIDES)
    try:
        ruc = authenticate(form.get("username", ""), form.get("password", ""))
    except Refused as refused:
        raise _denied(401, "access_denied", str(refused)) from None
    return _token(office, client_id, GUIDES, ruc)


def query_token(office: Office, client_id: str, form: Mapping[str, str]) -> dict[str, object]:
    """A token to ask for documents with; Unauthenticated as above."""
    _check_grant(client_id, form, "client_credentials", QUERIES)
    return _token(office, client_id, QUERIES, "")


def bearer(office: Office, authorization: str, scope: str) -> str | None:
    """The RUC a token was given to ("" for an application's); None when it is no token for this, or too old."""
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "bearer":
        return None
    try:
        claims = jwt.decode(text.strip(), _secret(office), algorithms=[_ALGORITHM], options=_UNCHECKED)
    except jwt.InvalidTokenError:
        return None
    now = office.clock().timestamp()
    return str(claims["sub"]) if claims["aud"] == scope and now < claims["exp"] else None


def _check_grant(client_id: str, form: Mapping[str, str], grant: str, scope: str) -> None:
    if not client_id or form.get("client_id") != client_id or not form.get("client_secret"):
        raise _denied(401, "unauthorized_client", "Cliente no autorizado")
    if form.get("grant_type") != grant:
        raise _denied(400, "unsupported_grant_type", f"Se espera grant_type={grant}")
    if form.get("scope", scope) != scope:
        raise _denied(400, "invalid_scope", f"Se espera scope={scope}")


def _denied(status: int, error: str, words: str) -> Unauthenticated:
    return Unauthenticated(words, key=error, status=status)


def _token(office: Office, client_id: str, scope: str, ruc: str) -> dict[str, object]:
    now = int(office.clock().timestamp())
    claims = {"sub": ruc, "aud": scope, "iss": "SIMULADOR - SIN VALIDEZ", "clientId": client_id}
    times = {"iat": now, "nbf": now, "exp": now + LIFE_S, "jti": str(uuid4())}
    text = jwt.encode({**claims, **times}, _secret(office), algorithm=_ALGORITHM)
    return {"access_token": text, "token_type": "JWT", "expires_in": LIFE_S}


def _secret(office: Office) -> str:
    """What tokens are sealed with: made once, kept with the ledger."""
    known = office.memory.setting(_SECRET)
    if known:
        return known
    with office.memory.transaction():
        if not office.memory.setting(_SECRET):
            office.memory.keep_setting(_SECRET, token_urlsafe(48))
        return office.memory.setting(_SECRET)
