"""How a company reaches its customers: its mail server and its WhatsApp number.

Secrets go in and never come out. What a company does not set up itself goes by the platform's, or the simulator's.
"""

from dataclasses import replace
from typing import TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api.bodies import read_object, shaped
from onapi.api.companies import BASE
from onapi.api.company_paths import Meant, Seen, body_of, tag_of
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes import company_channels as shape
from onapi.api.shapes.company_channels import (
    MailInfo,
    MailSettings,
    MailTrial,
    MailTried,
    WhatsappInfo,
    WhatsappNumber,
)
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.errors import InvalidDocument
from onapi.flows import channel_wishes, channels
from onapi.flows.channels import EMAIL, WHATSAPP
from onapi.flows.try_mail import try_mail
from onapi.rules.rule import faults_of
from onapi.values.scope import Scope

router = APIRouter(tags=["Companies"])
M = TypeVar("M", bound=BaseModel)
_FAILURES = problems(400, 401, 403, 404, 409, 413, 415, 422)
_SHOWN = {EMAIL: shape.mail, WHATSAPP: shape.whatsapp}


@router.get(
    f"{BASE}/{{ruc}}/mail",
    summary="Ver el correo de una empresa",
    response_model=MailInfo,
    responses={200: shape.MAIL, **problems(401, 403, 404, 422)},
)
async def get_company_mail(here: Here, scope: Meant) -> JsonAnswer:
    """Por qué servidor salen sus correos; de la clave, solo si está y desde cuándo."""
    return await _told(here, scope, EMAIL)


@router.put(
    f"{BASE}/{{ruc}}/mail",
    summary="Configurar el correo de una empresa",
    response_model=MailInfo,
    responses={200: shape.MAIL, **_FAILURES},
    openapi_extra=body_of("MailSettings"),
)
@repeatable()
async def put_company_mail(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Reemplaza la configuración entera, también la clave. No se llama al servidor: para eso está la prueba."""
    sent = await _body(request, MailSettings)
    await run_in_threadpool(channel_wishes.set_mail, here.platform, scope, sent.model_dump(), versions=seen)
    return await _told(here, scope, EMAIL)


@router.delete(
    f"{BASE}/{{ruc}}/mail",
    summary="Quitar el correo propio de una empresa",
    status_code=204,
    response_class=Response,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_company_mail(here: Here, scope: Meant, seen: Seen) -> Response:
    """Sus correos vuelven a salir por el servidor de la plataforma, si lo hay."""
    await run_in_threadpool(channels.forget, here.platform, scope, EMAIL, versions=seen)
    return Response(status_code=204)


@router.post(
    f"{BASE}/{{ruc}}/mail/test",
    summary="Probar el correo de una empresa",
    response_model=MailTried,
    responses={200: shape.TRIED, **problems(400, 401, 403, 404, 409, 413, 415, 422, 503)},
    openapi_extra=body_of("MailTrial"),
)
@repeatable()
async def test_company_mail(request: Request, here: Here, scope: Meant) -> JsonAnswer:
    """Envía ahora un mensaje de prueba y dice qué contestó el servidor. Cuenta en el cupo del día."""
    sent = await _body(request, MailTrial)
    return JsonAnswer(shape.tried(await run_in_threadpool(try_mail, here.platform, scope, sent.to)))


@router.get(
    f"{BASE}/{{ruc}}/whatsapp",
    summary="Ver el WhatsApp de una empresa",
    response_model=WhatsappInfo,
    responses={200: shape.WHATSAPP, **problems(401, 403, 404, 422)},
)
async def get_company_whatsapp(here: Here, scope: Meant) -> JsonAnswer:
    """Por qué número salen sus mensajes; de cada secreto, solo si está y desde cuándo."""
    return await _told(here, scope, WHATSAPP)


@router.put(
    f"{BASE}/{{ruc}}/whatsapp",
    summary="Configurar el WhatsApp de una empresa",
    response_model=WhatsappInfo,
    responses={200: shape.WHATSAPP, **_FAILURES},
    openapi_extra=body_of("WhatsappNumber"),
)
@repeatable()
async def put_company_whatsapp(request: Request, here: Here, scope: Meant, seen: Seen) -> JsonAnswer:
    """Reemplaza la configuración entera, también los secretos."""
    sent = await _body(request, WhatsappNumber)
    await run_in_threadpool(channel_wishes.set_whatsapp, here.platform, scope, sent.model_dump(), versions=seen)
    return await _told(here, scope, WHATSAPP)


@router.delete(
    f"{BASE}/{{ruc}}/whatsapp",
    summary="Quitar el WhatsApp propio de una empresa",
    status_code=204,
    response_class=Response,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_company_whatsapp(here: Here, scope: Meant, seen: Seen) -> Response:
    """Sus mensajes vuelven a salir por el número de la plataforma, si lo hay."""
    await run_in_threadpool(channels.forget, here.platform, scope, WHATSAPP, versions=seen)
    return Response(status_code=204)


async def _told(here: Surroundings, scope: Scope, channel: str) -> JsonAnswer:
    found = await run_in_threadpool(channels.standing_of, here.platform, scope, channel)
    return JsonAnswer(_SHOWN[channel](found), headers={**tag_of(found.company), "Cache-Control": "no-store"})


async def _body(request: Request, model: type[M]) -> M:
    """A body that may hold secrets or addresses: what does not fit is named, and never repeated."""
    try:
        return shaped(model, await read_object(request))
    except InvalidDocument as error:
        faults = tuple(replace(fault, received=None) for fault in faults_of(error))
        raise InvalidDocument(str(error), key=error.key, faults=faults) from None
