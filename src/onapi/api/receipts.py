"""Send a receipt, and ask for its record (operations 9 and 4)."""

from base64 import b64encode
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from onapi.api import examples
from onapi.api.asking import Refresh, asked_now
from onapi.api.auth import Caller, need, need_ruc
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.orders import read_order
from onapi.api.paths import Named, check_ruc
from onapi.api.shapes import record as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.receipts import Envelope, Record
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import Conflict, InvalidDocument
from onapi.flows import look
from onapi.flows.issue import Issued, issue
from onapi.flows.issue import Request as Order
from onapi.flows.print import USUAL, check_template, printed
from onapi.flows.release import release
from onapi.intake.trama import write_trama
from onapi.page.qr import qr_png
from onapi.rules.rule import Fault
from onapi.store.receipts import Kept
from onapi.values.number import ReceiptId

router = APIRouter(tags=["Integrator"])
_EXAMPLE: dict[str, Any] = {"content": {"application/json": {"example": examples.RECORD}}}
_PARTS: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "El comprobante: JSON, XML, ZIP o trama"},
        "options": {"type": "string", "description": "Las opciones, en JSON"},
        **{name: {"type": "string"} for name in ("ruc", "doctype", "externalId", "tramaCharset")},
    },
    "example": examples.BOLETA_IN_A_FORM,
}
_INCLUDED = frozenset({"xml", "cdr", "pdf", "qr", "document", "trama", "history"})
_INCLUDE_WORDS = "Lista con comas: xml, cdr, pdf, qr, document, trama, history"
_ONE_INCLUDED = "|".join(sorted(_INCLUDED))
_INCLUDE_SCHEMA: dict[str, Any] = {"pattern": f"^(({_ONE_INCLUDED})(,({_ONE_INCLUDED}))*)?$"}
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
                "application/xml": {"schema": {"type": "string"}, "example": examples.XML},
                "text/xml": {"schema": {"type": "string"}, "example": examples.XML},
                "application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "UEsDBBQAAAAI"},
                "multipart/form-data": {"schema": _PARTS, "example": _PARTS["example"]},
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
    issued, answer = await to_thread.run_sync(_issue_and_answer, here, envelope, order, limiter=here.issuing)
    if answer is not None:
        return answer
    await here.waiting.wait(issued.document.scope, issued.submission.id, envelope.options.wait)
    return await run_in_threadpool(_answer_now, here, envelope, issued)


def _issue_and_answer(here: Surroundings, envelope: Envelope, order: Order) -> tuple[Issued, JsonAnswer | None]:
    """The receipt, taken; and the answer, unless a verdict is to be waited for. One thread does both: it costs less."""
    check_template(here.platform, here.platform.scope(order.ruc), envelope.options.pdfTemplate, "/options/pdfTemplate")
    issued = _issue(here, order)
    kept = Kept(issued.document, issued.submission)
    is_under_way = not order.dry_run and not shape.is_settled(shape.status_of(kept.submission, here.platform.clock()))
    if envelope.options.wait and is_under_way:
        return issued, None
    return issued, _answer(here, envelope, issued, kept)


def _answer_now(here: Surroundings, envelope: Envelope, issued: Issued) -> JsonAnswer:
    return _answer(here, envelope, issued, look.again(here.platform, Kept(issued.document, issued.submission)))


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
        record["files"] = _files(here, kept, wanted, envelope.options.pdfTemplate)
    if issued.replayed:
        return JsonAnswer(record, 200, headers={"Idempotent-Replayed": "true"})
    if shape.is_settled(record["status"]):
        return JsonAnswer(record, 201, headers={"Location": record["links"]["self"]})
    return JsonAnswer(record, 202, headers={"Location": record["links"]["self"], "Retry-After": "2"})


def _files(here: Surroundings, kept: Kept, wanted: set[str], template: str = USUAL) -> dict[str, str]:
    files = {}
    if "xml" in wanted:
        files["xml"] = look.xml_of(here.platform, kept)
    if "cdr" in wanted and kept.submission.cdr:
        files["cdr"] = look.cdr_of(here.platform, kept)[0]
    if "pdf" in wanted:
        files["pdf"] = printed(here.platform, kept, template).content
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
@repeatable("cpe:write")
async def retry(
    named: Named,
    caller: Caller,
    here: Here,
    wait: Annotated[int, Query(ge=0, le=60, description="Segundos que se espera el veredicto")] = 15,
) -> JsonAnswer:
    """Los mismos bytes firmados salen de nuevo: tras `send: false`, o tras mendar lo que SUNAT no registró."""
    need(caller, "cpe:write")
    kept = await run_in_threadpool(release, here.platform, named, caller.credential_id)
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
async def ngr(  # noqa: PLR0917  FastAPI passes them by name
    named: Named,
    caller: Caller,
    here: Here,
    wait: Annotated[int, Query(ge=0, le=60, description="Segundos que se espera el veredicto")] = 0,
    include: Annotated[str, Query(description=_INCLUDE_WORDS, json_schema_extra=_INCLUDE_SCHEMA)] = "",
    refresh: Refresh = False,  # noqa: FBT002  a query's default
) -> JsonAnswer:
    """El registro completo del comprobante: estado, veredicto de SUNAT, qué sigue y cuándo."""
    need(caller, "cpe:read")
    wanted = _wanted(include)
    if not (wait or refresh):
        return await to_thread.run_sync(_found_and_told, here, named, wanted, limiter=here.looking)
    kept = await run_in_threadpool(look.find, here.platform, named)
    if refresh:
        kept = await asked_now(here, kept, caller.credential_id)
    if wait and not shape.is_settled(shape.status_of(kept.submission, here.platform.clock())):
        await here.waiting.wait(kept.document.scope, kept.submission.id, wait)
        kept = await run_in_threadpool(look.again, here.platform, kept)
    return await run_in_threadpool(_told, here, kept, wanted)


def _wanted(include: str) -> set[str]:
    """What is asked for beside the record; what there is not is refused."""
    wanted = {part.strip() for part in include.split(",") if part.strip()}
    if unknown := sorted(wanted - _INCLUDED):
        sentence = f"Se puede pedir {', '.join(sorted(_INCLUDED))}."
        fault = Fault("invalid_parameter", "/query/include", sentence, received=",".join(unknown)[:100])
        raise InvalidDocument(sentence, key="invalid_parameter", faults=(fault,))
    return wanted


def _found_and_told(here: Surroundings, named: ReceiptId, wanted: set[str]) -> JsonAnswer:
    """All in one thread: each way to one and back costs as much as a query."""
    return _told(here, look.find(here.platform, named), wanted)


def _told(here: Surroundings, kept: Kept, wanted: set[str]) -> JsonAnswer:
    record = _record(here, kept)
    if files := wanted & {"xml", "cdr", "pdf", "qr"}:
        record["files"] = _files(here, kept, files)
    if "history" in wanted:
        record["history"] = shape.history(look.history(here.platform, kept))
    if wanted & {"document", "trama"}:
        content = look.content_of(here.platform, kept)
        told = {"document": content, "trama": write_trama(content) if "trama" in wanted else ""}
        record |= {name: told[name] for name in sorted(wanted & told.keys())}
    later = {} if shape.is_settled(record["status"]) else {"Retry-After": "2"}
    return JsonAnswer(record, headers={"Cache-Control": "private, no-cache", **later})
