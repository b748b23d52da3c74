"""Our words for the durable-execution library (DBOS Transact); no other file imports it.

A piece of work names a submission and its step; its id is the submission's natural key and step, so enqueuing twice
gives one. Work is done at least once: whoever does it looks first at what is written. The next piece is enqueued in the
transaction that records the last one's result.
"""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Connection, Engine, create_engine, event, make_url

_APPLICATION: Final = "onapi"
_VERSION: Final = "1"  # a constant: the library's default is a hash of the code, and old work would wait for ever
_QUEUE: Final = "submissions"
_WORKFLOW: Final = "submission"
_POLL_S: Final = 0.1
_BUSY_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Work:
    """One step of one submission."""

    key: str  # natural key: cpe:{environment}:{ruc}:{doctype}:{series}-{number}
    environment: str
    ruc: str
    submission_id: str
    step: int


class WorkQueue:
    """Where work is put; it shares the caller's transaction."""

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(
            system_database_engine=_engine(url),
            serializer=DBOSPortableJSONSerializer(),
            application_name=_APPLICATION,
            lazy=True,
        )

    def put(self, connection: Connection, work: Work, *, delay_s: float = 0) -> None:
        """Have the work done, once the transaction commits and the delay has passed."""
        options: EnqueueOptions = {
            "workflow_name": _WORKFLOW,
            "queue_name": _QUEUE,
            "workflow_id": f"{work.key}:{work.step}",
            "app_version": _VERSION,
        }
        if delay_s:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(
            connection, options, work.environment, work.ruc, work.submission_id, work.step, work.key
        )

    def close(self) -> None:
        """Give the connections back."""
        self._client.destroy()


class Worker:
    """A process that does the work. One per name at a time: at start it takes over what its last life left undone."""

    def __init__(self, url: str, name: str, do: Callable[[Work], None], *, threads: int = 16) -> None:
        self._url, self._name, self._do, self._threads = url, name, do, threads

    def start(self) -> None:
        """Begin; returns at once, the work goes on in threads of this process."""
        DBOS(
            config={
                "name": _APPLICATION,
                "system_database_engine": _engine(self._url),
                "application_version": _VERSION,
                "executor_id": self._name,
                "serializer": DBOSPortableJSONSerializer(),
                "max_executor_threads": self._threads + 8,
                "log_level": "WARNING",
                "use_listen_notify": False,
                "enable_otlp": False,
            }
        )
        logging.getLogger("dbos").setLevel(logging.WARNING)
        do = self._do

        def run(environment: str, ruc: str, submission_id: str, step: int, key: str) -> None:
            do(Work(key, environment, ruc, submission_id, step))

        DBOS.workflow(name=_WORKFLOW)(run)
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=self._threads, polling_interval_sec=_POLL_S)

    def stop(self) -> None:
        """End after what is under way, at most ten seconds."""
        DBOS.destroy(workflow_completion_timeout_sec=10)


def prepare(url: str) -> None:
    """Create or update the engine's own tables, beside ours; safe to call at each start."""
    DBOS.migrate(url)


def _engine(url: str) -> Engine:
    """A connection of the library's own; on SQLite in WAL mode, without which it is five times slower."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = create_engine(url, pool_size=20, max_overflow=20)

    @event.listens_for(engine, "connect")
    def _on_connect(raw: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401  SQLAlchemy's own type is private
        raw.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    return engine
