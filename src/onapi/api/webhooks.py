"""Webhooks: a company's endpoints, their secrets, what they were told, and telling them again."""

import re
from functools import partial
from typing import Annotated, Any, Literal

import anyio
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.api.auth import Caller, need, need_ruc
from onapi.api.bodies import read_object, shaped
from onapi.api.idempotency import repeatable
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import RUC_SCHEMA, check_ruc
from onapi.api.shapes import webhook as shape
from onapi.api.shapes.problem import problems
from onapi.api.shapes.webhook import (
    WebhookDeliveries,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpoints,
    WebhookWish,
)
from onapi.api.surroundings import Here
from onapi.errors import InvalidDocument
from onapi.flows import webhooks
from onapi.flows.announce import SETTLE_S
from onapi.rules.rule import Fault
from onapi.values.scope import Scope

router = APIRouter(tags=["Webhooks"])
_BASE = "/integrator/admin/webhooks"
_MOST = 100
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookWish"}}},
    }
}
_NO_STORE = {"Cache-Control": "no-store"}
_Ruc = Annotated[
    str | None,
    Query(
        description="RUC de la empresa; puede faltar si la credencial tiene uno solo",
        examples=["20000000001"],
        json_schema_extra=RUC_SCHEMA,
    ),
]


async def scope_of(caller: Caller, here: Here, ruc: _Ruc = None) -> Scope:
    """The company that is meant; the caller has to be an administrator of it."""
    need(caller, "admin")
    if ruc is None and len(caller.rucs) == 1:
        return here.platform.scope(next(iter(caller.rucs)))
    if ruc is None:
        fault = Fault("required", "/ruc", "Indique el RUC: su credencial actúa por varios.")
        raise InvalidDocument("Falta el RUC.", key="invalid_parameter", faults=(fault,))
    check_ruc(ruc, "/ruc", strict=here.platform.strict_ruc)
    need_ruc(caller, ruc)
    return here.platform.scope(ruc)


Company = Annotated[Scope, Depends(scope_of)]


def _named(what: str) -> Any:  # noqa: ANN401  FastAPI's own type for a parameter
    example = "01931f0a-8b7c-7e1d-9a2b-3c4d5e6f7a8b"
    return Path(description=what, examples=[example], json_schema_extra={"pattern": f"^{_UUID.pattern}$"})


async def endpoint_id_of(endpoint_id: Annotated[str, _named("Id del endpoint")]) -> str:
    """An id as we give them."""
    return _checked("endpoint_id", endpoint_id)


async def delivery_id_of(delivery_id: Annotated[str, _named("Id del envío")]) -> str:
    """An id as we give them."""
    return _checked("delivery_id", delivery_id)


EndpointId = Annotated[str, Depends(endpoint_id_of)]
DeliveryId = Annotated[str, Depends(delivery_id_of)]


def _checked(name: str, text: str) -> str:
    if _UUID.fullmatch(text):
        return text
    fault = Fault("invalid_parameter", f"/{name}", "Debe ser un UUID en minúsculas.", received=text[:40])
    raise InvalidDocument("La dirección no nombra un endpoint o envío.", key="invalid_parameter", faults=(fault,))


@router.get(
    _BASE,
    summary="Listar los endpoints de webhooks",
    response_model=WebhookEndpoints,
    responses={200: shape.ENDPOINTS, **problems(401, 403, 422)},
)
async def list_webhooks(here: Here, scope: Company) -> JsonAnswer:
    """Los endpoints de la empresa, sin sus secretos."""
    found = await run_in_threadpool(webhooks.all_of, here.platform, scope)
    return JsonAnswer({"items": [shape.endpoint(each) for each in found]})


@router.put(
    _BASE,
    summary="Crear o cambiar un endpoint de webhooks",
    response_model=WebhookEndpoint,
    responses={
        200: shape.ENDPOINT,
        201: {"model": WebhookEndpoint, "description": "Creado; el secreto se muestra esta única vez", **shape.CREATED},
        **problems(400, 401, 403, 409, 413, 415, 422),
    },
    openapi_extra=_BODY,
)
@repeatable()
async def put_webhook(request: Request, here: Here, scope: Company) -> JsonAnswer:
    """La dirección lo identifica: la misma otra vez lo cambia. Desde que se responde, todo evento le llega."""
    wish = shaped(WebhookWish, await read_object(request)).wish()
    kept = await run_in_threadpool(webhooks.keep, here.platform, scope, wish)
    await anyio.sleep(SETTLE_S)  # until every process knows
    return JsonAnswer(shape.kept(kept), 201 if kept.secret else 200, headers=_NO_STORE)


@router.get(
    f"{_BASE}/{{endpoint_id}}",
    summary="Ver un endpoint de webhooks",
    response_model=WebhookEndpoint,
    responses={200: shape.ENDPOINT, **problems(401, 403, 404, 422)},
)
async def get_webhook(here: Here, scope: Company, endpoint_id: EndpointId) -> JsonAnswer:
    """El endpoint, sin su secreto."""
    return JsonAnswer(shape.endpoint(await run_in_threadpool(webhooks.find, here.platform, scope, endpoint_id)))


@router.put(
    f"{_BASE}/{{endpoint_id}}",
    summary="Cambiar un endpoint de webhooks",
    response_model=WebhookEndpoint,
    responses={200: shape.ENDPOINT, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
    openapi_extra=_BODY,
)
@repeatable()
async def change_webhook(request: Request, here: Here, scope: Company, endpoint_id: EndpointId) -> JsonAnswer:
    """También su dirección; habilitarlo olvida que falló. El secreto queda como está."""
    wish = shaped(WebhookWish, await read_object(request)).wish()
    changed = await run_in_threadpool(webhooks.change, here.platform, scope, endpoint_id, wish)
    await anyio.sleep(SETTLE_S)
    return JsonAnswer(shape.endpoint(changed))


@router.delete(
    f"{_BASE}/{{endpoint_id}}",
    summary="Quitar un endpoint de webhooks",
    status_code=204,
    response_class=Response,
    responses=problems(401, 403, 404, 422),
)
async def delete_webhook(here: Here, scope: Company, endpoint_id: EndpointId) -> Response:
    """No recibe nada más; lo que estaba por enviarse se cancela."""
    await run_in_threadpool(webhooks.remove, here.platform, scope, endpoint_id)
    return Response(status_code=204)


@router.post(
    f"{_BASE}/{{endpoint_id}}/rotate",
    summary="Rotar el secreto de un endpoint",
    response_model=WebhookEndpoint,
    responses={200: shape.CREATED, **problems(401, 403, 404, 409, 422)},
)
@repeatable()
async def rotate_webhook(here: Here, scope: Company, endpoint_id: EndpointId) -> JsonAnswer:
    """Da un secreto nuevo, que se muestra esta única vez; el anterior firma también durante 24 horas."""
    kept = await run_in_threadpool(webhooks.rotate, here.platform, scope, endpoint_id)
    return JsonAnswer(shape.kept(kept), headers=_NO_STORE)


@router.post(
    f"{_BASE}/{{endpoint_id}}/test",
    summary="Probar un endpoint de webhooks",
    response_model=WebhookDelivery,
    responses={200: shape.DELIVERY, **problems(401, 403, 404, 409, 422)},
)
@repeatable()
async def test_webhook(here: Here, scope: Company, endpoint_id: EndpointId) -> JsonAnswer:
    """Le envía `webhook.test` ahora y una sola vez, y dice qué contestó."""
    told = await run_in_threadpool(webhooks.test, here.platform, scope, endpoint_id)
    return JsonAnswer(shape.delivery(told, whole=True))


@router.get(
    f"{_BASE}/{{endpoint_id}}/deliveries",
    summary="Ver los envíos a un endpoint",
    response_model=WebhookDeliveries,
    responses={200: shape.DELIVERIES, **problems(401, 403, 404, 422)},
)
async def list_deliveries(  # noqa: PLR0917  FastAPI passes them by name
    here: Here,
    scope: Company,
    endpoint_id: EndpointId,
    status: Annotated[
        Literal["PENDING", "DELIVERED", "FAILED", "CANCELLED"] | None, Query(description="Solo los que están así")
    ] = None,
    size: Annotated[int, Query(ge=1, le=_MOST, description="Cuántos")] = 20,
    cursor: Annotated[
        str | None,
        Query(description="El de la respuesta anterior", json_schema_extra={"pattern": f"^{_UUID.pattern}$"}),
    ] = None,
) -> JsonAnswer:
    """Los más recientes primero, con cada intento: estado HTTP, duración y el primer KiB de la respuesta."""
    before = _checked("cursor", cursor) if cursor is not None else ""
    look = partial(webhooks.log_of, before=before, state=status or "", most=size)
    found = await run_in_threadpool(look, here.platform, scope, endpoint_id)
    following = found[-1].delivery.id if len(found) == size else None
    return JsonAnswer({"items": [shape.delivery(each) for each in found], "cursor": following})


@router.get(
    f"{_BASE}/{{endpoint_id}}/deliveries/{{delivery_id}}",
    summary="Ver un envío",
    response_model=WebhookDelivery,
    responses={200: shape.DELIVERY, **problems(401, 403, 404, 422)},
)
async def get_delivery(here: Here, scope: Company, endpoint_id: EndpointId, delivery_id: DeliveryId) -> JsonAnswer:
    """Con el texto que se firmó y envió."""
    told = await run_in_threadpool(webhooks.delivery_told, here.platform, scope, endpoint_id, delivery_id)
    return JsonAnswer(shape.delivery(told, whole=True))


@router.post(
    f"{_BASE}/{{endpoint_id}}/deliveries/{{delivery_id}}/replay",
    summary="Reenviar un mensaje",
    response_model=WebhookDelivery,
    status_code=202,
    responses={202: {"description": "En camino", **shape.PENDING}, **problems(401, 403, 404, 409, 422)},
)
@repeatable()
async def replay_delivery(here: Here, scope: Company, endpoint_id: EndpointId, delivery_id: DeliveryId) -> JsonAnswer:
    """El mismo mensaje con su mismo `webhook-id`, con todos sus intentos por delante."""
    told = await run_in_threadpool(webhooks.replay, here.platform, scope, endpoint_id, delivery_id)
    return JsonAnswer(shape.delivery(told), 202)
