"""Is the process alive, and can it do its work."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from onapi.api.health_ground import is_ready, standing
from onapi.api.json_answer import JsonAnswer
from onapi.api.problems import ProblemResponse, problem
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here

router = APIRouter(tags=["Health"])


def _responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": {"status": "ok"}}}}, **problems(*statuses)}


@router.get("/livez", summary="¿Está vivo?", response_model=dict[str, str], responses=_responses())
async def livez() -> JsonAnswer:
    """200 mientras el proceso atiende."""
    return JsonAnswer({"status": "ok"})


@router.get("/readyz", summary="¿Puede trabajar?", response_model=dict[str, str], responses=_responses(422, 503))
async def readyz(
    request: Request,
    here: Here,
    verbose: Annotated[bool, Query(description="Con detalle, para quien administra la plataforma")] = False,  # noqa: FBT002  FastAPI passes it by name
) -> JsonAnswer | ProblemResponse:
    """200 cuando responden la base de datos, sus migraciones, el llavero y el disco; 503 si no."""
    watching = here.watching
    found = await run_in_threadpool(standing, here.platform, watching.home, watching.ring)
    details = dict(found) if verbose and watching.lets_look(request) else {}
    if not is_ready(found):
        more: dict[str, Any] = {"checks": details} if details else {}
        return problem(request, "storage_unavailable", "La plataforma no puede trabajar ahora.", **more)
    return JsonAnswer({"status": "ok", "environment": here.platform.environment.value, **details})
