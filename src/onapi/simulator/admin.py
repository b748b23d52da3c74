"""The simulator's own addresses under /_simulator: what it holds, what shall go wrong, who signs its CDRs."""

import json
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from onapi.errors import InvalidDocument
from onapi.simulator.decide import Plan
from onapi.simulator.ledger import Registered
from onapi.simulator.office import Office

NOTICE = "SIMULADOR DE SUNAT - SIN VALIDEZ TRIBUTARIA"


def admin_routes(office: Office, plan: Plan) -> list[Route]:
    """`GET ledger`, `PUT` and `DELETE faults`, `GET health`, `GET ca.pem`."""

    async def ledger(_: Request) -> Response:
        rows = await run_in_threadpool(office.ledger.all_documents)
        return JSONResponse([_told(document, sends) for document, sends in rows])

    async def health(_: Request) -> Response:
        documents = await run_in_threadpool(office.ledger.count)
        told = {"status": "ok", "profile": office.profile, "documents": documents, "notice": NOTICE}
        return JSONResponse(told)

    async def ca_pem(_: Request) -> Response:
        return Response(office.authority.ca_pem, media_type="application/x-pem-file")

    return [
        Route("/_simulator/ledger", ledger, methods=["GET"]),
        Route("/_simulator/faults", _faults(plan), methods=["PUT", "DELETE"]),
        Route("/_simulator/health", health, methods=["GET"]),
        Route("/_simulator/ca.pem", ca_pem, methods=["GET"]),
    ]


def _faults(plan: Plan) -> Callable[[Request], Awaitable[Response]]:
    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            plan.clear()
            return Response(status_code=204)
        try:
            armed = plan.arm(json.loads(await request.body()))
        except ValueError:
            return JSONResponse({"detail": "El cuerpo no es JSON."}, 400)
        except InvalidDocument as error:
            return JSONResponse({"detail": str(error)}, 422)
        return JSONResponse({"armed": armed})

    return faults


def _told(document: Registered, sends: int) -> dict[str, object]:
    return {
        "name": document.name,
        "digest": document.digest,
        "state": document.standing,
        "code": document.code,
        "receivedAt": document.received_at.isoformat(),
        "sends": sends,
    }
