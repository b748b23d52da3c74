"""Is the process alive, and can it do its work."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

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


@router.get("/readyz", summary="¿Puede trabajar?", response_model=dict[str, str], responses=_responses(503))
async def readyz(request: Request, here: Here) -> JsonAnswer | ProblemResponse:
    """200 cuando la base de datos responde; 503 si no."""
    try:
        await run_in_threadpool(here.platform.database.ping)
    except SQLAlchemyError:
        return problem(request, "sunat_unavailable", "La base de datos no responde.")
    return JsonAnswer({"status": "ok", "environment": here.platform.environment.value})
