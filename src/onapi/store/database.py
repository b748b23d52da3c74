"""The connection to SQLite or PostgreSQL, and the two ways to use it: a transaction, or a look.

SQLite runs in WAL mode. The process that accepts documents uses `synchronous=FULL`, so that a 2xx survives a power cut;
workers use NORMAL, whose loss of a last step the durable engine repeats. A write transaction takes its lock at once
(BEGIN IMMEDIATE): what was read in it still holds when it writes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 30_000


class Database:
    """An open database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing; never open one around a call to another machine."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look that locks nothing."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_database(url: str, *, durable: bool = True) -> Database:
    """Open a database by its SQLAlchemy address; `durable` asks for a sync of the disk at each commit."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite(url, durable=durable))
    return Database(create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True))


def migrate(url: str) -> None:
    """Bring the database to the newest shape; safe to call at each start."""
    folder = make_url(url).database if make_url(url).get_backend_name() == "sqlite" else None
    if folder:
        Path(folder).parent.mkdir(parents=True, exist_ok=True)
    database = open_database(url)
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    with database.transaction() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
    database.close()


def _sqlite(url: str, *, durable: bool) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=30, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _on_connect(raw: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own type is private
        raw.isolation_level = None  # transactions begin where we say, below
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            f"busy_timeout={_BUSY_MS}",
            "foreign_keys=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_isolation_level() != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
