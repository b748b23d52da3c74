"""A receipt's files: signed XML, CDR, printed page (operations 5, 6 and 7). One rule for all three."""

from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api import examples
from onapi.api.asking import Refresh, asked_now
from onapi.api.auth import Caller, need
from onapi.api.file_answer import ASK_AGAIN, JSON, chosen, envelope, file_answer, lasting, where_it_stands
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import Named, Template
from onapi.api.shapes import record as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.receipts import CdrFile, PdfFile, XmlFile
from onapi.api.surroundings import Here, Surroundings
from onapi.cdr import Cdr, read_cdr
from onapi.errors import NotFound, Unreachable
from onapi.flows import look
from onapi.flows.files import PDF, XML, ZIP, File, file_of
from onapi.flows.print import USUAL, Wanted, at_hand, set_now
from onapi.store.receipts import Kept
from onapi.values.moment import stamp
from onapi.values.number import ReceiptId

router = APIRouter(tags=["Integrator"])
_OFFERED = {"xml": (XML, "text/xml"), "zip": (ZIP,)}
_PRIVATE = {"Cache-Control": ASK_AGAIN, "Vary": "Accept"}


def _responses(example: dict[str, Any], *native: str) -> dict[int | str, dict[str, Any]]:
    content = {
        JSON: {"example": example},
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in native},
    }
    unchanged = {"description": "El archivo nativo no cambió desde el ETag de If-None-Match"}
    part = {"description": "La parte del archivo nativo que pide Range"}
    return {200: {"content": content}, 206: part, 304: unchanged, **problems(401, 403, 404, 406, 422)}


@router.head("/integrator/xml/{ruc}/{doctype}/{serie}/{number}", include_in_schema=False)
@router.get(
    "/integrator/xml/{ruc}/{doctype}/{serie}/{number}",
    summary="XML firmado",
    response_model=XmlFile,
    responses=_responses(examples.XML_FILE, XML, ZIP),
)
async def xml(
    request: Request,
    named: Named,
    caller: Caller,
    here: Here,
    format: Annotated[Literal["json", "xml", "zip"] | None, Query()] = None,  # noqa: A002  the contract's name
) -> Response:
    """El XML que se firmó y se envió, byte por byte."""
    need(caller, "cpe:read")
    form = chosen(request, format, _OFFERED)
    kept = await run_in_threadpool(look.find, here.platform, named)
    file = await run_in_threadpool(file_of, here.platform, kept, "xml", zipped=form == "zip")
    status = shape.status_of(kept.submission, here.platform.clock())
    if form != "json":
        return file_answer(request, file, status=status, cache=lasting(kept, status))
    return JsonAnswer(envelope(file, status, hash=kept.document.digest), headers=_PRIVATE)


@router.head("/integrator/cdr/{ruc}/{doctype}/{serie}/{number}", include_in_schema=False)
@router.get(
    "/integrator/cdr/{ruc}/{doctype}/{serie}/{number}",
    summary="Constancia de recepción (CDR)",
    response_model=CdrFile,
    responses=_responses(examples.CDR_FILE, XML, ZIP),
)
async def cdr(  # noqa: PLR0917  FastAPI passes them by name
    request: Request,
    named: Named,
    caller: Caller,
    here: Here,
    format: Annotated[Literal["json", "xml", "zip"] | None, Query()] = None,  # noqa: A002  the contract's name
    refresh: Refresh = False,  # noqa: FBT002  a query's default
) -> Response:
    """La respuesta firmada de SUNAT, como la envió."""
    need(caller, "cpe:read")
    form = chosen(request, format, _OFFERED)
    kept = await run_in_threadpool(look.find, here.platform, named)
    if refresh and kept.submission.cdr is None:
        kept = await asked_now(here, kept, caller.credential_id)
    status = shape.status_of(kept.submission, here.platform.clock())
    try:
        file = await run_in_threadpool(file_of, here.platform, kept, "cdr", zipped=form != "xml")
    except NotFound as missing:
        if refresh and kept.submission.obstacle:
            raise Unreachable(
                "SUNAT no responde; repita la consulta más tarde.", **where_it_stands(kept, status)
            ) from None
        missing.facts.update(where_it_stands(kept, status))
        raise
    if form != "json":
        return file_answer(request, file, status=status, cache=lasting(kept, status))
    read = await run_in_threadpool(read_cdr, file.content)
    return JsonAnswer(envelope(file, status, cdr=_said(read, kept)), headers=_PRIVATE)


@router.head("/integrator/pdf/{ruc}/{doctype}/{serie}/{number}", include_in_schema=False)
@router.get(
    "/integrator/pdf/{ruc}/{doctype}/{serie}/{number}",
    summary="Representación impresa (PDF)",
    response_model=PdfFile,
    responses=_responses(examples.PDF_FILE, PDF),
)
async def pdf(  # noqa: PLR0917  FastAPI passes them by name
    request: Request,
    named: Named,
    caller: Caller,
    here: Here,
    template: Template = USUAL,
    copies: Annotated[Literal["emisor", "adquirente"] | None, Query(description="Para quién es la copia")] = None,
    format: Annotated[Literal["json", "pdf"] | None, Query()] = None,  # noqa: A002  the contract's name
    download: Annotated[bool, Query(description="true: como archivo adjunto")] = False,  # noqa: FBT002  a query's default
) -> Response:
    """La representación impresa, compuesta a partir del XML guardado; la que vino con él, si vino de otro sistema."""
    need(caller, "cpe:read")
    form = chosen(request, format, {"pdf": (PDF,)})
    kept, file = await to_thread.run_sync(_at_hand, here, named, template, copies, limiter=here.looking)
    if isinstance(file, Wanted):
        file = await to_thread.run_sync(set_now, here.platform, file, limiter=here.printing)
    status = shape.status_of(kept.submission, here.platform.clock())
    if form == "pdf":
        return file_answer(request, file, status=status, cache=ASK_AGAIN, attached=download)
    warned = {"warnings": list(file.warnings)} if file.warnings else {}
    return JsonAnswer(envelope(file, status, template=template, **warned), headers=_PRIVATE)


def _at_hand(here: Surroundings, named: ReceiptId, template: str, copies: str | None) -> tuple[Kept, File | Wanted]:
    """All of it in one thread: each way to one and back costs as much as a query."""
    kept = look.find(here.platform, named)
    return kept, at_hand(here.platform, kept, template, copies or "")


def _said(read: Cdr, kept: Kept) -> dict[str, Any]:
    return {
        "id": read.id,
        "code": read.code,
        "description": read.description,
        "notes": [{"code": note.code, "message": note.text} for note in read.notes],
        "reference": read.link,
        "issuedAt": stamp(read.issued_at) if read.issued_at else None,
        "accepted": kept.submission.outcome in {"ACCEPTED", "OBSERVED"},
    }
