"""The connection to SQLite or PostgreSQL, and the two ways to use it: a transaction, or a look.

On PostgreSQL each transaction says for whom it is (`acting`), and the second wall goes by that (`walls`).

SQLite runs in WAL mode. The process that accepts documents uses `synchronous=FULL`, so that a 2xx survives a power cut;
workers use NORMAL, whose loss of a last step the durable engine repeats. A write transaction takes its lock at once
(BEGIN IMMEDIATE): what was read in it still holds when it writes.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DisconnectionError

from onapi.store import walls
from onapi.store.acting import NOBODY, acting, acting_for_all
from onapi.store.group_commit import GroupCommit

MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 30_000
_ASK_AGAIN_MS = 3
_WAITS = {  # a silent server is given up: libpq's own names and units
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_IDLE_MS = 20_000
_LOOKS = "onapi_looks"  # an option of a connection on which no transaction begins
_MIGRATION_LOCK = 70_912_026  # any number of our own


class Database:
    """An open database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._line = GroupCommit(engine) if self._is_sqlite else None
        # asking SQLAlchemy for autocommit would end in a PRAGMA that has every statement compiled again
        how = {_LOOKS: True} if self._is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._looking = engine.execution_options(**how)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing; never open one around a call to another machine, nor one inside another."""
        with self._turn(), self.engine.connect() as connection, connection.begin():
            self._say_for_whom(connection)
            yield connection

    @contextmanager
    def common(self) -> Iterator[Connection]:
        """All or nothing, beside what others write at the same moment: on SQLite one sync of the disk does for all.

        On the disk once it ends; for what is written often and by many. PostgreSQL does as much by itself.
        """
        with self._line.together() if self._line else self.transaction() as connection:
            yield connection

    @contextmanager
    def promise(self) -> Iterator[Connection]:
        """A transaction that is on the disk once it ends, also where `durable` was not asked for."""
        with self._turn(), self.engine.connect() as connection:
            usual = self._sync(connection, "FULL")
            try:
                with connection.begin():
                    self._say_for_whom(connection)
                    yield connection
            finally:
                self._sync(connection, usual)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look that locks nothing. On PostgreSQL it is a transaction, too, where it says for whom it is."""
        if not self._is_sqlite and acting() != NOBODY:
            with self.transaction() as connection:
                yield connection
            return
        with self._looking.connect() as connection:
            yield connection

    def _turn(self) -> AbstractContextManager[None]:
        return self._line.alone() if self._line else nullcontext()

    def _say_for_whom(self, connection: Connection) -> None:
        if not self._is_sqlite:
            walls.begin(connection)

    def _sync(self, connection: Connection, level: str) -> str:
        """Set how hard SQLite writes to the disk, and give how hard it did; PostgreSQL always does."""
        if not self._is_sqlite:
            return level
        raw: Any = connection.connection.dbapi_connection
        usual: int = raw.execute("PRAGMA synchronous").fetchone()[0]
        raw.execute(f"PRAGMA synchronous={level}")
        return str(usual)

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_database(url: str, *, durable: bool = True, walled: bool = True) -> Database:
    """Open a database by its SQLAlchemy address; `durable` asks for a sync of the disk at each commit.

    Not `walled` is for whoever makes the walls: he stays the role that he signed in as.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite(url, durable=durable))
    return Database(_postgres(url, walled=walled))


def migrate(url: str) -> None:
    """Bring the database to the newest shape; safe to call at each start, and by several processes at once."""
    folder = make_url(url).database if make_url(url).get_backend_name() == "sqlite" else None
    if folder:
        Path(folder).parent.mkdir(parents=True, exist_ok=True)
    with acting_for_all("migrations"), closing(open_database(url, walled=False)) as database:
        _migrate(database)


def _migrate(database: Database) -> None:
    with database.transaction() as connection:
        is_postgres = connection.dialect.name == "postgresql"
        if is_postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if _revision(connection) != _newest():
            _upgrade(connection)
        if is_postgres:
            walls.make_role(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  half a second of imports that an up-to-date database does not need
    from alembic.config import Config  # noqa: PLC0415  as above

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _newest() -> str:
    """The newest revision shipped: files are named by number, `0001_the_first_tables.py`."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _postgres(url: str, *, walled: bool) -> Engine:
    """With the driver we ship, also where the address names none (`postgresql://`, `postgres://`)."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    waits = {name: value for name, value in _WAITS.items() if name not in address.query}
    engine = create_engine(address, pool_size=10, max_overflow=40, connect_args=waits)  # and the library's

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own types are private
        raw.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_MS}")  # a stopped process lets its locks go
        raw.commit()
        if walled:
            walls.stand_behind(raw)

    @event.listens_for(engine, "checkout")
    def _on_checkout(raw: Any, _record: Any, _proxy: Any) -> None:  # noqa: ANN401  SQLAlchemy's own types are private
        """Have it replaced if the server closed it: it says so unasked, and asking each time doubles the talks."""
        try:
            raw.pgconn.consume_input()  # its last words
            raw.pgconn.consume_input()  # and that it hung up
        except raw.Error as error:
            raise DisconnectionError(str(error)) from error

    return engine


def _sqlite(url: str, *, durable: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=30,
        pool_use_lifo=True,  # the last one used has its pages and statements at hand
        connect_args={"timeout": _BUSY_MS / 1000},
    )

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
        if _LOOKS not in connection.get_execution_options():
            _begin(connection)

    return engine


def _begin(connection: Connection) -> None:
    """Take the write lock. SQLite's own waiting sleeps up to 100 ms at a time; asking each few ms is fairer.

    It is asked without SQLAlchemy, whose errors cost more than the asking when many processes want to write.
    """
    raw: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + _BUSY_MS / 1000
    raw.execute(f"PRAGMA busy_timeout={_ASK_AGAIN_MS}")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # what is wrong, said in the words that callers know
    finally:
        raw.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
