"""From an error to `application/problem+json` (RFC 9457): the one place where errors meet HTTP."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match

from onapi.api.about_receipt import told_of_receipt
from onapi.api.languages import language_of, message_in, told_in
from onapi.api.problem_codes import CONFLICTS, PROBLEMS
from onapi.api.problem_words import is_code, problem_of, sunat_code_of, words_of
from onapi.api.request_id import request_id_of
from onapi.errors import Conflict, OnapiError
from onapi.facts.codes import return_code
from onapi.rules.rule import Fault, faults_of
from onapi.store import trouble

MEDIA_TYPE = "application/problem+json"
PAGES: Final = "/docs/errors"
_BY_STATUS: Final[Mapping[int, str]] = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid_parameter",
    429: "rate_limited",
    503: "storage_unavailable",
}
_WAIT_S: Final = "5"
_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_log = structlog.get_logger(__name__)


class ProblemResponse(JSONResponse):
    """A problem on the wire."""

    media_type = MEDIA_TYPE


def install(app: FastAPI) -> None:
    """Have every error that was foreseen answered as a problem; `answer_bug` is for the others."""
    app.add_exception_handler(OnapiError, answer_ours)
    app.add_exception_handler(RequestValidationError, _on_shape)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in trouble.KINDS:
        app.add_exception_handler(kind, _on_storage)


def problem(  # the envelope has that many members
    request: Request,
    code: str,
    detail: str,
    *,
    errors: Iterable[dict[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    **more: Any,  # noqa: ANN401  extra members of the envelope
) -> ProblemResponse:
    """A problem with every member of the contract's envelope, in the caller's language.

    `status` is for the one code that has two, by the operation that says it.
    """
    known, language = problem_of(code), language_of(request)
    body = {
        "type": type_of(str(request.app.state.surroundings.address), code),
        "status": status or known.status,
        "code": code,
        "instance": request.url.path,
        "requestId": request_id_of(request),
        "retryable": known.retryable,
        "errors": [{**each, "message": message_in(language, each["code"], each["message"])} for each in errors],
        "sunat": None,
        **told_in(language, code, known, detail),
        **more,
    }
    added = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **(headers or {})}
    if known.status == HTTPStatus.UNAUTHORIZED:
        added["WWW-Authenticate"] = "Bearer"
    if known.retryable or known.status == HTTPStatus.SERVICE_UNAVAILABLE:
        added.setdefault("Retry-After", _WAIT_S)
    return ProblemResponse(body, status or known.status, headers=added)


def type_of(address: str, code: str) -> str:
    """The page of a code, at the address that the owner gave to the platform, never at the one a caller names."""
    return f"{address}{PAGES}#{code}"


async def answer_ours(request: Request, error: Exception) -> ProblemResponse:
    """An error of our tree, with what it says of its receipt."""
    if not isinstance(error, OnapiError) or error.key == "internal_error" or not is_code(error.key):
        return await answer_bug(request, error)
    more = {"document": error.facts["record"]} if "record" in error.facts else {}
    more = {**await told_of_receipt(request, error), **_words_of_sunat(error), **more}
    headers = {"Retry-After": str(error.facts["retry_after_s"])} if "retry_after_s" in error.facts else None
    status = HTTPStatus.CONFLICT.value if isinstance(error, Conflict) and error.key in CONFLICTS else None
    detail, errors = _detail_of(error), _errors_of(error)
    return problem(request, error.key, detail, errors=errors, headers=headers, status=status, **more)


def _detail_of(error: OnapiError) -> str:
    """Its own sentence; an error raised without one bears its class's, which is for programmers."""
    return words_of(error.key).cause if str(error) == type(error).__doc__ else str(error)


def _words_of_sunat(error: OnapiError) -> dict[str, Any]:
    """What SUNAT itself said, where the error is its refusal: never translated."""
    code = sunat_code_of(error.key) or str(error.facts.get("code") or "")
    if not (code.isascii() and code.isdigit()):
        return {}
    words = str(error.facts.get("words") or return_code(code).message)
    return {"sunat": {"code": code, "message": words}} if words else {}


def _errors_of(error: OnapiError) -> list[dict[str, Any]]:
    return [_shown(fault) for fault in faults_of(error)]


def _shown(fault: Fault) -> dict[str, Any]:
    shown = {"field": fault.path, "code": fault.code, "message": fault.sentence}
    if fault.expected is not None:
        shown["expected"] = fault.expected
    if fault.received is not None:
        shown["received"] = fault.received
    return shown


async def _on_storage(request: Request, error: Exception) -> ProblemResponse:
    """Nothing was answered for that is not kept: what storage did not take is to be sent again."""
    known = trouble.trouble_of(error)
    if known is None:
        return await answer_bug(request, error)
    _log.error("storage fails", code=known.key, path=request.url.path, exc_info=error)
    return problem(request, known.key, str(known))


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
    """What the framework refuses: its status, our words."""
    if not isinstance(error, HTTPException):
        return await answer_bug(request, error)
    ours = _BY_STATUS.get(error.status_code)
    code = ours or ("malformed_request" if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else "internal_error")
    headers = dict(error.headers or {})
    if code == "method_not_allowed":
        headers["Allow"] = ", ".join(_methods(request))
    return problem(request, code, PROBLEMS[code].title + ".", headers=headers)


def _methods(request: Request) -> list[str]:
    """Every method of a path: several routes may share one, and the framework names those of the first."""
    return [name for name in _METHODS if any(_takes(route, request, name) for route in request.app.routes)]


def _takes(route: BaseRoute, request: Request, method: str) -> bool:
    return route.matches({**request.scope, "method": method})[0] is Match.FULL


async def answer_bug(request: Request, error: Exception) -> ProblemResponse:
    """Our bug, or something we did not foresee: told in full to the log, not to the caller."""
    _log.error("unforeseen error", path=request.url.path, request_id=request_id_of(request), exc_info=error)
    detail = "Ocurrió un error inesperado; la petición no se completó."
    return problem(request, "internal_error", detail)
