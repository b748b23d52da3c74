"""Mail servers for tests on this machine: a real one (aiosmtpd), and ones that say a script or nothing at all."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "correo.ejemplo.pe"
USER, PASSWORD = "ventas", "clave-ñandú-+/="


@dataclass
class Box:
    """What a server took, and what it says to whom."""

    letters: list[Envelope] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    to_receivers: dict[str, str] = field(default_factory=dict)  # address: answer
    to_sender: str = ""
    to_letter: str = "250 2.0.0 Ok: queued as 4ABC"
    options: list[Any] = field(default_factory=list)

    def message(self, at: int = -1) -> EmailMessage:
        """A letter, read by the standard library."""
        content = self.letters[at].content
        raw = content if isinstance(content, bytes) else str(content).encode()
        return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802  the name that aiosmtpd calls
        """MAIL FROM."""
        self.options.append(("MAIL", options))
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802  the name that aiosmtpd calls
        """RCPT TO."""
        self.options.append(("RCPT", options))
        answer = self.to_receivers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  the name that aiosmtpd calls
        """The message."""
        if self.to_letter.startswith("2"):
            self.letters.append(envelope)
        return self.to_letter

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _way: str, said: Any) -> AuthResult:
        """AUTH."""
        assert isinstance(said, LoginPassword)
        self.users.append(said.login)
        return AuthResult(success=said.password == PASSWORD.encode(), handled=False)


@contextmanager
def mail_server(box: Box, *, trust: ssl.SSLContext | None = None, implicit: bool = False, **more: Any) -> Iterator[int]:
    """A real server on a free port; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = {"ssl_context": trust} if implicit else {"tls_context": trust} if trust else {}
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=10, **tls, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


Script = Callable[[socket.socket], None]


@contextmanager
def scripted(script: Script) -> Iterator[int]:
    """A server that does what a function does with each connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            held.append(line)
            try:
                script(line)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in held:
            each.close()
        thread.join(5)


def says(*answers: bytes, after: str = "close") -> Script:
    """Say the first at once and each other one to a command; then hang up, or stay silent."""

    def script(line: socket.socket) -> None:
        line.settimeout(5)
        for n, answer in enumerate(answers):
            if n:
                line.recv(65536)
            line.sendall(answer)
        if after == "silence":
            line.recv(65536)
            return
        line.close()

    return script


def authority(folder: Path, name: str = NAME, *, days: int = 1) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate of this name that signs itself: what the server shows, and what a client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}-{days}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
