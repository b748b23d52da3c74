"""A receipt's files: signed XML, CDR, printed page (operations 5, 6 and 7). One rule for all three."""

import hashlib
from base64 import b64encode
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api import examples
from onapi.api.auth import Caller, need
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import Named
from onapi.api.shapes import record as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.receipts import CdrFile, PdfFile, XmlFile
from onapi.api.surroundings import Here
from onapi.cdr import Cdr
from onapi.errors import NotFound, Unreadable
from onapi.flows import look
from onapi.flows.look import Kept
from onapi.values.archive import zip_one
from onapi.values.moment import stamp

router = APIRouter(tags=["Integrator"])
_XML, _ZIP, _PDF, _JSON = "application/xml", "application/zip", "application/pdf", "application/json"
_FOREVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"


def _responses(example: dict[str, Any], *native: str) -> dict[int | str, dict[str, Any]]:
    content = {
        _JSON: {"example": example},
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in native},
    }
    unchanged = {"description": "El archivo nativo no cambió desde el ETag de If-None-Match"}
    return {200: {"content": content}, 304: unchanged, **problems(401, 403, 404, 406, 422)}


@router.get(
    "/integrator/xml/{ruc}/{doctype}/{serie}/{number}",
    summary="XML firmado",
    response_model=XmlFile,
    responses=_responses(examples.XML_FILE, _XML, _ZIP),
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
    chosen = _chosen(request, format, {"xml": (_XML, "text/xml"), "zip": (_ZIP,)})
    kept = await run_in_threadpool(look.find, here.platform, named)
    content = await run_in_threadpool(look.xml_of, here.platform, kept)
    status = shape.status_of(kept.submission, here.platform.clock())
    name = named.file_name
    if chosen == "zip":
        return _file(request, zip_one(f"{name}.xml", content), f"{name}.zip", _ZIP, status=status, cache=_FOREVER)
    if chosen == "xml":
        return _file(request, content, f"{name}.xml", _XML, status=status, cache=_FOREVER)
    more = {"hash": kept.document.digest}
    return JsonAnswer({**_envelope(content, f"{name}.xml", _XML, status), **more})


@router.get(
    "/integrator/cdr/{ruc}/{doctype}/{serie}/{number}",
    summary="Constancia de recepción (CDR)",
    response_model=CdrFile,
    responses=_responses(examples.CDR_FILE, _XML, _ZIP),
)
async def cdr(
    request: Request,
    named: Named,
    caller: Caller,
    here: Here,
    format: Annotated[Literal["json", "xml", "zip"] | None, Query()] = None,  # noqa: A002  the contract's name
) -> Response:
    """La respuesta firmada de SUNAT, como la envió."""
    need(caller, "cpe:read")
    chosen = _chosen(request, format, {"xml": (_XML, "text/xml"), "zip": (_ZIP,)})
    kept = await run_in_threadpool(look.find, here.platform, named)
    status = shape.status_of(kept.submission, here.platform.clock())
    try:
        archive, read = await run_in_threadpool(look.cdr_of, here.platform, kept)
    except NotFound as missing:
        missing.facts.update(_where_it_stands(kept, status))
        raise
    name = f"R-{named.file_name}"
    if chosen == "zip":
        return _file(request, archive, f"{name}.zip", _ZIP, status=status, cache=_FOREVER)
    if chosen == "xml":
        return _file(request, read.xml, f"{name}.xml", _XML, status=status, cache=_FOREVER)
    return JsonAnswer({**_envelope(archive, f"{name}.zip", _ZIP, status), "cdr": _said(read, kept)})


@router.get(
    "/integrator/pdf/{ruc}/{doctype}/{serie}/{number}",
    summary="Representación impresa (PDF)",
    response_model=PdfFile,
    responses=_responses(examples.PDF_FILE, _PDF),
)
async def pdf(  # noqa: PLR0917  FastAPI passes them by name
    request: Request,
    named: Named,
    caller: Caller,
    here: Here,
    template: Annotated[str, Query(description="A4")] = "A4",
    format: Annotated[Literal["json", "pdf"] | None, Query()] = None,  # noqa: A002  the contract's name
    download: Annotated[bool, Query(description="true: como archivo adjunto")] = False,  # noqa: FBT002  a query's default
) -> Response:
    """La representación impresa, compuesta a partir del XML guardado."""
    need(caller, "cpe:read")
    chosen = _chosen(request, format, {"pdf": (_PDF,)})
    kept = await run_in_threadpool(look.find, here.platform, named)
    content = await run_in_threadpool(look.pdf_of, here.platform, kept, template)
    status = shape.status_of(kept.submission, here.platform.clock())
    name = f"{named.file_name}.pdf"
    if chosen == "pdf":
        return _file(request, content, name, _PDF, status=status, cache=_ASK_AGAIN, attached=download)
    return JsonAnswer({**_envelope(content, name, _PDF, status), "template": template})


def _chosen(request: Request, asked: str | None, native: dict[str, tuple[str, ...]]) -> str:
    """`format` decides; without it the first type of Accept that we have."""
    if asked:
        return asked
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")]
    for kind in accepted:
        if kind in {"*/*", "application/*", _JSON, ""}:
            return "json"
        for name, kinds in native.items():
            if kind in kinds:
                return name
    offered = ", ".join([_JSON, *(kinds[0] for kinds in native.values())])
    raise Unreadable(f"Solo se ofrece {offered}.", key="not_acceptable")


def _file(
    request: Request, content: bytes, name: str, kind: str, *, status: str, cache: str, attached: bool = True
) -> Response:
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": cache, "X-Document-Status": status}
    if _is_known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    way = "attachment" if attached else "inline"
    headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return Response(content, media_type=kind, headers=headers)


def _is_known(held: str, etag: str) -> bool:
    """True if If-None-Match names the tag: one of several, weak or not, or any (RFC 9110, 13.1.2)."""
    return held.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in held.split(",")}


def _envelope(content: bytes, name: str, kind: str, status: str) -> dict[str, Any]:
    return {
        "fileName": name,
        "contentType": kind,
        "encoding": "base64",
        "content": b64encode(content).decode("ascii"),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "status": status,
    }


def _where_it_stands(kept: Kept, status: str) -> dict[str, Any]:
    """What a caller is told who asks for a CDR that is not here, and when to ask again if it may still come."""
    later = {} if shape.is_settled(status) else {"retry_after_s": 2}
    return {"record": {"status": status, "links": shape.links(kept.document)}, **later}


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
