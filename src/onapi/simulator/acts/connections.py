"""What faults do to a connection: reset it, keep it silent, cut an answer off, let it drip, dress it as a proxy does.

The server's transport is needed for that; `WiredApp` notes it with each request. Without one a connection can only be
left to the server, which closes it.
"""

import asyncio
import gzip
import socket
import struct
from asyncio import Transport
from contextlib import suppress
from typing import cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TRANSPORT = "simulator.transport"
_NO_LINGER = struct.pack("ii", 1, 0)  # closing resets
_FLUSH_S = 0.05  # what was written has to leave before the cut
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_HELD_BYTES = ("content-length", "content-encoding", "transfer-encoding")


def reset(transport: Transport) -> None:
    """Cut a connection so that the other side sees a reset."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


class Dropped(Response):
    """No answer at all: the connection is reset, at once or after so many seconds of silence."""

    def __init__(self, after_s: float = 0) -> None:
        super().__init__()
        self.after_s = after_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, cut, and let the server see that nobody is there."""
        del send
        if self.after_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(_gone(receive), self.after_s)
        reset(_transport(scope))
        await _gone(receive)


class Cut(Response):
    """An answer of which the head arrives, or half of the body too; then a reset."""

    def __init__(self, whole: Response, *, with_body: bool) -> None:
        super().__init__(bytes(whole.body), whole.status_code, media_type=whole.media_type)
        self._with_body = with_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is to arrive, cut."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2] if self._with_body else b""
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(_FLUSH_S)
        reset(_transport(scope))
        await _gone(receive)


class Dripping(Response):
    """An answer that arrives a few bytes at a time."""

    def __init__(self, whole: Response, bytes_per_s: float) -> None:
        super().__init__(bytes(whole.body), whole.status_code, media_type=whole.media_type)
        self._bytes, self._pause_s = max(1, round(bytes_per_s)), max(1, round(bytes_per_s)) / bytes_per_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it drop by drop, as long as somebody is there."""
        del scope
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        leaving = asyncio.ensure_future(_gone(receive))
        body = bytes(self.body)
        for at in range(0, len(body), self._bytes):
            await send({"type": "http.response.body", "body": body[at : at + self._bytes], "more_body": True})
            await asyncio.wait({leaving}, timeout=self._pause_s)
            if leaving.done():
                return
        leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Dressed(Response):
    """An answer as a proxy passes it on: in chunks, or after an interim answer that nobody asked for."""

    def __init__(self, whole: Response, way: str) -> None:
        super().__init__(bytes(whole.body), whole.status_code, media_type=whole.media_type)
        self._way = way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it so."""
        if self._way == "continue":
            _transport(scope).write(_CONTINUE)
            await super().__call__(scope, receive, send)
            return
        headers = [pair for pair in self.raw_headers if pair[0].decode() not in _HELD_BYTES]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        body = bytes(self.body)
        for at in range(0, len(body), 100):
            await send({"type": "http.response.body", "body": body[at : at + 100], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def packed(whole: Response) -> Response:
    """An answer in gzip."""
    headers = {"Content-Encoding": "gzip"}
    return Response(gzip.compress(bytes(whole.body)), whole.status_code, headers, whole.media_type)


async def _gone(receive: Receive) -> None:
    """Wait until the other side is gone, or the server knows that it is."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> Transport:
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionAbortedError("this server does not let its connections be cut")
    return cast("Transport", transport)
