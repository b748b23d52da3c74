"""The road to Meta: TLS is always verified, plain HTTP stays on this machine, and no server can hold a thread."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graph_server import graph_at
from test_tls import HOUR, Pair, authority, certificate, context

from onapi.errors import Misconfigured
from onapi.gateways.channels.graph import Graph, Upload
from onapi.gateways.egress import Answer

__all__ = ["authority"]  # a fixture of these tests, too

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
UNTRUSTED = "unsent: no se pudo comprobar la identidad del servidor de WhatsApp (TLS)"


def post(url: str, **more: Any) -> Answer:
    with graph_at(url) as graph:
        return graph.post("1/messages", "canario", {}, **more)


def test_a_server_that_proves_who_it_is_gets_the_token(
    raw: Callable[..., Any], tmp_path: Path, authority: Pair
) -> None:
    server = raw(lambda connection: connection.sendall(YES), context(tmp_path, certificate(authority)))
    assert (post(server.address).body, b"Bearer canario" in server.requests[0]) == (b"ok", True)


@pytest.mark.parametrize(
    "fault",
    [{"host": "127.0.0.2"}, {"host": "graph.facebook.com"}, {"age": 2 * HOUR, "life": -HOUR}, None],
    ids=["another-address", "another-name", "expired", "of-its-own-making"],
)
def test_whoever_cannot_gets_nothing(
    raw: Callable[..., Any], tmp_path: Path, authority: Pair, fault: dict[str, Any] | None
) -> None:
    pair = certificate(None) if fault is None else certificate(authority, **fault)
    server = raw(lambda connection: connection.sendall(YES), context(tmp_path, pair))
    assert (post(server.address).trouble, server.requests) == (UNTRUSTED, [])


@pytest.mark.parametrize(
    "url", ["http://graph.facebook.com", "http://10.0.0.1/whatsapp", "ftp://127.0.0.1", "graph.facebook.com", "//x"]
)
def test_plain_http_stays_here(url: str) -> None:
    with pytest.raises(Misconfigured):
        Graph(url)


def test_the_sandbox_s_phone_is_reached_past_any_proxy(
    raw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(raw(lambda connection: connection.sendall(YES)).address).body == b"ok"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"", "cut: la conexión se cortó antes de la respuesta"),
        (b"garbage\r\n\r\n", "cut: la conexión se cortó antes de la respuesta"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", ""),  # said yes, and broke off
    ],
)
def test_what_breaks_off(raw: Callable[..., Any], answer: bytes, trouble: str) -> None:
    found = post(raw(lambda connection: connection.sendall(answer)).address)
    assert found.trouble == trouble
    assert (found.status, found.body) == ((None, b"") if trouble else (200, b"ok"))


def test_who_drips_or_never_ends_holds_nobody(raw: Callable[..., Any]) -> None:
    def drip(connection: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n")
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(b"x")

    begun = time.monotonic()
    assert post(raw(drip).address, within_s=0.3).status is None
    assert time.monotonic() - begun < 3
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 2**20
    assert len(post(raw(lambda connection: connection.sendall(endless)).address).body) == 2**18


def test_many_files_at_once(raw: Callable[..., Any]) -> None:
    """A form is what its boundary says, whatever is in the file."""
    server = raw(lambda connection: connection.sendall(YES))
    with graph_at(server.address) as graph:
        graph.upload("1/media", "t", {"type": "text/plain"}, Upload("a.xml", "text/plain", b"\r\n--onapi--\r\n"))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    mark = head.split(b"boundary=")[1].split(b"\r\n")[0]
    assert body.count(b"--" + mark) == 3
    assert b"\r\n\r\n\r\n--onapi--\r\n\r\n--" + mark in body
