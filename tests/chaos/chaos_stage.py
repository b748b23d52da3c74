"""The stage of the chaos tests: a real SUNAT, API and worker in processes of their own, on one home and database.

Processes are killed and started again under it; the tests speak to the API over HTTP, and look into the database and
into SUNAT's ledger from outside.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from chaos_mailbox import Mailbox
from chaos_nursery import HastyHouse, free_port
from chaos_receiver import Receiver
from chaos_wrap import ARMED, FIRED

from onapi.flows import enrol, sign_in, webhooks
from onapi.flows.platform import Platform  # noqa: TC001  a dataclass's own field names it
from onapi.settings import CLIENT_ID, Settings
from onapi.sign.certificate import self_signed
from onapi.values.identity import RUC, is_ruc
from onapi.values.party import Address, Party

BASE = "/integrator/api/v1/integrator"
HERE = Path(__file__).parent
PATIENCE_S = 60
PASSWORD = "una clave larga de prueba"
SOL_PASSWORD, API_SECRET = "moddatos", "secreto-API-de-caos"  # the one that SUNAT publishes for tests
T = TypeVar("T")


def until(look: Callable[[], T], words: Callable[[], object] = lambda: "", *, seconds: float = PATIENCE_S) -> T:
    """Look again and again until there is something; AssertionError after a generous while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError, FileNotFoundError):
            if found := look():
                return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain: {words()}")


def is_alive(pid: int) -> bool:
    """True for a process that runs, or that still holds its sockets because one of its threads waits for the disk."""
    with suppress(OSError):
        return any(_is_at_work(thread) for thread in Path(f"/proc/{pid}/task").iterdir())
    return False


def _is_at_work(thread: Path) -> bool:
    with suppress(OSError):
        return (thread / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def rucs(first: int, many: int) -> list[str]:
    """RUCs with a right check digit, from the tens of thousands on."""
    found = (f"20{stem:08}{digit}" for stem in range(first * 10_000, 10**8) for digit in range(10))
    right = (each for each in found if is_ruc(each))
    return [next(right) for _ in range(many)]


_stages = iter(range(1, 1000))


def companies(many: int) -> tuple[str, ...]:
    """RUCs that no other stage of this process has; each process of a run has a SUNAT of its own."""
    return tuple(rucs(100 * next(_stages), many))


class Nursery:
    """A process that makes processes."""

    def __init__(self) -> None:
        source = str(HERE.parents[1] / "src")
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONAPI_")}
        env |= {"PYTHONPATH": f"{source}{os.pathsep}{HERE}"}
        pipe = subprocess.PIPE
        command = [sys.executable, str(HERE / "chaos_nursery.py")]
        self._process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, encoding="utf-8")
        self._turn = threading.Lock()

    def give_birth(self, **wanted: Any) -> int:
        """The number of a new process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and with it whatever it made."""
        self._process.communicate(timeout=60)


@dataclass
class Sunat:
    """The simulator's process, and the truth."""

    nursery: Nursery
    home: Path
    latency_s: float = 0.0
    ticket_delay_s: float = 0.3
    port: int = field(default_factory=free_port)
    pid: int = 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        told = {"home": str(self.home), "port": self.port, "latency_s": self.latency_s}
        self.pid = self.nursery.give_birth(role="simulator", ticket_delay_s=self.ticket_delay_s, **told)
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}/_simulator", timeout=30, trust_env=False)
        until(lambda: self.http.get("/health").is_success, self._log)
        self.ca = self.http.get("/ca.pem").content

    def ask(self, what: str) -> Any:
        """The truth about something."""
        return self.http.get(f"/{what}").raise_for_status().json()

    def arm(self, *faults: dict[str, Any]) -> None:
        """Let these faults happen, and no others."""
        self.http.put("/faults", json=list(faults)).raise_for_status()

    def end(self) -> None:
        """Kill it."""
        self.http.close()
        kill(self.pid)

    def _log(self) -> str:
        return (self.home / "simulator.log").read_text()[-2000:]


def kill(pid: int) -> None:
    """SIGKILL, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid))


@dataclass
class Stage:
    """One OnAPI: a home, a database, its API and workers."""

    nursery: Nursery
    sunat: Sunat
    home: Path
    database_url: str = ""
    companies: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)  # further settings
    port: int = field(default_factory=free_port)
    pids: dict[str, int] = field(default_factory=dict)
    token: str = ""
    receiver: Receiver = field(default_factory=Receiver)  # of every company's webhooks
    mailbox: Mailbox = field(default_factory=Mailbox)  # of whoever is told by e-mail

    def prepare(self) -> None:
        """Tables, keys, one user for all companies; a platform of our own on the same database."""
        self.home.mkdir(parents=True, exist_ok=True)
        house = HastyHouse(Settings(_env_file=None, home=self.home, **self.settings))
        house.prepare()
        self.platform: Platform = house.platform()
        self.platform.queue.open()
        sign_in.register(
            self.platform, client_id=CLIENT_ID, username="caos@onapi.local", password=PASSWORD, rucs=self.companies
        )
        limits = httpx2.Limits(max_connections=80, max_keepalive_connections=80)
        address = f"http://127.0.0.1:{self.port}{BASE}"
        self.http = httpx2.Client(base_url=address, timeout=60, trust_env=False, limits=limits)
        self.pool = ThreadPoolExecutor(80)
        self._fresh = iter(self.companies)

    @property
    def settings(self) -> dict[str, Any]:
        """What its processes are told."""
        told = {"port": self.port, "simulator_port": self.sunat.port, "access_minutes": 1440, "worker_threads": 8}
        told["webhook_allow_local"] = True
        told |= {"smtp_url": self.mailbox.url, "smtp_sender": "caos@empresa.example"}
        return {**told, "database_url": self.database_url, **self.options}

    def start_api(self) -> None:
        """Start the API and wait until it answers."""
        told = {"home": str(self.home), "port": self.port}
        self.pids["api"] = self.nursery.give_birth(role="api", settings=self.settings, **told)
        self._await_api()

    def _await_api(self) -> None:
        ready = f"http://127.0.0.1:{self.port}/readyz"
        until(lambda: self.http.get(ready).is_success, lambda: self.log("api"))
        if not self.token:
            login = {"clientId": CLIENT_ID, "username": "caos@onapi.local", "password": PASSWORD}
            self.token = self.http.post("/authenticate", json=login).raise_for_status().json()["token"]
            self.http.headers["Authorization"] = f"Bearer {self.token}"

    def start_worker(self, name: str = "worker") -> None:
        """Start a worker; it works when it is ready."""
        ready = self.home / f"{name}.ready"
        ready.unlink(missing_ok=True)
        settings = {**self.settings, "worker_name": name}
        pid = self.pids[name] = self.nursery.give_birth(role="worker", home=str(self.home), settings=settings)
        until(lambda: ready.exists() or not is_alive(pid), lambda: self.log("worker"))
        assert ready.exists(), self.log("worker")

    def start(self) -> None:
        """Start whatever does not run."""
        if not is_alive(self.pids.get("api", 0)):
            self.start_api()
        if not is_alive(self.pids.get("worker", 0)):
            self.start_worker()

    def arm(self, point: str, role: str, road: str, postgres: int | None = None) -> None:
        """Let a process die, or the database under it, when it next passes there."""
        (self.home / FIRED).unlink(missing_ok=True)
        wish = {"point": point, "role": role, "road": road, "postgres": postgres}
        written = self.home / "arming.json"
        written.write_text(json.dumps(wish))
        written.rename(self.home / ARMED)

    @property
    def has_fired(self) -> bool:
        """Whether it came to that."""
        return (self.home / FIRED).exists()

    def new_company(self) -> str:
        """A company that nobody has used yet, with everything it needs for every road."""
        ruc = next(self._fresh)
        scope = self.platform.scope(ruc)
        enrol.enrol(self.platform, Party(RUC, ruc, "EMPRESA DE PRUEBA S.A.C.", "", Address("JR. CUSCO 100", "150101")))
        enrol.keep_signer(self.platform, scope, self_signed(ruc, "EMPRESA DE PRUEBA S.A.C.", self.platform.clock()))
        enrol.set_sol(self.platform, scope, "MODDATOS", SOL_PASSWORD)
        enrol.set_gre(self.platform, scope, "guias", API_SECRET)
        enrol.set_validity(self.platform, scope, "consultas", API_SECRET)
        webhooks.keep(self.platform, scope, webhooks.Wish(f"{self.receiver.url}/{ruc}"))
        return ruc

    def log(self, role: str) -> str:
        """The end of what a process complained of."""
        file = self.home / f"{role}.log"
        return file.read_text("utf-8", "replace")[-3000:] if file.exists() else ""

    def end(self) -> None:
        """Kill what still runs."""
        for pid in self.pids.values():
            kill(pid)
        self.receiver.close()
        self.mailbox.close()
        self.pool.shutdown(cancel_futures=True)
        self.http.close()
        self.platform.queue.close()
        self.platform.sunat.close()
        self.platform.database.close()
