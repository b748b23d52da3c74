"""Meta's Graph API over HTTP: one pool of connections for every company, one call at a time, what came back.

The certificate is always verified and there is no switch; plain HTTP goes to this machine only, where the sandbox's
phone stands. Nothing is retried and no redirect is followed. The token goes in a header, which nothing writes down.
"""

import json
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from onapi.errors import Misconfigured
from onapi.gateways.door import CUT, NEVER_LEFT, TIMED_OUT
from onapi.gateways.egress import Answer

GRAPH_URL: Final = "https://graph.facebook.com"
GRAPH_VERSION: Final = "v25.0"  # of February 2026; Meta keeps it until July 2028
_MOST_BYTES: Final = 256 * 1024  # of an answer
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_WITHIN_S: Final = 45.0  # all of a call, however its answer drips
_CONNECT_S, _READ_S, _WRITE_S, _POOL_S = 5.0, 30.0, 30.0, 10.0
_LIMITS: Final = httpx2.Limits(max_connections=16, max_keepalive_connections=16, keepalive_expiry=30)
_HEADERS: Final = {"User-Agent": "onapi", "Accept": "application/json", "Accept-Encoding": "identity"}

# The first class that fits tells.
_TROUBLES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (httpx2.ConnectTimeout, f"{NEVER_LEFT}: la conexión con WhatsApp tardó demasiado"),
    (httpx2.PoolTimeout, f"{NEVER_LEFT}: no quedó una conexión libre"),
    (httpx2.ConnectError, f"{NEVER_LEFT}: no hubo conexión con WhatsApp"),
    (httpx2.ProxyError, f"{NEVER_LEFT}: el proxy no dio paso"),
    (httpx2.LocalProtocolError, f"{NEVER_LEFT}: la petición no se puede escribir"),
    (httpx2.UnsupportedProtocol, f"{NEVER_LEFT}: la petición no se puede escribir"),
    (httpx2.InvalidURL, f"{NEVER_LEFT}: la petición no se puede escribir"),
    (httpx2.TimeoutException, f"{TIMED_OUT}: WhatsApp no respondió a tiempo"),
    (httpx2.HTTPError, f"{CUT}: la conexión se cortó antes de la respuesta"),
)
_NO_TRUST: Final = f"{NEVER_LEFT}: no se pudo comprobar la identidad del servidor de WhatsApp (TLS)"
_CLOSED: Final = f"{NEVER_LEFT}: el programa está terminando"
_ENDLESS: Final = f"{CUT}: la respuesta no termina"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a form holds it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class Graph:
    """Calls to one Graph API; its methods may be called from any thread, and none of them raises."""

    def __init__(self, url: str = "", version: str = "", *, trust: ssl.SSLContext | None = None) -> None:
        """Where it is and in which version; Misconfigured if that is no address of a Graph API."""
        told = urlsplit(url or GRAPH_URL)
        if told.scheme != "https" and not (told.scheme == "http" and told.hostname in _HERE):
            raise Misconfigured("ONAPI_WHATSAPP_URL debe comenzar con https://; http:// solo vale en esta máquina.")
        self.url = f"{told.scheme}://{told.netloc}{told.path.rstrip('/')}/{version or GRAPH_VERSION}"
        self._is_secret = told.scheme == "https"
        self._given_trust, self._lock, self._is_closed = trust, Lock(), False
        self._client: httpx2.Client | None = None

    def post(self, path: str, token: str, body: Mapping[str, Any], *, within_s: float = _WITHIN_S) -> Answer:
        """Post JSON."""
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return self._call(path, token, "application/json", sent, within_s)

    def upload(
        self, path: str, token: str, fields: Mapping[str, str], file: Upload, *, within_s: float = _WITHIN_S
    ) -> Answer:
        """Post a form with a file in it."""
        mark = f"onapi-{secrets.token_hex(16)}"
        kind = f"multipart/form-data; boundary={mark}"
        return self._call(path, token, kind, form(mark, fields, file), within_s)

    def close(self) -> None:
        """Close the connections; what is called afterwards never leaves."""
        with self._lock:
            self._is_closed = True
            if self._client is not None:
                self._client.close()

    def _call(self, path: str, token: str, kind: str, body: bytes, within_s: float) -> Answer:
        begun = time.monotonic()
        patience = _patience(min(within_s, _WITHIN_S))
        try:
            client = self._connections()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
            with client.stream(
                "POST", f"{self.url}/{path}", content=body, headers=headers, timeout=patience
            ) as response:
                read = _first(response, begun + min(within_s, _WITHIN_S))
                told = tuple((name.lower(), value) for name, value in response.headers.multi_items())
                spent_ms = int((time.monotonic() - begun) * 1000)
                if read is None:
                    return Answer(spent_ms, trouble=_ENDLESS)
                return Answer(spent_ms, response.status_code, told, read)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, RuntimeError, OSError, ValueError) as error:
            return Answer(int((time.monotonic() - begun) * 1000), trouble=_trouble(error, is_closed=self._is_closed))

    def _connections(self) -> httpx2.Client:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("closed")
            if self._client is None:
                self._client = self._opened()
            return self._client

    def _opened(self) -> httpx2.Client:
        # Loading the system's authorities takes a tenth of a second; without any, every TLS server is refused.
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._is_secret:
            trust = self._given_trust or httpx2.create_ssl_context()
            trust.minimum_version = ssl.TLSVersion.TLSv1_2
        return httpx2.Client(
            verify=trust,
            trust_env=self._is_secret,  # a proxy leads to Meta, not to the phone beside us
            limits=_LIMITS,
            follow_redirects=False,
            headers=_HEADERS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )


def form(mark: str, fields: Mapping[str, str], file: Upload) -> bytes:
    """A multipart body. Names are ours; what could end a header's quotes is taken out of the file's."""
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    name = "".join(sign for sign in file.name if sign.isprintable() and sign not in '"\\')
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += f"Content-Type: {file.media_type}\r\n\r\n"
    return "".join([*parts, head]).encode("utf-8", "replace") + file.content + f"\r\n--{mark}--\r\n".encode()


def _patience(within_s: float) -> httpx2.Timeout:
    most = max(within_s, 0.001)
    connect, read, write, pool = (min(each, most) for each in (_CONNECT_S, _READ_S, _WRITE_S, _POOL_S))
    return httpx2.Timeout(connect=connect, read=read, write=write, pool=pool)


def _first(response: httpx2.Response, until: float) -> bytes | None:
    """The body as far as we care for it; None if it drips for too long. What breaks off after the status is enough."""
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            body += chunk
            if len(body) >= _MOST_BYTES:
                break
            if time.monotonic() > until:
                return None
    except httpx2.TimeoutException:
        return None
    except httpx2.HTTPError:
        pass
    return bytes(body[:_MOST_BYTES])


def _trouble(error: Exception, *, is_closed: bool) -> str:
    if isinstance(error, RuntimeError) and is_closed:
        return _CLOSED
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return _NO_TRUST
        cause = cause.__cause__ or cause.__context__
    return next((words for kind, words in _TROUBLES if isinstance(error, kind)), _TROUBLES[-1][1])
