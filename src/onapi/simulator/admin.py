"""The simulator's own addresses under /_simulator: the truth, the clock, what shall go wrong, who signs its CDRs."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onapi.errors import InvalidDocument
from onapi.simulator.backroom import settle
from onapi.simulator.certificates import open_tls_authority
from onapi.simulator.fault_admin import fault_routes
from onapi.simulator.office import Office
from onapi.simulator.truth import cdr_of, documents, plant, sendings, tickets
from onapi.values.moment import in_lima, read_moment

NOTICE = "SIMULADOR DE SUNAT - SIN VALIDEZ TRIBUTARIA"
_LONGEST_DELAY_S = 7 * 24 * 3600.0

Handler = Callable[[Request], Awaitable[Response]]


def admin_routes(office: Office, tls_file: Path) -> list[Route]:
    """Everything under /_simulator."""

    async def ca_pem(_: Request) -> Response:
        return Response(office.authority.ca_pem, media_type="application/x-pem-file")

    async def tls_ca_pem(_: Request) -> Response:
        authority = await run_in_threadpool(open_tls_authority, tls_file)
        return Response(authority.certificate.public_bytes(Encoding.PEM), media_type="application/x-pem-file")

    addresses: tuple[tuple[str, Handler, list[str]], ...] = (
        ("ledger", _ledger(office), ["GET", "PUT"]),
        ("ledger/{name}/cdr", _cdr(office), ["GET"]),
        ("sends", _told(office, sendings), ["GET"]),
        ("tickets", _tickets(office), ["GET", "PUT"]),
        ("clock", _clock(office), ["GET", "PUT"]),
        ("health", _health(office), ["GET"]),
        ("ca.pem", ca_pem, ["GET"]),
        ("tls-ca.pem", tls_ca_pem, ["GET"]),
    )
    routes = [Route(f"/_simulator/{path}", handler, methods=methods) for path, handler, methods in addresses]
    return [*routes, *fault_routes(office.plan)]


def _told(office: Office, tell: Callable[[Office, str], list[dict[str, object]]]) -> Handler:
    """The truth about one name (`?name=`), or all of it."""

    async def told(request: Request) -> Response:
        def look() -> list[dict[str, object]]:
            settle(office)
            return tell(office, request.query_params.get("name", ""))

        return JSONResponse(await run_in_threadpool(look))

    return told


def _ledger(office: Office) -> Handler:
    ask = _told(office, documents)

    async def ledger(request: Request) -> Response:
        if request.method == "GET":
            return await ask(request)
        try:
            planted = await run_in_threadpool(plant, office, await _json(request))
        except InvalidDocument as error:
            return _senseless(str(error))
        return JSONResponse({"planted": planted})

    return ledger


def _cdr(office: Office) -> Handler:
    async def cdr(request: Request) -> Response:
        found = await run_in_threadpool(cdr_of, office, request.path_params["name"])
        return Response(found, media_type="application/zip") if found else Response(status_code=404)

    return cdr


def _tickets(office: Office) -> Handler:
    ask = _told(office, tickets)

    async def answer(request: Request) -> Response:
        if request.method == "GET":
            return await ask(request)
        body = await _json(request)
        delay = body.get("delaySeconds") if isinstance(body, dict) else None
        if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= _LONGEST_DELAY_S:
            return _senseless("Se espera delaySeconds, un número de segundos de hasta siete días.")
        office.patience.ticket_delay_s = float(delay)
        return JSONResponse({"delaySeconds": office.patience.ticket_delay_s})

    return answer


def _clock(office: Office) -> Handler:
    async def clock(request: Request) -> Response:
        if request.method == "PUT":
            try:
                await run_in_threadpool(_move, office, await _json(request))
            except (ValueError, OverflowError):
                return _senseless("Se espera offsetSeconds, un número de hasta un siglo, o now, un instante RFC 3339.")
        now = in_lima(office.clock())
        return JSONResponse({"now": now.isoformat(timespec="seconds"), "offsetSeconds": office.clock.offset_s})

    return clock


def _move(office: Office, wish: object) -> None:
    if not isinstance(wish, dict) or len(wish) != 1:
        raise ValueError("one wish")
    if "now" in wish:
        office.clock.set(read_moment(str(wish["now"])))
        return
    office.clock.move(float(str(wish.get("offsetSeconds"))))


def _health(office: Office) -> Handler:
    def look() -> dict[str, object]:
        settle(office)
        return {
            "status": "ok",
            "profile": office.profile,
            "documents": office.ledger.count(),
            "stuckTickets": office.tickets.stuck(),
            "now": in_lima(office.clock()).isoformat(timespec="seconds"),
            "notice": NOTICE,
        }

    async def health(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(look))

    return health


async def _json(request: Request) -> object:
    """The body of a request; None if it is no JSON."""
    try:
        body: object = json.loads(await request.body())
    except ValueError:
        return None
    return body


def _senseless(sentence: str) -> Response:
    return JSONResponse({"detail": sentence}, 422)
