"""Every operation answers every error it can meet in one shape (A02): the list of operations is the document's own."""

import errno
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import httpx2
import pytest
from api_stack import NOT_ENROLLED, OTHER_RUC, RUC, Stack
from sqlalchemy.exc import OperationalError
from test_problems import INSIDES

from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import told, words_of
from onapi.api.rate_limit import Taken
from onapi.api.shapes.problem import Problem
from onapi.errors import Refused, Unreachable
from onapi.facts.codes import return_code

OPEN = ("/authenticate", "/refresh-token")
NOBODYS = "00000000-0000-7000-8000-000000000000"
VALUES = {"ruc": RUC, "doctype": "01", "serie": "F001", "number": "99999998", "limit": "10"}
VALUES |= dict.fromkeys(("session", "user", "endpoint_id", "delivery_id", "message_id"), NOBODYS)
THINGS = {
    "session": "session_not_found",
    "user": "user_not_found",
    "endpoint_id": "webhook_not_found",
    "message_id": "message_not_found",
}
SECRET = "SELECT * FROM secrets in /srv/onapi/main.py line 3"
BROKEN: list[tuple[Exception, int, str]] = [
    (RuntimeError(SECRET), 500, "internal_error"),
    (Refused(), 502, "sunat_bad_response"),
    (Unreachable(), 503, "sunat_unavailable"),
    (OperationalError(SECRET, None, Exception("server closed")), 503, "storage_unavailable"),
    (OSError(errno.ENOSPC, SECRET), 507, "storage_full"),
]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    has_body: bool
    needs_token: bool
    answers: frozenset[int]  # every status that the document tells of

    def url(self, **values: str) -> str:
        """Its address with these path parameters."""
        known = {**VALUES, **values}
        parts = (part[1:-1] if part.startswith("{") else None for part in self.path.split("/"))
        given = zip(parts, self.path.split("/"), strict=True)
        return "/".join(known.get(name, "no-hay") if name else text for name, text in given)


@pytest.fixture(scope="module")
def operations(stack: Stack) -> list[Operation]:
    """Every operation under the base that the document tells of."""
    document = stack.http.get("/openapi.json").json()
    return [
        Operation(
            method.upper(),
            path,
            "requestBody" in told_,
            bool(told_.get("security")),
            frozenset(int(status) for status in told_["responses"]),
        )
        for path, methods in document["paths"].items()
        if path.startswith("/integrator/")
        for method, told_ in methods.items()
    ]


def whole(answer: httpx2.Response, *statuses: int) -> str:
    """The code of a problem that has every member, and nothing of our insides."""
    request = answer.request
    where = f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code in statuses, where
    assert answer.headers["content-type"] == "application/problem+json", where
    said: dict[str, Any] = answer.json()
    Problem.model_validate(said, strict=True)
    known = PROBLEMS[said["code"]]
    assert (said["status"], known.status) == (answer.status_code, answer.status_code), where
    assert (said["title"], said["action"], said["retryable"]) == (known.title, known.action, known.retryable), where
    assert said["requestId"] == answer.headers["x-request-id"]
    assert said["instance"] == answer.request.url.path
    assert answer.headers["content-language"] == "es"
    if known.retryable or answer.status_code in {429, 503}:
        assert int(answer.headers["retry-after"]) >= 1, where
    assert ("www-authenticate" in answer.headers) == (answer.status_code == 401), where
    assert not INSIDES.search(answer.text), where
    assert "secrets" not in answer.text, where
    return str(said["code"])


def call(stack: Stack, operation: Operation, token: str | None, path: str = "", **more: Any) -> httpx2.Response:
    """Call an operation; a body where it needs one and none is given."""
    headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
    if operation.has_body and not {"content", "json"} & set(more):
        more["json"] = {}
    return stack.http.request(operation.method, path or operation.url(), headers=headers, **more)


def test_401_without_a_token_or_with_a_wrong_one(stack: Stack, operations: list[Operation]) -> None:
    asked = [operation for operation in operations if operation.needs_token]
    assert len(asked) >= 6
    for operation in asked:
        assert whole(call(stack, operation, None), 401) == "token_missing"
        assert whole(call(stack, operation, "no.es.nuestro"), 401) == "token_invalid"


def test_403_for_another_company(stack: Stack, operations: list[Operation], token: str) -> None:
    for operation in operations:
        if "{ruc}" in operation.path:
            for ruc in (OTHER_RUC, NOT_ENROLLED):
                answer = call(stack, operation, token, operation.url(ruc=ruc))
                assert whole(answer, 403) in {"ruc_not_allowed", "scope_missing"}


def test_404_for_a_route_and_for_a_thing(stack: Stack, operations: list[Operation], token: str) -> None:
    for operation in operations:
        assert whole(call(stack, operation, token, f"{operation.url()}/nada/nada/nada"), 404, 405)
        if "{number}" in operation.path and not operation.has_body:
            assert whole(call(stack, operation, token), 404) == "document_not_found"
        for name, code in THINGS.items():
            if f"{{{name}}}" in operation.path and not operation.has_body:
                assert whole(call(stack, operation, token), 404) == code


def test_405_names_every_method_of_the_path(stack: Stack, operations: list[Operation]) -> None:
    for path in {operation.path for operation in operations}:
        known = {operation.method for operation in operations if operation.path == path}
        operation = next(each for each in operations if each.path == path)
        missing = next(name for name in ("TRACE", "PATCH") if name not in known)
        answer = stack.http.request(missing, operation.url())
        assert whole(answer, 405) == "method_not_allowed"
        assert known <= set(answer.headers["allow"].split(", "))


def test_406_for_what_is_never_made(stack: Stack, operations: list[Operation], token: str) -> None:
    for operation in operations:
        answer = call(stack, operation, token, headers={"Accept": "image/webp, application/x-nada;q=0.5"})
        assert whole(answer, 406) == "not_acceptable"


def test_400_413_415_for_a_body(stack: Stack, operations: list[Operation], token: str) -> None:
    asked = [operation for operation in operations if operation.has_body]
    assert len(asked) >= 4
    allowed = (403, 404, 422)  # an operation may look for the thing or the permission first
    huge = b'{"a": "' + b"x" * (11 * 1024 * 1024) + b'"}'
    json_type, png = {"Content-Type": "application/json"}, {"Content-Type": "image/png"}
    for operation in asked:
        also = allowed if "{" in operation.path else (403,)
        whole(call(stack, operation, token, content=b'{"a":', headers=json_type), 400, *also)
        whole(call(stack, operation, token, content=b"\x89PNG", headers=png), 415, *also)
        whole(call(stack, operation, token, content=huge, headers=json_type), 413, *also)


def test_422_for_a_path_that_names_nothing(stack: Stack, operations: list[Operation], token: str) -> None:
    for operation in operations:
        if {"{doctype}", "{serie}", "{number}"} <= set(operation.path.split("/")):
            answer = call(stack, operation, token, operation.url(doctype="xx", number="0"))
            assert whole(answer, 422) == "invalid_parameter"
            assert {each["field"] for each in answer.json()["errors"]} == {"/doctype", "/number"}


def test_429_for_a_flood(
    stack: Stack, operations: list[Operation], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Mock(return_value=[Taken("address", 10, 0, 10, 3)])
    monkeypatch.setattr("onapi.api.rate_limit.Pace.of_address", empty)
    for operation in operations:
        answer = call(stack, operation, token)
        assert whole(answer, 429) == "rate_limited"
        assert answer.headers["retry-after"] == "3"
        assert answer.headers["ratelimit"] == '"address";r=0;t=10'
        assert answer.headers["ratelimit-policy"] == '"address";q=10;w=10'
    assert stack.http.get("/livez").status_code == 200


@pytest.mark.parametrize(("error", "status", "code"), BROKEN, ids=lambda value: str(value)[:20])
def test_what_breaks_is_told_without_our_insides(  # noqa: PLR0917  pytest passes them by name
    stack: Stack,
    operations: list[Operation],
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
) -> None:
    monkeypatch.setattr("onapi.api.acceptable._offered", Mock(side_effect=error))
    for operation in operations:
        answer = call(stack, operation, token, headers={"Accept": "text/x-nada"})
        assert whole(answer, status) == code


@pytest.mark.parametrize(
    "sent",
    [
        b"nada\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nada\r\n\r\nx",
        b"GET /livez HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_the_server_itself_refuses_is_a_problem_too(stack: Stack, sent: bytes) -> None:
    host, port = stack.http.base_url.host, stack.http.base_url.port
    with socket.create_connection((host, port or 80), timeout=10) as line:
        line.sendall(sent)
        line.settimeout(10)
        received = b""
        while chunk := line.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received and b'"sunat"' in received:
                break
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 "), received
    assert b"content-type: application/problem+json" in head.lower()
    said = json.loads(body)
    Problem.model_validate(said, strict=True)
    assert said["code"] == "malformed_request"
    assert said["requestId"].encode() in head
    assert said["type"] == f"{stack.house.settings.address}/docs/errors#malformed_request"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("es-PE,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, es;q=0.4", "en"),
        ("fr", "es"),
        ("*", "es"),
        ("", "es"),
        ("en;q=0", "es"),
        ("en;q=nada,,;;", "en"),
    ],
)
def test_english_for_who_asks_for_it(stack: Stack, asked: str, language: str) -> None:
    answer = stack.http.get("/nada", headers={"Accept-Language": asked})
    said, known, words = answer.json(), PROBLEMS["not_found"], told()["not_found"]
    assert said["code"] == "not_found"
    assert answer.headers["content-language"] == language
    assert "accept-language" in answer.headers["vary"].lower()
    if language == "en":
        assert (said["title"], said["action"], said["detail"]) == (words.title_en, words.action_en, words.cause_en)
        assert said["detailEs"] == "No existe."
    else:
        assert (said["title"], said["action"]) == (known.title, known.action)
        assert "detailEs" not in said


def test_a_field_is_told_in_english_too(stack: Stack) -> None:
    answer = stack.http.post("/integrator/api/v1/integrator/authenticate", json={}, headers={"Accept-Language": "en"})
    assert {each["message"] for each in answer.json()["errors"]} == {"This value is required."}


def test_a_refusal_tells_of_its_number(
    stack: Stack, token: str, send: Callable[..., httpx2.Response], factura: Callable[..., dict[str, Any]]
) -> None:
    wrong = send(factura(mtoImpVenta=1))
    assert (wrong.status_code, wrong.json()["numberState"], wrong.json()["deadline"]) == (422, "FREE", None)
    body = factura()
    kept = send(body, wait=30).json()
    other = send({**body, "document": {**body["document"], "observacion": "otra"}}).json()
    assert (other["numberState"], other["deadline"]) == ("TAKEN", kept["deadline"])
    assert other["sunat"] == {"code": "0", "message": kept["sunat"]["description"]}
    again = stack.call("POST", f"retry/{RUC}/01/{kept['serie']}/{kept['number']}", token=token).json()
    assert (again["code"], again["numberState"], again["document"]["status"]) == (
        "number_consumed",
        "TAKEN",
        "ACCEPTED",
    )


@pytest.mark.parametrize(
    ("error", "status", "code", "message"),
    [
        (Refused(code="0109", words="No está disponible"), 502, "0109", "No está disponible"),
        (Refused(key="sunat_2800", code="2800"), 422, "2800", return_code("2800").message),
    ],
)
def test_what_sunat_said_is_told_as_it_said_it(  # noqa: PLR0917  pytest passes them by name
    stack: Stack, token: str, monkeypatch: pytest.MonkeyPatch, error: Refused, status: int, code: str, message: str
) -> None:
    monkeypatch.setattr("onapi.api.acceptable._offered", Mock(side_effect=error))
    headers = {"Accept": "text/x-nada", "Accept-Language": "en"}
    answer = stack.call("GET", f"ngr/{RUC}/01/F001/99999998", token=token, headers=headers)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, error.key)
    assert said["sunat"] == {"code": code, "message": message}
    assert said["detailEs"] == words_of(error.key).cause  # an error without a sentence: never its class's own
    assert stack.http.get(f"/docs/errors/{said['code']}").status_code == 200


def test_nothing_is_told_of_a_receipt_to_who_may_not_see_it(stack: Stack, token_of: Callable[[str], str]) -> None:
    answer = stack.call("GET", f"cdr/{RUC}/01/F001/99999998", token=token_of("ajeno"))
    assert answer.status_code == 403
    assert "numberState" not in answer.json()


def test_the_pace_is_told_in_each_answer(stack: Stack, token: str) -> None:
    answer = stack.call("GET", f"ngr/{RUC}/01/F001/99999998", token=token)
    assert answer.headers["ratelimit-policy"] == '"address";q=20000;w=10, "token";q=10000;w=10, "company";q=20000;w=10'
    assert answer.headers["ratelimit"].count(";r=") == 3


@pytest.mark.parametrize("base", ["/integrator/api/v1", "/integrator/api/v1/"])
def test_the_base_may_end_with_a_slash(stack: Stack, base: str) -> None:
    assert stack.http.get(f"{base}/integrator/ngr/{RUC}/01/F001/1").json()["code"] == "token_missing"


def test_nobody_is_sent_where_his_host_header_says(stack: Stack) -> None:
    answer = stack.http.get("/livez/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
