"""Sign in and renew (operations 1 and 2)."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from onapi.api.bodies import read_object, shaped
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes.problem import problems
from onapi.api.shapes.sessions import Login, LoginAnswer, Refresh, RefreshAnswer
from onapi.api.surroundings import Here, Surroundings
from onapi.flows.sign_in import SignedIn, refresh, sign_in

router = APIRouter(tags=["Authentication"])
_NO_STORE = {"Cache-Control": "no-store"}


def _body(model: type[Login | Refresh]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": schema}, "application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/integrator/authenticate",
    summary="Iniciar sesión",
    response_model=LoginAnswer,
    responses=problems(400, 401, 403, 413, 415, 422),
    openapi_extra=_body(Login),
)
async def authenticate(request: Request, here: Here) -> JsonAnswer:
    """Cambia usuario y contraseña por un token de acceso y uno de renovación."""
    login = shaped(Login, await read_object(request, forms=True))
    check = partial(sign_in, here.platform, login.clientId, login.username, login.password, days=here.refresh_days)
    signed_in = await asyncio.get_running_loop().run_in_executor(here.password_pool, check)
    return JsonAnswer({**_tokens(here, signed_in), "rucs": list(signed_in.credential.rucs)}, headers=_NO_STORE)


@router.post(
    "/integrator/refresh-token",
    summary="Renovar la sesión",
    response_model=RefreshAnswer,
    responses=problems(400, 401, 403, 413, 415, 422),
    openapi_extra=_body(Refresh),
)
async def refresh_token(request: Request, here: Here) -> JsonAnswer:
    """Cambia el token de renovación por otro par; uno ya usado cierra la sesión entera."""
    form = shaped(Refresh, await read_object(request, forms=True))
    renew = partial(refresh, here.platform, form.refreshToken, days=here.refresh_days)
    return JsonAnswer(_tokens(here, await run_in_threadpool(renew)), headers=_NO_STORE)


def _tokens(here: Surroundings, signed_in: SignedIn) -> dict[str, Any]:
    now = here.platform.clock()
    return {
        "token": here.tokens.make(signed_in.credential, now),
        "refresh_token": signed_in.refresh_token,
        "expiresIn": int(here.tokens.life / timedelta(seconds=1)),
        "tokenType": "Bearer",
        "refreshExpiresIn": round((signed_in.refresh_expires_at - now) / timedelta(seconds=1)),
    }
