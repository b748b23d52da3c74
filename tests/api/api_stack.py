"""A whole OnAPI on free ports: API, worker and simulator in this process, one folder, one clock of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx2
import structlog
import uvicorn
from sqlalchemy import func, select

from onapi.cli.demo_company import enrol_demo
from onapi.engine import Worker
from onapi.flows import sign_in
from onapi.flows.platform import Platform
from onapi.main import House
from onapi.settings import CLIENT_ID, DEMO_PASSWORD, DEMO_RUC, DEMO_USERNAME, Settings
from onapi.simulator import create_app
from onapi.store import credentials
from onapi.store.tables import documents, submissions

BASE = "/integrator/api/v1/integrator"
RUC, NOT_ENROLLED, OTHER_RUC = DEMO_RUC, "20000000028", "20000000010"
PASSWORD = "una clave larga de prueba"
BORN = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 10:30 in Lima, a quarter of an hour after the contract's example

# The contract's own example of operation 9, letter by letter.
EXAMPLE = """{
  "ruc": "20000000001",
  "doctype": "01",
  "externalId": "PED-778",
  "document": {
    "tipoOperacion": "0101", "tipoDoc": "01", "serie": "F001", "correlativo": "123",
    "fechaEmision": "2026-11-20T10:15:00-05:00", "tipoMoneda": "PEN",
    "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C.", "address": {"ubigeo": "150101", "direccion": "AV. AREQUIPA 1234"}},
    "formaPago": {"tipo": "Contado"},
    "details": [{"codProducto": "TEC-01", "unidad": "NIU", "cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100.00, "tipAfeIgv": "10", "porcentajeIgv": 18}]
  },
  "options": {"wait": 20, "include": ["qr"], "notify": {"emails": ["compras@cliente.example"]}}
}"""  # noqa: E501  as published
_STARTED = time.monotonic()
_SETTLE_S = 40


def clock() -> datetime:
    """A clock that goes at its usual pace, from a day on which every example is valid."""
    return BORN + timedelta(seconds=time.monotonic() - _STARTED)


class TestedHouse(House):
    """The house as it is built, but for its clock."""

    def platform(self, *, durable: bool = True) -> Platform:
        """The same platform on the tests' clock; a test may put channels of its own in its place."""
        plain = super().platform(durable=durable)
        usual = plain.messaging.channel_of

        def channel_of(*asked: Any) -> Any:
            return (channels[-1] if channels else usual)(*asked)

        told = replace(plain.messaging, channel_of=channel_of, budgets=budgets)
        _made.append(replace(plain, clock=clock, messaging=told))
        return _made[-1]


_made: list[Platform] = []
channels: list[Any] = []  # the last one is asked for channels, instead of the product
budgets = {"email": 2000, "whatsapp": 1000}


@contextmanager
def served(app: Any, listener: socket.socket) -> Iterator[str]:
    """Serve an application from a thread; gives its address."""
    asked = getattr(app.state, "server", {})
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=2, **asked))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass(frozen=True)
class Stack:
    """A running OnAPI and clients of it."""

    home: Path
    house: House
    platform: Platform
    http: httpx2.Client  # without a token, at the API's address
    simulator: httpx2.Client
    numbers: Iterator[int]
    log: list[Any]  # what the API logged

    def call(self, method: str, path: str, *, token: str | None = None, **more: Any) -> httpx2.Response:
        """Call an operation by its path under the base."""
        headers = dict(more.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.request(method, f"{BASE}/{path}", headers=headers, **more)

    def login(self, username: str = DEMO_USERNAME, password: str = DEMO_PASSWORD) -> dict[str, Any]:
        """Sign in; gives the answer."""
        body = {"clientId": CLIENT_ID, "username": username, "password": password, "grantType": "password"}
        answer = self.call("POST", "authenticate", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def stock(self) -> tuple[int, int, int]:
        """How many documents, submissions and files are kept, once nothing is under way."""
        self.wait_until_quiet()
        with self.platform.database.reading() as connection:
            rows = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in _KEPT]
        return rows[0], rows[1], sum(path.is_file() for path in (self.home / "blobs").rglob("*"))

    def wait_until_quiet(self) -> None:
        """Wait until no submission has a next step."""
        waiting = select(func.count()).where(submissions.c.next_action_at.is_not(None))
        deadline = time.monotonic() + _SETTLE_S
        while time.monotonic() < deadline:
            with self.platform.database.reading() as connection:
                if connection.execute(waiting).scalar_one() == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("something is still under way")

    def arm(self, *faults: dict[str, Any]) -> None:
        """Let these faults happen in the simulator, and no others."""
        assert self.simulator.put("/_simulator/faults", json=list(faults)).status_code == 200

    def ledger(self, name: str) -> list[dict[str, Any]]:
        """What the simulator holds under a name."""
        return [row for row in self.simulator.get("/_simulator/ledger").json() if row["name"] == name]


_KEPT = (documents, submissions)


@contextmanager
def running(home: Path, **asked: Any) -> Iterator[Stack]:
    """A stack for as long as the block lasts, with the demo's company and four users; other settings by name."""
    before, log = structlog.get_config(), structlog.testing.LogCapture()
    structlog.configure(processors=[log], cache_logger_on_first_use=False)
    with ExitStack() as stack:
        stack.callback(structlog.configure, **before)  # those of a stack outside, whose log goes on
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        ports = [listener.getsockname()[1] for listener in listeners]
        chosen: dict[str, Any] = {"port": ports[0], "simulator_port": ports[1], "webhook_allow_local": True, **asked}
        house = TestedHouse(Settings(_env_file=None, home=home, **chosen))
        house.prepare()
        enrol_demo(house)
        platform = house.platform()
        stack.callback(platform.database.close)
        _add_users(platform)
        simulator = create_app(home / "simulator.sqlite3", profile="production", clock=clock)
        sunat = stack.enter_context(served(simulator, listeners[1]))
        stack.enter_context(at_work(house))
        api = stack.enter_context(served(house.api(), listeners[0]))
        http = stack.enter_context(httpx2.Client(base_url=api, timeout=90, trust_env=False))
        admin = stack.enter_context(httpx2.Client(base_url=sunat, timeout=20, trust_env=False))
        yield Stack(home, house, platform, http, admin, count(1000), log.entries)


@dataclass(frozen=True)
class AtWork:
    """A worker under way, and what it works with."""

    house: TestedHouse
    worker: Worker
    platform: Platform

    @classmethod
    def start(cls, house: TestedHouse) -> Self:
        """Let a house's worker work."""
        worker = house.worker()
        worker.start()
        return cls(house, worker, _made[-1])

    def end(self) -> None:
        """Let it finish, and close what it opened."""
        self.worker.stop()
        self.platform.sunat.close()
        self.platform.database.close()


_at_work_now: list[AtWork] = []


@contextmanager
def at_work(house: TestedHouse) -> Iterator[None]:
    """A worker for as long as the block lasts; a process can have one, so that of a stack outside rests meanwhile."""
    if _at_work_now:
        _at_work_now[-1].end()
    _at_work_now.append(AtWork.start(house))
    try:
        yield
    finally:
        _at_work_now.pop().end()
        if _at_work_now:
            _at_work_now[-1] = AtWork.start(_at_work_now[-1].house)


def _add_users(platform: Platform) -> None:
    for username, rucs in (
        ("ajeno@onapi.local", (OTHER_RUC,)),
        ("dos@onapi.local", (RUC, NOT_ENROLLED)),
        ("baja@onapi.local", (RUC,)),
        ("lector@onapi.local", (RUC,)),
    ):
        sign_in.register(platform, client_id=CLIENT_ID, username=username, password=PASSWORD, rucs=rucs)
    _change(platform, "baja@onapi.local", disabled=True)
    _change(platform, "lector@onapi.local", scopes=("cpe:read",))


def _change(platform: Platform, username: str, **what: Any) -> None:
    with platform.database.transaction() as connection:
        known = credentials.find_by_name(connection, CLIENT_ID, username)
        assert known is not None
        credentials.keep(connection, replace(known, **what), clock())


def tail(record: dict[str, Any]) -> str:
    """The four path parameters of a record."""
    return f"{record['ruc']}/{record['doctype']}/{record['serie']}/{record['number']}"
