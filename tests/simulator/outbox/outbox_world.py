"""The world of these tests: a simulator with mailbox and phone, and somebody whom the phone tells its news."""

import hmac
import json
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

import httpx2
import uvicorn
from sunat_client import NOW

from onapi.simulator import create_app
from onapi.simulator.doorway import Doorway
from onapi.values.sandbox import SANDBOX_PHONE

NUMBER = f"/whatsapp/v23.0/{SANDBOX_PHONE.number_id}"
BEARER = {"Authorization": f"Bearer {SANDBOX_PHONE.token}"}


@dataclass
class Sandbox:
    """A running simulator."""

    http: httpx2.Client
    smtp_port: int

    def smtp(self) -> smtplib.SMTP:
        """A new connection to the mailbox."""
        return smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10)

    def box(self, **filters: Any) -> list[dict[str, Any]]:
        """What the box lists, newest first."""
        found: list[dict[str, Any]] = self.http.get("/_simulator/outbox", params=filters).json()["messages"]
        return found

    def one(self, number: int) -> dict[str, Any]:
        """A message whole."""
        found: dict[str, Any] = self.http.get(f"/_simulator/outbox/{number}").json()
        return found

    def file(self, number: int, place: int = 1) -> bytes:
        """A file of a message."""
        answer = self.http.get(f"/_simulator/outbox/{number}/files/{place}")
        assert answer.status_code == 200
        return answer.content

    def send(self, to: str = "+51987654321", **body: Any) -> httpx2.Response:
        """Post a message to the phone; "hola" where nothing else is said."""
        told = body or {"type": "text", "text": {"body": "hola"}}
        return self.http.post(
            f"{NUMBER}/messages", headers=BEARER, json={"messaging_product": "whatsapp", "to": to, **told}
        )

    def upload(self, content: bytes, media_type: str = "application/pdf", name: str = "F001-1.pdf") -> httpx2.Response:
        """Send a file up to the phone."""
        data = {"messaging_product": "whatsapp", "type": media_type}
        return self.http.post(f"{NUMBER}/media", headers=BEARER, data=data, files={"file": (name, content, media_type)})

    def wait(self, number: int, status: str) -> dict[str, Any]:
        """A message once it stands so."""
        until(lambda: self.one(number)["status"] == status)
        return self.one(number)


@dataclass
class Listener:
    """Whom the phone tells its news: keeps what came with a good signature, and what came with a bad one."""

    address: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    refuse: int = 0  # so many times a 500
    lock: Lock = field(default_factory=Lock)

    def statuses(self, sent_as: str) -> list[str]:
        """What was told of a message, in order."""
        found = [each for value in self.heard for each in value.get("statuses", [])]
        return [each["status"] for each in found if each["id"] == sent_as]

    def take(self, body: bytes, signature: str) -> int:
        """One call: what is answered."""
        expected = "sha256=" + hmac.new(SANDBOX_PHONE.app_secret.encode(), body, sha256).hexdigest()
        with self.lock:
            if signature != expected:
                self.forged += 1
                return 403
            if self.refuse:
                self.refuse -= 1
                return 500
            entry = json.loads(body)["entry"][0]
            assert entry["id"] == SANDBOX_PHONE.business_id
            self.heard.append(entry["changes"][0]["value"])
        return 200


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    deadline = monotonic() + seconds
    while not holds():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.02)


@contextmanager
def running(ledger: Path, **settings: Any) -> Iterator[Sandbox]:
    """A simulator with a mailbox for as long as the block lasts."""
    app = create_app(ledger, profile="production", clock=lambda: NOW, smtp_port=0, **settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Doorway(uvicorn.Config(app, log_level="warning", ws="none"), app)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx2.Client(base_url=base, timeout=20, trust_env=False) as http:
            try:
                yield Sandbox(http, app.state.smtp_address[1])
            finally:
                server.should_exit = True
                thread.join(20)


@contextmanager
def listening() -> Iterator[Listener]:
    """A small HTTP server for as long as the block lasts."""
    found = Listener("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(found.take(body, self.headers["X-Hub-Signature-256"]))
            self.end_headers()

        def do_GET(self) -> None:
            asked = dict(pair.split("=") for pair in self.path.partition("?")[2].split("&"))
            is_ours = asked["hub.verify_token"] == SANDBOX_PHONE.verify_token
            self.send_response(200 if is_ours else 403)
            self.end_headers()
            self.wfile.write(asked["hub.challenge"].encode() if "good" in self.path else b"otro")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}/good"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
