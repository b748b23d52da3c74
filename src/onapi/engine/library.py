"""The names under which the library keeps our work, the connections it gets, and how its table is kept quick."""

import sqlite3
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url, text

APPLICATION: Final = "onapi"
VERSION: Final = "1"  # a constant: the library's default is a hash of the code, and old work would wait for ever
QUEUE: Final = "roads"  # one partition a company
OLD_QUEUE: Final = "submissions"  # of the first release, without partitions: what it holds is still done
WORKFLOW: Final = "submission"
BUSY_MS: Final = 30_000
IDLE_MS: Final = 20_000
CONNECT_S: Final = 10
# An idle queue looks empty to PostgreSQL's planner, which then reads a whole burst to find its first piece of work; so
# its statistics and dead rows are seen to after each few thousand changes, and not after a share of all rows.
_CARE: Final = {
    "autovacuum_analyze_scale_factor": "0",
    "autovacuum_analyze_threshold": "2000",
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "5000",
}


def address(url: str) -> URL:
    """With the driver we ship, also where a PostgreSQL address names none (`postgresql://`, `postgres://`)."""
    found = make_url(url)
    return found if found.get_backend_name() == "sqlite" else found.set(drivername="postgresql+psycopg")


def connections(url: str) -> Engine:
    """Connections of the library's own; on SQLite in WAL mode, without which it is five times slower."""
    return _sqlite(url) if address(url).get_backend_name() == "sqlite" else _postgres(address(url))


def take_care(engine: Engine) -> None:
    """Have PostgreSQL look after the library's table more often than after others; nothing to do on SQLite."""
    if engine.dialect.name != "postgresql":
        return
    wanted = {f"{name}={value}" for name, value in _CARE.items()}
    with engine.begin() as connection:
        found = connection.execute(text("SELECT reloptions FROM pg_class WHERE oid = 'dbos.workflow_status'::regclass"))
        if not wanted <= set(found.scalar_one() or ()):  # asked first: who only looks needs no lock
            connection.execute(text(f"ALTER TABLE dbos.workflow_status SET ({', '.join(sorted(wanted))})"))


def _postgres(url: URL) -> Engine:
    waits = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
    engine = create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args=waits)

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own types are private
        raw.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS}")  # a stopped process lets its locks go
        raw.commit()

    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=20)

    @event.listens_for(engine, "connect")
    def _on_connect(raw: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own type is private
        raw.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    return engine
