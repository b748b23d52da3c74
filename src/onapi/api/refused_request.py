"""What the HTTP server itself refuses, before any application sees it, is a problem too: a malformed request.

The server speaks plain text there; this protocol says the same as every other error of the API. It also ends who holds
a connection for nothing: a head that does not come or does not end, framing without a body, an answer nobody reads.
It is given to the server by `server_settings`, as is that headers of proxies are read by us (`client_address.py`) and
that the server's lines of log are written like ours.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Final

import uuid_utils
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from onapi.api.problem_codes import PROBLEMS
from onapi.api.problems import MEDIA_TYPE, type_of
from onapi.api.request_id import API_VERSION

_UNREADABLE: Final = "malformed_request"
_TOO_LONG: Final = "headers_too_large"
_DETAILS: Final = {
    _UNREADABLE: "La petición HTTP no se puede leer: revise su línea, sus cabeceras y su longitud.",
    _TOO_LONG: "La línea y las cabeceras de la petición pesan más de {most} KiB.",
}
_IDLE_S: Final = 75  # a client that keeps its connection shorter than we do never calls into a closed one
_FRAMING: Final = 8  # bytes around each byte of a body: what the smallest chunks need


@dataclass(frozen=True, slots=True)
class Patience:
    """How much of a connection one caller may take."""

    head_s: float = 10.0  # from the connection, or the first byte, to the last header
    rest_s: float = 10.0  # for what still comes of a request that was answered, before the connection ends
    answer_s: float = 60.0  # for an answer to be read on, once our buffer is full
    head_bytes: int = 32 * 1024
    most_waiting: int = 400  # connections without a whole head; the longest waiting goes first


PATIENT: Final = Patience()


def server_settings(address: str, patience: Patience = PATIENT) -> dict[str, Any]:
    """What our application asks of uvicorn, as keywords of its configuration."""
    waiting: dict[GuardedProtocol, None] = {}

    class Protocol(GuardedProtocol):
        """The one for this application."""

        our_address, our_patience, waiting_for_head = address, patience, waiting

    return {
        "http": Protocol,
        "proxy_headers": False,
        "server_header": False,
        "timeout_keep_alive": _IDLE_S,
        "log_config": None,
    }


class GuardedProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose own refusals are problems, and which waits for nobody for ever."""

    our_address: str
    our_patience: Patience
    waiting_for_head: "dict[GuardedProtocol, None]"
    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _framing = 0  # bytes of this request that are not of its body
    _content = 0  # bytes of its body
    _is_too_long = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its own parent does
        """Somebody calls: his head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever it was has gone."""
        self._stop_waiting()
        self._stop_unread()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, as long as it leads anywhere."""
        if self._late is None and self._is_between_requests():
            self._await_head()
        self._framing += len(data)
        super().data_received(data)
        most = self.our_patience.head_bytes
        if self._framing > most + _FRAMING * self._content and not self.transport.is_closing():
            self._is_too_long = True
            self.send_400_response("")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header more; those at the end of a body are of no interest."""
        if self.cycle is None or self.cycle.scope is not self.scope:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole; one that came at once may be too long all the same."""
        self._stop_waiting()
        if self._framing > self._most_head() and self._head_bytes() > self._most_head():
            self._is_too_long = True
            raise ValueError(_TOO_LONG)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._framing -= len(body)
        self._content += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; the next byte is another's."""
        self._framing = self._content = 0
        self._stop_waiting()
        super().on_message_complete()
        if self.cycle is not None:
            self.cycle.more_body = False
            if self.cycle.response_complete:
                self._await_head()

    def on_response_complete(self) -> None:
        """It was answered; who goes on sending of it is heard for a while, so that he reads the answer."""
        super().on_response_complete()
        if self.cycle.response_complete and self.cycle.more_body and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._late = self.loop.call_later(self.our_patience.rest_s, self.transport.close)

    def pause_writing(self) -> None:
        """Our buffer is full: the caller does not read."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.our_patience.answer_s, self.transport.abort)

    def resume_writing(self) -> None:
        """He does."""
        self._stop_unread()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  the server's own sentence is not told
        """Answer, and end the connection: where its next request would begin is not known."""
        if self.transport.is_closing():
            return
        code = _TOO_LONG if self._is_too_long else _UNREADABLE
        if self._is_between_requests() or not self.cycle.response_started:
            self.transport.write(refusal(self.our_address, code, self._most_head()))
        self.transport.close()

    def _is_between_requests(self) -> bool:
        return self.cycle is None or (self.cycle.response_complete and not self.cycle.more_body)

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _most_head(self) -> int:
        return self.our_patience.head_bytes

    def _await_head(self) -> None:
        self._late = self.loop.call_later(self.our_patience.head_s, self._give_up)
        self.waiting_for_head[self] = None
        if len(self.waiting_for_head) > self.our_patience.most_waiting:
            next(iter(self.waiting_for_head))._give_up()  # noqa: SLF001  one of us

    def _stop_waiting(self) -> None:
        self.waiting_for_head.pop(self, None)
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _give_up(self) -> None:
        """No head came: who sent some of one is told."""
        self._stop_waiting()
        if self._framing:
            self.send_400_response("")
        self.transport.close()


def refusal(address: str, code: str = _UNREADABLE, most_bytes: int = PATIENT.head_bytes) -> bytes:
    """The whole answer, head and body."""
    known, request_id = PROBLEMS[code], uuid_utils.uuid7().hex
    body = json.dumps(
        {
            "type": type_of(address, code),
            "title": known.title,
            "status": known.status,
            "code": code,
            "detail": _DETAILS[code].format(most=most_bytes // 1024),
            "instance": "",
            "requestId": request_id,
            "retryable": known.retryable,
            "action": known.action,
            "errors": [],
            "sunat": None,
        },
        ensure_ascii=False,
    ).encode()
    head = (
        f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        f"content-language: es\r\nx-request-id: {request_id}\r\nx-api-version: {API_VERSION}\r\n"
        "connection: close\r\n\r\n"
    )
    return STATUS_LINE[known.status] + head.encode() + body
