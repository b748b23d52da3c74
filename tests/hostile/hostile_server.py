"""A real API process, spoken to by the byte, and what each request takes of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
from hostile_measure import status_of

from onapi.cli.demo_company import enrol_demo
from onapi.main import House
from onapi.settings import CLIENT_ID, DEMO_PASSWORD, DEMO_USERNAME, Settings

BASE: Final = "/integrator/api/v1/integrator"
_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
_PATIENCE_S: Final = 90


@dataclass(frozen=True)
class Cost:
    """What one exchange took of the server."""

    status: int  # 0 where nothing came back
    head: bytes
    body: bytes
    cpu_s: float
    growth_bytes: int


@dataclass(frozen=True)
class Server:
    """The process, its folder and its port."""

    process: "subprocess.Popen[bytes]"
    home: Path
    port: int
    log: Path

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def token(self) -> str:
        """An access token of the demo's user."""
        body = {"clientId": CLIENT_ID, "username": DEMO_USERNAME, "password": DEMO_PASSWORD}
        answer = httpx2.post(f"{self.address}{BASE}/authenticate", json=body, timeout=60, trust_env=False)
        return str(answer.json()["token"])

    def cpu_s(self) -> float:
        """Processor time so far, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S

    def rss_bytes(self) -> int:
        """Memory that it holds now."""
        return status_of(self.process.pid)["VmRSS"]

    def exchange(self, said: bytes, *, within_s: float = 30) -> Cost:
        """Say something on a connection of its own; what came back, and what that took."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")
        before, used = self.rss_bytes(), self.cpu_s()
        with socket.create_connection(("127.0.0.1", self.port), timeout=within_s) as line:
            _say(line, said)
            head, body = _answer(line)
        status = int(head.split()[1]) if head else 0
        grown = status_of(self.process.pid)["VmHWM"] - before
        return Cost(status, head, body, self.cpu_s() - used, grown)


def _say(line: socket.socket, said: bytes) -> None:
    """Send all, as long as somebody listens."""
    try:
        line.sendall(said)
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> tuple[bytes, bytes]:
    """One answer, head and body."""
    received = b""
    try:
        while b"\r\n\r\n" not in received and (chunk := line.recv(65536)):
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(each.split(b":")[1]) for each in lines if each.startswith(b"content-length:")), 0)
        while len(body) < length and (chunk := line.recv(65536)):
            body += chunk
    except (ConnectionResetError, TimeoutError):
        return b"", b""
    return head, body


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A whole request as it goes over the wire; `_` in names of headers is a hyphen, `Content_Length` may be given."""
    said = {"Host": "a", "Connection": "close", "Content-Length": str(len(body))}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(home: Path, command: str = "api", **more: Any) -> Iterator[Server]:
    """Run OnAPI with the demo's company, as a process of its own, while the block lasts; `more` are settings."""
    port = free_port()
    chosen: Mapping[str, Any] = {"home": home, "port": port, "simulator_port": free_port(), **more}
    house = House(Settings(_env_file=None, **chosen))
    house.prepare()
    enrol_demo(house)
    settings = {f"ONAPI_{name.upper()}": str(value) for name, value in chosen.items()}
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **settings}
    log = home / "stderr.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "onapi", command], env=surroundings, stdout=written, stderr=written, cwd=home
        )
        try:
            _wait(process, port)
            yield Server(process, home, port, log)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/livez", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
