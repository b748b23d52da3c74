"""What SUNAT's raw answers say, in each of its spellings."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from onapi.gateways.door import Talk
from onapi.gateways.sunat import Answer, Kind, read_answer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ZIP = b"PK\x03\x04 un ZIP"
CONTENT = b64encode(ZIP).decode()


def said(answer: bytes | str, status: int | None = 200, trouble: str = "") -> Answer:
    body = answer.encode() if isinstance(answer, str) else answer
    return read_answer(Talk("sendBill", "", datetime(2026, 11, 20, tzinfo=UTC), 1, status, body, trouble))


def soap(inside: str, prefix: str = "soap-env") -> str:
    return f'<{prefix}:Envelope xmlns:{prefix}="{SOAP}"><{prefix}:Body>{inside}</{prefix}:Body></{prefix}:Envelope>'


def fault(code: str, words: str = "palabras", detail: str = "") -> str:
    inside = f"<faultcode>{code}</faultcode><faultstring>{words}</faultstring>{detail}"
    return soap(f"<soap-env:Fault>{inside}</soap-env:Fault>")


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("soap-env:Client.0109", "0109"),
        ("SOAP-ENV:Server.0137", "0137"),
        ("a:Client.0103", "0103"),
        ("ns0:0103", "0103"),
        ("0109", "0109"),
        (" 0109 ", "0109"),
        ("soap-env:Client.109", "0109"),
        ("env:Server.200", "0200"),
        ("soap-env:Client.1033\n", "1033"),
        ("soap-env:Client.2335", "2335"),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_a_code_is_found_in_each_spelling(spelling: str, code: str, status: int) -> None:
    assert said(fault(spelling), status) == Answer(Kind.CODE, code=code, words="palabras")


@pytest.mark.parametrize(
    "spelling", ["HTTP", "env:Client", "soap-env:Server", "", "Client.01090", "Client.1", "0x0109"]
)
def test_a_fault_without_a_code_is_silence(spelling: str) -> None:
    found = said(fault(spelling, "Internal Error"), 500)
    assert (found.kind, found.code) == (Kind.SILENCE, "")
    assert "Internal Error" in found.words


def test_some_nodes_write_the_code_where_words_belong() -> None:
    detail = "<detail><message>El sistema no puede responder</message></detail>"
    assert said(fault("soap-env:Client", "0100", detail), 500) == Answer(
        Kind.CODE, code="0100", words="El sistema no puede responder"
    )


def test_a_number_inside_words_is_no_code() -> None:
    assert said(fault("soap-env:Client", "error 0109 en el nodo 2335"), 500).kind is Kind.SILENCE


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("El Usuario ingresado no existe", "El Usuario ingresado no existe"),
        ("validaci&#243;n", "validación"),
        ("validaci&#xF3;n", "validación"),
        ("El &lt;nodo&gt; &amp; su valor", "El <nodo> & su valor"),
    ],
)
def test_accents_come_as_entities(written: str, read: str) -> None:
    assert said(fault("soap-env:Client.0102", written), 500).words == read


@pytest.mark.parametrize("prefix", ["soap-env", "S", "soapenv", "env"])
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_prefix_and_encoding_are_as_they_come(prefix: str, encoding: str) -> None:
    inside = f"<{prefix}:Fault><faultcode>x.0151</faultcode><faultstring>año</faultstring></{prefix}:Fault>"
    text = f'<?xml version="1.0" encoding="{encoding}"?>{soap(inside, prefix)}'
    assert said(text.encode(encoding), 500) == Answer(Kind.CODE, code="0151", words="año")


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "0102"), (403, "0111"), (429, "0109"), (500, "0109"), (502, "0109"), (503, "0109"), (504, "0109")],
)
@pytest.mark.parametrize("body", [b"", b"<html><body>nginx</body></html>", b"Bad Gateway"])
def test_the_servers_in_front_answer_without_soap(status: int, code: str, body: bytes) -> None:
    assert said(body, status) == Answer(Kind.CODE, code=code, words=f"HTTP {status}")


@pytest.mark.parametrize("status", [200, 202, 204, 301, 302, 400, 404, 413])
@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Mantenimiento</body></html>", b"OK", b"\x1f\x8b\x08", b"<a>", b"<a/>"]
)
def test_no_soap_is_silence_and_never_in_process(status: int, body: bytes) -> None:
    assert said(body, status).kind is Kind.SILENCE


def test_a_soap_fault_counts_more_than_the_status() -> None:
    assert said(fault("soap-env:Client.0306"), 503).code == "0306"


def test_no_answer_is_silence_with_its_trouble() -> None:
    assert said(b"", None, "timeout: ReadTimeout") == Answer(Kind.SILENCE, words="timeout: ReadTimeout")


@pytest.mark.parametrize("content", [CONTENT, f"\n{CONTENT[:8]}\r\n {CONTENT[8:]}\n"])
def test_send_bill_brings_a_file(content: str) -> None:
    inside = (
        f'<b:sendBillResponse xmlns:b="urn:x"><applicationResponse>{content}</applicationResponse></b:sendBillResponse>'
    )
    assert said(soap(inside)) == Answer(Kind.FILE, file=ZIP)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "El comprobante fue aceptado",
        b64encode(b"<xml/>").decode(),
        CONTENT[:-3],
        f"{CONTENT}!",
        b64encode(b"P").decode(),
    ],
)
def test_text_for_base64_is_silence(content: str) -> None:
    assert said(soap(f"<r><applicationResponse>{content}</applicationResponse></r>")).kind is Kind.SILENCE


def status(code: str, words: str, content: str = "", wrapper: str = "statusCdr") -> str:
    return soap(
        f"<r><{wrapper}><content>{content}</content><statusCode>{code}</statusCode>"
        f"<statusMessage>{words}</statusMessage></{wrapper}></r>"
    )


@pytest.mark.parametrize("wrapper", ["statusCdr", "status"])
def test_the_consult_service_brings_a_file_or_a_code(wrapper: str) -> None:
    assert said(status("0004", "La constancia existe", CONTENT, wrapper)) == Answer(Kind.FILE, file=ZIP, code="0004")
    assert said(status("0011", "no existe", wrapper=wrapper)) == Answer(Kind.CODE, code="0011", words="no existe")
    assert said(status("98", "en proceso", wrapper=wrapper)).code == "0098"


@pytest.mark.parametrize("content", ["", "El ticket no existe", b64encode(b"texto").decode()])
def test_a_status_without_its_file_is_only_a_code(content: str) -> None:
    found = said(status("0", "palabras", content))
    assert (found.kind, found.file, found.code) == (Kind.CODE, b"", "0000")


@pytest.mark.parametrize("code", ["", "El ticket no existe", "0011x", "99999", "-1"])
def test_a_status_that_is_no_number_is_silence(code: str) -> None:
    assert said(status(code, "palabras")).kind is Kind.SILENCE


@pytest.mark.parametrize("inside", ["", "<r/>", "<r><x/></r>", "<!-- nada -->"])
def test_an_empty_body_is_silence(inside: str) -> None:
    assert said(soap(inside)).kind is Kind.SILENCE


@pytest.mark.parametrize(
    "trick",
    [
        '<!DOCTYPE a [<!ENTITY x "0109">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        "<a>" * 5000,
        "\ufeff\x00",
    ],
)
def test_tricks_are_silence_and_no_error(trick: str) -> None:
    assert said(trick).kind is Kind.SILENCE
