"""Traces: a span for the request, the issuing, the work and the call to SUNAT; sent by OTLP where an address is set."""

import asyncio
import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from onapi.api.tracing import Tracing, TracingMiddleware, open_tracing
from onapi.gateways.door import Talk

sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="the extra onapi[otel] is not installed")


@pytest.fixture
def spans() -> Any:
    """A tracing, and where its spans end up."""
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    exporter = memory.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    return Tracing(provider), exporter


class _Sunat:
    def send_bill(self, *_: object) -> Talk:
        return Talk("sendBill", "https://sunat.example/bill", None, 3, 200, b"secreto")  # type: ignore[arg-type]  # no moment

    def can_ask(self, *_: object) -> bool:
        return True


def _request(tracing: Tracing, headers: list[tuple[bytes, bytes]], status: int = 200) -> None:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        scope["route"] = type("Route", (), {"path": "/integrator/sendMessage"})()
        tracing.around("issue", lambda order: {"ruc": order})(lambda _order: None)("20000000001")
        tracing.of_sunat(_Sunat()).send_bill()  # type: ignore[arg-type,call-arg]  # a stand-in
        await send({"type": "http.response.start", "status": status})

    async def nothing(*_: object) -> Any:
        return {}

    scope = {"type": "http", "method": "POST", "headers": headers, "onapi.request_id": "r1"}
    asyncio.run(TracingMiddleware(app, tracing)(scope, nothing, nothing))


def test_request_issue_and_call_are_one_trace(spans: Any) -> None:
    tracing, exporter = spans
    parent = "0af7651916cd43dd8448eb211c80319c"
    _request(
        tracing, [(b"traceparent", f"00-{parent}-b7ad6b7169203331-01".encode()), (b"authorization", b"secreto")], 202
    )
    found = {span.name: span for span in exporter.get_finished_spans()}
    assert set(found) == {"POST /integrator/sendMessage", "issue", "SUNAT send_bill"}
    request, issue, call = (found[name] for name in ("POST /integrator/sendMessage", "issue", "SUNAT send_bill"))
    assert f"{request.context.trace_id:032x}" == parent
    assert issue.parent.span_id == call.parent.span_id == request.context.span_id
    assert dict(request.attributes) == {
        "onapi.request_id": "r1", "http.request.method": "POST", "http.route": "/integrator/sendMessage",
        "http.response.status_code": 202,
    }  # fmt: skip
    assert dict(issue.attributes) == {"onapi.ruc": "20000000001"}
    assert call.attributes["onapi.sunat.operation"] == "sendBill"
    assert "secreto" not in repr([dict(span.attributes) for span in found.values()])


def test_an_error_is_told_by_its_class_alone(spans: Any) -> None:
    tracing, exporter = spans
    with pytest.raises(ValueError, match="secreto"), tracing.span("work", about={"work": "cpe:1"}):
        raise ValueError("secreto")
    span = exporter.get_finished_spans()[0]
    assert span.status.description == "ValueError"
    assert "secreto" not in span.to_json()


def test_what_is_no_call_is_no_span(spans: Any) -> None:
    tracing, exporter = spans
    assert tracing.of_sunat(_Sunat()).can_ask(None)
    assert exporter.get_finished_spans() == ()


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """An OTLP receiver: its address, and what came."""
    came: list[tuple[str, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.path, gzip.decompress(data) if self.headers["Content-Encoding"] == "gzip" else data))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_spans_reach_a_collector(collector: tuple[str, list[tuple[str, bytes]]]) -> None:
    address, came = collector
    tracing = open_tracing(address, "api", "1.2.3")
    with tracing.span("issue", about={"ruc": "20000000001"}):
        pass
    tracing.close()
    path, data = came[0]
    assert path == "/v1/traces"
    assert all(word in data for word in (b"onapi-api", b"1.2.3", b"issue", b"20000000001"))


def test_nothing_of_it_is_imported_when_it_is_off() -> None:
    asked = "[each for each in sys.modules if each.startswith('opentelemetry.sdk')]"
    code = f"import onapi.api.app, onapi.main, json, sys; print(json.dumps({asked}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert json.loads(done.stdout) == []
