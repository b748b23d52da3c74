"""A user's own sessions: see them, end one from afar, end all."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool

from onapi.api.auth import Caller
from onapi.api.json_answer import JsonAnswer
from onapi.api.shapes.problem import problems
from onapi.api.shapes.session_list import Ended, SessionList, session_shown
from onapi.api.surroundings import Here
from onapi.flows import sessions

router = APIRouter(tags=["Authentication"])
_NO_STORE = {"Cache-Control": "no-store"}
SessionId = Annotated[str, Path(max_length=36, description="Identificador de la sesión", examples=["019aa0d2"])]


@router.get(
    "/integrator/sessions",
    summary="Ver las sesiones abiertas",
    response_model=SessionList,
    responses=problems(401, 429),
)
async def list_sessions(caller: Caller, here: Here) -> JsonAnswer:
    """Las sesiones abiertas de quien llama: desde dónde, con qué programa y cuándo se usaron."""
    found = await run_in_threadpool(sessions.open_sessions, here.platform, caller.credential_id)
    items = [session_shown(each, caller.session_id) for each in found]
    return JsonAnswer({"items": items, "count": len(items)}, headers=_NO_STORE)


@router.delete(
    "/integrator/sessions",
    summary="Cerrar todas las sesiones",
    response_model=Ended,
    responses=problems(401, 429),
)
async def end_sessions(caller: Caller, here: Here) -> JsonAnswer:
    """Cierra todas las sesiones de quien llama, también esta."""
    ended = await run_in_threadpool(sessions.sign_out_everywhere, here.platform, caller.credential_id)
    here.revocations.look_again()
    return JsonAnswer({"ended": ended}, headers=_NO_STORE)


@router.delete(
    "/integrator/sessions/{session}",
    summary="Cerrar una sesión",
    response_model=Ended,
    responses=problems(401, 404, 422, 429),
)
async def end_session(session: SessionId, caller: Caller, here: Here) -> JsonAnswer:
    """Cierra a distancia una de las sesiones de quien llama, por ejemplo la de un equipo perdido."""
    await run_in_threadpool(sessions.sign_out_of, here.platform, caller.credential_id, session)
    here.revocations.look_again()
    return JsonAnswer({"ended": 1}, headers=_NO_STORE)
