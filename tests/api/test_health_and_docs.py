"""The addresses that need no token: alive, ready, and the page that shows the API."""

import re

import pytest
from api_stack import BASE, Stack
from sqlalchemy.exc import OperationalError


def test_alive_and_ready(stack: Stack) -> None:
    assert stack.http.get("/livez").json() == {"status": "ok"}
    assert stack.http.get("/readyz").json() == {"status": "ok", "environment": "sandbox"}


def test_not_ready_without_a_database(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    monkeypatch.setattr("onapi.store.database.Database.ping", fall)
    answer = stack.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "SELECT" not in answer.text
    assert stack.http.get("/livez").status_code == 200


def test_the_page_of_the_api_comes_from_here_alone(stack: Stack) -> None:
    root = stack.http.get("/")
    assert (root.status_code, root.headers["location"]) == (307, "/docs")
    page = stack.http.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sources
    assert not [source for source in sources if re.match(r"(https?:)?//", source)]
    script = next(source for source in sources if "scalar" in source)
    assert stack.http.get(f"/{script}").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/livez", 200),
        ("GET", "/readyz", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/docs", 200),
        ("GET", "/", 307),
        ("GET", "/nada", 404),
        ("GET", f"{BASE}/sendMessage", 405),
        ("POST", f"{BASE}/authenticate", 400),
        ("GET", f"{BASE}/ngr/20000000001/01/F001/1", 401),
    ],
)
def test_every_answer_has_a_name_and_the_version(stack: Stack, method: str, path: str, status: int) -> None:
    answer = stack.http.request(method, path)
    assert answer.status_code == status
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["x-api-version"] == "1.0.3"


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ("pedido-778.a_b", r"pedido-778\.a_b"),
        *[(odd, "[0-9a-f]{32}") for odd in ("corto", "con espacio en él", "x" * 65)],
    ],
)
def test_a_sane_name_of_the_caller_is_kept(stack: Stack, given: str, shape: str) -> None:
    answer = stack.http.get("/nada", headers={"X-Request-Id": given.encode()})
    assert re.fullmatch(shape, answer.headers["x-request-id"])
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
