"""What SUNAT's raw answers say, in each of its spellings."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from onapi.gateways.door import Talk
from onapi.gateways.sunat import Answer, Kind, read_answer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ZIP = b"PK\x03\x04 un ZIP"
CONTENT = b64encode(ZIP).decode()


def said(answer: bytes | str, status: int | None = 200, trouble: str = "", operation: str = "sendBill") -> Answer:
    body = answer.encode() if isinstance(answer, str) else answer
    return read_answer(Talk(operation, "", datetime(2026, 11, 20, tzinfo=UTC), 1, status, body, trouble))


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
    "spelling", ["HTTP", "env:Client", "soap-env:Server", "", "Client.01090", "Client.1", "0x0109", "Client 0109"]
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
    told = f"<statusMessage>{words}</statusMessage>" if words else ""
    inside = f"<content>{content}</content><statusCode>{code}</statusCode>{told}"
    return soap(f"<r><{wrapper}>{inside}</{wrapper}></r>")


@pytest.mark.parametrize("operation", ["getStatusCdr", "getStatus"])
@pytest.mark.parametrize("wrapper", ["statusCdr", "status"])
def test_the_consult_service_brings_a_file_or_a_code(wrapper: str, operation: str) -> None:
    file = status("0004", "La constancia existe", CONTENT, wrapper)
    assert said(file, operation=operation) == Answer(Kind.FILE, file=ZIP, code="0004", status="0004")
    gone = status("0011", "no existe", wrapper=wrapper)
    assert said(gone, operation=operation) == Answer(Kind.CODE, code="0011", words="no existe", status="0011")
    kept = status("0004", "La constancia existe", wrapper=wrapper)
    assert said(kept, operation=operation) == Answer(
        Kind.CODE, code="0004", words="La constancia existe", status="0004"
    )


def ticket(code: str, content: str = "", words: str = "") -> Answer:
    return said(status(code, words, content, "status"), operation="getStatus")


@pytest.mark.parametrize("code", ["0", "99"])
def test_a_ticket_brings_a_file(code: str) -> None:
    assert ticket(code, CONTENT) == Answer(Kind.FILE, file=ZIP, code=code, status=code)


@pytest.mark.parametrize("code", ["98", "0098", " 98 "])
@pytest.mark.parametrize("content", ["", "En proceso"])
def test_a_ticket_is_in_process(code: str, content: str) -> None:
    assert ticket(code, content) == Answer(Kind.PENDING, code="0098", words=content, status="0098")


@pytest.mark.parametrize("code", ["0", "00", "0000"])
@pytest.mark.parametrize("content", ["", "El resumen fue aceptado", b64encode(b"aceptado").decode(), CONTENT[:-3]])
def test_processed_without_its_file_proves_nothing(code: str, content: str) -> None:
    for operation in ("getStatus", "getStatusCdr", "sendBill"):
        found = said(status(code, "", content, "status"), operation=operation)
        assert (found.kind, found.file, found.code) == (Kind.SILENCE, b"", "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2335", "2335"),
        ("0306", "0306"),
        ("2400", "2400"),
        ("2335 - El documento ha sido alterado", "2335"),
        ("2663: El documento no fue informado", "2663"),
        ('ticket: 1623742208882 error: INFO : 2800 (nodo: "cbc:ID/schemeID" valor: "7")', "2800"),
        ('Error en la linea: 1 Tributo: 1000: 3103 (nodo: "cbc:TaxAmount" valor: "36.00")', "3103"),
    ],
)
def test_processed_with_errors_gives_the_code_it_names(written: str, code: str) -> None:
    assert ticket("99", words=written) == Answer(Kind.CODE, code=code, words=written, status="0099")
    assert ticket("99", written) == Answer(Kind.CODE, code=code, words=written, status="0099")
    packed = b64encode(written.encode()).decode()
    assert ticket("99", packed).code == code


@pytest.mark.parametrize("written", ["", "con errores", "hubo 2335 errores", "12335 - x", "el 0109 falla", "2335-x"])
def test_processed_with_errors_that_names_none_is_silence(written: str) -> None:
    for found in (ticket("99", words=written), ticket("99", written)):
        assert (found.kind, found.code) == (Kind.SILENCE, "")


@pytest.mark.parametrize("content", ["", "El ticket no existe", b64encode(b"El ticket no existe").decode()])
def test_a_ticket_that_sunat_does_not_know_is_a_code(content: str) -> None:
    found = ticket("0127", content)
    assert (found.kind, found.code, found.words) == (Kind.CODE, "0127", "El ticket no existe" if content else "")


@pytest.mark.parametrize("number", ["202612345678901", " 1763651703114\n"])
def test_a_summary_gets_a_ticket(number: str) -> None:
    inside = f'<b:sendSummaryResponse xmlns:b="urn:x"><ticket>{number}</ticket></b:sendSummaryResponse>'
    assert said(soap(inside), operation="sendSummary") == Answer(Kind.TICKET, ticket=number.strip())
    assert said(soap(inside)).kind is Kind.SILENCE, "a bill gets none"


@pytest.mark.parametrize("number", ["", "../1", "1 2", "ñ", "-1", "x" * 65])
def test_what_is_no_ticket_is_silence(number: str) -> None:
    found = said(soap(f"<r><ticket>{number}</ticket></r>"), operation="sendSummary")
    assert (found.kind, found.ticket) == (Kind.SILENCE, "")


def test_a_summary_gets_no_file() -> None:
    inside = f"<r><applicationResponse>{CONTENT}</applicationResponse></r>"
    assert said(soap(inside), operation="sendSummary").kind is Kind.SILENCE


FILE = f"<r><applicationResponse>{CONTENT}</applicationResponse></r>"
DENIAL = "<s:Fault><faultcode>s:0151</faultcode></s:Fault>"


@pytest.mark.parametrize(
    "text",
    [
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{FILE}</s:Body><s:Body>{FILE}</s:Body></s:Envelope>',
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{FILE}{FILE}</s:Body></s:Envelope>',
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{FILE}{DENIAL}</s:Body></s:Envelope>',
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{FILE.replace("</r>", FILE[3:])}</s:Body></s:Envelope>',
        f'<s:Answer xmlns:s="{SOAP}"><s:Body>{FILE}</s:Body></s:Answer>',
        f'<s:Envelope xmlns:s="{SOAP}">{FILE}</s:Envelope>',
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{FILE}</s:Body></s:Envelope> x',
        FILE,
    ],
    ids=["two-bodies", "two-responses", "and-a-fault", "two-files", "no-envelope", "no-body", "and-more", "bare"],
)
def test_what_says_two_things_says_nothing(text: str) -> None:
    assert said(text).kind is Kind.SILENCE


def test_a_status_that_says_two_things_says_nothing() -> None:
    twice = "<status><statusCode>0011</statusCode><statusCode>0001</statusCode></status>"
    assert said(soap(f"<r>{twice}</r>"), operation="getStatusCdr").kind is Kind.SILENCE


def test_comments_in_between_change_nothing() -> None:
    text = soap(f"<!-- a -->{FILE.replace('<r>', '<r><!-- b --> ')}<?c d?>")
    assert said(text) == Answer(Kind.FILE, file=ZIP)


def test_a_fault_of_soap_1_2_is_a_fault() -> None:
    inside = (
        "<soap-env:Fault><soap-env:Code><soap-env:Value>soap-env:Sender</soap-env:Value><soap-env:Subcode>"
        "<soap-env:Value>ns0:0103</soap-env:Value></soap-env:Subcode></soap-env:Code>"
        "<soap-env:Reason><soap-env:Text>palabras</soap-env:Text></soap-env:Reason></soap-env:Fault>"
    )
    assert said(soap(inside), 500) == Answer(Kind.CODE, code="0103", words="palabras")


@pytest.mark.parametrize("code", ["", "El ticket no existe", "0011x", "99999", "-1"])
def test_a_status_that_is_no_number_is_silence(code: str) -> None:
    for operation in ("getStatus", "getStatusCdr"):
        assert said(status(code, "palabras"), operation=operation).kind is Kind.SILENCE


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
