"""The one way out to an address that a user gave us: nothing of ours, and nothing of our neighbours', can be reached.

The name is resolved once; if any address it stands for is not of the public internet the call is refused, else the
connection goes to that very address, so that a name which points elsewhere a moment later changes nothing. HTTPS on
443 and 8443 only, certificate always verified; no redirect, no proxy, no cookie; ten seconds in all, names and TLS
included; at most 1 MiB of an answer.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from socket import SOCK_STREAM, gaierror, getaddrinfo

import httpcore2

from onapi.errors import InvalidDocument
from onapi.gateways.door import CUT, NEVER_LEFT, TIMED_OUT
from onapi.gateways.egress_address import Address, is_loopback, is_public, read_address, why_refused

WITHIN_S = 10.0
MOST_BYTES = 1024 * 1024
_NO_NAME = f"{NEVER_LEFT}: no se encontró la dirección del servidor (DNS)"
_REFUSED = f"{NEVER_LEFT}: la dirección no es de la red pública"
_SLOW = f"{TIMED_OUT}: no respondió a tiempo"
_NO_TRUST = f"{NEVER_LEFT}: no se pudo comprobar la identidad del servidor (TLS)"
_NO_CONNECTION = f"{NEVER_LEFT}: no hubo conexión"
_NO_REQUEST = f"{NEVER_LEFT}: la petición no se puede escribir"
_CUT = f"{CUT}: la conexión se cortó antes de la respuesta"

Resolve = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    duration_ms: int
    status: int | None = None  # None when no answer came
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case
    body: bytes = field(default=b"", repr=False)
    trouble: str = ""  # when no answer came: "unsent", "timeout" or "cut", a colon and the cause in Spanish

    def header(self, name: str) -> str:
        """The first header of this name, "" if there is none."""
        return next((value for key, value in self.headers if key == name), "")


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name."""
    return [str(found[4][0]) for found in getaddrinfo(host, port, type=SOCK_STREAM)]


class Egress:
    """Calls to addresses of users. Its methods may be called from any thread; `post` never raises."""

    def __init__(
        self, *, allow_local: bool = False, resolve: Resolve = resolve, trust: ssl.SSLContext | None = None
    ) -> None:
        """`allow_local` lets HTTP through to this machine: for the sandbox, where receivers stand beside us."""
        self.allow_local = allow_local
        self._resolve, self._given_trust = resolve, trust

    def check(self, url: str) -> str:
        """The address as it will be called, its name in ASCII; InvalidDocument says in Spanish what is wrong with it.

        Nothing is resolved and nobody is called.
        """
        address = read_address(url)
        if isinstance(address, str):
            raise InvalidDocument(address, key="validation_failed")
        if problem := why_refused(address, allow_local=self.allow_local):
            raise InvalidDocument(problem, key="validation_failed")
        return address.url

    def post(self, url: str, headers: Iterable[tuple[str, str]], body: bytes, *, within_s: float = WITHIN_S) -> Answer:
        """Post once; the answer says what came of it."""
        begun = time.monotonic()
        address = read_address(url)
        if isinstance(address, str) or why_refused(address, allow_local=self.allow_local):
            return Answer(0, trouble=_REFUSED)
        deadline = begun + within_s
        target = self._target(address, deadline)
        if target in {_NO_NAME, _REFUSED, _SLOW}:
            return Answer(_since(begun), trouble=target)
        return self._call(address, _Way(target, deadline), list(headers), body, begun)

    def _target(self, address: Address, deadline: float) -> str:
        """The one address to connect to, or why there is none."""
        found = within(lambda: list(self._resolve(address.host, address.port)), deadline)
        if found is None:
            return _SLOW
        if not found:
            return _NO_NAME
        if address.scheme == "https" and address.has_usual_port and all(is_public(each) for each in found):
            return found[0]
        if self.allow_local and all(is_loopback(each) for each in found):
            return found[0]
        return _REFUSED

    def _call(self, address: Address, way: "_Way", headers: list[tuple[str, str]], body: bytes, begun: float) -> Answer:
        said = [(b"Host", address.authority.encode()), (b"Content-Length", str(len(body)).encode())]
        said += [(name.encode(), value.encode()) for name, value in headers]
        trust = self._trust if address.scheme == "https" else None
        try:
            with (
                httpcore2.ConnectionPool(ssl_context=trust, network_backend=way, max_connections=1) as pool,
                pool.stream("POST", address.url, headers=said, content=body) as answer,
            ):
                told = tuple((k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in answer.headers)
                return Answer(_since(begun), answer.status, told, _first(answer.iter_stream()))
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            return Answer(_since(begun), trouble=_trouble(error, was_sent=way.is_open))
        except (UnicodeError, ValueError):
            return Answer(_since(begun), trouble=_NO_REQUEST)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self._given_trust or httpcore2.default_ssl_context()


class _Way(httpcore2.NetworkBackend):
    """Connects to one address, whatever name is asked for, and to nothing once the time is up."""

    def __init__(self, target: str, deadline: float) -> None:
        self._target, self._deadline, self._plain = target, deadline, httpcore2.SyncBackend()
        self.is_open = False

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  known: it was resolved
        port: int,
        timeout: float | None = None,  # noqa: ARG002  ours is stricter
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the address that was found good."""
        left = _left(self._deadline, httpcore2.ConnectTimeout)
        stream = self._plain.connect_tcp(self._target, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline, self)


class _Stream(httpcore2.NetworkStream):
    """A connection on which each wait ends with the whole call's time: who drips gains nothing."""

    def __init__(self, plain: httpcore2.NetworkStream, deadline: float, way: _Way) -> None:
        self._plain, self._deadline, self._way = plain, deadline, way

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  as above
        """The next bytes."""
        return self._plain.read(max_bytes, _left(self._deadline, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  as above
        """Send."""
        self._way.is_open = True
        self._plain.write(buffer, _left(self._deadline, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  as above
    ) -> httpcore2.NetworkStream:
        """Go on encrypted, with whoever can prove to be the name that was asked for."""
        left = _left(self._deadline, httpcore2.ConnectTimeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, left), self._deadline, self._way)

    def get_extra_info(self, info: str) -> object:
        """What the library asks of it."""
        return self._plain.get_extra_info(info)


def _first(chunks: Iterable[bytes]) -> bytes:
    """The body as far as we care for it. What breaks off after the status changes nothing: that has been said."""
    body = bytearray()
    try:
        for chunk in chunks:
            body += chunk
            if len(body) >= MOST_BYTES:
                break
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        pass
    return bytes(body[:MOST_BYTES])


def within(look: Callable[[], list[str]], deadline: float) -> list[str] | None:
    """What the system's resolver says, which has no time limit of its own; None if it takes too long."""
    found: list[list[str]] = []

    def ask() -> None:
        try:
            found.append(look())
        except (gaierror, OSError, UnicodeError):
            found.append([])

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    return found[0] if found else None


def _left(deadline: float, late: type[Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise late("the time is up")
    return left


def _trouble(error: Exception, *, was_sent: bool) -> str:
    if isinstance(error, httpcore2.TimeoutException):
        return _SLOW if was_sent else f"{NEVER_LEFT}: la conexión tardó demasiado"
    if isinstance(error, httpcore2.ConnectError):
        causes = (error.__cause__, error.__context__)
        is_tls = any(isinstance(each, ssl.SSLError) for each in causes) or "SSL" in str(error)
        return _NO_TRUST if is_tls else _NO_CONNECTION
    if isinstance(error, httpcore2.LocalProtocolError):
        return _NO_REQUEST
    return _CUT


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
