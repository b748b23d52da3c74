"""Receipts as XML over HTTP: unsigned, signed by its issuer or another, changed, of another company; and notes."""

import base64
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import NOT_ENROLLED, RUC, Stack, clock

from onapi import read
from onapi.sign.certificate import self_signed
from onapi.sign.verify import verify_signature
from onapi.values.archive import zip_one

Send = Callable[..., httpx2.Response]


def document(number: int, ruc: str = RUC) -> dict[str, Any]:
    """A factura that names its issuer as the demo enrols it."""
    return {
        "tipoDoc": "01",
        "serie": "F555",
        "correlativo": number,
        "fechaEmision": "2026-11-20",
        "company": {"ruc": ruc, "razonSocial": "OTRA RAZON S.A.C."},
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."},
        "details": [{"descripcion": "Teclado", "cantidad": 2, "mtoValorUnitario": 100}],
    }


@pytest.fixture
def post(stack: Stack, token: str) -> Send:
    def sent(body: bytes, kind: str = "application/xml", **query: Any) -> httpx2.Response:
        headers = {"Content-Type": kind}
        return stack.call("POST", "sendMessage", token=token, content=body, headers=headers, params=query)

    return sent


def kept(answer: httpx2.Response) -> bytes:
    """The signed XML that the answer carries."""
    return base64.b64decode(answer.json()["files"]["xml"])


def test_an_unsigned_xml_is_signed_and_accepted(post: Send) -> None:
    answer = post(read(document(1), now=clock()).xml, wait=30, include="xml")
    record = answer.json()
    assert (answer.status_code, record["status"], record["inputFormat"]) == (201, "ACCEPTED", "xml"), answer.text
    assert (record["serie"], record["number"], record["total"]) == ("F555", 1, 236)
    assert verify_signature(kept(answer)).digest_value == record["hash"]


def test_in_a_zip_or_in_an_envelope(post: Send, stack: Stack, token: str) -> None:
    xml = read(document(2), now=clock()).xml
    assert post(zip_one("a.xml", xml), "application/zip", wait=30).json()["status"] == "ACCEPTED"
    text = base64.b64encode(read(document(3), now=clock()).xml).decode()
    body = {"ruc": RUC, "xml": text, "options": {"wait": 30}}
    assert stack.call("POST", "sendMessage", token=token, json=body).json()["status"] == "ACCEPTED"


def test_signed_by_its_issuer_it_is_not_altered(post: Send) -> None:
    signed = read(document(4), now=clock()).sign(self_signed(RUC, "OTRA", clock())).xml
    answer = post(signed, wait=30, include="xml")
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED"), answer.text
    assert kept(answer) == signed
    assert post(signed).headers["Idempotent-Replayed"] == "true"


def test_signed_by_somebody_else_it_is_refused_or_signed_again(post: Send) -> None:
    signed = read(document(5), now=clock()).sign(self_signed("20000000010", "AJENA", clock())).xml
    assert post(signed).json()["code"] == "certificate_ruc_mismatch"
    answer = post(signed, resign="true", wait=30, include="xml")
    assert answer.json()["status"] == "ACCEPTED", answer.text
    assert kept(answer) != signed


def test_changed_after_its_signature_it_is_refused(post: Send, stack: Stack) -> None:
    before = stack.stock()
    signed = read(document(6), now=clock()).sign(self_signed(RUC, "OTRA", clock())).xml
    answer = post(signed.replace(b"Teclado", b"Tecladi"))
    assert (answer.status_code, answer.json()["code"]) == (422, "signature_invalid")
    assert stack.stock() == before


def test_of_another_company_it_is_refused(post: Send, stack: Stack, token: str) -> None:
    xml = read(document(7, NOT_ENROLLED), now=clock()).xml
    assert post(xml).status_code in {403, 422}
    body = {"ruc": RUC, "xml": base64.b64encode(xml).decode()}
    answer = stack.call("POST", "sendMessage", token=token, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "ruc_differs")


def test_a_rule_it_breaks_is_told_in_the_vocabulary(post: Send) -> None:
    xml = read(document(8), now=clock()).xml.replace(b'unitCode="NIU"', b'unitCode="??"')
    answer = post(xml)
    assert answer.status_code == 422
    assert ("2936", "/details/0/unidad") in {(x["code"], x["field"]) for x in answer.json()["errors"]}


@pytest.mark.parametrize(("doctype", "series", "reason"), [("07", "FC55", "01"), ("08", "FD55", "02")])
def test_a_note_is_accepted(stack: Stack, token: str, doctype: str, series: str, reason: str) -> None:
    note = {name: value for name, value in document(1).items() if name not in {"tipoDoc", "company"}}
    note |= {"serie": series, "codMotivo": reason, "desMotivo": "ERROR EN EL PRECIO"}
    note |= {"tipDocAfectado": "01", "numDocAfectado": "F555-1"}
    body = {"ruc": RUC, "doctype": doctype, "document": note, "options": {"wait": 30}}
    answer = stack.call("POST", "sendMessage", token=token, json=body)
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED"), answer.text
