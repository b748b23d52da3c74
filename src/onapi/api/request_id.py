"""A name for each request, in its answer and in every line of log about it; and the last edge for errors.

An error that nobody foresaw is answered here and goes no further: left to the server it would cost the caller his
connection, and its answer would go out without its name.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
import uuid_utils
from starlette.requests import Request
from starlette.responses import Response

from onapi.flows import author
from onapi.store.acting import act_for_nobody

API_VERSION = "1.0.3"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AnswerBug = Callable[[Request, Exception], Awaitable[Response]]


def request_id_of(request: Request) -> str:
    """The id of a request."""
    return str(request.scope.get("onapi.request_id", ""))


class RequestIdMiddleware:
    """Takes the caller's X-Request-Id if it is a sane one, or makes one."""

    def __init__(
        self, app: Callable[[Scope, Receive, Send], Awaitable[None]], answer_bug: AnswerBug, base: str = ""
    ) -> None:
        self._app, self._answer_bug = app, answer_bug
        self._doubled = f"{base}//"  # what a client writes whose base address ends with a slash

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request, then pass it on."""
        act_for_nobody()  # the task may have begun in the context of the request before on the same connection
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(self._doubled):
            scope["path"] = scope["path"].replace("//", "/", 1)
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _GIVEN.fullmatch(given) else uuid_utils.uuid7().hex
        scope["onapi.request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        author.be("", request_id)

        started = False

        async def named(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = list(message.get("headers", ()))
                headers += [(b"x-request-id", request_id.encode()), (b"x-api-version", API_VERSION.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception as error:
            if started:
                raise
            await (await self._answer_bug(Request(scope), error))(scope, receive, named)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
