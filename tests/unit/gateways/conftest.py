"""Real servers on the loopback for the gateways to talk to: raw ones that misbehave, and one that speaks HTTP well."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from onapi.gateways.sunat import BRISK, Manners, Sunat, endpoints_at

sys.path.insert(0, str(Path(__file__).parent))  # the servers beside this file, in any import mode

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HASTY = replace(BRISK, read_s=0.3, connect_s=1, write_s=1, wait_s=0.2, login_read_s=0.3, failures=1000)

Treatment = Callable[[socket.socket], None]


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


@dataclass
class Raw:
    """A server that treats each connection as it is told to."""

    address: str
    treat: Treatment
    requests: list[bytes] = field(default_factory=list)


def read_request(connection: socket.socket) -> bytes:
    """A whole HTTP request, as its Content-Length says."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def raw() -> Iterator[Callable[..., Raw]]:
    """Start a raw server; it serves any number of connections, one request each, with or without TLS."""
    stopping: list[Callable[[], None]] = []

    def start(treat: Treatment, context: ssl.SSLContext | None = None) -> Raw:
        server = socket.create_server(("127.0.0.1", 0))
        scheme = "http" if context is None else "https"
        told = Raw(f"{scheme}://127.0.0.1:{server.getsockname()[1]}", treat)
        thread = threading.Thread(target=_accept, args=(server, told, context), daemon=True)
        thread.start()
        stopping.append(lambda: _stop(server, thread))
        return told

    yield start
    for stop in stopping:
        stop()


def _stop(server: socket.socket, thread: threading.Thread) -> None:
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def _accept(server: socket.socket, told: Raw, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, told, context), daemon=True).start()


def _serve(connection: socket.socket, told: Raw, context: ssl.SSLContext | None) -> None:
    try:
        with context.wrap_socket(connection, server_side=True) if context else connection as talking:
            request = read_request(talking)
            if request:
                told.requests.append(request)
                told.treat(talking)
    except OSError:
        pass  # the other side went away, or would not trust us


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int  # of the other side


class Server(ThreadingHTTPServer):
    """Many may knock at once."""

    request_queue_size = 128
    daemon_threads = True


@dataclass
class Site:
    """A server whose answers a test gives: `say` maps a request to status and body."""

    address: str
    say: Callable[[Heard], tuple[int, bytes | str]]
    heard: list[Heard] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The last part of each path asked for."""
        return [each.path.rstrip("/").rpartition("/")[2] for each in self.heard]


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    """Start a server that speaks HTTP well."""
    running: list[ThreadingHTTPServer] = []

    def start(say: Callable[[Heard], tuple[int, bytes | str]]) -> Site:
        told = Site("", say)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                names = {name.lower(): value for name, value in self.headers.items()}
                heard = Heard(self.command, self.path, names, body, self.client_address[1])
                told.heard.append(heard)
                status, answer = told.say(heard)
                content = answer.encode() if isinstance(answer, str) else answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        told.address = f"http://127.0.0.1:{server.server_address[1]}"
        return told

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hands() -> Hands:
    """A monotonic clock of ours."""
    return Hands()


@pytest.fixture
def door() -> Iterator[Callable[..., Sunat]]:
    """SUNAT's services at an address; in a hurry, and with a circuit that never opens, unless told otherwise."""
    opened: list[Sunat] = []

    def make(address: str, manners: Manners = HASTY, monotonic: Callable[[], float] | None = None) -> Sunat:
        endpoints = endpoints_at(address, manners)
        opened.append(Sunat(endpoints, lambda: NOW, *([] if monotonic is None else [monotonic])))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
