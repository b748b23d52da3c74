"""What the log of requests costs: CPU in the request's own thread, and in the log's thread, for each request."""

import asyncio
import json
import tempfile
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils
from figures import show
from starlette.datastructures import State

from onapi.api.metrics import Metrics
from onapi.api.request_log import EdgeMiddleware
from onapi.api.request_log_writer import LogWriter
from onapi.api.tokens import Principal
from onapi.store.request_log import DayFiles

App = Callable[..., Awaitable[Any]]
_RUNS = 7
_RECORD = "/integrator/ngr/{ruc}/{doctype}/{serie}/{number}"
_REQUESTS = 1000
_LINE = {
    "codProducto": "TEC-01",
    "unidad": "NIU",
    "cantidad": 2,
    "descripcion": "Teclado mecánico",
    "mtoValorUnitario": 100,
}
_HEADERS = [
    (b"host", b"127.0.0.1"), (b"accept", b"application/json, */*;q=0.5"), (b"content-type", b"application/json"),
    (b"content-length", b"900"), (b"authorization", b"Bearer " + b64encode(bytes(300))),
    (b"user-agent", b"python-httpx/0.28"),
    (b"accept-encoding", b"gzip, deflate"), (b"x-trace", b"1"),
]  # fmt: skip


def _body(lines: int) -> bytes:
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
    document = {"serie": "F001", "correlativo": 1, "client": client, "details": [_LINE] * lines}
    return json.dumps({"ruc": "20000000001", "doctype": "01", "document": document, "options": {"wait": 0}}).encode()


class _App:
    """Nothing but the state that the edge looks at."""

    state = State({"surroundings": type("Here", (), {"trusted_proxies": ()})()})


def _scope(method: str, path: str, route: str) -> dict[str, Any]:
    principal = Principal("c", "integra", frozenset({"20000000001"}), frozenset({"logs"}))
    return {
        "type": "http", "method": method, "path": path, "query_string": b"wait=2", "headers": _HEADERS, "app": _App,
        "client": ("127.0.0.1", 4000), "onapi.request_id": "r" * 32, "onapi.principal": principal,
        "route": type("Route", (), {"path": route}), "path_params": {"ruc": "20000000001"},
    }  # fmt: skip


async def _spend(app: App, body: bytes, scope: dict[str, Any]) -> float:
    """CPU of one request in an application of nothing, microseconds."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(_message: object) -> None:
        pass

    began = time.thread_time()
    for _ in range(_REQUESTS):
        await app(dict(scope), receive, send)
    return (time.thread_time() - began) / _REQUESTS * 1e6


async def _nothing(_scope: object, receive: App, send: App) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body"})


def run() -> None:
    """Print every figure."""
    base = "/integrator/api/v1/integrator"
    for name, lines, scope in (
        ("GET of a record", 0, _scope("GET", f"{base}/ngr/20000000001/01/F001/1", _RECORD)),
        ("sendMessage, 3 lines", 3, _scope("POST", f"{base}/sendMessage", "/integrator/sendMessage")),
        ("sendMessage, 100 lines", 100, _scope("POST", f"{base}/sendMessage", "/integrator/sendMessage")),
    ):  # fmt: skip
        front, back = [], []
        with tempfile.TemporaryDirectory(prefix="onapi-bench-") as folder:
            writer = LogWriter(
                DayFiles(Path(folder)), environment="sandbox", days=30, clock=lambda: datetime.now(UTC),
                new_id=lambda: str(uuid_utils.uuid7()), username_of=lambda _: "ana@a.example",
            )  # fmt: skip
            edge = EdgeMiddleware(_nothing, lambda: datetime.now(UTC), (writer, Metrics()))
            body = _body(lines) if lines else b""
            for _ in range(_RUNS):
                bare = asyncio.run(_spend(_nothing, body, scope))
                front.append(asyncio.run(_spend(edge, body, scope)) - bare)
                back.append(_written(writer))
            writer.log.close()
        show(f"edge, CPU of the request's thread, {name}", front, "us")
        show(f"log's thread, CPU, {name}", back, "us")


def _written(writer: LogWriter) -> float:
    many, began = writer.waiting, time.thread_time()
    while writer.waiting:
        writer._write()  # noqa: SLF001  its thread's own work, in this thread where it can be measured
    assert many == _REQUESTS
    return (time.thread_time() - began) / many * 1e6


if __name__ == "__main__":
    run()
