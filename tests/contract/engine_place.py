"""A database, a queue on it, and workers in processes of their own that write down what they do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from onapi.engine import UNHURRIED, Work, WorkQueue
from onapi.store import Database, companies, documents, open_database, submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.store.tables import events
from onapi.store.tables import submissions as rows
from onapi.values.identity import RUC
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.scope import Environment, Scope

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"
PATIENCE_S = 180
SCOPE = Scope(Environment.SANDBOX, "20000000001")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def work(key: str, step: int = 0, ruc: str = "20000000001") -> Work:
    """A piece of work that is only written down."""
    return Work(f"cpe:sandbox:{key}", "sandbox", ruc, f"id-of-{key}", step)


class Nursery:
    """A process that makes workers."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "engine_nursery.py")]
        env = {**os.environ, "PYTHONPATH": str(SOURCE)}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, encoding="utf-8")

    def give_birth(self, **wanted: str) -> int:
        """The number of a new worker."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=20)


@dataclass
class Place:
    """Where the engine is tried."""

    url: str
    database: Database
    queue: WorkQueue
    log: Path
    nursery: Nursery
    started: list[int] = field(default_factory=list)

    def start_worker(self, *, threads: int = 4, lease_s: float = 3, slow_s: float = 4) -> int:
        """Start a worker, one of however many, and wait until it can work; gives the number of its process."""
        ready = self.lines().count("ready")
        options = {"threads": str(threads), "lease_s": str(lease_s), "slow_s": str(slow_s)}
        places = {"url": self.url, "log": str(self.log), "trouble": str(self.trouble)}
        self.started.append(self.nursery.give_birth(**places, **options))
        self.until(lambda: self.lines().count("ready") > ready)
        return self.started[-1]

    def kill(self, worker: int) -> None:
        """SIGKILL, and wait until it is gone."""
        self.started.remove(worker)
        deadline = time.monotonic() + PATIENCE_S
        with suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.kill(worker, signal.SIGKILL)
                time.sleep(0.005)

    def open_gate(self) -> None:
        """Let those go on whose call lasts until then."""
        Path(f"{self.log}.gate").touch()

    @property
    def trouble(self) -> Path:
        """What the workers complained of."""
        return self.log.with_suffix(".err")

    def put(self, *pieces: Work, delay_s: float = 0, priority: int = UNHURRIED) -> None:
        """Enqueue in one transaction."""
        with self.database.transaction() as connection:
            for piece in pieces:
                self.queue.put(connection, piece, delay_s=delay_s, priority=priority)

    def lines(self) -> list[str]:
        """What was written down."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def count(self, what: str, key: str) -> int:
        """How often work of a key began or ended."""
        return sum(line.startswith(f"{what} cpe:sandbox:{key} ") for line in self.lines())

    def times(self, what: str, key: str) -> list[float]:
        """When work whose key begins so began or ended, in order."""
        return [float(x.split()[3]) for x in self.lines() if x.startswith(f"{what} cpe:sandbox:{key}")]

    def under_way(self, key: str) -> set[str]:
        """The work whose key begins so and that has begun and not ended, without the environment in front."""
        said: dict[str, set[str]] = {"begin": set(), "end": set()}
        for line in self.lines():
            if line.startswith(("begin cpe:sandbox:" + key, "end cpe:sandbox:" + key)):
                what, name, *_ = line.split()
                said[what].add(name.removeprefix("cpe:sandbox:"))
        return said["begin"] - said["end"]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, though the database be away; AssertionError after a generous while."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OperationalError):
                if holds():
                    return
            time.sleep(0.02)
        words = self.trouble.read_text()[-3000:] if self.trouble.exists() else ""
        raise AssertionError(self.lines()[-50:], words)

    def open_roads(self, many: int) -> None:
        """Documents with a submission each, whose first step is enqueued with them."""
        for number in range(1, many + 1):
            with self.database.transaction() as connection:
                if number == 1:
                    party = Party(RUC, SCOPE.ruc, "EMPRESA DE PRUEBA S.A.C.", "", Address("JR. CUSCO 100", "150101"))
                    companies.keep(connection, SCOPE, party, NOW)
                documents.add(connection, SCOPE, _document(number))
                road = Submission(f"s{number}", f"d{number}", SCOPE, "bill", "READY", next_action_at=NOW)
                submissions.add(connection, SCOPE, road, NOW)
                self.queue.put(connection, Work(f"cpe:sandbox:road-{number}", "sandbox", SCOPE.ruc, road.id, 0))

    def steps(self) -> dict[str, int]:
        """How far each road has come."""
        with self.database.reading() as connection:
            return {row.id: row.step for row in connection.execute(select(rows.c.id, rows.c.step))}

    def leases(self) -> int:
        """How many processes are held for alive."""
        with self.database.reading() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM leases")).scalar_one())

    def commits(self) -> list[tuple[str, str]]:
        """Every step that was committed, by submission and number."""
        with self.database.reading() as connection:
            found = connection.execute(select(events).where(events.c.event == "DONE").order_by(events.c.id))
            return [(row.submission_id, row.code) for row in found]

    def assert_each_step_once(self, many: int, steps: int) -> None:
        """Nothing was lost and no result was committed twice."""
        wanted = sorted((f"s{road}", str(step)) for road in range(1, many + 1) for step in range(steps))
        assert sorted(self.commits()) == wanted


def _document(number: int) -> StoredDocument:
    nothing: dict[str, Any] = {"currency": "PEN", "total": None, "customer": None, "qr": None, "external_id": None}
    return StoredDocument(
        id=f"d{number}",
        scope=SCOPE,
        receipt=ReceiptId(SCOPE.ruc, "01", "F001", number),
        revision=1,
        origin="API",
        input_format="json",
        fingerprint="f",
        issue_date=date(2026, 11, 20),
        digest="x",
        xml="x",
        warnings=(),
        created_at=NOW,
        **nothing,
    )


@contextmanager
def open_place(url: str, folder: Path, nursery: Nursery) -> Iterator[Place]:
    """A place on a migrated database; whoever still works in the end is killed."""
    database = open_database(url, durable=False)
    queue = WorkQueue(database.engine)
    queue.open()
    found = Place(url, database, queue, folder / "log", nursery)
    try:
        yield found
    finally:
        for worker in list(found.started):
            found.kill(worker)
        queue.close()
        found.database.close()
