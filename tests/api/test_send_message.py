"""Operation 9, the good road: what is sent becomes a signed receipt with SUNAT's word on it."""

import hashlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import BASE, RUC, Stack, tail
from lxml import etree

from onapi.api.shapes.receipts import Record

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]
CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}


def test_the_contracts_factura_is_accepted(contract_answer: httpx2.Response) -> None:
    answer = contract_answer
    assert answer.status_code == 201, answer.text
    record = answer.json()
    Record.model_validate(record)
    name = {"ruc": RUC, "doctype": "01", "serie": "F001", "number": 123, "name": f"{RUC}-01-F001-123"}
    fixed = {"environment": "sandbox", "origin": "API", "inputFormat": "json", "externalId": "PED-778"}
    money = {"issueDate": "2026-11-20", "currency": "PEN", "total": 236.0, "customer": CLIENT}
    for key, value in {**name, **fixed, **money, "status": "ACCEPTED", "numberState": "TAKEN"}.items():
        assert record[key] == value, key
    assert record["qr"] == f"{RUC}|01|F001|123|36.00|236.00|2026-11-20|6|20000000010|{record['hash']}|"
    sunat = record["sunat"]
    assert (sunat["code"], sunat["notes"], sunat["channel"]) == ("0", [], "sendBill")
    assert sunat["description"] == "La Factura numero F001-123, ha sido aceptada"
    assert record["deadline"] == record["delivery"]["deadline"] == "2026-11-23T23:59:59-05:00"
    assert record["available"] == {"xml": True, "cdr": True, "pdf": True}
    assert record["links"] == {
        key: f"{BASE}/{path}/{RUC}/01/F001/123"
        for key, path in {"self": "ngr", "xml": "xml", "cdr": "cdr", "pdf": "pdf"}.items()
    }
    assert answer.headers["location"] == record["links"]["self"]
    assert b64decode(record["files"]["qrPng"]).startswith(b"\x89PNG")
    assert set(record["files"]) == {"qrPng"}
    assert record["warnings"] == []
    assert '"total":236.00' in answer.text
    assert record["nextAction"] is None
    assert record["delivery"]["attempts"] == 1


def test_a_boleta_is_accepted(send: Send, boleta: Write) -> None:
    record = send(boleta(details=[{"cantidad": 1, "descripcion": "Menú", "mtoPrecioUnitario": "118.00"}]), wait=30)
    assert (record.status_code, record.json()["status"], record.json()["total"]) == (201, "ACCEPTED", 118.0)


def test_a_factura_on_credit_is_accepted(send: Send, factura: Write, get: Send) -> None:
    terms = [{"monto": 118, "fechaPago": "2027-01-20"}, {"monto": "118.00", "fechaPago": "2027-02-20"}]
    answer = send(factura(formaPago={"tipo": "Credito", "monto": 236}, cuotas=terms), wait=30)
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED")
    xml = etree.fromstring(get(f"xml/{tail(answer.json())}", format="xml").content)
    found = xml.xpath("//*[local-name()='PaymentTerms']/*[local-name()='PaymentMeansID']/text()")
    assert found == ["Credito", "Cuota001", "Cuota002"]


def test_a_bare_document_names_its_issuer(stack: Stack, token: str, factura: Write) -> None:
    document = {**factura()["document"], "tipoDoc": "01", "company": {"ruc": RUC, "razonSocial": "OTRO NOMBRE"}}
    answer = stack.call("POST", "sendMessage", token=token, json=document)
    assert answer.status_code == 201, answer.text
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["issuer_name_differs"]


def test_without_waiting_the_verdict_is_asked_for(send: Send, get: Send, factura: Write) -> None:
    taken = send(factura(), wait=0)
    assert (taken.status_code, taken.json()["status"]) == (202, "QUEUED")
    assert taken.headers["retry-after"].isdigit()
    assert taken.headers["location"] == taken.json()["links"]["self"]
    assert taken.json()["nextAction"]["code"] == "send"
    assert taken.json()["sunat"] is None
    told = get(f"ngr/{tail(taken.json())}", wait=30)
    assert (told.status_code, told.json()["status"]) == (200, "ACCEPTED")
    assert "retry-after" not in told.headers


def test_what_is_not_to_be_sent_is_kept_signed(stack: Stack, send: Send, get: Send, factura: Write) -> None:
    taken = send(factura(), send=False)
    assert (taken.status_code, taken.json()["status"]) == (201, "SIGNED")
    assert taken.json()["available"]["cdr"] is False
    told = get(f"ngr/{tail(taken.json())}", wait=1).json()
    assert (told["status"], told["delivery"]["attempts"]) == ("SIGNED", 0)
    assert stack.ledger(told["name"]) == []


def test_a_rehearsal_keeps_nothing(stack: Stack, send: Send, get: Send, factura: Write) -> None:
    before = stack.stock()
    answer = send(factura(), dryRun=True)
    assert answer.status_code == 200
    record = answer.json()
    Record.model_validate(record)
    assert "status" not in record
    xml = b64decode(record["files"]["xml"])
    assert etree.fromstring(xml).findtext("{*}ID") == f"F001-{record['number']}"
    assert stack.stock() == before
    assert get(f"ngr/{tail(record)}").status_code == 404


def test_files_come_along_on_request(stack: Stack, send: Send, factura: Write) -> None:
    record = send(factura(), wait=30, include=["xml", "cdr", "pdf", "qr"]).json()
    files = {name: b64decode(content) for name, content in record["files"].items()}
    assert {name: content[:4] for name, content in files.items()} == {
        "xml": b"<Inv",
        "cdr": b"PK\x03\x04",
        "pdf": b"%PDF",
        "qrPng": b"\x89PNG",
    } or files["xml"].startswith(b"<?xml")
    sent = stack.ledger(record["name"])
    assert [row["digest"] for row in sent] == [hashlib.sha256(files["xml"]).hexdigest()]


def test_amounts_of_the_sender_are_replaced_when_he_says_so(send: Send, factura: Write) -> None:
    body = factura(mtoImpVenta=1)
    assert send(body, totals="check").json()["code"] == "totals_mismatch"
    assert send(body, totals="replace", send=False).json()["total"] == 236.0


def test_unknown_fields_of_a_receipt_are_told_and_ignored(send: Send, factura: Write) -> None:
    answer = send(factura(vendedorFavorito="Ana"), send=False)
    assert answer.status_code == 201
    assert [(w["code"], w["field"]) for w in answer.json()["warnings"]] == [
        ("unknown_field", "/document/vendedorFavorito")
    ]


def test_it_is_rejected_by_sunat_and_says_so(stack: Stack, send: Send, factura: Write, get: Send) -> None:
    body = factura()
    name = f"{RUC}-01-F001-{body['document']['correlativo']}"
    stack.arm({"fault": "F12", "value": "0102", "name": name})
    answer = send(body, wait=30)
    record = answer.json()
    assert (answer.status_code, record["status"], record["numberState"]) == (201, "FAILED", "FREE")
    assert (record["sunat"]["code"], record["available"]["cdr"]) == ("0102", False)
    assert record["nextAction"]["code"] == "fix_and_resend"
    assert get(f"cdr/{tail(record)}").json()["code"] == "cdr_not_available"


@pytest.mark.parametrize("fault", ["F05", "F06"])
def test_a_lost_answer_is_asked_for(stack: Stack, send: Send, get: Send, factura: Write, fault: str) -> None:
    body = factura()
    name = f"{RUC}-01-F001-{body['document']['correlativo']}"
    stack.arm({"fault": fault, "name": name, "operation": "sendBill"})
    record = send(body, wait=30, include=["cdr"]).json()
    assert (record["status"], len(stack.ledger(name))) == ("ACCEPTED", 1)
    told = get(f"ngr/{tail(record)}", include="history").json()
    assert "UNKNOWN" in [line["status"] for line in told["history"]]
