"""The simulated SUNAT on HTTP: SOAP and REST windows, and the order in which faults have their way with a request.

To lose an answer one has to cut the connection under it; so the app notes each request's transport.
"""

import asyncio
from asyncio import Transport
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Lifespan, Receive, Scope, Send

from onapi.errors import Refused
from onapi.facts.codes import Outcome, return_code
from onapi.simulator.acts.answers import carried
from onapi.simulator.acts.befall import befall_after, befall_before
from onapi.simulator.acts.connections import TRANSPORT, Dropped, reset
from onapi.simulator.acts.pages import page_of
from onapi.simulator.acts.spellings import spelled
from onapi.simulator.acts.visit import Visit, look_into, registered_for_s
from onapi.simulator.constancy import words_of
from onapi.simulator.envelope import MAX_BYTES, Call, fault, read_call
from onapi.simulator.faults import Asked, Mishap, Moment, Plan
from onapi.simulator.office import Office, refusal
from onapi.simulator.rest import Ask, Told, failure, invalid, sender_of
from onapi.simulator.wsdl import Operations, contract

_SOAP = "text/xml; charset=utf-8"
_REJECTED_BY = {"0111": "Rejected by policy."}


class WiredApp(Starlette):
    """An app that knows the connections under its requests."""

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette]) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self.connections: set[Transport] = set()  # that are open, or were when the last one came

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the server's transport, as both of uvicorn's parsers have it."""
        scope[TRANSPORT] = transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None and transport not in self.connections:
            self.connections = {each for each in self.connections if not each.is_closing()} | {transport}
        await super().__call__(scope, receive, send)


@dataclass(frozen=True, slots=True)
class SoapWindow:
    """One SOAP address: reads calls, lets the plan have its way, answers."""

    office: Office
    service: str
    operations: Operations
    perform: Callable[[Call], bytes]
    latency_s: float

    async def serve(self, request: Request) -> Response:
        """Answer a request as SUNAT would, or as the armed fault wants it."""
        if request.method == "GET":
            return self._contract(request)
        play = Play(self.office, request, asked_in(request), self.latency_s, _soap_fault)
        return await play.run(self._understand)

    def _understand(self, body: bytes, asked: Asked) -> Visit:
        call = read_call(body)
        asked = _about(self.office, asked, call.operation, call.stem, call.username[:11])
        lines = look_into(self.office, call.stem, call.fields.get("contentFile", ""))
        return Visit(replace(asked, lines=lines), partial(self._answer, call), _say_in_soap)

    def _answer(self, call: Call) -> Response:
        try:
            return Response(self.perform(call), media_type=_SOAP)
        except Refused as refused:
            return _soap_fault(refused)

    def _contract(self, request: Request) -> Response:
        if "wsdl" not in {name.lower() for name in request.query_params}:
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
        address = str(request.url.replace(query=""))
        return Response(contract(self.service, self.operations, address), media_type=_SOAP)


@dataclass(frozen=True, slots=True)
class RestWindow:
    """One REST address. For the plan a request is an operation about a name."""

    office: Office
    operation: str  # token, sendGre, getGre, validate
    perform: Callable[[Ask], Told]
    latency_s: float

    async def serve(self, request: Request) -> Response:
        """Answer a request as SUNAT would, or as the armed fault wants it."""
        play = Play(self.office, request, asked_in(request, self.operation), self.latency_s, _rest_fault)
        return await play.run(partial(self._understand, request))

    def _understand(self, request: Request, body: bytes, asked: Asked) -> Visit:
        headers, places = request.headers, request.path_params
        ask = Ask(places, body, headers.get("content-type", ""), headers.get("authorization", ""))
        subject, ruc, content = sender_of(ask, self.operation)
        asked = _about(self.office, asked, self.operation, subject, ruc)
        lines = look_into(self.office, subject, content) if content else 0
        return Visit(replace(asked, lines=lines), partial(self._answer, ask), _say_in_rest)

    def _answer(self, ask: Ask) -> Response:
        told = self.perform(ask)
        return JSONResponse(dict(told.body), told.status)


Understand = Callable[[bytes, Asked], Visit]  # raises Refused


@dataclass(frozen=True, slots=True)
class Play:
    """One request from its head to its answer: faults stand before, in or after SUNAT's work."""

    office: Office
    request: Request
    asked: Asked
    latency_s: float
    refuse: Callable[[Refused], Response]

    async def run(self, understand: Understand) -> Response:
        """What the caller sees."""
        if ended := await self._unread():
            return ended
        try:
            visit = await run_in_threadpool(understand, await _body(self.request), self.asked)
        except Refused as refused:
            return self.refuse(refused)
        for mishap in self.office.plan.take(visit.asked, Moment.BEFORE):
            if ended := await self._before(visit, mishap):
                return ended
        response = await run_in_threadpool(visit.answer)
        await asyncio.sleep(self.latency_s)
        return response if self.office.plan.is_idle else await self._afterwards(visit, response)

    async def _unread(self) -> Response | None:
        plan = self.office.plan
        if plan.is_idle:
            return None
        if not self.request.app.state.has_door and _is_shut(plan, self.asked):
            return Dropped()
        for mishap in plan.take(self.asked, Moment.UNREAD):
            return await _befall_unread(self.request, mishap)
        return None

    async def _before(self, visit: Visit, mishap: Mishap) -> Response | None:
        if mishap.act == "scatter":  # it waited for a name
            return _scattered(self.request)
        return await befall_before(self.office, visit, mishap)

    async def _afterwards(self, visit: Visit, response: Response) -> Response:
        asked = replace(visit.asked, carries=carried(response))
        for mishap in self.office.plan.take(asked, Moment.AFTER):
            response = await befall_after(self.office, visit, mishap, response)
        return response


def asked_in(request: Request, operation: str = "") -> Asked:
    """What the head of a request tells."""
    return Asked(operation, request.url.path, request.client.host if request.client else "")


def _is_shut(plan: Plan, asked: Asked) -> bool:
    """Whether a server that has a door would not have let this in; one without resets what it has let in."""
    return bool(plan.door() or plan.take(asked, Moment.CONNECT))


async def _befall_unread(request: Request, mishap: Mishap) -> Response:
    """What happens to a request of which only the head was read."""
    match mishap.act:
        case "reply":
            return page_of(mishap)
        case "hold":
            return Dropped(mishap.number("seconds"))
        case "scatter":
            return _scattered(request)
        case "sip":
            await _sip(request, int(mishap.number("bytes")))
    return Dropped()


def _scattered(request: Request) -> Response:
    """Cut every connection that is open, this one too."""
    own = request.scope.get(TRANSPORT)
    for transport in [each for each in request.app.connections if each is not own and not each.is_closing()]:
        reset(transport)
    return Dropped()


async def _sip(request: Request, most: int) -> None:
    """Take in so many bytes of a body."""
    length = 0
    try:
        async for part in request.stream():
            length += len(part)
            if length >= most:
                return
    except ClientDisconnect:
        return


def _about(office: Office, asked: Asked, operation: str, subject: str, ruc: str) -> Asked:
    """What is known of a request once it is read; a ticket leads to the file that lies under it."""
    ticket = office.tickets.find(subject) if operation in {"getStatus", "getGre"} and not office.plan.is_idle else None
    name = ticket.name if ticket else subject
    owner = ruc or (ticket.owner if ticket else "")
    age_s = registered_for_s(office, name) if operation == "getStatusCdr" and office.plan.asks_age else None
    return replace(asked, operation=operation, ruc=owner, name=name, ticket=subject if ticket else "", age_s=age_s)


def _say_in_soap(code: str, spelling: str) -> Response:
    number = code.partition("+")[0].zfill(4)
    refused = refusal(number, _REJECTED_BY.get(number, ""))
    if spelling == "usual":
        return _soap_fault(refused)
    body, media = spelled(number, words_of(refused), spelling)
    return Response(body, 500, media_type=media)


def _say_in_rest(code: str, _: str) -> Response:
    """SUNAT's own failures are a 500; what is wrong with the request is a list of codes."""
    codes = [each.zfill(4) for each in code.split("+")]
    words = [return_code(each).message for each in codes]
    if return_code(codes[0]).outcome is Outcome.PASSING:
        told = failure(500, f"{codes[0]} - {words[0]}")
    else:
        told = invalid("La solicitud tiene datos que no son válidos", *zip(codes, words, strict=True))
    return JSONResponse(dict(told.body), told.status)


def _soap_fault(refused: Refused) -> Response:
    return Response(fault(refused), 500, media_type=_SOAP)


def _rest_fault(refused: Refused) -> Response:
    told = failure(413, str(refused))
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
