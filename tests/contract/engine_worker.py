"""A worker in a process of its own; it writes down what it does, so that a test can count it.

Work whose key begins with `road` is a real step: it moves its submission and enqueues the next one, in one transaction.
"""

import math
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dbos  # noqa: F401  imported before the fork: a second of each worker's life

from onapi.engine import Work, Worker, WorkQueue, durable
from onapi.errors import Conflict
from onapi.store import Database, open_database, submissions
from onapi.store.acting import acting_for
from onapi.store.submissions import HistoryLine
from onapi.values.scope import Environment, Scope

STEPS = 3


def work(url: str, log: str, threads: str, lease_s: str, slow_s: str) -> None:
    """Be a worker for ever."""
    durable._FORGET_S = 0.5
    durable._OLD_POLL_S = 0.5
    database = open_database(url, durable=False)
    queue = WorkQueue(database.engine)
    queue.open()
    doer = Doer(database, queue, log, float(slow_s))
    more = {"threads": int(threads), "lease_s": float(lease_s)}
    Worker(database.engine, "worker-1", doer.do, tidy=lambda: None, **more).start()
    doer.write("ready")
    threading.Event().wait()


@dataclass(frozen=True)
class Doer:
    """Who does the work."""

    database: Database
    queue: WorkQueue
    log: str
    slow_s: float  # how long the call to another machine takes; inf: until the test opens the gate

    def do(self, work: Work) -> None:
        """Write the work down; work whose key asks for it takes its time between its two lines."""
        self.write(f"begin {work.key} {work.step} {time.time()}")
        if "slow" in work.key:
            self._call()
        if "fails" in work.key:
            raise RuntimeError("as asked")
        if "road" in work.key:
            with acting_for(Environment(work.environment), work.ruc):
                self._walk(work)
        self.write(f"end {work.key} {work.step} {time.time()} {work.environment}/{work.ruc}/{work.submission_id}")

    def _walk(self, work: Work) -> None:
        scope = Scope(Environment(work.environment), work.ruc)
        with self.database.reading() as connection:
            was = submissions.get(connection, scope, work.submission_id)
        if was.step != work.step:
            return
        self.write(f"calls {work.key} {work.step} {time.time()}")
        self._call()
        now = datetime.now(UTC)
        try:
            with self.database.transaction() as connection:
                moved = submissions.move(connection, scope, was, now, step=was.step + 1)
                line = HistoryLine(now, "DONE", moved.state, str(was.step), str(os.getpid()))
                submissions.note(connection, scope, was.id, line)
                if moved.step < STEPS:
                    following = Work(work.key, work.environment, work.ruc, work.submission_id, moved.step)
                    self.queue.put(connection, following)
        except Conflict:
            self.write(f"conflict {work.key} {work.step} {time.time()}")

    def _call(self) -> None:
        if math.isfinite(self.slow_s):
            return time.sleep(self.slow_s)
        while not Path(f"{self.log}.gate").exists():
            time.sleep(0.02)
        return None

    def write(self, line: str) -> None:
        """One line, whole, whatever else writes at the same time."""
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)
