"""A platform whose time is ours: real store, real simulator on a port, work done when the clock is moved to it."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from sqlalchemy import Connection, select

from onapi.api.shapes.record import record
from onapi.engine import UNHURRIED, Kind, Work
from onapi.flows import enrol, look
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.platform import Platform
from onapi.flows.work import do_work
from onapi.gateways.sunat import Sunat, endpoints_at
from onapi.library.forms import Told
from onapi.lifecycle.patience import PATIENT
from onapi.sign.certificate import self_signed
from onapi.simulator import create_app
from onapi.store import Blobs, Database, open_database, submissions
from onapi.store.database import migrate
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine, Submission
from onapi.store.tables import talks
from onapi.store.vault import Vault
from onapi.values.identity import RUC as RUC_TYPE
from onapi.values.party import Address, Party
from onapi.values.scope import Environment

RUC = "20000000001"
BORN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = BORN

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


class Desk:
    """A queue in the database's own transactions, whose work waits for us to do it."""

    def __init__(self, clock: Clock, database: Database | None = None) -> None:
        self._clock, self.database = clock, database

    def open(self) -> None:
        """Nothing to open."""

    def holds(self, work: Work) -> bool:
        """True while the work waits here."""
        assert self.database is not None
        with self.database.reading() as connection:
            found = connection.exec_driver_sql("SELECT 1 FROM desk WHERE id = ?", (f"{work.key}:{work.step}",))
            return found.first() is not None

    def put(self, connection: Connection, work: Work, *, delay_s: float = 0, priority: int = UNHURRIED) -> None:
        """Keep the work with the moment it is due."""
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS desk (id TEXT PRIMARY KEY, due TEXT, environment TEXT, ruc TEXT,"
            " submission TEXT, step INTEGER, key TEXT, priority INTEGER)"
        )
        due = (self._clock() + timedelta(seconds=delay_s)).isoformat()
        row = (f"{work.key}:{work.step}", due, work.environment, work.ruc, work.submission_id, work.step, work.key)
        connection.exec_driver_sql("INSERT OR IGNORE INTO desk VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, priority))


@dataclass
class World:
    """The platform and what surrounds it."""

    platform: Platform
    clock: Clock
    simulator: httpx2.Client
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def issue(self, doctype: str = "01", **parts: Any) -> Issued:
        """A new receipt, signed and kept, its first work waiting."""
        series, customer = ("F001", ("6", "20000000010")) if doctype == "01" else ("B001", ("1", "45678912"))
        document = {
            "serie": series,
            "correlativo": next(self.numbers),
            "client": {"tipoDoc": customer[0], "numDoc": customer[1], "rznSocial": "CLIENTE DE PRUEBA"},
            "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
            **parts,
        }
        return issue(self.platform, Request(RUC, Told("json", document, doctype=doctype, pointer="/document")))

    def waiting(self) -> list[tuple[datetime, Work]]:
        """What waits to be done: what is due by its urgency, then the earliest first."""
        now = (self.clock().isoformat(),)
        with self.platform.database.reading() as connection:
            order = "SELECT * FROM desk ORDER BY max(due, ?), priority, due"
            rows = connection.exec_driver_sql(order, now).all()
        return [
            (
                datetime.fromisoformat(row.due),
                Work(row.key, row.environment, row.ruc, row.submission, row.step, _kind(row.key)),
            )
            for row in rows
        ]

    def drop(self, work: Work) -> None:
        """Take a piece of work off the desk."""
        with self.platform.database.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM desk WHERE id = ?", (f"{work.key}:{work.step}",))

    def step(self) -> Work | None:
        """Do the next piece of work, at its time; None if there is none."""
        waiting = self.waiting()
        if not waiting:
            return None
        due, work = waiting[0]
        self.clock.now = max(self.clock.now, due)
        do_work(self.platform, work)
        self.drop(work)
        return work

    def run(self, *, most: int = 60) -> int:
        """Work until nothing waits; gives the number of steps."""
        for done in range(most):
            if self.step() is None:
                return done
        raise AssertionError(f"still at work after {most} steps")

    def now(self, issued: Issued) -> Submission:
        """Where a submission stands."""
        kept = look.again(self.platform, Kept(issued.document, issued.submission))
        return kept.submission

    def history(self, issued: Issued) -> list[HistoryLine]:
        """Every move of it."""
        return list(look.history(self.platform, Kept(issued.document, issued.submission)))

    def states(self, issued: Issued) -> list[str]:
        """The states it went through."""
        return [line.state for line in self.history(issued)]

    def talks(self, issued: Issued) -> list[Any]:
        """What was said on its road, as kept."""
        query = select(talks).where(talks.c.submission_id == issued.submission.id).order_by(talks.c.id)
        with self.platform.database.reading() as connection:
            return list(connection.execute(query))

    def arm(self, *faults: dict[str, Any]) -> None:
        """Let these faults happen, and no others."""
        assert self.simulator.put("/_simulator/faults", json=list(faults)).status_code == 200

    def ledger(self, issued: Issued) -> list[dict[str, Any]]:
        """What the simulated SUNAT holds of a receipt."""
        name = issued.document.receipt.file_name
        return [row for row in self.simulator.get("/_simulator/ledger").json() if row["name"] == name]

    def move(self, issued: Issued, **changes: object) -> Submission:
        """Set a submission where a test wants it."""
        was = self.now(issued)
        with self.platform.database.transaction() as connection:
            return submissions.move(connection, was.scope, was, self.clock(), **changes)


def _kind(key: str) -> Kind:
    if key.startswith("msg"):
        return Kind.MESSAGE
    return Kind.DELIVERY if key.startswith("hook") else Kind.ROAD


@contextmanager
def simulated(folder: Path, profile: str, clock: Callable[[], datetime]) -> Iterator[httpx2.Client]:
    """A simulator on a free port for as long as the block lasts."""
    app = create_app(folder / "simulator.sqlite3", profile=profile, clock=clock)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx2.Client(base_url=address, timeout=20, trust_env=False) as client:
            try:
                yield client
            finally:
                server.should_exit = True
                thread.join(20)


def template(folder: Path) -> Path:
    """An empty database to copy: migrating one takes half a second."""
    file = folder / "template.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


@contextmanager
def world(folder: Path, empty: Path, simulator: httpx2.Client, clock: Clock) -> Iterator[World]:
    """A platform with one company, over a copy of the empty database."""
    shutil.copy(empty, folder / "onapi.sqlite3")
    sunat = Sunat(endpoints_at(str(simulator.base_url)), clock)
    ids = count(1)
    database = open_database(f"sqlite:///{folder / 'onapi.sqlite3'}", durable=False)
    platform = Platform(
        environment=Environment.SANDBOX,
        database=database,
        blobs=Blobs(str(folder / "blobs")),
        queue=Desk(clock, database),  # type: ignore[arg-type]  # all that flows ask of a queue
        vault=Vault([bytes(32)]),
        sunat=sunat,
        pace=PATIENT,
        clock=clock,
        new_id=lambda: f"00000000-0000-7000-8000-{next(ids):012d}",
        record_of=record,
    )
    enrol.enrol(platform, Party(RUC_TYPE, RUC, "EMPRESA DE PRUEBA S.A.C.", "", Address("JR. CUSCO 100", "150101")))
    enrol.keep_signer(platform, platform.scope(RUC), self_signed(RUC, "EMPRESA DE PRUEBA S.A.C.", BORN))
    enrol.set_sol(platform, platform.scope(RUC), "MODDATOS", "moddatos")
    with platform.database.transaction() as connection:
        Desk(clock).put(connection, Work("x", "", "", "", 0))
        connection.exec_driver_sql("DELETE FROM desk")
    try:
        yield World(platform, clock, simulator)
    finally:
        sunat.close()
        platform.database.close()
