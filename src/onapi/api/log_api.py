"""The log of requests, for those who made them (operation 3)."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool

from onapi.api.auth import Caller, need, need_ruc
from onapi.api.json_answer import JsonAnswer
from onapi.api.paths import MAYBE_RUC_SCHEMA, check_ruc
from onapi.api.shapes.document_list import MOMENT_SCHEMA, NO_NUL
from onapi.api.shapes.log import EXAMPLE, LogPage
from onapi.api.shapes.problem import problems
from onapi.api.surroundings import Here, Surroundings
from onapi.api.tokens import Principal
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.store.request_log import Asked, Line
from onapi.values.moment import in_lima, read_moment

router = APIRouter(tags=["Logs"])
_LIMIT = re.compile(r"\d{1,4}", re.ASCII)
_MOST = 1000
_METHOD = re.compile(r"[A-Za-z]{3,7}")
_STATUS = re.compile(r"[1-5]\d\d", re.ASCII)
_LONGEST_PATH = 200
_LIMIT_PATTERN = "^(0{0,3}[1-9]|0{0,2}[1-9][0-9]|0?[1-9][0-9]{2}|1000)$"  # the same, for the OpenAPI document
_TEXT: dict[str, Any] = {"maxLength": _LONGEST_PATH, "pattern": NO_NUL}


@router.get(
    "/integrator/log/{limit}",
    summary="Ver las peticiones recibidas",
    response_model=LogPage,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **problems(401, 403, 422),
    },
)
async def log(  # noqa: PLR0917  FastAPI passes them by name
    caller: Caller,
    here: Here,
    limit: Annotated[
        str, Path(description="Cuántas, de 1 a 1000", examples=["100"], json_schema_extra={"pattern": _LIMIT_PATTERN})
    ],
    ruc: Annotated[str, Query(description="Solo las de una empresa", json_schema_extra=MAYBE_RUC_SCHEMA)] = "",
    method: Annotated[
        str,
        Query(description="Solo las de un método HTTP, como POST", json_schema_extra={"pattern": "^([A-Za-z]{3,7})?$"}),
    ] = "",
    pathContains: Annotated[  # noqa: N803  the vendor's spelling
        str, Query(description="Solo las que tienen este texto en su ruta", json_schema_extra=_TEXT)
    ] = "",
    status: Annotated[
        str,
        Query(
            description="Solo las que se contestaron con este estado HTTP",
            json_schema_extra={"pattern": "^([1-5][0-9]{2})?$"},
        ),
    ] = "",
    since: Annotated[
        str, Query(description="Desde este instante (RFC 3339) o día", json_schema_extra=MOMENT_SCHEMA)
    ] = "",
    until: Annotated[
        str, Query(description="Hasta antes de este instante (RFC 3339) o día", json_schema_extra=MOMENT_SCHEMA)
    ] = "",
) -> JsonAnswer:
    """Las últimas peticiones, la más nueva primero, sin secretos: se guardan ya redactadas.

    Cada credencial ve las suyas; con el permiso `admin`, también las que otras hicieron sobre sus empresas.
    """
    need(caller, "logs")
    given = {"method": method, "pathContains": pathContains, "status": status, "since": since, "until": until}
    asked = _asked(here, caller, limit, ruc, {name: value for name, value in given.items() if value})
    lines = await run_in_threadpool(_read, here, asked, int(limit))
    return JsonAnswer({"items": [_shown(line) for line in lines], "count": len(lines)}, headers=_NO_STORE)


_NO_STORE = {"Cache-Control": "no-store"}


def _read(here: Surroundings, asked: Asked, limit: int) -> list[Line]:
    """What was heard before this request is there, too."""
    writer = here.watching.writer
    writer.flush()
    return list(writer.log.read(asked, limit))


def _asked(here: Surroundings, caller: Principal, limit: str, ruc: str, given: dict[str, str]) -> Asked:
    wrong = [] if _LIMIT.fullmatch(limit) and 1 <= int(limit) <= _MOST else [_fault("limit", "Va de 1 a 1000.", limit)]
    wrong += [_fault(name, words, value) for name, value in given.items() if (words := _wrong(name, value))]
    if wrong:
        raise InvalidDocument("La consulta tiene parámetros no válidos.", key="invalid_parameter", faults=tuple(wrong))
    if ruc:
        check_ruc(ruc, "/ruc", strict=here.platform.strict_ruc)
        need_ruc(caller, ruc)
    return Asked(
        here.platform.environment,
        caller.credential_id,
        caller.rucs if "admin" in caller.scopes else frozenset(),
        ruc=ruc or None,
        method=given.get("method", "").upper() or None,
        path_contains=given.get("pathContains"),
        status=int(given["status"]) if "status" in given else None,
        since=_moment(given.get("since")),
        until=_moment(given.get("until")),
    )


def _wrong(name: str, value: str) -> str:
    """What is wrong with a filter; "" for nothing."""
    if name == "method":
        return "" if _METHOD.fullmatch(value) else "Debe ser un método HTTP, como GET."
    if name == "status":
        return "" if _STATUS.fullmatch(value) else "Debe ser un estado HTTP, de 100 a 599."
    if name == "pathContains":
        return "" if len(value) <= _LONGEST_PATH and "\0" not in value else "Tiene hasta 200 caracteres."
    try:
        read_moment(value)
    except ValueError:
        return "Debe ser un instante RFC 3339, como 2026-11-20T10:15:00-05:00, o un día."
    return ""


def _fault(name: str, words: str, received: str) -> Fault:
    return Fault("invalid_parameter", f"/{name}", words, received=received[:40])


def _moment(text: str | None) -> datetime | None:
    return read_moment(text) if text else None


def _shown(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "timestamp": in_lima(line.at).isoformat(timespec="milliseconds"),
        "method": line.method,
        "path": line.path,
        "query": line.query,
        "headers": line.headers,
        "body": line.body,
        "bodyTruncated": line.body_truncated,
        "status": line.status,
        "durationMs": line.duration_ms,
        "clientIp": line.client_ip,
        "user": line.user,
        "ruc": line.ruc,
        "requestId": line.request_id,
    }
