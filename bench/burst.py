"""Ten thousand documents at once over 64 connections, SUNAT at 300 ms, and what a noisy company costs a quiet one.

Accepted and settled, seconds; CPU seconds and most memory of each process; on SQLite and on PostgreSQL. Run it on an
idle machine: `python bench/run.py burst`, with `ONAPI_BENCH_BURST` for another number of documents.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from databases import each_database
from figures import percentile, show
from sqlalchemy import text

from onapi.cli.demo_company import enrol_demo
from onapi.flows import enrol, sign_in
from onapi.main import House
from onapi.settings import CLIENT_ID, DEMO_RUC, Settings
from onapi.sign.certificate import self_signed
from onapi.store import open_database
from onapi.values.identity import RUC
from onapi.values.party import Address, Party

_MANY = int(os.environ.get("ONAPI_BENCH_BURST", "10000"))
_CONNECTIONS = 64
_LINES = 10
_LATENCY_MS = 300
_QUIET_RUC = "20000000010"
_QUIET_MANY, _QUIET_EVERY_S = 40, 0.5
_GIVE_UP_S = 1800
_BASE = "/integrator/api/v1/integrator"
_USER, _PASSWORD = "banco@onapi.local", "una clave larga de banco"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """An OnAPI of separate processes, as they would be supervised."""

    house: House
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""

    @property
    def port(self) -> int:
        """Of the API."""
        return self.house.settings.port

    def start(self, name: str, *command: str, **more: str) -> None:
        """Start a process of ours."""
        told = {"ONAPI_HOME": str(self.house.settings.home), "ONAPI_DATABASE_URL": self.house.settings.database_url}
        ports = {"ONAPI_PORT": str(self.port), "ONAPI_SIMULATOR_PORT": str(self.house.settings.simulator_port)}
        rest = {"ONAPI_SIMULATOR_LATENCY_MS": str(_LATENCY_MS), "ONAPI_ACCESS_MINUTES": "1440", **more}
        env = {**os.environ, **told, **ports, **rest, "ONAPI_LOG_LEVEL": "ERROR"}
        self.processes[name] = subprocess.Popen([sys.executable, "-m", "onapi", *command], env=env)

    def cost(self) -> dict[str, tuple[float, float]]:
        """CPU seconds and most memory, MiB, of each process so far."""
        found = {}
        for name, process in self.processes.items():
            stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
            found[name] = (int(stat[11]) + int(stat[12])) / _TICK, peak
        return found

    def line(self) -> http.client.HTTPConnection:
        """A connection of its own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def call(self, line: http.client.HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One call of the API."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        line.request(method, _BASE + path, json.dumps(body) if body is not None else None, headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(url: str) -> Iterator[Running]:
    """API, two workers, simulator; the demo's company and a quiet one."""
    with tempfile.TemporaryDirectory(prefix="onapi-bench-") as home:
        settings = Settings(
            _env_file=None, home=Path(home), database_url=url, port=_free_port(), simulator_port=_free_port()
        )
        found = Running(House(settings))
        found.house.prepare()
        _enrol(found.house)
        try:
            found.start("simulator", "simulator")
            found.start("api", "api")
            for number in (1, 2):
                found.start(f"worker {number}", "worker", ONAPI_WORKER_NAME=f"worker-{number}")
            _sign_in(found)
            yield found
        finally:
            for process in found.processes.values():
                process.terminate()
            for process in found.processes.values():
                process.wait(30)


def _enrol(house: House) -> None:
    enrol_demo(house)
    platform = house.platform()
    scope, name = platform.scope(_QUIET_RUC), "EMPRESA CALLADA S.A.C."
    enrol.enrol(platform, Party(RUC, _QUIET_RUC, name, "", Address("JR. CUSCO 100", "150101")))
    enrol.keep_signer(platform, scope, self_signed(_QUIET_RUC, name, platform.clock()))
    enrol.set_sol(platform, scope, "MODDATOS", "moddatos")
    both = (DEMO_RUC, _QUIET_RUC)
    sign_in.register(platform, client_id=CLIENT_ID, username=_USER, password=_PASSWORD, rucs=both)
    platform.database.close()


def _sign_in(found: Running) -> None:
    login = {"clientId": CLIENT_ID, "username": _USER, "password": _PASSWORD}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            found.token = found.call(found.line(), "POST", "/authenticate", login)[1]["token"]
            return
        time.sleep(0.1)
    raise SystemExit("the API did not start")


def _order(ruc: str, number: int, series: str = "F001") -> dict[str, Any]:
    line = {"codProducto": "TEC-01", "cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}
    client = {"tipoDoc": "6", "numDoc": "20000000028", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
    document = {"serie": series, "correlativo": number, "client": client, "details": [line] * _LINES}
    return {"ruc": ruc, "doctype": "01", "document": document, "options": {"wait": 0}}


def _burst(found: Running) -> None:
    """Send them all; whatever is no 2xx ends the bench."""
    numbers, lock, wrong = iter(range(1, _MANY + 1)), threading.Lock(), []

    def client() -> None:
        line = found.line()
        while not wrong:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            status, record = found.call(line, "POST", "/sendMessage", _order(DEMO_RUC, number))
            if status not in {201, 202}:
                wrong.append((status, record))

    clients = [threading.Thread(target=client) for _ in range(_CONNECTIONS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    assert not wrong, wrong[:1]


def _await_settled(found: Running) -> None:
    """Wait until SUNAT has accepted every one."""
    query = text("SELECT COUNT(*) FROM submissions WHERE ruc = :ruc AND outcome = 'ACCEPTED'")
    deadline = time.monotonic() + _GIVE_UP_S
    with closing(open_database(found.house.settings.database)) as database:
        while time.monotonic() < deadline:
            with database.reading() as connection:
                if connection.execute(query, {"ruc": DEMO_RUC}).scalar_one() == _MANY:
                    return
            time.sleep(0.25)
    raise SystemExit("not all settled in half an hour")


def _assert_once(found: Running) -> None:
    """SUNAT's own ledger holds each of them, sent once."""
    line = http.client.HTTPConnection("127.0.0.1", found.house.settings.simulator_port, timeout=120)
    line.request("GET", "/_simulator/ledger")
    rows = [row for row in json.loads(line.getresponse().read()) if row["name"].startswith(DEMO_RUC)]
    assert len(rows) == _MANY, f"{len(rows)} of {_MANY}"
    again = [row["name"] for row in rows if row["sends"] != 1]
    assert not again, again[:3]


def _quiet(found: Running, series: str) -> tuple[list[float], list[float]]:
    """One document after another of the quiet company; ms to accept each, and ms to its CDR."""
    accepts, ends, lock = [], [], threading.Lock()

    def follow(number: int, started: float) -> None:
        line = found.line()
        path = f"/ngr/{_QUIET_RUC}/01/{series}/{number}?wait=60"
        while found.call(line, "GET", path)[1]["status"] != "ACCEPTED":
            pass
        with lock:
            ends.append((time.monotonic() - started) * 1000)

    line, followers = found.line(), []
    for number in range(1, _QUIET_MANY + 1):
        started = time.monotonic()
        status, record = found.call(line, "POST", "/sendMessage", _order(_QUIET_RUC, number, series))
        assert status in {201, 202}, record
        accepts.append((time.monotonic() - started) * 1000)
        followers.append(threading.Thread(target=follow, args=(number, started)))
        followers[-1].start()
        time.sleep(_QUIET_EVERY_S)
    for each in followers:
        each.join()
    return accepts, ends


def _tell(sort: str, when: str, figures: tuple[list[float], list[float]]) -> None:
    accepts, ends = figures
    show(f"{sort}, quiet company {when}: accept p95", [percentile(accepts, 0.95)], "ms")
    show(f"{sort}, quiet company {when}: to CDR p95", [percentile(ends, 0.95)], "ms")


def _measure(sort: str, url: str) -> None:
    with _running(url) as found:
        _quiet(found, "F003")  # warm
        _tell(sort, "alone", _quiet(found, "F001"))
        before, started = found.cost(), time.monotonic()
        _burst(found)
        show(f"{sort}, {_MANY} accepted, {_CONNECTIONS} connections", [time.monotonic() - started], "s")
        _tell(sort, "beside a burst", _quiet(found, "F002"))
        _await_settled(found)
        show(f"{sort}, {_MANY} settled", [time.monotonic() - started], "s")
        _assert_once(found)
        for name, (cpu_s, peak) in found.cost().items():
            show(f"{sort}, burst: CPU of {name}", [cpu_s - before[name][0]], "s")
            show(f"{sort}, burst: most memory of {name}", [peak], "MiB")


def run() -> None:
    """Print every figure."""
    for sort, url in each_database():
        _measure(sort, url)
