"""The names under which the library keeps our work, the connections it gets, and how its table is kept quick."""

import sqlite3
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, text

APPLICATION: Final = "onapi"
VERSION: Final = "1"  # a constant: the library's default is a hash of the code, and old work would wait for ever
QUEUE: Final = "roads"  # one partition a company
OLD_QUEUE: Final = "submissions"  # of the first release, without partitions: what it holds is still done
WORKFLOW: Final = "submission"
DELIVERIES: Final = "deliveries"  # what is told to addresses of others: beside the roads, so that none of them waits
DELIVERY: Final = "delivery"  # the workflow of one
MESSAGES: Final = "messages"  # to persons: beside both, for a mail server may take a minute
MESSAGE: Final = "message"
BUSY_MS: Final = 30_000
# An idle queue looks empty to PostgreSQL's planner, which then reads a whole burst to find its first piece of work; so
# its statistics and dead rows are seen to after each few thousand changes, and not after a share of all rows.
_CARE: Final = {
    "autovacuum_analyze_scale_factor": "0",
    "autovacuum_analyze_threshold": "2000",
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "5000",
}


def connections(shared: Engine) -> Engine:
    """The library's connections: on PostgreSQL the store's, so that it compiles a statement once and not at each use.

    On SQLite they are its own, for it begins transactions in another way; in WAL mode, else it is five times slower.
    """
    return _sqlite(shared.url) if shared.dialect.name == "sqlite" else shared


def take_care(engine: Engine) -> None:
    """Have PostgreSQL look after the library's table more often than after others; nothing to do on SQLite."""
    if engine.dialect.name != "postgresql":
        return
    wanted = {f"{name}={value}" for name, value in _CARE.items()}
    with engine.begin() as connection:
        found = connection.execute(text("SELECT reloptions FROM pg_class WHERE oid = 'dbos.workflow_status'::regclass"))
        if not wanted <= set(found.scalar_one() or ()):  # asked first: who only looks needs no lock
            connection.execute(text(f"ALTER TABLE dbos.workflow_status SET ({', '.join(sorted(wanted))})"))


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=20, pool_use_lifo=True)  # the warmest first

    @event.listens_for(engine, "connect")
    def _on_connect(raw: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own type is private
        raw.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    return engine
