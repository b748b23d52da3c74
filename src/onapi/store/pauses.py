"""Companies that SUNAT does not let in: since when, by which door, and with what code. One row while it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, text, update

from onapi.store.columns import Instant
from onapi.store.tables import owner, pauses
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing of this company goes through this door, but for a probe now and then."""

    scope: Scope
    door: str  # sol or gre: whose credentials SUNAT refuses
    code: str  # SUNAT's, or a key of ours where there are no credentials
    since: datetime
    probed_at: datetime  # the last attempt


_MINE = (
    pauses.c.environment == bindparam("of_environment"),
    pauses.c.ruc == bindparam("of_ruc"),
    pauses.c.door == bindparam("of_door"),
)
_FIND = select(pauses).where(*_MINE)
_SAME = update(pauses).where(*_MINE)
_CLAIM = _SAME.where(pauses.c.probed_at == bindparam("was_probed_at"))
_BEGIN = text(
    "INSERT INTO pauses (environment, ruc, door, code, since, probed_at)"
    " VALUES (:environment, :ruc, :door, :code, :since, :probed_at)"
    " ON CONFLICT (environment, ruc, door) DO UPDATE SET code = excluded.code, probed_at = excluded.probed_at"
).bindparams(bindparam("since", type_=Instant), bindparam("probed_at", type_=Instant))
_END = delete(pauses).where(*_MINE)


def find(connection: Connection, scope: Scope, door: str) -> Pause | None:
    """The pause of a company at a door, if there is one."""
    row = connection.execute(_FIND, _key(scope, door)).one_or_none()
    return _pause(row) if row else None


def begin(connection: Connection, scope: Scope, door: str, code: str, now: datetime) -> None:
    """Stop a company at a door, or note that a probe failed again; many may say so at the same moment."""
    connection.execute(_BEGIN, {**owner(scope), "door": door, "code": code, "since": now, "probed_at": now})


def claim(connection: Connection, pause: Pause, now: datetime) -> bool:
    """Take the next probe for oneself: True for one caller of all."""
    key = {**_key(pause.scope, pause.door), "was_probed_at": pause.probed_at}
    return connection.execute(_CLAIM.values(probed_at=now), key).rowcount == 1


def end(connection: Connection, scope: Scope, door: str) -> bool:
    """Let the company through again; True if it was stopped."""
    return connection.execute(_END, _key(scope, door)).rowcount == 1


def all_of(connection: Connection, environment: Environment) -> Sequence[Pause]:
    """Every company that is stopped, the longest first."""
    query = select(pauses).where(pauses.c.environment == environment.value).order_by(pauses.c.since)
    return [_pause(row) for row in connection.execute(query)]


def _key(scope: Scope, door: str) -> dict[str, Any]:
    return {f"of_{column}": value for column, value in {**owner(scope), "door": door}.items()}


def _pause(row: Row[Any]) -> Pause:
    return Pause(Scope(Environment(row.environment), row.ruc), row.door, row.code, row.since, row.probed_at)
