"""The calls to SUNAT: what goes out, and what is told of each way in which nothing comes back."""

import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from lxml import etree

from onapi.gateways.sunat import ENDPOINTS, SolAccount, Sunat, endpoints_at
from onapi.gateways.sunat.soap import envelope, file_argument, headers
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ACCOUNT = SolAccount("20000000001MODDATOS", "cl<v&'\"é")
FACTURA = ReceiptId("20000000001", "01", "F001", 7)

Answer = Callable[[socket.socket], None]


@contextmanager
def listening(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A server of one connection after another, each treated as `answer` likes; gives its address and what it read."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(_request(connection))
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(10)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"</soapenv:Envelope>" not in data:
        data += connection.recv(65536)
    return data


def reply(body: bytes) -> Answer:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


@pytest.fixture
def door() -> Iterator[Callable[[str], Sunat]]:
    opened: list[Sunat] = []

    def make(address: str) -> Sunat:
        opened.append(Sunat(endpoints_at(address), lambda: NOW))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_a_bill_goes_out_as_soap_with_its_zip(door: Callable[[str], Sunat]) -> None:
    with listening(reply(b"<ok/>")) as (address, heard):
        talk = door(address).send_bill(ACCOUNT, FACTURA.file_name, "<Invoice>ñ</Invoice>".encode())
    assert (talk.operation, talk.status, talk.answer, talk.trouble, talk.was_sent) == (
        "sendBill",
        200,
        b"<ok/>",
        "",
        True,
    )
    assert (talk.at, talk.address) == (NOW, f"{address}/ol-ti-itcpfegem/billService")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert b'soapaction: "urn:sendbill"' in head.lower()
    told = etree.fromstring(body)
    assert told.findtext(".//{*}Username") == ACCOUNT.user
    assert told.findtext(".//{*}Password") == ACCOUNT.password
    assert told.findtext(".//fileName") == "20000000001-01-F001-7.zip"
    content = b64decode(told.findtext(".//contentFile"))
    assert unzip_one(content) == ("20000000001-01-F001-7.xml", "<Invoice>ñ</Invoice>".encode())


def test_the_same_document_goes_out_as_the_same_bytes(door: Callable[[str], Sunat]) -> None:
    bodies = []
    for _ in range(2):
        with listening(reply(b"")) as (address, heard):
            door(address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
        bodies.append(heard[0].partition(b"\r\n\r\n")[2])
    assert bodies[0] == bodies[1]


def test_a_question_names_the_receipt(door: Callable[[str], Sunat]) -> None:
    with listening(reply(b"")) as (address, heard):
        talk = door(address).ask_cdr(ACCOUNT, FACTURA)
    assert talk.operation == "getStatusCdr"
    asked = etree.fromstring(heard[0].partition(b"\r\n\r\n")[2])
    names = ("rucComprobante", "tipoComprobante", "serieComprobante", "numeroComprobante")
    assert [asked.findtext(f".//{name}") for name in names] == ["20000000001", "01", "F001", "7"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None,
        lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<half"),
        lambda c: c.sendall(b"no HTTP\r\n\r\n"),
    ],
    ids=["cut", "half", "garbage"],
)
def test_an_answer_cut_short_may_have_arrived(door: Callable[[str], Sunat], answer: Answer) -> None:
    with listening(answer) as (address, _):
        talk = door(address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
    assert (talk.status, talk.answer, talk.was_sent) == (None, b"", True)
    assert talk.trouble.startswith("cut: ")


def test_a_refused_connection_has_sent_nothing(door: Callable[[str], Sunat]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    talk = door(f"http://127.0.0.1:{port}").send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
    assert (talk.status, talk.was_sent) == (None, False)
    assert talk.trouble.startswith("unsent: ")


def test_a_redirect_is_not_followed(door: Callable[[str], Sunat]) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(lambda connection: connection.sendall(moved)) as (address, _):
        assert door(address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>").status == 302


def test_the_password_is_in_no_talk_and_no_repr(door: Callable[[str], Sunat]) -> None:
    with listening(reply(b"<ok/>")) as (address, _):
        talk = door(address).send_bill(ACCOUNT, FACTURA.file_name, b"<Invoice/>")
    assert ACCOUNT.password not in repr(talk)
    assert ACCOUNT.password not in repr(ACCOUNT)


@pytest.mark.parametrize(
    ("doctype", "series", "can"),
    [
        ("01", "F001", True),
        ("07", "F001", True),
        ("08", "FC01", True),
        ("03", "B001", False),
        ("07", "B001", False),
        ("20", "R001", False),
    ],
)
def test_sunat_tells_of_facturas_and_their_notes(
    door: Callable[[str], Sunat], doctype: str, series: str, can: object
) -> None:
    assert door("http://127.0.0.1:1").can_ask(ReceiptId("20000000001", doctype, series, 1)) is can


def test_sunats_tests_tell_nothing() -> None:
    sunat = Sunat(ENDPOINTS[Environment.BETA], lambda: NOW)
    assert sunat.can_ask(FACTURA) is False
    sunat.close()


def test_every_published_address_is_https() -> None:
    found = [address for each in ENDPOINTS.values() for address in (each.bill, each.consult) if address]
    assert len(found) == 3
    assert all(address.startswith("https://e-") and ".sunat.gob.pe/" in address for address in found)


def test_an_envelope_escapes_what_it_carries() -> None:
    text = envelope("sendBill", {"fileName": "a<b>&c"}, user="u<", password="p&\x22")
    told = etree.fromstring(text)
    assert (told.findtext(".//{*}Username"), told.findtext(".//{*}Password")) == ("u<", 'p&"')
    assert told.findtext(".//fileName") == "a<b>&c"
    assert headers("getStatusCdr")["SOAPAction"] == '"urn:getStatusCdr"'
    assert file_argument(b"\x00\xff") == "AP8="
