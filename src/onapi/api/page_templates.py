"""The templates of a company's own for its pages: see, put, take away. Each is tried before it is kept."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api.bodies import media_type, read_body, read_object, shaped
from onapi.api.companies import BASE
from onapi.api.company_paths import Meant, body_of
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.multipart import is_form, read_form
from onapi.api.shapes import page_template as shape
from onapi.api.shapes.page_template import TemplateFile, TemplateKept, TemplateList
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here
from onapi.errors import InvalidDocument
from onapi.flows import page_templates
from onapi.flows.page_templates import MOST_BYTES, NAME
from onapi.rules.rule import Fault

router = APIRouter(tags=["Companies"])
TEXT: Final = "text/plain"
_JSON: Final = "application/json"
_MOST_JSON: Final = 2 * MOST_BYTES  # every sign may be an escape
_FORM: dict[str, Any] = {
    "properties": {"template": {"type": "string", "format": "binary"}},
    "required": ["template"],
}
_BODY: Final = body_of("TemplateFile", form=_FORM)
_BODY["requestBody"]["content"][TEXT] = {"schema": {"type": "string"}, "example": shape.TEXT}
_Name = Annotated[
    str,
    Path(
        description="A4, A5, ticket80 o ticket58: reemplaza la de OnAPI; u otro nombre, que se pide en template",
        examples=["A4"],
        json_schema_extra={"pattern": NAME},
    ),
]


@router.get(
    f"{BASE}/{{ruc}}/template",
    summary="Listar las plantillas de una empresa",
    response_model=TemplateList,
    responses={200: {"content": {_JSON: {"example": {"items": [shape.INFO]}}}}, **problems(401, 403, 404, 422)},
)
async def list_company_templates(here: Here, scope: Meant) -> JsonAnswer:
    """Sus plantillas, y la última falla de cada una desde que se cargó."""
    found = await run_in_threadpool(page_templates.all_of, here.platform, scope)
    return JsonAnswer({"items": [shape.told(each) for each in found]})


@router.get(
    f"{BASE}/{{ruc}}/template/{{name}}",
    summary="Ver una plantilla",
    response_class=Response,
    responses={
        200: {
            "description": "El archivo Typst",
            "content": {TEXT: {"schema": {"type": "string"}, "example": shape.TEXT}},
        },
        **problems(401, 403, 404, 422),
    },
)
async def get_company_template(here: Here, scope: Meant, name: _Name) -> Response:
    """El texto como se cargó."""
    found, source = await run_in_threadpool(page_templates.find, here.platform, scope, name)
    headers = {
        "ETag": f'"{found.blob}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{found.name}.typ"',
    }
    return Response(source, media_type=TEXT, headers=headers)


@router.put(
    f"{BASE}/{{ruc}}/template/{{name}}",
    summary="Cargar una plantilla",
    response_model=TemplateKept,
    responses={
        200: {"content": {_JSON: {"example": shape.KEPT}}},
        **problems(400, 401, 403, 409, 413, 415, 422),
    },
    openapi_extra=_BODY,
)
@repeatable()
async def put_company_template(request: Request, here: Here, scope: Meant, name: _Name) -> JsonAnswer:
    """Un archivo Typst de hasta 256 KiB. Antes se prueba con una página de cada tipo; si falla, queda la anterior."""
    page_templates.check_name(name)
    tried = await run_in_threadpool(page_templates.put, here.platform, scope, name, await _source(request))
    return JsonAnswer({**shape.told(tried.template), "triedOn": list(tried.pages)})


@router.delete(
    f"{BASE}/{{ruc}}/template/{{name}}",
    summary="Borrar una plantilla",
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "Las páginas se componen otra vez con las de OnAPI"},
        **problems(401, 403, 404, 422),
    },
)
async def delete_company_template(here: Here, scope: Meant, name: _Name) -> Response:
    """La de OnAPI de ese nombre vuelve; un nombre propio deja de existir."""
    await run_in_threadpool(page_templates.remove, here.platform, scope, name)
    return Response(status_code=204)


async def _source(request: Request) -> bytes:
    if is_form(request):
        parts = await read_form(request, most_bytes=MOST_BYTES + 16 * 1024)
        if "template" not in parts:
            fault = Fault("required", "/template", "Falta este dato obligatorio.")
            raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
        return parts["template"]
    if media_type(request) == TEXT:
        return await read_body(request, most_bytes=MOST_BYTES)
    return shaped(TemplateFile, await read_object(request, most_bytes=_MOST_JSON)).source.encode()
