"""`Idempotency-Key`: which request bears which key, and what it was answered.

A key belongs to the credential that sent it and to one operation. Whoever runs a request holds its key for a while;
if he dies, the next one who comes with the same request takes it over.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, text, update

from onapi.store.columns import Instant
from onapi.store.tables import request_keys
from onapi.values.scope import Environment


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A key, and the request that it is bound to."""

    environment: Environment
    credential: str
    operation: str  # method and path
    key: str  # SHA-256, hexadecimal
    fingerprint: str  # SHA-256, hexadecimal


@dataclass(frozen=True, slots=True)
class Earlier:
    """The request that bore the key before."""

    fingerprint: str
    status: int | None  # None while it is under way
    headers: dict[str, str]
    body: bytes


_T = request_keys.c
_HERE = (
    _T.environment == bindparam("of_environment"),
    _T.credential == bindparam("of_credential"),
    _T.operation == bindparam("of_operation"),
    _T.key == bindparam("of_key"),
)
_FIND = select(request_keys).where(*_HERE)
_CLAIM = text(
    "INSERT INTO request_keys (environment, credential, operation, key, fingerprint, holder, held_until, expires_at)"
    " VALUES (:of_environment, :of_credential, :of_operation, :of_key, :fingerprint, :holder, :held_until, :expires_at)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("held_until", type_=Instant()), bindparam("expires_at", type_=Instant()))
_TAKE_OVER = update(request_keys).where(
    *_HERE, _T.status.is_(None), _T.held_until < bindparam("now"), _T.fingerprint == bindparam("same")
)
_OURS = (*_HERE, _T.holder == bindparam("by"), _T.status.is_(None))


def claim(
    connection: Connection, key: RequestKey, holder: str, now: datetime, *, held_until: datetime, expires_at: datetime
) -> Earlier | None:
    """None if the request may run, and its answer be kept by `holder`; otherwise the one that came before."""
    connection.execute(delete(request_keys).where(_T.environment == key.environment.value, _T.expires_at < now))
    values = {"fingerprint": key.fingerprint, "holder": holder, "held_until": held_until, "expires_at": expires_at}
    if connection.execute(_CLAIM, _place(key) | values).rowcount == 1:
        return None
    taken = {**_place(key), "now": now, "same": key.fingerprint, "holder": holder, "held_until": held_until}
    if connection.execute(_TAKE_OVER, taken).rowcount == 1:
        return None
    return find(connection, key)


def forget(connection: Connection, environment: Environment, now: datetime) -> int:
    """Drop the keys of whoever never came again; gives how many. Each caller's own go when he comes."""
    old = delete(request_keys).where(_T.environment == environment.value, _T.expires_at < now)
    return connection.execute(old).rowcount


def find(connection: Connection, key: RequestKey) -> Earlier | None:
    """The request that bore a key; None if none did, or it came to nothing."""
    row = connection.execute(_FIND, _place(key)).one_or_none()
    return None if row is None else Earlier(row.fingerprint, row.status, dict(row.headers or {}), row.body or b"")


def finish(
    connection: Connection, key: RequestKey, holder: str, *, status: int, headers: dict[str, str], body: bytes
) -> bool:
    """Keep what was answered; False if somebody else took the key over meanwhile."""
    values = {"status": status, "headers": headers, "body": body}
    return connection.execute(update(request_keys).where(*_OURS), _place(key) | values | {"by": holder}).rowcount == 1


def give_back(connection: Connection, key: RequestKey, holder: str) -> None:
    """The request came to nothing: the same key may come again, with another body too."""
    connection.execute(delete(request_keys).where(*_OURS), _place(key) | {"by": holder})


def _place(key: RequestKey) -> dict[str, object]:
    return {
        "of_environment": key.environment.value,
        "of_credential": key.credential,
        "of_operation": key.operation,
        "of_key": key.key,
    }
