"""A Graph API that answers what it is told to, and keeps what came."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self

from onapi.gateways.channels.graph import Graph


@dataclass(frozen=True)
class Came:
    """A request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Its JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def form(self) -> dict[str, tuple[str | None, str, bytes]]:
        """Its parts, as Python's own reader of mail sees them: file name, content type, content."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts: Any = message_from_bytes(head + self.body, policy=policy.HTTP).get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): (
                part.get_filename(),
                part.get_content_type(),
                part.get_payload(decode=True),
            )
            for part in parts
        }


@dataclass(frozen=True)
class Say:
    """What is answered once."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    wait_s: float = 0.0

    @classmethod
    def error(cls, code: int, status: int = 400, *, wait: str = "", **more: Any) -> Self:
        """An error in the Graph API's shape."""
        told = {"message": f"(#{code}) wrong", "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
        return cls(status, json.dumps({"error": told}).encode(), (("Retry-After", wait),) if wait else ())


@dataclass
class GraphServer:
    """Says yes unless something else is to be said next."""

    url: str = ""
    came: list[Came] = field(default_factory=list)
    next: list[Say | None] = field(default_factory=list)  # None is the usual yes
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def paths(self) -> list[str]:
        """The last word of each path."""
        return [each.path.rpartition("/")[2] for each in self.came]

    def usual(self, path: str) -> Say:
        """Yes."""
        if path.endswith("/media"):
            return Say(200, json.dumps({"id": f"{next(self.numbers)}000"}).encode())
        named = {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": f"wamid.{next(self.numbers)}="}]}
        return Say(200, json.dumps(named).encode())


@contextmanager
def graph_server() -> Iterator[GraphServer]:
    """One on a free port."""
    known, gone = GraphServer(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Keep it, and answer."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.came.append(Came(self.path, headers, body))
            say = (known.next.pop(0) if known.next else None) or known.usual(self.path)
            gone.wait(say.wait_s)
            try:
                self.send_response(say.status)
                for name, value in (*say.headers, ("Content-Length", str(len(say.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(say.body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield known
    finally:
        gone.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def graph_at(url: str) -> Iterator[Graph]:
    """A client of one."""
    graph = Graph(url, "v25.0")
    try:
        yield graph
    finally:
        graph.close()
