"""Keep a receipt that was issued elsewhere (operation 10)."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api import examples
from onapi.api.auth import Caller, need, need_ruc
from onapi.api.bodies import MAX_BYTES, from_base64, media_type, read_object, shaped
from onapi.api.idempotency import Once
from onapi.api.json_answer import JsonAnswer
from onapi.api.multipart import FORM, read_parts
from onapi.api.paths import check_ruc
from onapi.api.shapes import record as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.receipts import Record
from onapi.api.shapes.store_xml import StoreXml
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import Unreadable
from onapi.flows import look
from onapi.flows.examine_xml import Given, unpacked
from onapi.flows.store_xml import store
from onapi.intake.ubl import ruc_of
from onapi.store.receipts import Kept

router = APIRouter(tags=["Integrator"])
_FILES = frozenset({"xml", "cdr", "pdf"})
_KEPT: dict[str, Any] = {**examples.RECORD, "origin": "STORE_XML", "inputFormat": "xml"}
_EXAMPLE: dict[str, Any] = {"content": {"application/json": {"example": _KEPT}}}
_PARTS: dict[str, Any] = {
    "type": "object",
    "required": ["xml"],
    "properties": {name: {"type": "string", "format": "binary"} for name in sorted(_FILES)}
    | {name: {"type": "string"} for name in ("ruc", "doctype", "serie", "number", "externalId", "source", "options")},
    "example": {"xml": "(el archivo XML)", "source": "proveedor-anterior", "options": '{"verify": "strict"}'},
}


@router.post(
    "/integrator/storeXml",
    summary="Guardar un comprobante emitido en otra parte",
    response_model=Record,
    status_code=201,
    responses={
        201: {"model": Record, "description": "Guardado", **_EXAMPLE},
        200: {"model": Record, "description": "El mismo XML ya estaba", **_EXAMPLE},
        **problems(400, 401, 403, 409, 413, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/StoreXml"}},
                FORM: {"schema": _PARTS, "example": _PARTS["example"]},
            },
        }
    },
)
async def store_xml(request: Request, caller: Caller, here: Here, once: Once) -> Response:
    """Guarda XML, CDR y PDF para consultarlos, imprimirlos y enviarlos; a SUNAT no se envía nada.

    El estado es el que dice el CDR. Sin CDR queda `SIGNED` con la advertencia `cdr_missing`; `retry` puede enviarlo.
    """
    need(caller, "cpe:write")
    given = await run_in_threadpool(_whose, here, await _given(request))
    need_ruc(caller, given.ruc)
    return await once(lambda: run_in_threadpool(_store, here, given))


async def _given(request: Request) -> Given:
    """The request in either form; the RUC is that of the XML where it is not said."""
    if media_type(request) == FORM:
        files, fields = await read_parts(request, _FILES)
        if not files.get("xml"):
            raise Unreadable("Falta la parte xml, o está vacía.", key="malformed_request")
        said = {**{name: b64encode(data).decode("ascii") for name, data in files.items()}, **fields}
    else:
        said = await read_object(request, most_bytes=MAX_BYTES)
    asked = shaped(StoreXml, said)
    return Given(
        ruc=asked.ruc or "",
        xml=from_base64(asked.xml, "El XML"),
        cdr=None if asked.cdr is None else from_base64(asked.cdr, "El CDR"),
        pdf=None if asked.pdf is None else from_base64(asked.pdf, "El PDF"),
        doctype=asked.doctype,
        series=asked.serie,
        number=asked.number,
        external_id=asked.externalId,
        source=asked.source,
        verify=asked.options.verify,
        check_sunat=asked.options.checkSunat,
    )


def _whose(here: Surroundings, given: Given) -> Given:
    given = unpacked(given)
    given = replace(given, ruc=given.ruc or ruc_of(given.xml))
    check_ruc(given.ruc, "/ruc", strict=here.platform.strict_ruc)
    return given


def _store(here: Surroundings, given: Given) -> JsonAnswer:
    issued = store(here.platform, given)
    kept = Kept(issued.document, issued.submission)
    record = shape.record(kept, here.platform.clock(), look.surroundings_of(here.platform, kept))
    if issued.replayed:
        return JsonAnswer(record, 200, headers={"Idempotent-Replayed": "true"})
    return JsonAnswer(record, 201, headers={"Location": record["links"]["self"]})
