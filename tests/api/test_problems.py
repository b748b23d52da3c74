"""Every error is told in one shape and tells nothing of our insides."""

import errno
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import httpx2
import pytest
from api_stack import BASE, RUC, Stack
from sqlalchemy.exc import OperationalError

from onapi.api.problem_codes import PROBLEMS
from onapi.api.shapes.problem import Problem
from onapi.store import Blobs

Write = Callable[..., dict[str, Any]]
INSIDES = re.compile(r"Traceback|SELECT |INSERT |sqlite|sqlalchemy|\.py\b|/home/|/tmp/|onapi\.[a-z]+\.|0x[0-9a-f]{6}")
SOMETIMES = {"document", "numberState", "deadline", "detailEs"}
CALLS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "authenticate", {"content": b"{"}, 400, "malformed_json"),
    ("POST", "authenticate", {"json": {"username": "a", "password": "b"}}, 401, "invalid_credentials"),
    ("POST", "authenticate", {"json": {}}, 422, "validation_failed"),
    ("POST", "refresh-token", {"json": {"refreshToken": "x"}}, 401, "refresh_token_invalid"),
    ("POST", "sendMessage", {"json": {"ruc": RUC}}, 422, "validation_failed"),
    ("POST", "sendMessage", {"content": b"x", "headers": {"Content-Type": "image/png"}}, 415, "unsupported_media_type"),
    ("GET", "sendMessage", {}, 405, "method_not_allowed"),
    ("DELETE", f"ngr/{RUC}/01/F001/1", {}, 405, "method_not_allowed"),
    ("GET", f"ngr/{RUC}/01/F001/99999999", {}, 404, "document_not_found"),
    ("GET", f"ngr/{RUC}/xx/F001/1", {}, 422, "invalid_parameter"),
    ("GET", "ngr/20000000010/01/F001/1", {}, 403, "ruc_not_allowed"),
    ("GET", "nada", {}, 404, "not_found"),
    ("GET", f"xml/{RUC}/01/F001/1", {"headers": {"Accept": "image/png"}}, 406, "not_acceptable"),
    ("GET", f"xml/{RUC}/01/F001/1?format=exe", {}, 422, "invalid_parameter"),
]


def whole(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, once every member of it is as promised."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told: dict[str, Any] = answer.json()
    Problem.model_validate(told, strict=True)
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), answer.text
    known = PROBLEMS[code]
    assert (told["title"], told["action"], told["retryable"]) == (known.title, known.action, known.retryable)
    assert told["type"] == f"{answer.request.url.copy_with(path='/docs/errors', query=None)}#{code}"
    assert told["instance"] == answer.request.url.path
    assert told["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["x-api-version"] == "1.0.3"
    assert set(told) - SOMETIMES == set(Problem.model_fields) - SOMETIMES
    assert ("retry-after" in answer.headers) >= told["retryable"]
    assert not INSIDES.search(answer.text)
    return told


@pytest.mark.parametrize(("method", "path", "more", "status", "code"), CALLS)
def test_each_error_has_the_whole_shape(  # noqa: PLR0917  pytest passes them by name
    stack: Stack, token: str, method: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    whole(stack.call(method, path, token=token, **more), status, code)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device: /var/lib/onapi"), 507, "storage_full"),
        (
            OperationalError("INSERT INTO x", None, Exception("server closed the connection")),
            503,
            "storage_unavailable",
        ),
        (OSError(errno.ENOTCONN, "what nobody foresaw"), 500, "internal_error"),
    ],
)
def test_storage_that_fails_is_told_and_nothing_is_kept(  # noqa: PLR0917  pytest passes them by name
    stack: Stack,
    token: str,
    factura: Write,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
) -> None:
    body = factura()
    with monkeypatch.context() as broken:
        broken.setattr(Blobs, "put", Mock(side_effect=error))
        whole(stack.call("POST", "sendMessage", token=token, json=body), status, code)
    again = stack.call("POST", "sendMessage", token=token, json=body)
    assert again.status_code in {201, 202}
    assert "idempotent-replayed" not in again.headers


def test_a_method_that_is_not_allowed_names_those_that_are(stack: Stack) -> None:
    assert stack.http.get(f"{BASE}/sendMessage").headers["allow"] == "POST"


def test_a_conflict_and_a_refusal_have_it_too(send: Callable[..., httpx2.Response], factura: Write) -> None:
    body = factura()
    send(body, wait=30)
    other = {**body, "document": {**body["document"], "observacion": "otra"}}
    assert whole(send(other), 409, "document_already_exists")["document"]["status"] == "ACCEPTED"
    wrong = whole(send(factura(mtoImpVenta=1)), 422, "totals_mismatch")
    assert all(set(fault) <= {"field", "code", "message", "expected", "received"} for fault in wrong["errors"])


@pytest.mark.parametrize("where", ["onapi.flows.look.find", "onapi.store.receipts.find"])
def test_our_own_bug_is_told_to_the_log_alone(
    stack: Stack, token: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("SELECT * FROM secrets in /srv/onapi/main.py")

    monkeypatch.setattr(where, fall)
    stack.log.clear()
    answer = stack.call("GET", f"ngr/{RUC}/01/F001/1", token=token)
    told = whole(answer, 500, "internal_error")
    logged = [line for line in stack.log if line["event"] == "unforeseen error"]
    assert [line["request_id"] for line in logged] == [told["requestId"]]
    assert "secrets" in str(logged[0]["exc_info"])
    assert stack.http.get("/livez").status_code == 200  # on the same connection


def test_the_log_holds_no_token_and_no_password(stack: Stack, token: str) -> None:
    stack.login()
    stack.call("POST", "authenticate", json={"username": "demo@onapi.local", "password": "clave-equivocada-1"})
    text = repr(stack.log)
    assert token not in text
    assert "onapi-demo-password" not in text
    assert "clave-equivocada-1" not in text
