"""Sign in, renew, sign out (operations 1 and 2, and logout)."""

from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from onapi.api.auth import Caller
from onapi.api.bodies import read_object, shaped
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes.problem import problems
from onapi.api.shapes.session_list import Ended
from onapi.api.shapes.sessions import Login, LoginAnswer, Refresh, RefreshAnswer
from onapi.api.surroundings import Here, Surroundings
from onapi.api.visitors import remember, visitor_of, with_device
from onapi.flows import sessions
from onapi.flows.renew import refresh
from onapi.flows.sign_in import SignedIn, begin, finish

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
    responses=problems(400, 401, 403, 413, 415, 422, 429),
    openapi_extra=_body(Login),
)
async def authenticate(request: Request, here: Here) -> JsonAnswer:
    """Cambia usuario y contraseña por un token de acceso y uno de renovación.

    Tras una contraseña equivocada hay que esperar 1, 2, 4… hasta 900 segundos (429 `login_blocked`, con
    `Retry-After`). No espera quien ya inició sesión desde el mismo dispositivo (cookie `onapi_device`) o dirección.
    """
    login = shaped(Login, await read_object(request, forms=True))
    visitor = with_device(visitor_of(request, here))
    ask = partial(begin, here.platform, login.clientId, login.username, login.password, visitor)
    attempt = await run_in_threadpool(ask)
    right = await here.password_pool.run(attempt.is_right, is_known=attempt.admission.is_known)
    open_session = partial(finish, here.platform, attempt, right=right, days=here.refresh_days)
    signed_in = await run_in_threadpool(open_session)
    answer = JsonAnswer({**_tokens(here, signed_in), "rucs": list(signed_in.credential.rucs)}, headers=_NO_STORE)
    remember(answer, here, visitor)
    return answer


@router.post(
    "/integrator/refresh-token",
    summary="Renovar la sesión",
    response_model=RefreshAnswer,
    responses=problems(400, 401, 403, 413, 415, 422, 429),
    openapi_extra=_body(Refresh),
)
async def refresh_token(request: Request, here: Here) -> JsonAnswer:
    """Cambia el token de renovación por otro par; uno ya usado cierra la sesión entera.

    El mismo cliente que repite la llamada antes de 10 segundos recibe el mismo token de renovación. Si se envía un
    bearer, vencido o no, debe ser del mismo usuario.
    """
    form = shaped(Refresh, await read_object(request, forms=True))
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    owner = here.tokens.owner_of(token.strip()) if kind.lower() == "bearer" and token.strip() else None
    visitor, days = visitor_of(request, here), here.refresh_days
    renew = partial(refresh, here.platform, form.refreshToken, days=days, visitor=visitor, owner=owner)
    try:
        signed_in = await run_in_threadpool(renew)
    finally:
        here.revocations.look_again()  # a replay ends a session
    return JsonAnswer(_tokens(here, signed_in), headers=_NO_STORE)


@router.post(
    "/integrator/logout",
    summary="Cerrar la sesión",
    response_model=Ended,
    responses=problems(401, 429),
)
async def logout(caller: Caller, here: Here) -> JsonAnswer:
    """Termina esta sesión: ni su token de acceso ni el de renovación valen más, en ningún proceso, antes de 5 s."""
    ended = await run_in_threadpool(sessions.sign_out, here.platform, caller.credential_id, caller.session_id)
    here.revocations.look_again()
    return JsonAnswer({"ended": ended}, headers=_NO_STORE)


def _tokens(here: Surroundings, signed_in: SignedIn) -> dict[str, Any]:
    now = here.platform.clock()
    return {
        "token": here.tokens.make(signed_in.credential, now, signed_in.session_id),
        "refresh_token": signed_in.refresh_token,
        "expiresIn": int(here.tokens.life / timedelta(seconds=1)),
        "tokenType": "Bearer",
        "refreshExpiresIn": round((signed_in.refresh_expires_at - now) / timedelta(seconds=1)),
    }
