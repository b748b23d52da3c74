"""Links to files (operations 11 to 13), what they open, and how they are taken back."""

from functools import partial
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api import BASE
from onapi.api.auth import Caller, need
from onapi.api.file_answer import ASK_AGAIN, JSON, file_answer
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import Named, Template
from onapi.api.shapes import record as shape
from onapi.api.shapes.links import FileLink
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.api.visitors import visitor_of
from onapi.flows import links
from onapi.flows.files import PDF, XML, ZIP, FileKind
from onapi.flows.links import LONGEST_S, SHORTEST_S, USUAL_S
from onapi.flows.print import USUAL
from onapi.values.moment import stamp
from onapi.values.number import ReceiptId

router = APIRouter(tags=["Integrator"])
_EXAMPLE: dict[str, Any] = {
    "url": "http://127.0.0.1:8080/integrator/api/v1/files/WyJzYW5kYm94Il0.3kVb",
    "expiresAt": "2026-11-21T10:20:00-05:00",
    "fileName": "20000000001-01-F001-123.pdf",
    "contentType": PDF,
    "size": 48120,
    "ruc": "20000000001",
    "doctype": "01",
    "serie": "F001",
    "number": 123,
    "status": "ACCEPTED",
    "once": False,
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"example": _EXAMPLE}}},
    **problems(401, 403, 404, 422),
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_NO_TRACE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_Ttl = Annotated[int, Query(ge=SHORTEST_S, le=LONGEST_S, description="Segundos que vale el enlace")]
_Once = Annotated[bool, Query(description="true: el enlace se puede usar una sola vez")]


@router.get(
    "/integrator/url/pdf/{ruc}/{doctype}/{serie}/{number}",
    summary="Enlace al PDF",
    response_model=FileLink,
    responses=_RESPONSES,
)
async def url_pdf(  # noqa: PLR0917  FastAPI passes them by name
    named: Named,
    caller: Caller,
    here: Here,
    ttl: _Ttl = USUAL_S,
    once: _Once = False,  # noqa: FBT002  a query's default
    template: Template = USUAL,
) -> JsonAnswer:
    """Una dirección que muestra la representación impresa a quien la tenga, sin token, por un tiempo."""
    need(caller, "cpe:read")
    linked = partial(_link, here, named, "pdf", seconds=ttl, once=once, template=template)
    return await to_thread.run_sync(linked, limiter=here.printing)


@router.get(
    "/integrator/url/xml/{ruc}/{doctype}/{serie}/{number}",
    summary="Enlace al XML firmado",
    response_model=FileLink,
    responses=_RESPONSES,
)
async def url_xml(
    named: Named,
    caller: Caller,
    here: Here,
    ttl: _Ttl = USUAL_S,
    once: _Once = False,  # noqa: FBT002  a query's default
) -> JsonAnswer:
    """Una dirección que da el XML firmado a quien la tenga, sin token, por un tiempo."""
    need(caller, "cpe:read")
    return await run_in_threadpool(_link, here, named, "xml", seconds=ttl, once=once)


@router.get(
    "/integrator/url/cdr/{ruc}/{doctype}/{serie}/{number}",
    summary="Enlace a la constancia (CDR)",
    response_model=FileLink,
    responses=_RESPONSES,
)
async def url_cdr(
    named: Named,
    caller: Caller,
    here: Here,
    ttl: _Ttl = USUAL_S,
    once: _Once = False,  # noqa: FBT002  a query's default
) -> JsonAnswer:
    """Una dirección que da la constancia en XML a quien la tenga; con `?format=zip`, el ZIP de SUNAT."""
    need(caller, "cpe:read")
    return await run_in_threadpool(_link, here, named, "cdr", seconds=ttl, once=once)


@router.delete(
    "/integrator/url/{ruc}/{doctype}/{serie}/{number}",
    summary="Anular los enlaces de un comprobante",
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "Ningún enlace dado hasta ahora abre ya sus archivos"},
        **problems(401, 403, 404, 422),
    },
)
async def revoke_urls(named: Named, caller: Caller, here: Here) -> Response:
    """Todos los enlaces que se dieron de sus archivos dejan de servir; los nuevos sirven."""
    need(caller, "cpe:write")
    await run_in_threadpool(links.revoke, here.platform, named)
    return Response(status_code=204)


@router.head("/files/{token}", include_in_schema=False)
@router.get(
    "/files/{token}",
    summary="El archivo de un enlace",
    response_class=Response,
    responses={
        200: {"content": {PDF: _BINARY, XML: _BINARY, ZIP: _BINARY}},
        206: {"description": "La parte del archivo que pide Range"},
        304: {"description": "El archivo no cambió desde el ETag de If-None-Match"},
        **problems(404, 422, 429),
    },
)
async def linked_file(
    request: Request,
    token: str,
    here: Here,
    format: Annotated[Literal["xml", "zip", "pdf"] | None, Query()] = None,  # noqa: A002  the contract's name
    download: Annotated[bool, Query(description="true: como archivo adjunto")] = False,  # noqa: FBT002  a query's default
) -> Response:
    """El archivo tal cual, sin token de acceso; 404 `link_expired` si el enlace venció, se usó o se anuló."""
    looks = request.method == "HEAD"
    follow = partial(links.follow, here.platform, here.links, token, zipped=format == "zip", looks=looks)
    opened = partial(follow, network=visitor_of(request, here).network)
    file, kept, link = await to_thread.run_sync(opened, limiter=here.printing)
    status = shape.status_of(kept.submission, here.platform.clock())
    attached = download or link.kind != "pdf"
    cache = "private, no-store" if link.nonce else ASK_AGAIN
    return file_answer(request, file, status=status, cache=cache, attached=attached, headers=_NO_TRACE)


def _link(
    here: Surroundings, named: ReceiptId, kind: FileKind, *, seconds: int, once: bool, template: str = ""
) -> JsonAnswer:
    made = links.make(here.platform, here.links, named, kind, seconds=seconds, template=template, once=once)
    told = {
        "url": f"{here.address}{BASE}/files/{made.token}",
        "expiresAt": stamp(made.expires_at),
        "fileName": made.file.name,
        "contentType": made.file.media_type,
        "size": len(made.file.content),
        "ruc": named.ruc,
        "doctype": named.doctype,
        "serie": named.series,
        "number": named.number,
        "status": shape.status_of(made.kept.submission, here.platform.clock()),
        "once": once,
    }
    return JsonAnswer(told, headers={"Cache-Control": "private, no-store"})
