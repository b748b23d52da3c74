"""The edge where every request is seen: counted, and given to the log once its answer has gone.

On the way nothing is read, judged or written: references to what came are taken, a bounded beginning of the body among
them, and the log's own thread does the rest. Bodies with passwords, tokens, keys or fingerprints are let go here.
"""

import time
from asyncio import CancelledError
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from starlette.requests import Request

from onapi.api.client_address import address_of
from onapi.api.request_id import Receive, Send
from onapi.flows.redact_bodies import MOST_READ, Sort

Scope = MutableMapping[str, Any]
_UNLOGGED = ("/livez", "/readyz", "/metrics", "/docs", "/openapi.json")  # asked every few seconds, or the same for all
_RECEIPTS = ("/sendMessage", "/storeXml")
_NEVER = frozenset(  # a segment of a route whose bodies are never recorded
    {
        "authenticate", "refresh-token", "logout", "password", "users", "user", "credentials", "certificate", "sol",
        "gre", "logo", "biometrics", "fingerprint", "dni", "ai", "getStatusClaveSol", "webhooks", "keys", "whatsapp",
        "mail",
    }
)  # fmt: skip
_GONE = 499  # the caller went away before the answer
_BROKEN = 500


@dataclass(slots=True)
class Call:
    """One request as it was seen: references, nothing worked out."""

    at: datetime
    scope: Scope
    client_ip: str
    request_id: str
    status: int = 0
    seconds: float = 0.0
    body: list[bytes] = field(default_factory=list)
    taken: int = 0  # bytes in `body`
    size: int = 0  # bytes that came
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def route(self) -> str | None:
        """Its route's address with names of parameters, as the router holds it; None where no route fits."""
        found = self.scope.get("route")
        path: str | None = getattr(found, "path", None)
        return path

    @property
    def sort(self) -> Sort:
        """What its body is; without a route nobody knows, so it is not looked at."""
        route = self.route
        if route is None or not _NEVER.isdisjoint(route.split("/")):
            return Sort.NEVER
        return Sort.RECEIPT if route.endswith(_RECEIPTS) else Sort.ORDINARY

    @property
    def is_logged(self) -> bool:
        """Whether the log takes it; probes are only counted."""
        return not self.scope["path"].startswith(_UNLOGGED)

    def take(self, chunk: bytes) -> None:
        """Note a part of the body; beyond the bound only its size."""
        self.size += len(chunk)
        if chunk and self.taken < MOST_READ:
            self.body.append(chunk)
            self.taken += len(chunk)

    def end(self, seconds: float) -> None:
        """Let go of what must not be kept, and of what is not needed."""
        self.seconds = seconds
        if self.size and (self.taken > MOST_READ or self.sort is Sort.NEVER):
            self.body, self.taken = [], 0
        kept = ("method", "path", "query_string", "headers", "route", "onapi.principal", "path_params")
        self.scope = {name: self.scope[name] for name in kept if name in self.scope}


class Listener(Protocol):
    """Who is told of each request; it may not wait."""

    def heard(self, call: Call) -> None:
        """A request has been answered."""


class EdgeMiddleware:
    """Sees each request on its way in and out, inside the one that names it."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Any],
        clock: Callable[[], datetime],
        listeners: tuple[Listener, ...],
    ) -> None:
        self._app, self._clock, self._listeners = app, clock, listeners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and tell of it afterwards."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        call = Call(self._clock(), scope, address_of(Request(scope)), scope.get("onapi.request_id", ""))

        async def taken() -> MutableMapping[str, Any]:
            message = await receive()
            if message["type"] == "http.request":
                call.take(message.get("body", b""))
            return message

        async def told(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
            await send(message)

        try:
            await self._app(scope, taken, told)
        except CancelledError:
            call.status = call.status or _GONE
            raise
        finally:
            call.status = call.status or _BROKEN
            call.end(time.perf_counter() - began)
            for listener in self._listeners:
                listener.heard(call)


def known_segments(routes: list[Any], start: str) -> frozenset[str]:
    """Every word that stands in the address of some route: what of an unknown address may be written down."""
    paths = [start, *(getattr(route, "path", "") for route in _flat(routes))]
    return frozenset(part for path in paths for part in path.split("/") if part and "{" not in part)


def _flat(routes: list[Any]) -> list[Any]:
    """Routes and those of included routers, which hang in the list unopened."""
    found = []
    for route in routes:
        inner = getattr(getattr(route, "original_router", route), "routes", None)
        found += [route] if inner is None else _flat(list(inner))
    return found
