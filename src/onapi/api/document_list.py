"""List a company's receipts, and give them out as CSV."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from onapi.api import examples
from onapi.api.auth import Caller
from onapi.api.json_answer import JsonAnswer
from onapi.api.list_query import Listed, ListQuery
from onapi.api.shapes import record as shape
from onapi.api.shapes.document_list import DocumentList
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import InvalidDocument
from onapi.flows import list_documents
from onapi.flows.export_documents import csv_of, file_name
from onapi.flows.list_documents import MOST_COUNTED
from onapi.rules.rule import Fault

router = APIRouter(tags=["Integrator"])
_CSV = "text/csv"
_PRIVATE = {"Cache-Control": "private, no-store"}
_EXAMPLE: dict[str, Any] = {
    "items": [examples.RECORD],
    "limit": 20,
    "order": "newest",
    "nextCursor": "WyJuZXdlc3QiLCIwMTkzMWYwYS04YjdjLTdlMWQtOWEyYi0zYzRkNWU2ZjdhOGIiXQ",
}


@router.get(
    "/integrator/documents",
    summary="Listar comprobantes",
    response_model=DocumentList,
    responses={
        200: {"content": {"application/json": {"example": _EXAMPLE}}},
        **problems(401, 403, 422),
    },
)
async def documents(  # noqa: PLR0917  FastAPI passes them by name
    listed: Listed,
    here: Here,
    cursor: Annotated[str, Query(max_length=300, description="nextCursor de la página anterior")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="Comprobantes por página")] = 20,
    page: Annotated[
        int | None, Query(ge=1, description="Página desde 1, en lugar de cursor, hasta 10000 filas")
    ] = None,
    size: Annotated[int | None, Query(ge=1, le=200, description="Lo mismo que limit, con page")] = None,
) -> JsonAnswer:
    """Los comprobantes de una empresa, del más nuevo al más antiguo o por número.

    Con `cursor` no se repite ni se pierde ninguno aunque se emitan otros mientras tanto.
    """
    if page is None:
        found = await run_in_threadpool(_by_cursor, here, listed, cursor, size or limit)
    else:
        found = await run_in_threadpool(_by_page, here, listed, page, size or limit)
    return JsonAnswer(found, headers=_PRIVATE)


@router.get(
    "/integrator/documents.csv",
    summary="Exportar comprobantes en CSV",
    response_class=StreamingResponse,
    responses={
        200: {"content": {_CSV: {"schema": {"type": "string"}, "example": "ruc,tipo,serie,numero\r\n"}}},
        **problems(401, 403, 422),
    },
)
async def documents_csv(listed: Listed, _caller: Caller, here: Here) -> Response:
    """Los mismos comprobantes en un archivo para hoja de cálculo, UTF-8 con BOM; sirven los mismos filtros."""
    name = file_name(here.platform, listed.scope)
    content = csv_of(here.platform, listed.scope, listed.wanted, listed.order)
    named = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    headers = {**_PRIVATE, "Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(content, media_type=f"{_CSV}; charset=utf-8", headers=headers)


def _by_cursor(here: Surroundings, listed: ListQuery, cursor: str, limit: int) -> dict[str, Any]:
    found = list_documents.page(here.platform, listed.scope, listed.wanted, listed.order, limit=limit, cursor=cursor)
    return _told(here, found, listed, limit)


def _by_page(here: Surroundings, listed: ListQuery, number: int, size: int) -> dict[str, Any]:
    """By counting, as far as that is cheap."""
    if number * size > MOST_COUNTED:
        sentence = f"Con page se llega hasta {MOST_COUNTED} comprobantes; para más use cursor."
        fault = Fault("invalid_parameter", "/query/page", sentence, received=str(number))
        raise InvalidDocument(sentence, key="invalid_parameter", faults=(fault,))
    skip = (number - 1) * size
    found = list_documents.page(here.platform, listed.scope, listed.wanted, listed.order, limit=size, skip=skip)
    total = list_documents.count(here.platform, listed.scope, listed.wanted)
    pages = None if total is None else -(-total // size)
    counted = {"page": number, "size": size, "totalItems": total, "totalPages": pages}
    return {**_told(here, found, listed, size), **counted}


def _told(here: Surroundings, found: list_documents.Page, listed: ListQuery, limit: int) -> dict[str, Any]:
    now = here.platform.clock()
    items = [shape.record(kept, now, around) for kept, around in found.items]
    return {"items": items, "limit": limit, "order": listed.order, "nextCursor": found.cursor}
