"""Operation 3: every request is in the log, for those who may see it, with the contract's fields."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from api_stack import BASE, OTHER_RUC, RUC, Stack, tail

from onapi.api.shapes.log import LogPage

if TYPE_CHECKING:
    import httpx2

Log = Callable[..., list[dict[str, Any]]]
FIELDS = [
    "id",
    "timestamp",
    "method",
    "path",
    "query",
    "headers",
    "body",
    "bodyTruncated",
    "status",
    "durationMs",
    "clientIp",
    "user",
    "ruc",
    "requestId",
]


@pytest.fixture
def log(stack: Stack, token: str) -> Log:
    """A way to read the log as the demo's user."""

    def read(limit: int = 50, **query: Any) -> list[dict[str, Any]]:
        answer = stack.call("GET", f"log/{limit}", token=token, params=query)
        assert answer.status_code == 200, answer.text
        LogPage.model_validate_json(answer.content, strict=True)
        found: list[dict[str, Any]] = answer.json()["items"]
        assert answer.json()["count"] == len(found)
        return found

    return read


def test_a_request_is_there_at_once_with_every_field(
    stack: Stack, token: str, factura: Callable[..., dict[str, Any]], log: Log
) -> None:
    body = factura()
    sent = stack.call("POST", "sendMessage", token=token, json=body, params={"x": "1"})
    item = log(1)[0]
    assert list(item) == FIELDS
    assert item["requestId"] == sent.headers["x-request-id"]
    assert (item["method"], item["path"], item["status"]) == ("POST", f"{BASE}/sendMessage", sent.status_code)
    assert (item["user"], item["ruc"], item["clientIp"]) == ("demo@onapi.local", RUC, "127.0.0.1")
    assert (item["query"], item["headers"]["authorization"]) == ("[redacted]=1", "[redacted]")
    assert item["body"] == body
    assert item["bodyTruncated"] is False
    assert item["durationMs"] >= 1


def test_the_newest_comes_first_and_the_limit_holds(stack: Stack, token: str, log: Log) -> None:
    names = [stack.call("GET", f"cancel/{RUC}/01/F001/{n}", token=token).headers["x-request-id"] for n in (1, 2, 3)]
    assert [item["requestId"] for item in log(2, pathContains="/cancel/")] == names[:0:-1]


def test_filters(stack: Stack, token: str, settled: dict[str, Any], log: Log) -> None:
    stack.call("GET", f"ngr/{tail(settled)}", token=token)
    stack.call("GET", f"ngr/{RUC}/01/F001/99999999", token=token)
    found = log(10, pathContains="/ngr/", status=404, method="get", ruc=RUC)
    assert {(item["status"], item["method"], item["ruc"]) for item in found} == {(404, "GET", RUC)}
    assert found[0]["path"] == f"{BASE}/ngr/{RUC}/01/F001/99999999"
    assert log(10, since="2030-01-01") == []
    assert log(10, until="2020-01-01T00:00:00-05:00") == []
    moment = found[0]["timestamp"]
    assert log(1, until=moment, pathContains="/ngr/")[0]["timestamp"] < moment


@pytest.mark.parametrize(
    ("limit", "query", "field"),
    [
        ("0", {}, "/limit"),
        ("1001", {}, "/limit"),
        ("x", {}, "/limit"),
        ("10", {"status": "abc"}, "/status"),
        ("10", {"status": "600"}, "/status"),
        ("10", {"method": "G T"}, "/method"),
        ("10", {"since": "ayer"}, "/since"),
        ("10", {"until": "2026-99-01"}, "/until"),
        ("10", {"pathContains": "x" * 201}, "/pathContains"),
    ],
)
def test_a_wrong_filter_is_named(stack: Stack, token: str, limit: str, query: dict[str, str], field: str) -> None:
    answer = stack.call("GET", f"log/{limit}", token=token, params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_only_with_the_permission_and_for_ones_own_companies(
    stack: Stack, token: str, token_of: Callable[[str], str]
) -> None:
    assert stack.call("GET", "log/1").json()["code"] == "token_missing"
    assert stack.call("GET", "log/1", token=token_of("lector")).json()["code"] == "scope_missing"
    other = stack.call("GET", "log/1", token=token, params={"ruc": OTHER_RUC})
    assert (other.status_code, other.json()["code"]) == (403, "ruc_not_allowed")
    wrong = stack.call("GET", "log/1", token=token, params={"ruc": "2"})
    assert wrong.status_code == 422


def test_a_stranger_does_not_write_into_a_companys_log(
    stack: Stack, token_of: Callable[[str], str], log: Log, factura: Callable[..., dict[str, Any]]
) -> None:
    stranger = token_of("ajeno")
    refused = stack.call("POST", "sendMessage", token=stranger, json=factura())
    asked = stack.call("GET", f"ngr/{RUC}/01/F001/1", token=stranger)
    assert (refused.status_code, asked.status_code) == (403, 403)
    mine = {item["requestId"] for item in log(1000)}
    assert mine.isdisjoint({refused.headers["x-request-id"], asked.headers["x-request-id"]})
    seen = stack.call("GET", "log/1000", token=stranger)
    if seen.status_code == 200:
        assert {item["ruc"] for item in seen.json()["items"]} <= {None, OTHER_RUC}


def test_probes_and_pages_are_not_in_it(stack: Stack, log: Log) -> None:
    for path in ("/livez", "/readyz", "/docs", "/metrics"):
        stack.http.get(path)
    assert not [item for item in log(100) if not item["path"].startswith("/integrator")]


def test_it_is_never_kept_by_anybody_on_the_way(stack: Stack, token: str) -> None:
    answer: httpx2.Response = stack.call("GET", "log/1", token=token)
    assert answer.headers["cache-control"] == "no-store"
