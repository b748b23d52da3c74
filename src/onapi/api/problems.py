"""From an error to `application/problem+json` (RFC 9457): the one place where errors meet HTTP."""

from collections.abc import Iterable
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from onapi.api.problem_codes import PROBLEMS
from onapi.api.request_id import request_id_of
from onapi.errors import OnapiError
from onapi.rules.rule import Fault, faults_of

MEDIA_TYPE = "application/problem+json"
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 406: "not_acceptable", 413: "payload_too_large"}
_log = structlog.get_logger(__name__)


class ProblemResponse(JSONResponse):
    """A problem on the wire."""

    media_type = MEDIA_TYPE


def install(app: FastAPI) -> None:
    """Have every error that was foreseen answered as a problem; `answer_bug` is for the others."""
    app.add_exception_handler(OnapiError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_shape)
    app.add_exception_handler(HTTPException, _on_http)


def problem(  # the envelope has that many members
    request: Request,
    code: str,
    detail: str,
    *,
    errors: Iterable[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
    **more: Any,  # noqa: ANN401  extra members of the envelope
) -> ProblemResponse:
    """A problem with every member of the contract's envelope."""
    known = PROBLEMS[code]
    body = {
        "type": f"{request.base_url}docs/errors#{code}",
        "title": known.title,
        "status": known.status,
        "code": code,
        "detail": detail,
        "instance": request.url.path,
        "requestId": request_id_of(request),
        "retryable": known.retryable,
        "action": known.action,
        "errors": list(errors),
        "sunat": None,
        **more,
    }
    added = dict(headers or {})
    if known.status == 401:  # noqa: PLR2004  HTTP's own number
        added["WWW-Authenticate"] = "Bearer"
    if known.retryable:
        added.setdefault("Retry-After", "5")
    return ProblemResponse(body, known.status, headers=added)


async def _on_ours(request: Request, error: Exception) -> ProblemResponse:
    if not isinstance(error, OnapiError):
        return await answer_bug(request, error)
    code = error.key if error.key in PROBLEMS else "internal_error"
    if code == "internal_error":
        return await answer_bug(request, error)
    more = {"document": error.facts["record"]} if "record" in error.facts else {}
    headers = {"Retry-After": str(error.facts["retry_after_s"])} if "retry_after_s" in error.facts else None
    return problem(request, code, str(error), errors=_errors_of(error), headers=headers, **more)


def _errors_of(error: OnapiError) -> list[dict[str, Any]]:
    return [_shown(fault) for fault in faults_of(error)]


def _shown(fault: Fault) -> dict[str, Any]:
    shown = {"field": fault.path, "code": fault.code, "message": fault.sentence}
    if fault.expected is not None:
        shown["expected"] = fault.expected
    if fault.received is not None:
        shown["received"] = fault.received
    return shown


async def _on_shape(request: Request, error: Exception) -> ProblemResponse:
    """A path or query that does not fit (bodies are read by our own readers)."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {"field": f"/{'/'.join(str(part) for part in item['loc'])}", "code": str(item["type"]), "message": _said(item)}
        for item in found
    ]
    return problem(
        request, "invalid_parameter", f"La petición tiene {len(errors)} parámetros no válidos.", errors=errors
    )


def _said(item: dict[str, Any]) -> str:
    return "Falta este dato obligatorio." if item["type"] == "missing" else "El valor no tiene la forma esperada."


async def _on_http(request: Request, error: Exception) -> ProblemResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = _BY_STATUS.get(status, "internal_error")
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    return problem(request, code, PROBLEMS[code].title + ".", headers=headers)


async def answer_bug(request: Request, error: Exception) -> ProblemResponse:
    """Our bug, or something we did not foresee: told in full to the log, not to the caller."""
    _log.error("unforeseen error", path=request.url.path, request_id=request_id_of(request), exc_info=error)
    detail = "Ocurrió un error inesperado; la petición no se completó."
    return problem(request, "internal_error", detail)
