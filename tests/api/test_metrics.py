"""/metrics and the detail of /readyz: what they tell, and to whom."""

import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack
from sqlalchemy.exc import OperationalError
from starlette.requests import Request

from onapi.api.metrics import Metrics
from onapi.api.watching import Watching


def figures(page: str) -> dict[str, float]:
    """Each line's name with labels, and its value."""
    lines = [line for line in page.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_figures_of_requests_documents_and_process(stack: Stack, settled: dict[str, Any], token: str) -> None:
    path = f"ngr/{RUC}/01/{settled['serie']}/{settled['number']}"
    route = "/integrator/ngr/{ruc}/{doctype}/{serie}/{number}"
    before = figures(stack.http.get("/metrics").text)
    for _ in range(3):
        stack.call("GET", path, token=token)
    stack.http.get("/nada")
    answer = stack.http.get("/metrics")
    after = figures(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    counted = f'onapi_http_requests_total{{method="GET",route="{route}",status="200"}}'
    assert after[counted] - before.get(counted, 0) == 3
    assert after['onapi_http_requests_total{method="GET",route="none",status="404"}'] >= 1
    assert after[f'onapi_http_request_duration_seconds_count{{route="{route}"}}'] >= 3
    for name in (
        "onapi_database_up",
        "onapi_queue_depth",
        "onapi_queue_oldest_seconds",
        "onapi_documents_unknown",
        'onapi_documents_under_way{state="READY"}',
        'onapi_documents_held_up{obstacle="host"}',
        f'onapi_certificate_days_left{{ruc="{RUC}"}}',
        "onapi_workers_alive",
        "onapi_request_log_dropped_total",
        "onapi_request_log_rows_total",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
    ):
        assert name in after, name
    assert after["onapi_database_up"] == 1
    assert 300 < after[f'onapi_certificate_days_left{{ruc="{RUC}"}}'] < 800
    assert [value for name, value in after.items() if name.startswith("onapi_sunat_circuit{")]


def test_events_are_counted_from_the_first_look_on(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, send: Any, factura: Any
) -> None:
    monkeypatch.setattr("onapi.api.metrics_database._FRESH_S", -1.0)
    name = 'onapi_document_events_total{event="CDR",state="SETTLED"}'
    stack.http.get("/metrics")
    stack.http.get("/metrics")
    before = figures(stack.http.get("/metrics").text).get(name, 0)
    assert send(factura(), wait=30).status_code == 201
    assert figures(stack.http.get("/metrics").text)[name] == before + 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_nobody_looks_through_a_proxy(stack: Stack, header: str) -> None:
    answer = stack.http.get("/metrics", headers={header: "127.0.0.1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert "onapi_" not in answer.text
    verbose = stack.http.get("/readyz", params={"verbose": "true"}, headers={header: "127.0.0.1"})
    assert verbose.json() == {"status": "ok", "environment": "sandbox"}


@pytest.mark.parametrize(
    ("token", "given", "address", "opens"),
    [
        ("", "", "127.0.0.1", True),
        ("", "", "::1", True),
        ("", "", "10.0.0.7", False),
        ("", "", "", False),
        ("s3creto de métricas", "", "127.0.0.1", False),
        ("s3creto de métricas", "otro", "127.0.0.1", False),
        ("s3creto de métricas", "s3creto de métricas", "10.0.0.7", True),
    ],
)
def test_who_may_look(token: str, given: str, address: str, opens: bool) -> None:  # noqa: FBT001  a row of the table
    nothing: Any = None
    app = SimpleNamespace(state=SimpleNamespace(surroundings=SimpleNamespace(trusted_proxies=())))
    headers = [(b"authorization", f"Bearer {given}".encode("latin-1"))] if given else []
    client = (address, 1) if address else None
    request = Request({"type": "http", "headers": headers, "client": client, "app": app})
    assert Watching(nothing, nothing, Path(), Path(), token).lets_look(request) is opens


def test_the_detail_of_readiness(stack: Stack) -> None:
    told = stack.http.get("/readyz", params={"verbose": "true"}).json()
    assert told == {
        "status": "ok", "environment": "sandbox", "database": "ok", "migrations": "ok", "keys": "ok", "disk": "ok",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("what", "name", "word"),
    [
        ("onapi.api.health_ground.condition.revisions", "migrations", "behind"),
        ("onapi.api.health_ground.read_ring", "keys", "unreadable"),
        ("onapi.api.health_ground.shutil.disk_usage", "disk", "missing"),
        ("onapi.store.database.Database.ping", "database", "silent"),
    ],
)
def test_each_thing_that_breaks_makes_it_unready(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, what: str, name: str, word: str
) -> None:
    def fall(*_: object) -> Any:
        if name == "migrations":
            return "0001", "0007"
        raise OperationalError("SELECT 1", {}, Exception("x")) if name == "database" else OSError(5, "/secreta/ruta")

    monkeypatch.setattr(what, fall)
    plain = stack.http.get("/readyz")
    told = stack.http.get("/readyz", params={"verbose": "true"})
    assert (plain.status_code, told.status_code) == (503, 503)
    assert "checks" not in plain.json()
    assert told.json()["checks"][name] == word
    assert "secreta" not in told.text


def test_a_silent_database_is_told_and_nothing_else(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("x"))

    monkeypatch.setattr("onapi.api.metrics_database._FRESH_S", -1.0)
    stack.http.get("/metrics")
    monkeypatch.setattr("onapi.api.metrics_database.gauges.under_way", fall)
    found = figures(stack.http.get("/metrics").text)
    assert found["onapi_database_up"] == 0
    assert "onapi_queue_depth" not in found
    assert "process_cpu_seconds_total" in found


def test_a_worker_tells_its_own_at_its_port(free_port: int) -> None:
    metrics = Metrics()
    metrics.watch_circuits(lambda: {"sunat.example": "open", "otro.example": "half-open"})
    metrics.serve(free_port)
    page = httpx2.get(f"http://127.0.0.1:{free_port}/metrics", trust_env=False).text
    assert 'onapi_sunat_circuit{host="sunat.example"} 2.0' in page
    assert 'onapi_sunat_circuit{host="otro.example"} 1.0' in page
    assert re.search(r"^process_resident_memory_bytes \d", page, re.MULTILINE)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
