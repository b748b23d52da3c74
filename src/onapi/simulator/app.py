"""SUNAT's addresses on a server of our own, and beside them the simulator's: what it holds, and what shall go wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from onapi.errors import Refused
from onapi.simulator.admin import admin_routes
from onapi.simulator.authority import open_authority
from onapi.simulator.bill_service import (
    SALES,
    SALES_SUMMARIES,
    WITHHOLDING_SUMMARIES,
    WITHHOLDINGS,
    Counter,
    serve_bill,
)
from onapi.simulator.consult_service import serve_consult
from onapi.simulator.decide import AFTER, Plan, Scenario
from onapi.simulator.envelope import MAX_BYTES, Call, fault, read_call
from onapi.simulator.ledger import Ledger
from onapi.simulator.office import Office, Profile, refusal
from onapi.simulator.wsdl import BILL, CONSULT, Operations, contract

_SOAP = "text/xml; charset=utf-8"
_TRANSPORT = "simulator.transport"

# Both profiles answer at the test and at the production addresses; what differs is how they behave.
_BILL_ADDRESSES = {
    "/ol-ti-itcpfegem-beta/billService": Counter(SALES, SALES_SUMMARIES),
    "/ol-ti-itcpfegem/billService": Counter(SALES, SALES_SUMMARIES),
    "/ol-ti-itemision-otroscpe-gem-beta/billService": Counter(WITHHOLDINGS, WITHHOLDING_SUMMARIES),
    "/ol-ti-itemision-otroscpe-gem/billService": Counter(WITHHOLDINGS, WITHHOLDING_SUMMARIES),
}
_CONSULT_ADDRESS = "/ol-it-wsconscpegem/billConsultService"


def create_app(
    ledger_path: Path, *, profile: Profile | str, clock: Callable[[], datetime], latency_s: float = 0.0
) -> Starlette:
    """The simulated SUNAT, remembering in `ledger_path` (a file, made when absent) with its authority beside it.

    `profile` is "beta" or "production"; `clock` gives aware moments; every SOAP answer waits `latency_s` after its
    work is done, so what is registered but not yet answered is as wide as the network makes it.
    """
    authority = open_authority(ledger_path.with_name(f"{ledger_path.name}.authority.pem"), clock())
    office = Office(Ledger(ledger_path), authority, Profile(profile), clock)
    plan = Plan()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        office.ledger.close()

    routes = [*_soap_routes(office, plan, latency_s), *admin_routes(office, plan)]
    return _Simulator(routes=routes, lifespan=lifespan)


class _Simulator(Starlette):
    """An app that knows the connection under a request: to lose an answer one has to cut it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)  # uvicorn's, by both parsers
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
class _Window:
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
            return Response(fault(refused), 500, media_type=_SOAP)
        return await self._play(call, self.plan.take(call.stem, call.operation))

    async def _play(self, call: Call, scenario: Scenario | None) -> Response:
        """What the caller sees: the answer, unless the scenario stands before or after it."""
        if scenario is None:
            return await self._answer(call)
        if scenario.moment == AFTER:
            answered = await self._answer(call)
            return await _befall(scenario) or answered
        return await _befall(scenario) or await self._answer(call)

    async def _answer(self, call: Call) -> Response:
        try:
            response = Response(await run_in_threadpool(self.perform, call), media_type=_SOAP)
        except Refused as refused:
            response = Response(fault(refused), 500, media_type=_SOAP)
        await asyncio.sleep(self.latency_s)
        return response

    def _contract(self, request: Request) -> Response:
        if "wsdl" not in {name.lower() for name in request.query_params}:
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
        address = str(request.url.replace(query=""))
        return Response(contract(self.service, self.operations, address), media_type=_SOAP)


def _soap_routes(office: Office, plan: Plan, latency_s: float) -> list[Route]:
    windows = {
        address: _Window("billService", BILL, partial(serve_bill, office, counter), plan, latency_s)
        for address, counter in _BILL_ADDRESSES.items()
    }
    if office.profile is Profile.PRODUCTION:  # SUNAT's beta has no consult service
        consult = partial(serve_consult, office)
        windows[_CONSULT_ADDRESS] = _Window("billConsultService", CONSULT, consult, plan, latency_s)
    return [Route(address, window.serve, methods=["GET", "POST"]) for address, window in windows.items()]


async def _befall(scenario: Scenario) -> Response | None:
    """What happens instead of the answer; None when it was only late."""
    if scenario.act == "wait":
        await asyncio.sleep(float(scenario.value))
        return None
    if scenario.act == "drop":
        return _Dropped()
    if scenario.act == "say":
        return Response(fault(refusal(scenario.value)), 500, media_type=_SOAP)
    media = "text/html" if scenario.body else _SOAP
    return Response(scenario.body, int(scenario.value), media_type=media)


async def _body(request: Request) -> bytes:
    """The request's body; Refused once it is longer than any call can be."""
    parts, length = [], 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > MAX_BYTES:
            raise refusal("", "El mensaje SOAP es demasiado grande.")
    return b"".join(parts)
