"""Operation 10: what was issued elsewhere is kept as it came, believed as far as it is proved, and never sent."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack, tail

from onapi.api.shapes.receipts import Record
from onapi.flows.enrol import signer_of, sol_of
from onapi.flows.roads import company_of
from onapi.gateways.sunat import read_answer
from onapi.library.receipt import read
from onapi.sign.xmldsig import sign
from onapi.values.archive import zip_one

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]
PDF = b"%PDF-1.7\nde otro proveedor"


def text(data: bytes) -> str:
    return b64encode(data).decode()


@pytest.fixture(scope="module")
def old(stack: Stack) -> Callable[..., bytes]:
    """A way to make signed XML that OnAPI has never seen, by number."""

    def make(number: int, series: str = "F001", quantity: int = 2) -> bytes:
        document = {
            "tipoDoc": "01" if series[0] in "FE" else "03",
            "serie": series if series[0] != "E" else "F001",
            "correlativo": str(number),
            "fechaEmision": "2026-11-20T09:00:00-05:00",
            "company": {"ruc": RUC, "razonSocial": "EMPRESA DE PRUEBA S.A.C."},
            "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
            "details": [{"cantidad": quantity, "descripcion": "Teclado", "mtoValorUnitario": 100}],
        }
        company = company_of(stack.platform, stack.platform.scope(RUC))
        receipt = read(document, issuer=company.party, now=stack.platform.clock())
        if series[0] == "E":
            body = receipt.kind.build(receipt.document).replace("F001-", f"{series}-")
            return sign(body, signer_of(stack.platform, company), receipt.kind.signature_id).xml
        return receipt.sign(signer_of(stack.platform, company)).xml

    return make


@pytest.fixture(scope="module")
def store(stack: Stack, token: str) -> Send:
    def post(xml: bytes, **more: Any) -> httpx2.Response:
        return stack.call("POST", "storeXml", token=token, json={"xml": text(xml), **more})

    return post


def test_without_a_cdr_it_is_only_kept(stack: Stack, store: Send, get: Send, old: Callable[..., bytes]) -> None:
    xml = old(70001)
    answer = store(xml, source="proveedor-anterior", externalId="V-1", pdf=text(PDF))
    assert answer.status_code == 201, answer.text
    record = answer.json()
    Record.model_validate(record)
    told = {"origin": "STORE_XML", "inputFormat": "xml", "status": "SIGNED", "source": "proveedor-anterior"}
    assert {key: record[key] for key in told} == told
    assert (record["externalId"], record["number"], record["total"]) == ("V-1", 70001, 236.0)
    assert [each["code"] for each in record["warnings"]] == ["cdr_missing"]
    assert answer.headers["location"] == record["links"]["self"]
    assert b64decode(get(f"xml/{tail(record)}").json()["content"]) == xml
    assert get(f"pdf/{tail(record)}", format="pdf").content == PDF
    assert get(f"cdr/{tail(record)}").status_code == 404
    stack.wait_until_quiet()
    assert stack.ledger(record["name"]) == []
    again = store(xml)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.json() == record


def test_the_same_with_its_cdr_is_a_replay(store: Send, send: Send, get: Send, factura: Write) -> None:
    """Of one that was issued here."""
    record = send(factura(), wait=30).json()
    xml = get(f"xml/{tail(record)}", format="xml").content
    cdr = get(f"cdr/{tail(record)}", format="zip").content
    answer = store(xml, cdr=text(cdr))
    assert (answer.status_code, answer.json()["status"]) == (200, "ACCEPTED")
    answer = store(xml, cdr=text(cdr), number=record["number"] + 1)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/number")


@pytest.fixture(scope="module")
def elsewhere(stack: Stack, old: Callable[..., bytes]) -> Iterator[Callable[[int], tuple[bytes, bytes, str]]]:
    """XML that SUNAT took from somebody else, with its CDR, by number."""

    def make(number: int) -> tuple[bytes, bytes, str]:
        xml = old(number)
        company = company_of(stack.platform, stack.platform.scope(RUC))
        name = f"{RUC}-01-F001-{number}"
        talk = stack.platform.sunat.send_bill(sol_of(stack.platform, company), name, xml)
        return xml, read_answer(talk).file, name

    yield make
    stack.platform.sunat.close()


def test_with_its_cdr_it_is_what_the_cdr_says(
    store: Send, get: Send, elsewhere: Callable[[int], tuple[bytes, bytes, str]]
) -> None:
    xml, cdr, name = elsewhere(70010)
    answer = store(zip_one(f"{name}.xml", xml), cdr=text(cdr))
    assert answer.status_code == 201, answer.text
    record = answer.json()
    assert (record["status"], record["sunat"]["code"], record["sunat"]["channel"]) == ("ACCEPTED", "0", "external")
    assert (record["warnings"], record["numberState"], record["nextAction"]) == ([], "TAKEN", None)
    assert record["sunat"]["receivedAt"]
    assert get(f"cdr/{tail(record)}", format="zip").content == cdr


def test_another_ones_cdr_is_refused(
    stack: Stack, store: Send, old: Callable[..., bytes], elsewhere: Callable[[int], tuple[bytes, bytes, str]]
) -> None:
    _, cdr, _ = elsewhere(70011)
    before = stack.stock()
    answer = store(old(70012), cdr=text(cdr))
    assert (answer.status_code, answer.json()["code"]) == (422, "cdr_mismatch")
    assert stack.stock() == before
    for verify in ("warn", "off"):
        number = 70013 if verify == "warn" else 70014
        record = store(old(number), cdr=text(cdr), options={"verify": verify}).json()
        assert (record["status"], record["available"]["cdr"]) == ("SIGNED", False)
        assert [each["code"] for each in record["warnings"]] == ["cdr_mismatch", "cdr_missing"]


def test_a_changed_xml_is_refused_or_told(stack: Stack, store: Send, old: Callable[..., bytes]) -> None:
    xml = old(70020).replace(b"Teclado", b"Monitor")
    before = stack.stock()
    answer = store(xml)
    assert (answer.status_code, answer.json()["code"]) == (422, "signature_invalid")
    assert stack.stock() == before
    record = store(xml, options={"verify": "warn"}).json()
    assert {each["code"] for each in record["warnings"]} == {"signature_invalid", "cdr_missing"}
    assert store(old(70020)).json()["code"] == "document_already_exists"


def test_the_portals_series_are_taken_here_and_never_sent(  # noqa: PLR0917  pytest passes them by name
    stack: Stack, store: Send, token: str, send: Send, factura: Write, old: Callable[..., bytes]
) -> None:
    record = store(old(70021, "E001")).json()
    assert (record["serie"], record["status"]) == ("E001", "SIGNED")
    refused = stack.call("POST", f"retry/{tail(record)}", token=token)
    assert (refused.status_code, refused.json()["code"]) == (422, "number_consumed")
    assert send(factura(serie="E001")).status_code == 422


def test_retry_sends_what_was_only_kept(stack: Stack, store: Send, token: str, old: Callable[..., bytes]) -> None:
    record = store(old(70022)).json()
    answer = stack.call("POST", f"retry/{tail(record)}", token=token, params={"wait": 30})
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED")


def test_sunat_is_asked_where_that_is_wanted(
    store: Send,
    get: Send,
    old: Callable[..., bytes],
    elsewhere: Callable[[int], tuple[bytes, bytes, str]],
) -> None:
    xml, _, _ = elsewhere(70023)
    record = store(xml, options={"checkSunat": True}).json()
    assert (record["status"], record["sunat"]["channel"]) == ("ACCEPTED", "getStatusCdr")
    assert get(f"cdr/{tail(record)}").status_code == 200
    unknown = store(old(70024), options={"checkSunat": True}).json()
    assert unknown["status"] == "SIGNED"
    assert unknown["delivery"]["lastError"]


def test_a_refresh_later_finds_what_sunat_has(
    store: Send, get: Send, elsewhere: Callable[[int], tuple[bytes, bytes, str]]
) -> None:
    xml, _, _ = elsewhere(70025)
    record = store(xml).json()
    assert record["status"] == "SIGNED"
    assert get(f"cdr/{tail(record)}", refresh="true").status_code == 200
    assert get(f"ngr/{tail(record)}").json()["status"] == "ACCEPTED"


def test_a_form_with_files(stack: Stack, token: str, elsewhere: Callable[[int], tuple[bytes, bytes, str]]) -> None:
    xml, cdr, name = elsewhere(70026)
    files = {"xml": (f"{name}.xml", xml, "application/xml"), "cdr": ("cdr.zip", cdr, "application/zip")}
    fields = {"source": "otro", "options": json.dumps({"verify": "strict"}), "number": "70026"}
    answer = stack.call("POST", "storeXml", token=token, files=files, data=fields)
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED"), answer.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "validation_failed"),
        ({"xml": "!!"}, 400, "malformed_base64"),
        ({"xml": text(b"<a>")}, 400, "malformed_xml"),
        ({"xml": text(b"<Invoice/>")}, 422, "signature_invalid"),
        ({"xml": text(b"<Invoice/>"), "options": {"verify": "off"}}, 400, "malformed_xml"),
        ({"xml": text(b"hola")}, 400, "malformed_xml"),
        ({"xml": text(b"PK\x03\x04roto")}, 400, "malformed_zip"),
        ({"xml": text(b"<a/>"), "nada": 1}, 422, "validation_failed"),
    ],
)
def test_what_cannot_be_read_is_told(stack: Stack, token: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = stack.call("POST", "storeXml", token=token, json={"ruc": RUC, **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_a_pdf_that_is_none_and_another_company(
    stack: Stack, store: Send, token_of: Callable[[str], str], old: Callable[..., bytes]
) -> None:
    assert store(old(70030), pdf=text(b"<html>")).json()["code"] == "unreadable_pdf"
    foreign = stack.call("POST", "storeXml", token=token_of("ajeno"), json={"xml": text(old(70031))})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "ruc_not_allowed")
    reader = stack.call("POST", "storeXml", token=token_of("lector"), json={"xml": text(old(70031))})
    assert (reader.status_code, reader.json()["code"]) == (403, "scope_missing")
