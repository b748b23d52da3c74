"""Send a receipt, and ask for its record (operations 9 and 4)."""

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from onapi.api import examples
from onapi.api.auth import Caller, need, need_ruc
from onapi.api.json_answer import JsonAnswer
from onapi.api.orders import read_order
from onapi.api.paths import Named, check_ruc
from onapi.api.shapes import record as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.receipts import Envelope, Record
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import Conflict
from onapi.flows import look
from onapi.flows.issue import Issued, issue
from onapi.flows.issue import Request as Order
from onapi.flows.look import Kept
from onapi.flows.release import release
from onapi.page.qr import qr_png

router = APIRouter(tags=["Integrator"])
_EXAMPLE: dict[str, Any] = {"content": {"application/json": {"example": examples.RECORD}}}
_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Quien repite la petición con la misma clave recibe el mismo comprobante, también sin número",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


@router.post(
    "/integrator/sendMessage",
    summary="Enviar un comprobante",
    response_model=Record,
    responses={
        201: {"model": Record, "description": "Tomado, con veredicto", **_EXAMPLE},
        202: {"model": Record, "description": "Tomado; el veredicto llegará después", **_EXAMPLE},
        200: {"model": Record, "description": "El mismo comprobante ya estaba, o dryRun", **_EXAMPLE},
        **problems(400, 401, 403, 409, 413, 415, 422),
    },
    openapi_extra={
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/Envelope"},
                    "examples": examples.SEND_MESSAGE,
                },
                "text/plain": {"schema": {"type": "string"}, "example": examples.TRAMA},
            },
        },
    },
)
async def send_message(request: Request, caller: Caller, here: Here) -> JsonAnswer:
    """Calcula, valida, firma y guarda el comprobante, y lo envía a SUNAT.

    Una respuesta 2xx significa que no se pierde. 201: ya hay veredicto. 202: vendrá; consulte `ngr`.

    Sin `correlativo`, o con `#`, toma el número siguiente de su serie; quien repita con la misma `Idempotency-Key` o el
    mismo `externalId` recibe el mismo comprobante.
    """
    need(caller, "cpe:write")
    envelope, order = await read_order(request)
    check_ruc(order.ruc, "/ruc", strict=here.platform.strict_ruc)
    need_ruc(caller, order.ruc)
    issued = await run_in_threadpool(_issue, here, order)
    kept = Kept(issued.document, issued.submission)
    is_under_way = not order.dry_run and not shape.is_settled(shape.status_of(kept.submission, here.platform.clock()))
    if envelope.options.wait and is_under_way:
        scope = issued.document.scope
        await here.waiting.wait(scope, issued.submission.id, envelope.options.wait)
        kept = await run_in_threadpool(look.again, here.platform, kept)
    return await run_in_threadpool(_answer, here, envelope, issued, kept)


def _issue(here: Surroundings, order: Order) -> Issued:
    try:
        return issue(here.platform, order)
    except Conflict as conflict:
        document, submission = conflict.facts.get("document"), conflict.facts.get("submission")
        if document is not None and submission is not None:
            known = shape.record(Kept(document, submission), here.platform.clock())  # type: ignore[arg-type]  # facts of issue
            conflict.facts["record"] = {"status": known["status"], "links": known["links"]}
        raise


def _record(here: Surroundings, kept: Kept) -> dict[str, Any]:
    return shape.record(kept, here.platform.clock(), look.surroundings_of(here.platform, kept))


def _answer(here: Surroundings, envelope: Envelope, issued: Issued, kept: Kept) -> JsonAnswer:
    alone = envelope.options.dryRun or (kept.submission.attempts and not issued.replayed)  # no batch can name it yet
    record = shape.record(kept, here.platform.clock()) if alone else _record(here, kept)
    wanted: set[str] = set(envelope.options.include)
    if envelope.options.dryRun:
        record["status"] = record["statusAt"] = None
        record["files"] = {"xml": b64encode(issued.xml).decode("ascii")}
        return JsonAnswer({key: value for key, value in record.items() if key not in {"status", "statusAt"}})
    if wanted:
        record["files"] = _files(here, kept, wanted)
    if issued.replayed:
        return JsonAnswer(record, 200, headers={"Idempotent-Replayed": "true"})
    if shape.is_settled(record["status"]):
        return JsonAnswer(record, 201, headers={"Location": record["links"]["self"]})
    return JsonAnswer(record, 202, headers={"Location": record["links"]["self"], "Retry-After": "2"})


def _files(here: Surroundings, kept: Kept, wanted: set[str]) -> dict[str, str]:
    files = {}
    if "xml" in wanted:
        files["xml"] = look.xml_of(here.platform, kept)
    if "cdr" in wanted and kept.submission.cdr:
        files["cdr"] = look.cdr_of(here.platform, kept)[0]
    if "pdf" in wanted:
        files["pdf"] = look.pdf_of(here.platform, kept, "A4")
    if "qr" in wanted and kept.document.qr:
        files["qrPng"] = qr_png(kept.document.qr)
    return {name: b64encode(data).decode("ascii") for name, data in files.items()}


@router.post(
    "/integrator/retry/{ruc}/{doctype}/{serie}/{number}",
    summary="Enviar ahora un comprobante firmado o no registrado",
    response_model=Record,
    responses={
        201: {"model": Record, "description": "Enviado, con veredicto", **_EXAMPLE},
        202: {"model": Record, "description": "En camino; el veredicto llegará después", **_EXAMPLE},
        **problems(401, 403, 404, 409, 422),
    },
    status_code=202,
)
async def retry(
    named: Named,
    caller: Caller,
    here: Here,
    wait: Annotated[int, Query(ge=0, le=60, description="Segundos que se espera el veredicto")] = 15,
) -> JsonAnswer:
    """Los mismos bytes firmados salen de nuevo: tras `send: false`, o tras mendar lo que SUNAT no registró."""
    need(caller, "cpe:write")
    kept = await run_in_threadpool(release, here.platform, named)
    if wait:
        await here.waiting.wait(kept.document.scope, kept.submission.id, wait)
        kept = await run_in_threadpool(look.again, here.platform, kept)
    record = await run_in_threadpool(_record, here, kept)
    return JsonAnswer(record, 201 if shape.is_settled(record["status"]) else 202)


@router.get(
    "/integrator/ngr/{ruc}/{doctype}/{serie}/{number}",
    summary="Consultar un comprobante",
    response_model=Record,
    responses={
        200: _EXAMPLE,
        **problems(401, 403, 404, 422),
    },
)
async def ngr(
    named: Named,
    caller: Caller,
    here: Here,
    wait: Annotated[int, Query(ge=0, le=60, description="Segundos que se espera el veredicto")] = 0,
    include: Annotated[str, Query(description="Lista con comas: xml, cdr, pdf, qr, history")] = "",
) -> JsonAnswer:
    """El registro completo del comprobante: estado, veredicto de SUNAT, qué sigue y cuándo."""
    need(caller, "cpe:read")
    kept = await run_in_threadpool(look.find, here.platform, named)
    if wait and not shape.is_settled(shape.status_of(kept.submission, here.platform.clock())):
        await here.waiting.wait(kept.document.scope, kept.submission.id, wait)
        kept = await run_in_threadpool(look.again, here.platform, kept)
    return await run_in_threadpool(_told, here, kept, {part.strip() for part in include.split(",") if part.strip()})


def _told(here: Surroundings, kept: Kept, wanted: set[str]) -> JsonAnswer:
    record = _record(here, kept)
    if files := wanted & {"xml", "cdr", "pdf", "qr"}:
        record["files"] = _files(here, kept, files)
    if "history" in wanted:
        record["history"] = shape.history(look.history(here.platform, kept))
    headers = {} if shape.is_settled(record["status"]) else {"Retry-After": "2"}
    return JsonAnswer(record, headers=headers)
