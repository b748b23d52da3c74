"""One call over a real socket: what is told of each way in which an answer can fail to come, or come strangely."""

import gzip
import random
import socket
import threading
import time
import zlib
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from onapi.gateways.sunat import BRISK, Kind, SolAccount, Sunat, read_answer
from onapi.gateways.sunat import wire as wire_module

ACCOUNT = SolAccount("20000000001MODDATOS", "moddatos")
NAME = "20000000001-01-F001-7"
FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    b"<faultcode>s:Client.0151</faultcode><faultstring>nombre</faultstring></s:Fault></s:Body></s:Envelope>"
)


def http(body: bytes, *, status: str = "200 OK", head: str = "") -> bytes:
    """An HTTP answer."""
    lines = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return lines.encode("latin-1") + body


def says(answer: bytes) -> Callable[[socket.socket], None]:
    """A treatment: say this and hang up."""
    return lambda connection: connection.sendall(answer)


def send(sunat: Sunat) -> Any:
    return sunat.send_bill(ACCOUNT, NAME, b"<Invoice/>")


def drip(connection: socket.socket, head: bytes, seconds: float = 3) -> None:
    """Send a byte now and then."""
    connection.sendall(head)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.sendall(b"a")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("treat", "key"),
    [
        (lambda _: None, "cut"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<half"), "cut"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<half"), "cut"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<half"), "cut"),
        (says(b"no HTTP\r\n\r\n"), "cut"),
        (says(b"HTTP/1.1 OK\r\n\r\n"), "cut"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "cut"),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000), "cut"),
        (lambda _: time.sleep(1), "timeout"),
        (lambda c: drip(c, b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"), "timeout"),
    ],
    ids=["cut", "half", "half-chunk", "bad-chunk", "garbage", "no-status", "two-lengths", "long-head", "mute", "drip"],
)
def test_after_the_send_silence_may_hide_a_document(
    door: Callable[..., Sunat], raw: Callable[..., Any], treat: Callable[[socket.socket], None], key: str
) -> None:
    server = raw(treat)
    started = time.monotonic()
    talk = send(door(server.address))
    assert (talk.status, talk.answer, talk.was_sent) == (None, b"", True)
    assert talk.trouble.partition(": ")[0] == key
    assert read_answer(talk).kind is Kind.SILENCE
    assert time.monotonic() - started < 2
    assert len(server.requests) == 1, "nothing is retried"


def test_a_reset_may_hide_a_document(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    talk = send(door(raw(reset).address))
    assert talk.was_sent
    assert talk.trouble.startswith("cut: ")


def test_a_connection_that_nobody_takes_sent_nothing(door: Callable[..., Sunat]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    talk = send(door(f"http://127.0.0.1:{port}"))
    assert (talk.status, talk.was_sent, talk.trouble) == (None, False, "unsent: no hubo conexión")


def test_a_name_that_nobody_knows_sent_nothing(door: Callable[..., Sunat], monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    talk = send(door("http://no.existe.invalid"))
    assert (talk.was_sent, talk.trouble) == (False, "unsent: no se encontró la dirección del servidor (DNS)")


@pytest.mark.parametrize("address", ["", "gopher://127.0.0.1", "http://", "http://[::1", "http://a b/", "x"])
def test_an_address_that_is_none_sent_nothing(door: Callable[..., Sunat], address: str) -> None:
    assert not send(door(address)).was_sent


def test_credentials_that_xml_cannot_carry_send_nothing(door: Callable[..., Sunat]) -> None:
    for password in ("a\x00b", "a\ud800b", "a\x1bb"):
        talk = door("http://127.0.0.1:1").send_bill(SolAccount("20000000001X", password), NAME, b"<a/>")
        assert talk.trouble == "unsent: las credenciales tienen caracteres que no se pueden enviar"


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504])
def test_any_status_is_told_and_no_redirect_followed(
    door: Callable[..., Sunat], raw: Callable[..., Any], status: int
) -> None:
    elsewhere = raw(says(http(FAULT)))
    body = b"" if status == 204 else b"<html>nginx</html>"
    server = raw(says(http(body, status=f"{status} X", head=f"Location: {elsewhere.address}/\r\n")))
    talk = send(door(server.address))
    assert (talk.status, talk.answer, talk.trouble) == (status, body, "")
    assert not elsewhere.requests


@pytest.mark.parametrize("location", ["http://[::1", "//", "\x00", "http://a b/", "ñ:", "file:///etc/passwd", ""])
def test_a_redirect_to_nowhere_is_a_status(door: Callable[..., Sunat], raw: Callable[..., Any], location: str) -> None:
    talk = send(door(raw(says(http(b"", status="302 Found", head=f"Location: {location}\r\n"))).address))
    assert talk.was_sent
    assert read_answer(talk).kind is Kind.SILENCE


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", Kind.SILENCE), (b"<html><h1>Mantenimiento</h1></html>", Kind.SILENCE), (FAULT, Kind.CODE)],
    ids=["empty", "HTML", "fault"],
)
def test_empty_and_html_are_no_answer(
    door: Callable[..., Sunat], raw: Callable[..., Any], body: bytes, kind: Kind
) -> None:
    talk = send(door(raw(says(http(body))).address))
    assert (talk.status, talk.answer, read_answer(talk).kind) == (200, body, kind)


def raw_deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(body) + engine.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(FAULT)),
        ("X-Gzip", gzip.compress(FAULT)),
        ("deflate", zlib.compress(FAULT)),
        ("deflate", raw_deflate(FAULT)),
        ("identity", FAULT),
    ],
)
def test_a_proxy_may_pack_the_answer(
    door: Callable[..., Sunat], raw: Callable[..., Any], coding: str, packed: bytes
) -> None:
    server = raw(says(http(packed, head=f"Content-Encoding: {coding}\r\n")))
    assert send(door(server.address)).answer == FAULT
    assert b"accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize("packed", [gzip.compress(FAULT)[:-9], b"no gzip", b"", gzip.compress(FAULT)[5:]])
def test_a_pack_that_does_not_open_is_kept_as_it_came(
    door: Callable[..., Sunat], raw: Callable[..., Any], packed: bytes
) -> None:
    talk = send(door(raw(says(http(packed, head="Content-Encoding: gzip\r\n"))).address))
    assert (talk.status, talk.answer) == (200, packed)
    assert read_answer(talk).kind is Kind.SILENCE


def test_a_bomb_in_the_pack_stays_packed(
    door: Callable[..., Sunat], raw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "MAX_BYTES", 100_000)
    packed = gzip.compress(b"\0" * 1_000_000)
    assert send(door(raw(says(http(packed, head="Content-Encoding: gzip\r\n"))).address)).answer == packed


def test_an_answer_without_end_is_given_up(
    door: Callable[..., Sunat], raw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "MAX_BYTES", 100_000)
    talk = send(door(raw(says(http(b"a" * 300_000))).address))
    assert (talk.answer, talk.trouble) == (b"", "cut: la respuesta es demasiado larga")


def test_chunks_and_a_continue_before_them_are_an_answer(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    head = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (FAULT[:7], FAULT[7:90], FAULT[90:]))
    talk = send(door(raw(says(head + chunks + b"0\r\n\r\n")).address))
    assert (talk.status, talk.answer) == (500, FAULT)


def test_an_answer_without_length_ends_with_the_connection(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    assert send(door(raw(says(b"HTTP/1.0 200 OK\r\n\r\n" + FAULT)).address)).answer == FAULT


def test_a_slow_answer_is_waited_for(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    def slow(connection: socket.socket) -> None:
        for part in (http(FAULT)[:30], http(FAULT)[30:100], http(FAULT)[100:]):
            time.sleep(0.1)
            connection.sendall(part)

    talk = send(door(raw(slow).address))
    assert talk.answer == FAULT
    assert talk.duration_ms >= 300


def test_a_cookie_goes_to_no_other_company(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    server = raw(says(http(FAULT, head="Set-Cookie: sesion=de-la-primera; Path=/\r\n")))
    sunat = door(server.address)
    send(sunat)
    sunat.send_bill(SolAccount("20000000010MODDATOS", "x"), NAME, b"<Invoice/>")
    assert b"cookie" not in server.requests[1].lower()


def test_connections_are_used_again(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    server = site(lambda _: (200, FAULT))
    sunat = door(server.address)
    assert [send(sunat).answer for _ in range(5)] == [FAULT] * 5
    assert len({heard.port for heard in server.heard}) == 1


def test_many_threads_share_a_door(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    def echo(heard: Any) -> tuple[int, bytes]:
        return 200, etree.fromstring(heard.body).findtext(".//fileName").encode()

    sunat = door(site(echo).address, replace(BRISK, read_s=5))
    told: dict[int, bytes] = {}

    def talk(number: int) -> None:
        told[number] = sunat.send_bill(ACCOUNT, f"20000000001-01-F001-{number}", b"<a/>").answer

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert told == {number: b"20000000001-01-F001-%d.zip" % number for number in range(40)}


def test_a_closed_door_sends_nothing(door: Callable[..., Sunat]) -> None:
    sunat = door("http://127.0.0.1:1")
    send(sunat)
    sunat.close()
    assert not send(sunat).was_sent


def test_garbage_on_the_wire_is_a_talk(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    """Whatever bytes come in an answer's place, a talk comes out, and never a file."""
    chance = random.Random(20261120)  # noqa: S311 - a sample, no secret
    good = [
        http(FAULT, head="Content-Encoding: gzip\r\nSet-Cookie: a=b; Max-Age=x; Domain=.\r\n"),
        http(FAULT, status="302 Found", head="Location: /otra\r\n"),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<abc>\r\n0\r\n\r\n",
    ]
    current = [b""]
    sunat = door(raw(lambda connection: connection.sendall(current[0])).address)
    for _ in range(400):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(min(len(data), 130))
            data[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
        current[0] = bytes(data)
        talk = send(sunat)
        assert talk.was_sent
        assert read_answer(talk).kind is not Kind.FILE


def test_the_zip_that_leaves_holds_the_document(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    server = raw(says(http(FAULT)))
    send(door(server.address))
    told = etree.fromstring(server.requests[0].partition(b"\r\n\r\n")[2])
    assert b64decode(told.findtext(".//contentFile")).startswith(b"PK")
