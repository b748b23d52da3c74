"""The data key of each company, sealed by a master key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onapi.store.tables import data_keys, owner
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class DataKey:
    """What seals a company's secrets, itself sealed."""

    scope: Scope
    name: bytes  # 16 random bytes, which each secret names and is bound to
    sealed: bytes = field(repr=False)
    master: str  # name of the master key that sealed it


_FIND = select(data_keys).where(
    data_keys.c.environment == bindparam("environment"), data_keys.c.ruc == bindparam("ruc")
)


def find(connection: Connection, scope: Scope) -> DataKey | None:
    """The company's data key, if it has one."""
    row = connection.execute(_FIND, owner(scope)).one_or_none()
    return _data_key(row) if row else None


def add(connection: Connection, made: DataKey) -> bool:
    """Keep a company's data key; False if it has one already, which stays."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {**owner(made.scope), "name": made.name, "sealed": made.sealed, "master": made.master}
    return connection.execute(insert(data_keys).values(**values).on_conflict_do_nothing()).rowcount == 1


def sealed_by_others(connection: Connection, master: str, *, most: int) -> Sequence[DataKey]:
    """Some data keys, of every company, that another master key has sealed."""
    query = select(data_keys).where(data_keys.c.master != master)
    rows = connection.execute(query.order_by(data_keys.c.environment, data_keys.c.ruc).limit(most))
    return [_data_key(row) for row in rows]


def reseal(connection: Connection, was: DataKey, now: DataKey) -> bool:
    """Put the new seal in place of the old; False if somebody else did so before."""
    mine = (data_keys.c.environment == was.scope.environment.value, data_keys.c.ruc == was.scope.ruc)
    values = {"sealed": now.sealed, "master": now.master}
    changed = connection.execute(update(data_keys).where(*mine, data_keys.c.sealed == was.sealed).values(**values))
    return changed.rowcount == 1


def count_by_master(connection: Connection) -> dict[str, int]:
    """How many data keys each master key has sealed."""
    query = select(data_keys.c.master, func.count().label("many")).group_by(data_keys.c.master)
    return {row.master: row.many for row in connection.execute(query)}


def _data_key(row: Row[Any]) -> DataKey:
    return DataKey(Scope(Environment(row.environment), row.ruc), row.name, row.sealed, row.master)
