"""Void a receipt, and ask what became of that (operation 8 and its command)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from onapi.api import examples
from onapi.api.asking import Refresh, asked_now
from onapi.api.auth import Caller, need
from onapi.api.bodies import read_object, shaped
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import Named
from onapi.api.shapes import cancellation as shape
from onapi.api.shapes.cancellation import Cancellation, Reason
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here
from onapi.flows import look
from onapi.flows.void import Voiding, void, voiding_of

router = APIRouter(tags=["Integrator"])
_EXAMPLE: dict[str, Any] = {"content": {"application/json": {"example": examples.CANCELLATION}}}
_WAIT = Query(ge=0, le=60, description="Segundos que se espera el veredicto")


@router.get(
    "/integrator/cancel/{ruc}/{doctype}/{serie}/{number}",
    summary="Consultar la anulación de un comprobante",
    response_model=Cancellation,
    responses={200: _EXAMPLE, **problems(401, 403, 404, 422)},
)
async def cancel(
    named: Named,
    caller: Caller,
    here: Here,
    wait: Annotated[int, _WAIT] = 0,
    refresh: Refresh = False,  # noqa: FBT002  a query's default
) -> JsonAnswer:
    """En qué está la anulación; también cuando nadie la pidió: dice con qué se anularía y hasta cuándo."""
    need(caller, "cpe:read")
    if refresh:
        await asked_now(here, await run_in_threadpool(look.find, here.platform, named), caller.credential_id)
    found = await _awaited(here, await run_in_threadpool(voiding_of, here.platform, named), named, wait)
    return JsonAnswer(shape.cancellation(found, here.platform.clock()), headers={"Cache-Control": "private, no-cache"})


@router.post(
    "/integrator/cancel/{ruc}/{doctype}/{serie}/{number}",
    summary="Anular un comprobante aceptado",
    response_model=Cancellation,
    status_code=202,
    responses={
        201: {"model": Cancellation, "description": "SUNAT ya contestó", **_EXAMPLE},
        202: {"model": Cancellation, "description": "En camino; consulte con GET", **_EXAMPLE},
        **problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reason"}}},
        }
    },
)
@repeatable("cpe:write")
async def void_receipt(
    request: Request, named: Named, caller: Caller, here: Here, wait: Annotated[int, _WAIT] = 15
) -> JsonAnswer:
    """Elige solo entre comunicación de baja, resumen diario y reversión, la numera y la envía."""
    need(caller, "cpe:write")
    reason = shaped(Reason, await read_object(request)).reason
    asked = await run_in_threadpool(void, here.platform, named, reason)
    found = await _awaited(here, asked, named, wait)
    told = shape.cancellation(found, here.platform.clock())
    return JsonAnswer(told, 202 if told["cancelStatus"] == "PENDING" else 201)


async def _awaited(here: Here, found: Voiding, named: Named, seconds: int) -> Voiding:
    if not seconds or not found.is_under_way or found.batch is None:
        return found
    await here.waiting.wait(found.kept.document.scope, found.batch.submission.id, seconds)
    return await run_in_threadpool(voiding_of, here.platform, named)
