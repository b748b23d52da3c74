"""The line to a mail server: the standard library's client on a connection that ends when its time is up.

The library speaks the protocol; what it lacks is ours. Its time-outs are for each read, so a server that drips bytes
would hold a thread for ever; its answers may have any number of lines. Here every wait ends with the whole call's time
and an answer has at most 64 KiB. No switch turns the check of certificates off.
"""

import base64
import smtplib
import socket
import ssl
import time
from functools import cache
from typing import cast

_MOST_ANSWER = 64 * 1024
_PIECE = 64 * 1024
_READY, _HELLO_OK = 220, 250
_GO_ON, _LET_IN = 334, 235
Words = tuple[int, bytes]  # code, text; a code of -1 is no SMTP


class Wire:
    """As much of a socket as the library's client uses; TimeoutError once the time is up."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = plain, deadline
        self._kept, self._room = bytearray(), _MOST_ANSWER

    def sendall(self, data: bytes) -> None:
        """Send."""
        for at in range(0, len(data), _PIECE):
            self._socket.settimeout(self._left())
            self._socket.sendall(data[at : at + _PIECE])
        self._room = _MOST_ANSWER  # what was said is answered anew

    def makefile(self, _mode: str) -> "Wire":
        """The other direction, which the client reads by lines."""
        return self

    def readline(self, most: int) -> bytes:
        """The next line, or as much of it as is asked for; "" once the server hung up."""
        while b"\n" not in self._kept and len(self._kept) < most:
            self._socket.settimeout(self._left())
            more = self._socket.recv(_PIECE)
            self._room -= len(more)
            if self._room < 0:
                raise ConnectionAbortedError("the answer has no end")
            if not more:
                return b""
            self._kept += more
        end = min(self._kept.find(b"\n") + 1 or most, most)
        line = bytes(self._kept[:end])
        del self._kept[:end]
        return line

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def seal(self, trust: ssl.SSLContext, name: str) -> None:
        """Go on encrypted, with whoever can prove to be this name; what came before in plain text is not believed."""
        self._kept.clear()
        self._socket.settimeout(self._left())
        self._socket = trust.wrap_socket(self._socket, server_hostname=name)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is up")
        return left


class Line(smtplib.SMTP):
    """A client on a wire that stands already."""

    def __init__(self, wire: Wire, own_name: str) -> None:
        super().__init__(local_hostname=own_name)
        self.sock = cast("socket.socket", wire)
        self._wire = wire

    def greeting(self) -> Words:
        """What the server says first."""
        return self.getreply()

    def seal(self, trust: ssl.SSLContext, name: str) -> Words:
        """STARTTLS; what was known of the server is forgotten."""
        said = self.docmd("STARTTLS")
        if said[0] == _READY:
            self._wire.seal(trust, name)
            self.file, self.helo_resp, self.ehlo_resp = None, None, None
            self.esmtp_features, self.does_esmtp = {}, False
        return said

    def hello(self) -> Words:
        """EHLO, or HELO for the oldest of servers."""
        said = self.ehlo()
        return said if said[0] == _HELLO_OK else self.helo()

    def sign_in(self, user: str, password: str) -> Words | None:
        """AUTH PLAIN or LOGIN, in UTF-8; None where the server offers neither."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            return self.docmd("AUTH PLAIN", _base64(f"\0{user}\0{password}"))
        if "LOGIN" not in offered:
            return None
        for word in ("AUTH LOGIN", _base64(user)):
            said = self.docmd(word)
            if said[0] != _GO_ON:
                return said
        return self.docmd(_base64(password))


def is_let_in(said: Words) -> bool:
    """Whether a sign-in was taken; some servers ask for none although they offer it."""
    return said[0] == _LET_IN


def connected(target: str, port: int, deadline: float, *, trust: ssl.SSLContext | None, name: str) -> Wire:
    """A connection to an address, encrypted from the start where `trust` is given."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is up")
    plain = socket.create_connection((target, port), timeout=left)
    wire = Wire(plain, deadline)
    if trust is not None:
        try:
            wire.seal(trust, name)
        except (OSError, ValueError):
            plain.close()
            raise
    return wire


@cache
def system_trust() -> ssl.SSLContext:
    """Whom this machine trusts; TLS 1.2 at least."""
    found = ssl.create_default_context()
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    return found


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
