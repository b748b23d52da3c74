"""The simulated SUNAT on HTTP: SOAP and REST windows through which the plan of faults has its way.

To lose an answer one has to cut the connection under it; so the app notes each request's transport.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from onapi.errors import Refused
from onapi.simulator.decide import AFTER, Plan, Scenario
from onapi.simulator.envelope import MAX_BYTES, Call, fault, read_call
from onapi.simulator.office import refusal
from onapi.simulator.rest import Ask, Told, failure
from onapi.simulator.wsdl import Operations, contract

_SOAP = "text/xml; charset=utf-8"
_TRANSPORT = "simulator.transport"


class WiredApp(Starlette):
    """An app that knows the connection under a request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the server's transport, as both of uvicorn's parsers have it."""
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


class _Dropped(Response):
    """No answer at all: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del send
        transport = scope[_TRANSPORT]
        if transport is None:
            raise ConnectionAbortedError("this server does not let its connections be cut")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":  # then the server knows, and sends nothing
            pass


@dataclass(frozen=True, slots=True)
class SoapWindow:
    """One SOAP address: reads calls, lets the plan have its way, answers."""

    service: str
    operations: Operations
    perform: Callable[[Call], bytes]
    plan: Plan
    latency_s: float

    async def serve(self, request: Request) -> Response:
        """Answer a request as SUNAT would, or as the armed fault wants it."""
        if request.method == "GET":
            return self._contract(request)
        if self.plan.take_unread():
            return _Dropped()
        try:
            call = await run_in_threadpool(read_call, await _body(request))
        except Refused as refused:
            return _soap_fault(refused)

        async def answer() -> Response:
            return await self._answer(call)

        return await _play(self.plan.take(call.stem, call.operation), answer, _soap_fault)

    async def _answer(self, call: Call) -> Response:
        try:
            response = Response(await run_in_threadpool(self.perform, call), media_type=_SOAP)
        except Refused as refused:
            response = _soap_fault(refused)
        await asyncio.sleep(self.latency_s)
        return response

    def _contract(self, request: Request) -> Response:
        if "wsdl" not in {name.lower() for name in request.query_params}:
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
        address = str(request.url.replace(query=""))
        return Response(contract(self.service, self.operations, address), media_type=_SOAP)


@dataclass(frozen=True, slots=True)
class RestWindow:
    """One REST address. For the plan a request is an operation about a name."""

    operation: str  # token, sendGre, getGre, validate
    perform: Callable[[Ask], Told]
    plan: Plan
    latency_s: float
    subjects: tuple[str, ...] = field(default=("name", "ticket"))  # places that say what it is about

    async def serve(self, request: Request) -> Response:
        """Answer a request as SUNAT would, or as the armed fault wants it."""
        if self.plan.take_unread():
            return _Dropped()
        try:
            body = await _body(request)
        except Refused as refused:
            return _rest_fault(refused)
        headers, places = request.headers, request.path_params
        ask = Ask(places, body, headers.get("content-type", ""), headers.get("authorization", ""))

        async def answer() -> Response:
            told = await run_in_threadpool(self.perform, ask)
            await asyncio.sleep(self.latency_s)
            return JSONResponse(dict(told.body), told.status)

        subject = next((str(places[part]) for part in self.subjects if part in places), "")
        return await _play(self.plan.take(subject, self.operation), answer, _rest_fault)


async def _play(
    scenario: Scenario | None, answer: Callable[[], Awaitable[Response]], say: Callable[[Refused], Response]
) -> Response:
    """What the caller sees: the answer, unless the scenario stands before or after it."""
    if scenario is None:
        return await answer()
    if scenario.moment == AFTER:
        answered = await answer()
        return await _befall(scenario, say) or answered
    return await _befall(scenario, say) or await answer()


async def _befall(scenario: Scenario, say: Callable[[Refused], Response]) -> Response | None:
    """What happens instead of the answer; None when it was only late."""
    if scenario.act == "wait":
        await asyncio.sleep(float(scenario.value))
        return None
    if scenario.act == "drop":
        return _Dropped()
    if scenario.act == "say":
        return say(refusal(scenario.value))
    media = "text/html" if scenario.body else _SOAP
    return Response(scenario.body, int(scenario.value), media_type=media)


def _soap_fault(refused: Refused) -> Response:
    return Response(fault(refused), 500, media_type=_SOAP)


def _rest_fault(refused: Refused) -> Response:
    told = failure(500, f"{refused.facts['code']} - {refused}")
    return JSONResponse(dict(told.body), told.status)


async def _body(request: Request) -> bytes:
    """The request's body; Refused once it is longer than any call can be."""
    parts, length = [], 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > MAX_BYTES:
            raise refusal("", "El mensaje es demasiado grande.")
    return b"".join(parts)
