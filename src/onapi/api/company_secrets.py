"""What a company signs and sends with: certificate, SOL user, API credentials; and its logo.

Secrets go in and never come out: an answer says that one is set, and since when.
"""

from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api.bodies import from_base64, media_type, read_body, read_object, shaped
from onapi.api.companies import BASE
from onapi.api.company_paths import Meant, Seen, body_of, tag_of
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.multipart import is_form, read_form
from onapi.api.shapes import company as shape
from onapi.api.shapes import company_examples as examples
from onapi.api.shapes.company import (
    ApiCredentials,
    CertificateFile,
    CertificateHistory,
    CertificateInfo,
    LogoFile,
    LogoInfo,
    SecretSet,
    SolUser,
)
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import InvalidDocument, NotFound
from onapi.flows import certificates, enrol, keep_company
from onapi.flows.keep_company import MOST_LOGO_BYTES
from onapi.rules.rule import Fault, faults_of
from onapi.store.companies import Company
from onapi.values.scope import Scope

router = APIRouter(tags=["Companies"])
M = TypeVar("M", bound=BaseModel)
_FAILURES = problems(400, 401, 403, 409, 413, 415, 422)
_MOST_CERTIFICATE_FORM = 96 * 1024
_MOST_SECRET = 256 * 1024
_MOST_LOGO_JSON = 2 * 1024 * 1024
_MOST_LOGO_FORM = MOST_LOGO_BYTES + 16 * 1024
_PICTURES = ("image/png", "image/jpeg")
_TAKEN = (*_PICTURES, "image/webp")
_FILE = {"type": "string", "format": "binary"}
_CERTIFICATE_FORM: dict[str, Any] = {
    "properties": {"certificate": _FILE, "password": {"type": "string", "format": "password"}},
    "required": ["certificate"],
}
_LOGO_FORM: dict[str, Any] = {"properties": {"logo": _FILE}, "required": ["logo"]}
_SECRETS: dict[int | str, dict[str, Any]] = {200: examples.SECRET, **_FAILURES}


@router.get(
    f"{BASE}/{{ruc}}/certificate",
    summary="Ver los certificados de una empresa",
    response_model=CertificateHistory,
    responses={200: examples.CERTIFICATES, **problems(401, 403, 404, 422)},
)
async def get_company_certificate(here: Here, scope: Meant) -> JsonAnswer:
    """El que firma y los anteriores, con titular, emisor, vigencia y huella; nunca la clave."""
    return JsonAnswer(await run_in_threadpool(_certificates, here, scope))


@router.put(
    f"{BASE}/{{ruc}}/certificate",
    summary="Cargar el certificado digital",
    response_model=CertificateInfo,
    responses={200: examples.CERTIFICATE, **_FAILURES},
    openapi_extra=body_of("CertificateFile", form=_CERTIFICATE_FORM),
)
@repeatable()
async def put_company_certificate(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Un .p12, .pfx o .pem con su clave. Si está vencido, es de otro RUC o no sirve para firmar, queda el anterior."""
    if is_form(request):
        parts = await read_form(request, most_bytes=_MOST_CERTIFICATE_FORM)
        file, password = _part(parts, "certificate"), parts.get("password", b"").decode("utf-8", "surrogateescape")
    else:
        sent = await _secret(request, CertificateFile)
        file, password = from_base64(sent.certificate, "El certificado"), sent.password

    def put() -> tuple[dict[str, Any], Company]:
        found = certificates.set_certificate(here.platform, scope, file, password, versions=seen)
        return shape.certificate(found, here.platform.clock()), keep_company.company(here.platform, scope)

    told, company = await run_in_threadpool(put)
    return JsonAnswer(told, headers=tag_of(company))


@router.put(
    f"{BASE}/{{ruc}}/sol",
    summary="Guardar el usuario SOL",
    response_model=SecretSet,
    responses=_SECRETS,
    openapi_extra=body_of("SolUser"),
)
@repeatable()
async def put_company_sol(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Un usuario SOL secundario y su clave. Lo que estaba detenido por la clave anterior se envía solo."""
    sent = await _secret(request, SolUser)
    user = sent.user.removeprefix(scope.ruc) or sent.user
    await run_in_threadpool(enrol.set_sol, here.platform, scope, user, sent.password, versions=seen)
    return await _set(here, scope, "sol")


@router.put(
    f"{BASE}/{{ruc}}/gre",
    summary="Guardar las credenciales de guías",
    response_model=SecretSet,
    responses=_SECRETS,
    openapi_extra=body_of("ApiCredentials"),
)
@repeatable()
async def put_company_gre(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Las «Credenciales de API SUNAT» con que se envían las guías de remisión."""
    sent = await _secret(request, ApiCredentials)
    await run_in_threadpool(enrol.set_gre, here.platform, scope, sent.clientId, sent.clientSecret, versions=seen)
    return await _set(here, scope, "gre")


@router.put(
    f"{BASE}/{{ruc}}/validity",
    summary="Guardar las credenciales de la Consulta Integrada",
    response_model=SecretSet,
    responses=_SECRETS,
    openapi_extra=body_of("ApiCredentials"),
)
@repeatable()
async def put_company_validity(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Las «Credenciales de API SUNAT» de la Consulta Integrada de Validez."""
    sent = await _secret(request, ApiCredentials)
    await run_in_threadpool(enrol.set_validity, here.platform, scope, sent.clientId, sent.clientSecret, versions=seen)
    return await _set(here, scope, "validity")


@router.get(
    f"{BASE}/{{ruc}}/logo",
    summary="Ver el logotipo",
    response_class=Response,
    responses={
        200: {
            "description": "La imagen",
            "content": {kind: {"schema": _FILE, "example": "(la imagen)"} for kind in _PICTURES},
        },
        **problems(401, 403, 404, 422),
    },
)
async def get_company_logo(here: Here, scope: Meant) -> Response:
    """La imagen como se guardó: vuelta a dibujar y sin metadatos."""
    found = await run_in_threadpool(keep_company.logo_of, here.platform, scope)
    if found is None:
        raise NotFound("La empresa no tiene logotipo.", key="logo_not_found")
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
    return Response(found[0], media_type=f"image/{found[1].lower()}", headers=headers)


@router.put(
    f"{BASE}/{{ruc}}/logo",
    summary="Cargar el logotipo",
    response_model=LogoInfo,
    responses={200: examples.LOGO, **_FAILURES},
    openapi_extra=body_of("LogoFile", form=_LOGO_FORM, raw=_TAKEN),
)
@repeatable()
async def put_company_logo(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Un PNG, JPEG o WebP de hasta 1 MiB; se vuelve a dibujar y pierde sus metadatos. Un SVG no se admite."""
    if is_form(request):
        data = _part(await read_form(request, most_bytes=_MOST_LOGO_FORM), "logo")
    elif media_type(request) in _TAKEN:
        data = await read_body(request)
    else:
        data = from_base64(shaped(LogoFile, await read_object(request, most_bytes=_MOST_LOGO_JSON)).logo, "El logotipo")

    def put() -> tuple[dict[str, Any], Company]:
        picture, form = keep_company.set_logo(here.platform, scope, data, versions=seen)
        found = keep_company.company(here.platform, scope)
        told = shape.company(found)["logo"]
        return {**told, "contentType": f"image/{form.lower()}", "bytes": len(picture)}, found

    told, company = await run_in_threadpool(put)
    return JsonAnswer(told, headers=tag_of(company))


async def _set(here: Surroundings, scope: Scope, name: str) -> JsonAnswer:
    found = await run_in_threadpool(keep_company.company, here.platform, scope)
    return JsonAnswer(shape.company(found)[name], headers={**tag_of(found), "Cache-Control": "no-store"})


async def _secret(request: Request, model: type[M]) -> M:
    """A body with a secret in it: what does not fit is named, and never repeated."""
    try:
        return shaped(model, await read_object(request, most_bytes=_MOST_SECRET))
    except InvalidDocument as error:
        faults = tuple(replace(fault, received=None) for fault in faults_of(error))
        raise InvalidDocument(str(error), key=error.key, faults=faults) from None


def _part(parts: dict[str, bytes], name: str) -> bytes:
    if name not in parts:
        fault = Fault("required", f"/{name}", "Falta este dato obligatorio.")
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
    return parts[name]


def _certificates(here: Surroundings, scope: Scope) -> dict[str, Any]:
    keep_company.company(here.platform, scope)
    now = here.platform.clock()
    found = certificates.history(here.platform, scope)
    current = next((each for each in found if each.sealed and each.not_before <= now < each.not_after), None)
    return {
        "current": shape.certificate(current, now) if current else None,
        "items": [shape.certificate(each, now) for each in found],
    }
