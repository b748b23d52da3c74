"""One HTTP call to SUNAT, whatever befalls it: a client with its connections for each host, its circuit, its limits.

TLS is always verified, against the system's authorities or the file that SSL_CERT_FILE names; there is no switch.
Nothing is retried and no redirect is followed. Cookies are not kept: they would go from one company to the next.
"""

import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock

import httpx2

from onapi.facts.codes import Outcome, outcome_of
from onapi.gateways.door import CUT, NEVER_LEFT, TIMED_OUT, Talk
from onapi.gateways.sunat.circuit import Breaker, Circuit
from onapi.gateways.sunat.endpoints import Manners
from onapi.gateways.sunat.hearing import FORBIDDEN_CODE, is_outage, read_answer
from onapi.gateways.sunat.turnstile import Turnstile

MAX_BYTES = 16 * 1024 * 1024  # of an answer, also inflated
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_COMMON = {"User-Agent": "onapi", "Accept-Encoding": "identity"}

NOT_OFFERED = f"{NEVER_LEFT}: SUNAT no ofrece este servicio en este ambiente"
_NO_CLIENT = f"{NEVER_LEFT}: el archivo de autoridades (SSL_CERT_FILE) o el proxy configurado no se puede usar"
_TOO_MANY = f"{NEVER_LEFT}: hay demasiadas llamadas a SUNAT en curso; no llegó el turno"
_CLOSED = f"{NEVER_LEFT}: el programa está terminando"
_NO_REQUEST = f"{NEVER_LEFT}: la petición no se puede escribir"
_NO_CONNECTION_LEFT = f"{NEVER_LEFT}: no quedó una conexión libre"
_CUT = f"{CUT}: la conexión se cortó antes de la respuesta"
_TOO_LONG = f"{CUT}: la respuesta es demasiado larga"
_DRIPS = f"{TIMED_OUT}: la respuesta no terminó a tiempo"

# The first class that fits tells.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.ConnectTimeout, f"{NEVER_LEFT}: la conexión tardó demasiado"),
    (httpx2.PoolTimeout, _NO_CONNECTION_LEFT),
    (httpx2.ConnectError, f"{NEVER_LEFT}: no hubo conexión"),
    (httpx2.ProxyError, f"{NEVER_LEFT}: el proxy no dio paso"),
    (httpx2.LocalProtocolError, _NO_REQUEST),
    (httpx2.UnsupportedProtocol, _NO_REQUEST),
    (httpx2.InvalidURL, _NO_REQUEST),
    (httpx2.WriteTimeout, f"{TIMED_OUT}: el envío tardó demasiado"),
    (httpx2.TimeoutException, f"{TIMED_OUT}: SUNAT no respondió a tiempo"),
    (httpx2.HTTPError, _CUT),
)
_NOT_THE_HOST = frozenset({_NO_CONNECTION_LEFT, _NO_REQUEST})
_NO_TRUST = f"{NEVER_LEFT}: no se pudo comprobar la identidad del servidor (TLS)"
_NO_ADDRESS = f"{NEVER_LEFT}: no se encontró la dirección del servidor (DNS)"


@dataclass(frozen=True, slots=True)
class Call:
    """What goes out."""

    operation: str
    address: str
    company: str  # whose limits it counts against
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    read_s: float | None = None  # None for the usual


@dataclass(slots=True)
class _Host:
    client: httpx2.Client
    breaker: Breaker
    turnstile: Turnstile


class Wire:
    """The connections to SUNAT. Its methods may be called from any thread; none of them raises."""

    def __init__(self, manners: Manners, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.manners, self._clock, self.monotonic = manners, clock, monotonic
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}
        self._trust: ssl.SSLContext | None = None
        self._is_closed = False

    def exchange(self, call: Call) -> Talk:
        """Call once, when it is this company's turn; the talk says what came of it."""
        if self._is_closed or not call.address:
            return self.unsent(call, _CLOSED if call.address else NOT_OFFERED)
        try:
            host = self._host(call.address)
        except (OSError, ValueError, httpx2.InvalidURL):
            return self.unsent(call, _NO_CLIENT)
        if (wait_s := host.breaker.closed_for_s()) > 0:
            return self.unsent(call, _is_resting(wait_s))
        with host.turnstile.turn(call.company) as is_ours:
            if not is_ours:
                return self.unsent(call, _TOO_MANY)
            if not host.breaker.admits():
                return self.unsent(call, _is_resting(host.breaker.closed_for_s()))
            talk = self._talk(host.client, call)
        _learn(host.breaker, call.company, talk)
        return talk

    def unsent(self, call: Call, trouble: str) -> Talk:
        """The talk of a call that never left."""
        return Talk(call.operation, call.address, self._clock(), 0, trouble=trouble)

    def circuit(self, name: str) -> Circuit:
        """How the circuit of a host stands; closed for one that was never called."""
        with self._lock:
            host = self._hosts.get(name)
        return host.breaker.state if host else Circuit.CLOSED

    def rests(self, name: str) -> bool:
        """Whether a call to a host would be stopped here."""
        with self._lock:
            host = self._hosts.get(name)
        return host is not None and host.breaker.closed_for_s() > 0

    def troubles_others(self, company: str, address: str) -> bool:
        """Whether other companies have had trouble at this host of late."""
        with self._lock:
            host = self._hosts.get(host_of(address))
        return host is not None and host.breaker.troubles_others(company)

    def close(self) -> None:
        """Close the connections; what is called afterwards never leaves."""
        with self._lock:
            self._is_closed = True
            hosts = tuple(self._hosts.values())
        for host in hosts:
            host.client.close()

    def _host(self, address: str) -> _Host:
        name = host_of(address)
        with self._lock:
            if name not in self._hosts:
                manners = self.manners
                breaker = Breaker(manners.failures, manners.probe_every_s, self.monotonic)
                client = self._client(is_secret=address.startswith("https:"))
                self._hosts[name] = _Host(client, breaker, Turnstile(manners, self.monotonic))
            return self._hosts[name]

    def _client(self, *, is_secret: bool) -> httpx2.Client:
        if is_secret and self._trust is None:
            self._trust = httpx2.create_ssl_context()
            self._trust.minimum_version = ssl.TLSVersion.TLSv1_2
        # Loading the system's authorities takes a tenth of a second; without any, every TLS server is refused.
        trust = self._trust if is_secret and self._trust else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        most = self.manners.host_calls
        limits = httpx2.Limits(max_connections=most, max_keepalive_connections=most)
        cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        return httpx2.Client(
            verify=trust,
            trust_env=is_secret,  # a proxy leads to SUNAT, not to the simulator beside us
            limits=limits,
            follow_redirects=False,
            headers=_COMMON,
            cookies=cookies,
        )

    def _talk(self, client: httpx2.Client, call: Call) -> Talk:
        at, started = self._clock(), self.monotonic()
        status, answer, trouble, manners = None, b"", "", self.manners
        read_s = manners.read_s if call.read_s is None else call.read_s
        patience = httpx2.Timeout(connect=manners.connect_s, read=read_s, write=manners.write_s, pool=manners.wait_s)
        body = call.body or None
        try:
            with client.stream(
                call.method, call.address, content=body, headers=call.headers, timeout=patience
            ) as response:
                answer, trouble = _read(response, self.monotonic, self.monotonic() + read_s)
                status = response.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            answer, trouble = b"", _trouble(error)
        except RuntimeError:  # the connections were closed meanwhile
            answer, trouble = b"", _CUT
        spent_ms = int((self.monotonic() - started) * 1000)
        status = None if trouble else status
        return Talk(call.operation, call.address, at, spent_ms, status, answer, trouble)


def host_of(address: str) -> str:
    """Name and port of an address."""
    return address.partition("://")[2].partition("/")[0]


def _is_resting(wait_s: float) -> str:
    return f"{NEVER_LEFT}: el servidor de SUNAT no responde; se volverá a probar en {wait_s:.0f} s"


def _learn(breaker: Breaker, company: str, talk: Talk) -> None:
    """What this talk says about the host."""
    if talk.trouble in _NOT_THE_HOST:
        return
    if is_outage(talk):
        breaker.failed()
        breaker.note_trouble(company)
        return
    breaker.succeeded()
    code = read_answer(talk).code
    if code == FORBIDDEN_CODE or outcome_of(code) is Outcome.PASSING:
        breaker.note_trouble(company)


def _read(response: httpx2.Response, monotonic: Callable[[], float], give_up_at: float) -> tuple[bytes, str]:
    """The body and no trouble, or none and the trouble of one that has no end."""
    parts, length = [], 0
    for part in response.iter_raw():
        parts.append(part)
        length += len(part)
        if length > MAX_BYTES:
            return b"", _TOO_LONG
        if monotonic() > give_up_at:
            return b"", _DRIPS
    return _inflated(b"".join(parts), response.headers.get("content-encoding", "")), ""


def _inflated(body: bytes, encoding: str) -> bytes:
    """The body that a server in front has packed unasked; as it came if it cannot be unpacked."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body
    for bits in (_GZIP_OR_ZLIB, -zlib.MAX_WBITS):
        with suppress(zlib.error):
            engine = zlib.decompressobj(bits)
            plain = engine.decompress(body, MAX_BYTES)
            if engine.eof:
                return plain
    return body


def _trouble(error: Exception) -> str:
    trouble = next((words for kind, words in _TROUBLES if isinstance(error, kind)), _CUT)
    if isinstance(error, httpx2.ConnectError):
        causes = tuple(_causes(error))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return _NO_TRUST
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return _NO_ADDRESS
    return trouble


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
