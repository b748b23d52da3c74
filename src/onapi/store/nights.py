"""The nightly reconciliation: one for each night, done by one worker at a time, and gone on with by any other."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onapi.store.tables import nights
from onapi.values.scope import Environment


@dataclass(frozen=True, slots=True)
class Night:
    """How far the reconciliation of a night has come."""

    environment: Environment
    night: date  # in Lima
    started_at: datetime
    held_until: datetime
    ended_at: datetime | None
    cursor: str
    checked: int
    asked: int
    report: str | None  # name of the blob


def find(connection: Connection, environment: Environment, night: date) -> Night | None:
    """The reconciliation of a night, if it was begun."""
    mine = (nights.c.environment == environment.value, nights.c.night == night)
    row = connection.execute(select(nights).where(*mine)).one_or_none()
    return Night(**{**row._mapping, "environment": environment}) if row else None  # noqa: SLF001  a public name of SQLAlchemy


def last(connection: Connection, environment: Environment) -> Night | None:
    """The latest that was ended."""
    mine = (nights.c.environment == environment.value, nights.c.ended_at.is_not(None))
    row = connection.execute(select(nights).where(*mine).order_by(nights.c.night.desc()).limit(1)).one_or_none()
    return Night(**{**row._mapping, "environment": environment}) if row else None  # noqa: SLF001  a public name of SQLAlchemy


def claim(
    connection: Connection, environment: Environment, night: date, cursor: str, *, now: datetime, until: datetime
) -> Night | None:
    """Take the night for oneself until a moment; None if another has it, or if it is done."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    key = {"environment": environment.value, "night": night}
    first = {"started_at": now, "held_until": now, "cursor": cursor, "checked": 0, "asked": 0}
    connection.execute(insert(nights).values(**key, **first).on_conflict_do_nothing())
    mine = (nights.c.environment == environment.value, nights.c.night == night)
    free = (nights.c.ended_at.is_(None), nights.c.held_until <= now)
    if connection.execute(update(nights).where(*mine, *free).values(held_until=until)).rowcount != 1:
        return None
    return find(connection, environment, night)


def keep(connection: Connection, was: Night, **changes: object) -> bool:
    """Write down how far it came; False if another took it meanwhile."""
    mine = (nights.c.environment == was.environment.value, nights.c.night == was.night)
    same = (nights.c.ended_at.is_(None), nights.c.held_until == was.held_until)
    return connection.execute(update(nights).where(*mine, *same).values(**changes)).rowcount == 1
