"""A process that does the work, beside any number of others on any number of machines.

Each has an id of its own and a lease (see `lease`). What is under way in the name of a process without lease goes back
into the queue: the process has died, or has lost touch. A database that is away is waited for.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from onapi.engine.lease import LEASE_S, Lease
from onapi.engine.library import (
    APPLICATION,
    DELIVERIES,
    DELIVERY,
    MESSAGE,
    MESSAGES,
    OLD_QUEUE,
    QUEUE,
    VERSION,
    WORKFLOW,
    connections,
)
from onapi.engine.queue import Kind, Work

_POLL_S: Final = 0.2
_OLD_POLL_S: Final = 5.0
_DELIVERY_POLL_S: Final = 0.25
_DELIVERIES: Final = 48  # at once; they wait for others' machines and cost next to nothing
DELIVERIES_EACH: Final = 9  # of one company: a slow receiver takes no more; at most 36 a second are told to it
_MESSAGES: Final = 12  # at once; each waits for its provider, and may have a page to be set
_MESSAGES_EACH: Final = 4  # of one company
_TIDY_S: Final = 30.0
_SHARE_S: Final = 1.0
_WRITTEN_S: Final = 60.0  # by then the library has surely written down that a work has ended
_SEEN_S: Final = 3.0  # a company without work for so long does not count
_FORGET_S: Final = 600.0
_KEEP: Final = timedelta(days=1)  # how long the library remembers what is finished; our own tables keep the history
_AT_ONCE: Final = 500
_FINISHED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_OUTAGE_WAITS_S: Final = (0.2, 0.5, 1, 2, *[3] * 40)  # two minutes; then the sweep of the flows puts the work back

_log = structlog.get_logger(__name__)


class Worker:
    """A process that does the work; `name` is for people and may be shared."""

    def __init__(
        self,
        shared: Engine,
        name: str,
        do: Callable[[Work], None],
        *,
        tidy: Callable[[], object],
        threads: int = 16,
        lease_s: float = LEASE_S,
    ) -> None:
        """`shared` are the store's connections; `tidy`, called each half minute, puts back what fell out of it."""
        self._do, self._tidy, self._threads = do, tidy, threads
        self._connections = connections(shared)
        self._lease = Lease(self._connections, name, lease_s)
        self._stopped = threading.Event()
        self._under_way: set[str] = set()  # ids of the library's workflows
        self._ended: dict[str, float] = {}  # and of those that ended of late, with when
        self._not_begun: set[str] = set()  # of those claimed in our name, at the last look
        self._seen: dict[str, float] = {}  # each company that had work of late, and when
        self._share = share_of(threads, 1)
        self._changed = threading.Condition()

    def start(self) -> None:
        """Begin; returns at once, the work goes on in threads of this process."""
        from dbos import DBOS, DBOSPortableJSONSerializer  # noqa: PLC0415  a second of imports that others do not need

        self._lease.renew()  # before anything can be taken up in our name
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_engine": self._connections,
                "application_version": VERSION,
                "executor_id": self._lease.id,
                "serializer": DBOSPortableJSONSerializer(),
                "max_executor_threads": self._threads + _DELIVERIES + _MESSAGES + 8,
                "log_level": "WARNING",
                "use_listen_notify": False,
                "enable_otlp": False,
            }
        )
        logging.getLogger("dbos").setLevel(logging.WARNING)

        def run(environment: str, ruc: str, submission_id: str, step: int, key: str) -> None:
            self._run(Work(key, environment, ruc, submission_id, step))

        def run_delivery(environment: str, ruc: str, delivery_id: str, step: int, key: str) -> None:
            self._run(Work(key, environment, ruc, delivery_id, step, Kind.DELIVERY))

        def run_message(environment: str, ruc: str, message_id: str, step: int, key: str) -> None:
            self._run(Work(key, environment, ruc, message_id, step, Kind.MESSAGE))

        DBOS.workflow(name=WORKFLOW)(run)
        DBOS.workflow(name=DELIVERY)(run_delivery)
        DBOS.workflow(name=MESSAGE)(run_message)
        DBOS.launch()
        self._register_queues()
        self._begin_duties()

    def _register_queues(self) -> None:
        """Say what each queue may take at once."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._threads,
            partition_worker_concurrency=self._share,
            polling_interval_sec=_POLL_S,
        )
        DBOS.register_queue(
            DELIVERIES,
            worker_concurrency=_DELIVERIES,
            partition_worker_concurrency=DELIVERIES_EACH,
            polling_interval_sec=_DELIVERY_POLL_S,
        )
        DBOS.register_queue(
            MESSAGES,
            worker_concurrency=_MESSAGES,
            partition_worker_concurrency=_MESSAGES_EACH,
            polling_interval_sec=_DELIVERY_POLL_S,
        )
        DBOS.register_queue(OLD_QUEUE, worker_concurrency=self._threads, polling_interval_sec=_OLD_POLL_S)

    def drain(self, seconds: float) -> None:
        """Wait until nothing is under way, then give the lease up: end the process now, others repeat what it loses."""
        with self._changed:
            self._changed.wait_for(lambda: not self._under_way, seconds)
        self._stopped.set()
        with suppress(OperationalError, InterfaceError):  # away itself; the lease runs out
            self._lease.end()

    def stop(self) -> None:
        """End after what is under way, at most ten seconds."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        self._stopped.set()
        DBOS.destroy(workflow_completion_timeout_sec=10)
        self._lease.end()
        self._connections.dispose()

    def _run(self, work: Work) -> None:
        with self._counted(work):
            try:
                self._do_through_outages(work)
            except Exception:
                _log.exception("work failed", key=work.key, step=work.step)  # the sweep puts it back
                raise

    def _do_through_outages(self, work: Work) -> None:
        for wait_s in _OUTAGE_WAITS_S:
            try:
                return self._do(work)
            except (OperationalError, InterfaceError) as error:
                _log.warning("the database is away", key=work.key, step=work.step, words=str(error.orig))
                if self._stopped.wait(wait_s):
                    raise
        return self._do(work)

    def _take_over(self) -> None:
        """Put back into the queue what is under way in the name of a process that holds no lease."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        self._lease.bury()
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        dead = self._lease.without({status.executor_id for status in pending if status.executor_id})
        if dead:
            _log.warning("taking over the work of processes that are gone", many=len(dead))
            # the public way forgets whose work it was, and could put back what another has begun meanwhile
            DBOS._recover_pending_workflows(sorted(dead))  # noqa: SLF001  see above
        self._put_back({each.workflow_id: each.queue_name for each in pending if each.executor_id == self._lease.id})

    def _put_back(self, claimed: Mapping[str, str | None]) -> None:
        """Put back what was claimed in our name and never begun: the database went away between the two.

        What has not begun at two looks in a row was lost by the library, which only logs it. What has ended is still
        claimed until the library has written that down.
        """
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        of_late = time.monotonic() - _WRITTEN_S
        with self._changed:
            self._ended = {work: at for work, at in self._ended.items() if at > of_late}
            not_begun = set(claimed) - self._under_way - set(self._ended)
        for lost in sorted(not_begun & self._not_begun):
            _log.warning("claimed and not begun; putting it back", work=lost)
            DBOS.resume_workflow(lost, queue_name=claimed[lost])
        self._not_begun = not_begun

    def _forget(self) -> None:
        """Delete what the library remembers of work finished long ago, a little at a time."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        before = (datetime.now(UTC) - _KEEP).isoformat()
        while finished := DBOS.list_workflows(
            status=_FINISHED, completed_before=before, limit=_AT_ONCE, load_input=False, load_output=False
        ):
            DBOS.delete_workflows([status.workflow_id for status in finished])

    def _begin_duties(self) -> None:
        """Each in a thread of its own: one that waits for the database may not keep the lease from being renewed."""
        beat_s = self._lease.lease_s / 5
        self._keep_doing(self._lease.renew, beat_s)
        self._keep_doing(self._take_over, beat_s)
        self._keep_doing(self._share_out, _SHARE_S)
        self._keep_doing(self._tidy, _TIDY_S)
        self._keep_doing(self._forget, _FORGET_S)

    def _keep_doing(self, duty: Callable[[], object], seconds: float) -> None:
        def keep() -> None:
            while not self._stopped.wait(seconds):
                try:
                    duty()
                except (OperationalError, InterfaceError) as error:
                    _log.warning("the database is away", words=str(error.orig))
                except Exception:  # noqa: BLE001  an edge of the process: the next round may do better
                    _log.exception("a duty of the worker failed", duty=duty)

        threading.Thread(target=keep, daemon=True).start()

    def _share_out(self) -> None:
        """Give each company less of us, the more of them have work: one alone leaves a quarter for who comes next."""
        from dbos import DBOS  # noqa: PLC0415  imported since `start`

        of_late = time.monotonic() - _SEEN_S
        with self._changed:
            self._seen = {company: at for company, at in self._seen.items() if at > of_late}
            share = share_of(self._threads, len(self._seen))
        queue = DBOS.retrieve_queue(QUEUE) if share != self._share else None
        if queue is not None:
            queue.set_partition_worker_concurrency(share)
            self._share = share

    @contextmanager
    def _counted(self, work: Work) -> Iterator[None]:
        with self._changed:
            self._under_way.add(work.id)
            if work.kind is Kind.ROAD:
                self._seen[work.ruc] = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._under_way.discard(work.id)
                self._ended[work.id] = time.monotonic()
                self._changed.notify_all()


def share_of(threads: int, companies: int) -> int:
    """How many threads one company may have while so many have work."""
    return max(1, threads * 3 // 4) if companies <= 1 else max(1, -(-threads // (companies + 1)))
