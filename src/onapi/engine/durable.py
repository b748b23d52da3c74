"""Our words for the durable-execution library (DBOS Transact); no other file imports it.

A piece of work names a submission and its step; its id is the submission's natural key and step, so enqueuing twice
gives one. Work is done at least once: whoever does it looks first at what is written. The next piece is enqueued in the
transaction that records the last one's result.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, make_url

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

_APPLICATION: Final = "onapi"
_VERSION: Final = "1"  # a constant: the library's default is a hash of the code, and old work would wait for ever
_QUEUE: Final = "submissions"
_WORKFLOW: Final = "submission"
_POLL_S: Final = 0.2
_TIDY_S: Final = 30.0
_BUSY_MS: Final = 30_000
_WAITING: Final = frozenset({"ENQUEUED", "PENDING", "DELAYED"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """One step of one submission."""

    key: str  # natural key: cpe:{environment}:{ruc}:{doctype}:{series}-{number}
    environment: str
    ruc: str
    submission_id: str
    step: int


class WorkQueue:
    """Where work is put; it shares the caller's transaction.

    The library takes a second to import. `warm` does that beside the start of the process; who comes earlier waits.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opening = threading.Lock()
        self._opened: DBOSClient | None = None

    def warm(self) -> None:
        """Open the queue in the background."""
        threading.Thread(target=self._client, daemon=True).start()

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
        self._client().enqueue_in_transaction(
            connection, options, work.environment, work.ruc, work.submission_id, work.step, work.key
        )

    def holds(self, work: Work) -> bool:
        """True while the work waits or is under way."""
        found = self._client().list_workflows(workflow_ids=[f"{work.key}:{work.step}"], load_input=False)
        return any(status.status in _WAITING for status in found)

    def open(self) -> None:
        """Open the queue now; call it before a transaction that will put something, never inside."""
        self._client()

    def close(self) -> None:
        """Give the connections back."""
        with self._opening:
            if self._opened is not None:
                self._opened.destroy()

    def _client(self) -> "DBOSClient":
        from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer  # noqa: PLC0415  a second of imports, see above

        with self._opening:
            if self._opened is None:
                DBOS.migrate(self._url)
                self._opened = DBOSClient(
                    system_database_engine=_engine(self._url),
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=_APPLICATION,
                    lazy=True,
                )
            return self._opened


class Worker:
    """A process that does the work. One per name at a time: at start it takes over what its last life left undone."""

    def __init__(
        self, url: str, name: str, do: Callable[[Work], None], *, tidy: Callable[[], object], threads: int = 16
    ) -> None:
        """`tidy` is called every half minute, to put back what fell out of the queue."""
        self._url, self._name, self._do, self._tidy, self._threads = url, name, do, tidy, threads
        self._stopped = threading.Event()
        self._under_way = 0
        self._changed = threading.Condition()

    def start(self) -> None:
        """Begin; returns at once, the work goes on in threads of this process."""
        from dbos import DBOS, DBOSPortableJSONSerializer  # noqa: PLC0415  a second of imports that others do not need

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

        def run(environment: str, ruc: str, submission_id: str, step: int, key: str) -> None:
            work = Work(key, environment, ruc, submission_id, step)
            with self._counted():
                try:
                    self._do(work)
                except Exception:
                    _log.exception("work failed", key=work.key, step=work.step)  # the sweep puts it back
                    raise

        DBOS.workflow(name=_WORKFLOW)(run)
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=self._threads, polling_interval_sec=_POLL_S)
        threading.Thread(target=self._keep_tidy, daemon=True).start()

    def drain(self, seconds: float) -> None:
        """Wait until nothing is under way. Work taken up afterwards is not lost: the next start repeats it."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way == 0, seconds)

    def stop(self) -> None:
        """End after what is under way, at most ten seconds."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        self._stopped.set()

        DBOS.destroy(workflow_completion_timeout_sec=10)

    def _keep_tidy(self) -> None:
        while not self._stopped.wait(_TIDY_S):
            try:
                self._tidy()
            except Exception:  # noqa: BLE001  an edge of the process: the next round may do better
                _log.exception("tidying failed")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()


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
