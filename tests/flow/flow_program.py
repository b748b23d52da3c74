"""The program as a user starts it, `python -m onapi serve --demo`, and ways to be cruel to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from onapi.settings import CLIENT_ID, DEMO_PASSWORD, DEMO_RUC, DEMO_USERNAME

BASE = "/integrator/api/v1/integrator"
SOURCE = Path(__file__).resolve().parents[2] / "src"
PATIENCE_S = 60
T = TypeVar("T")


def until(look: Callable[[], T], *, seconds: float = PATIENCE_S) -> T:
    """Look again and again until there is something; AssertionError after a generous while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError, FileNotFoundError):
            if found := look():
                return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain")


def free_ports(many: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def children_of(pid: int) -> dict[int, str]:
    """The living children of a process and the command that each was started with."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ").split(" -m onapi ")[-1]
    return {child: (command.split() or [""])[0] for child, command in found.items()}


def is_alive(pid: int) -> bool:
    """True for a process that runs; a dead one that nobody has buried yet does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@dataclass
class Program:
    """One installation: a folder, two ports, and the process that runs now."""

    home: Path
    latency_ms: int = 0
    ports: list[int] = field(default_factory=lambda: free_ports(2))
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start everything and wait until it can work."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONAPI_")}
        env |= {
            "PYTHONPATH": str(SOURCE),
            "ONAPI_HOME": str(self.home),
            "ONAPI_PORT": str(self.ports[0]),
            "ONAPI_SIMULATOR_PORT": str(self.ports[1]),
            "ONAPI_SIMULATOR_LATENCY_MS": str(self.latency_ms),
            "ONAPI_LOG_LEVEL": "ERROR",
        }
        log = (self.home.parent / f"{self.home.name}.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onapi", "serve", "--demo"],
                env=env,
                cwd=self.home.parent,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        with self.client() as client:
            until(lambda: client.get("/readyz").is_success)
            simulator = f"http://127.0.0.1:{self.ports[1]}/_simulator/health"
            until(lambda: client.get(simulator).is_success)

    @contextmanager
    def client(self) -> Iterator[httpx2.Client]:
        """A client of the API."""
        base = f"http://127.0.0.1:{self.ports[0]}"
        with httpx2.Client(base_url=base, timeout=60, trust_env=False) as client:
            yield client

    def signed_in(self, client: httpx2.Client) -> httpx2.Client:
        """The same client with a token."""
        login = {"clientId": CLIENT_ID, "username": DEMO_USERNAME, "password": DEMO_PASSWORD}
        token = client.post(f"{BASE}/authenticate", json=login).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def send(self, client: httpx2.Client, number: int, *, wait: int = 0) -> dict[str, Any]:
        """Send a factura; gives its record."""
        document = {
            "serie": "F001",
            "correlativo": number,
            "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
            "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
        }
        body = {"ruc": DEMO_RUC, "doctype": "01", "document": document, "options": {"wait": wait}}
        found: dict[str, Any] = client.post(f"{BASE}/sendMessage", json=body).raise_for_status().json()
        return found

    def ledger(self, client: httpx2.Client, record: dict[str, Any]) -> list[dict[str, Any]]:
        """What the simulated SUNAT holds of it."""
        rows = client.get(f"http://127.0.0.1:{self.ports[1]}/_simulator/ledger").json()
        return [row for row in rows if row["name"] == record["name"]]

    def arm(self, client: httpx2.Client, *faults: dict[str, Any]) -> None:
        """Let these faults happen, and no others."""
        client.put(f"http://127.0.0.1:{self.ports[1]}/_simulator/faults", json=list(faults)).raise_for_status()

    def kill(self) -> None:
        """SIGKILL to every process at once, and wait until they are gone."""
        family = [self.pid, *children_of(self.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait(20)
        until(lambda: not any(is_alive(pid) for pid in family), seconds=20)

    def end(self) -> None:
        """Whatever still runs is killed."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
