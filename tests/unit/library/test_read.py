"""The library's one verb: a receipt in any form, complete, checked and ready to be signed."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import onapi
from onapi import InvalidDocument, Unreadable, build, check, convert, read, sign_receipt, verify_signature
from onapi.sign.certificate import Signer
from onapi.values.archive import zip_one
from onapi.values.moment import LIMA

LINE = {"descripcion": "Teclado & <mouse>", "cantidad": 2, "mtoValorUnitario": "100.00"}
DOCUMENT = {
    "tipoDoc": "01",
    "serie": "F001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "company": {"ruc": "20000000001", "razonSocial": "DEMO S.A.C."},
    "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."},
    "details": [LINE],
}
SKELETONS = sorted(
    (Path(__file__).parents[3] / "tests" / "golden").glob("*/*/out.xml"), key=lambda path: path.parent.name
)


@pytest.fixture(scope="module")
def xml(now: datetime) -> bytes:
    return read(DOCUMENT, now=now).xml


def test_every_name_of_the_face_is_there() -> None:
    assert all(getattr(onapi, name) is not None for name in onapi.__all__)
    with pytest.raises(AttributeError):
        _ = onapi.no_such_name  # type: ignore[attr-defined]  # that is the point


def test_a_document_comes_back_complete(now: datetime) -> None:
    receipt = read(DOCUMENT, now=now)
    assert (receipt.errors, receipt.form, receipt.is_signed) == ((), "json", False)
    assert receipt.json["mtoImpVenta"] == Decimal("236.00")
    assert receipt.digest.issue_date == date(2026, 11, 22)


def test_floats_of_a_caller_in_python_are_the_digits_he_sees(now: datetime) -> None:
    receipt = read(DOCUMENT | {"details": [LINE | {"mtoValorUnitario": 0.1, "cantidad": 3}]}, now=now)
    assert receipt.json["details"][0]["mtoValorUnitario"] == Decimal("0.1")


def test_an_envelope_of_the_api_is_taken_too(now: datetime, xml: bytes) -> None:
    inside = {name: value for name, value in DOCUMENT.items() if name not in {"company", "tipoDoc"}}
    receipt = read({"ruc": "20000000001", "doctype": "01", "document": inside}, now=now)
    assert receipt.errors == ()
    assert read({"document": inside | {"serie": "X"}, "doctype": "01", "ruc": "20000000001"}, now=now).errors[
        0
    ].path == ("/document/serie")
    assert b"F001-1" in xml


def test_three_forms_of_a_receipt_make_the_same_bytes(now: datetime, xml: bytes) -> None:
    for to in ("json", "trama", "xml"):
        text = convert(DOCUMENT, to, now=now)  # type: ignore[arg-type]  # one of the three
        for source in (text, text.encode(), b"\xef\xbb\xbf" + text.encode()):
            assert build(source, now=now) == xml


def test_a_zip_with_an_xml_is_the_xml(now: datetime, xml: bytes) -> None:
    assert read(zip_one("x.xml", xml), now=now).xml == xml


def test_every_fault_is_told_where_it_stands(now: datetime) -> None:
    bad = DOCUMENT | {"serie": "X001", "details": [LINE | {"cantidad": 0}, LINE | {"unidad": "??"}]}
    found = {(fault.code, fault.path) for fault in check(bad, now=now)}
    assert {("1001", "/serie"), ("2024", "/details/0/cantidad"), ("2936", "/details/1/unidad")} <= found
    with pytest.raises(InvalidDocument) as caught:
        build(bad, now=now)
    assert len(caught.value.facts["faults"]) == len(found)  # type: ignore[arg-type]  # a tuple of faults
    trama = "OP|1|01|20000000001|F001|1|2026-11-22\nCL|6|20000000010|CLIENTE\nIT|1||Teclado|??|1|100"
    assert ("2936", "line:3/field:5") in {(fault.code, fault.path) for fault in check(trama, now=now)}


@pytest.mark.parametrize("source", ["", "hola", "<a/>", b"PK\x03\x04", "[1]", '{"a": 1', "OP|2|01"])
def test_what_is_no_receipt_is_told_in_a_sentence(source: str | bytes, now: datetime) -> None:
    with pytest.raises((Unreadable, InvalidDocument)) as caught:
        read(source, now=now)
    assert str(caught.value).endswith(".")


def test_a_document_without_issuer_says_so(now: datetime) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read({name: value for name, value in DOCUMENT.items() if name != "company"}, now=now)
    assert caught.value.facts["faults"][0].path == "/company/ruc"  # type: ignore[index]  # a tuple of faults


def test_signed_it_verifies_and_is_never_touched_again(now: datetime, signer: Signer) -> None:
    signed = sign_receipt(DOCUMENT, signer, now=now)
    assert verify_signature(signed.xml).digest_value == signed.digest
    again = read(signed.xml, now=now)
    assert (again.is_signed, again.errors) == (True, ())
    assert again.sign(signer) == signed
    assert again.qr(signed).startswith("20000000001|01|F001|1|36.00|236.00|2026-11-22|6|20000000010|")


def test_a_signed_xml_that_was_changed_is_found_out(now: datetime, signer: Signer) -> None:
    signed = sign_receipt(DOCUMENT, signer, now=now)
    faults = check(signed.xml.replace(b"CLIENTE S.A.C.", b"CLIENTE S.A.A."), now=now)
    assert [fault.code for fault in faults if fault.level == "ERROR"] == ["signature_invalid"]


def test_the_same_xml_in_other_clothes_is_the_same_document(now: datetime, xml: bytes) -> None:
    root = etree.fromstring(xml)
    etree.indent(root)
    dressed = etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True).replace(b"cbc:", b"b:")
    dressed = dressed.replace(b"xmlns:cbc", b"xmlns:b").replace(b' listName="Currency"', b"")
    receipt = read(dressed, now=now)
    assert (receipt.given_xml, receipt.xml) == (b"", xml)


def test_xml_that_says_more_than_we_would_stays_as_it_is(now: datetime, xml: bytes, signer: Signer) -> None:
    more = xml.replace(b"<cbc:Note", b"<cbc:TaxPointDate>2026-11-22</cbc:TaxPointDate><cbc:Note", 1)
    more = more.replace(b"<cbc:TaxPointDate>2026-11-22</cbc:TaxPointDate>", b"", 1).replace(
        b"<cac:Signature>",
        b"<cac:ContractDocumentReference><cbc:ID>C-9</cbc:ID></cac:ContractDocumentReference><cac:Signature>",
    )
    receipt = read(more, now=now)
    assert receipt.xml == more
    signed = receipt.sign(signer)
    verified = verify_signature(signed.xml)
    assert b"C-9" in signed.xml
    assert verified.signature_id == "SignatureOnAPI"
    assert etree.tostring(verified.root, method="c14n") == etree.tostring(etree.fromstring(more), method="c14n")


def test_xml_without_a_place_for_its_signature_is_told(now: datetime, xml: bytes, signer: Signer) -> None:
    start, end = xml.index(b"<ext:UBLExtensions>"), xml.index(b"</ext:UBLExtensions>") + len(b"</ext:UBLExtensions>")
    bare = (
        (xml[:start] + xml[end:])
        .replace(b"<cac:Signature>", b"<!-- x --><cac:Signature>")
        .replace(b"</cac:Signature>", b"</cac:Signature><cac:PayeeParty></cac:PayeeParty>")
    )
    with pytest.raises(InvalidDocument) as caught:
        read(bare, now=now).sign(signer)
    assert caught.value.key == "signature_invalid"


def test_totals_may_be_replaced(now: datetime) -> None:
    wrong: dict[str, Any] = DOCUMENT | {"mtoImpVenta": 999}
    assert [fault.code for fault in read(wrong, now=now).errors] == ["totals_mismatch"]
    assert read(wrong, now=now, totals="replace").errors == ()


@pytest.mark.parametrize("case", SKELETONS, ids=lambda path: path.parent.name)
def test_each_golden_xml_is_read_without_an_error(case: Path) -> None:
    receipt = read(case.read_bytes(), now=datetime(2027, 3, 1, tzinfo=LIMA))
    assert receipt.errors == ()
    assert receipt.given_xml == b"" or "hostile" in case.parent.name
