"""sendBill on the wire: what is accepted, and each check with its code, in SUNAT's order."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography import x509
from lxml import etree
from sample_invoice import CUSTOMER, RUC, Pen, invoice, sign
from sunat_client import OTHERS, Start, Sunat, zipped

from onapi.cdr import read_cdr
from onapi.sign.verify import verify_signature

STEM = f"{RUC}-01-F001-1"
SKELETONS = sorted(Path(__file__).parents[2].parent.glob("shared/sunat/esqueletos/*-0[13]-*.xml"))


def test_a_factura_is_accepted_with_a_cdr_that_verifies(beta: Sunat, pen: Pen) -> None:
    xml = sign(invoice("F001-100"), pen)
    said = beta.send_xml(f"{RUC}-01-F001-100", xml)
    assert said.status == 200
    cdr = read_cdr(said.cdr)
    assert (cdr.code, cdr.description) == ("0", "La Factura numero F001-100, ha sido aceptada")
    assert (cdr.reference_id, cdr.document_id, cdr.receiver_ruc, cdr.notes) == ("F001-100", "F001-100", RUC, ())
    assert f"6-{CUSTOMER}".encode() in cdr.xml
    authority = x509.load_pem_x509_certificate(beta.http.get("/_simulator/ca.pem").content)
    signer = verify_signature(cdr.xml).certificate
    signer.verify_directly_issued_by(authority)
    assert "SIN VALIDEZ" in signer.subject.rfc4514_string()
    row = next(row for row in beta.ledger() if row["name"] == f"{RUC}-01-F001-100")
    assert (row["digest"], row["state"], row["sends"]) == (sha256(xml).hexdigest(), "accepted", 1)


def test_the_answer_looks_as_sunat_writes_it(beta: Sunat, pen: Pen) -> None:
    said = beta.send_xml(f"{RUC}-01-F001-101", sign(invoice("F001-101"), pen))
    assert b'<br:sendBillResponse xmlns:br="http://service.sunat.gob.pe"><applicationResponse>' in said.raw
    with ZipFile(BytesIO(said.cdr)) as archive:
        assert archive.namelist() == ["dummy/", f"R-{RUC}-01-F001-101.xml"]
        text = archive.read(f"R-{RUC}-01-F001-101.xml").decode()
    assert "<cbc:IssueDate>2026-11-22T10:00:00</cbc:IssueDate>" in text  # beta's manner, in Lima's time
    assert "UBLVersionID" not in text
    assert re.search(r"<cbc:ID>\d{13}</cbc:ID>", text)


def test_production_writes_its_cdr_otherwise(production: Sunat, pen: Pen) -> None:
    cdr = read_cdr(production.send_xml(f"{RUC}-03-B001-101", sign(invoice("B001-101", doctype="03"), pen)).cdr)
    assert cdr.description == "La Boleta numero B001-101, ha sido aceptada"
    assert re.fullmatch(r"2026\d{11}", cdr.id)
    assert b"<cbc:IssueDate>2026-11-22</cbc:IssueDate>" in cdr.xml


def _altered(xml: bytes) -> bytes:
    return xml.replace(b">118.00<", b">119.00<")


BROKEN: dict[str, tuple[str, Callable[[Pen], bytes]]] = {
    "no XML": ("0306", lambda _: b"no es XML"),
    "a DOCTYPE": ("0306", lambda pen: sign(invoice(), pen).replace(b"?>", b"?><!DOCTYPE Invoice>", 1)),
    "out of schema": ("0306", lambda pen: sign(invoice().replace("IssueDate", "IssuedDate"), pen)),
    "another root": (
        "0306",
        lambda pen: sign(
            re.sub("</?cac:InvoiceLine>|<cbc:InvoiceTypeCode.*", "", invoice()).replace("Invoice", "Reminder"), pen
        ),
    ),
    "no signature": (
        "2085",
        lambda _: (
            invoice().replace("<ext:ExtensionContent/>", "<ext:ExtensionContent><a/></ext:ExtensionContent>").encode()
        ),
    ),
    "no Id": ("2085", lambda pen: sign(invoice(), pen).replace(b' Id="Firma"', b"", 1)),
    "no certificate": (
        "2101",
        lambda pen: re.sub(rb"<(\w+:)?KeyInfo>.*</(\w+:)?KeyInfo>", b"", sign(invoice(), pen), flags=re.DOTALL),
    ),
    "signatory": ("2078", lambda pen: sign(invoice(signatory=CUSTOMER), pen)),
    "altered": ("2335", lambda pen: _altered(sign(invoice(), pen))),
    "another RUC": ("1034", lambda pen: sign(invoice(ruc=CUSTOMER, signatory=RUC), pen)),
    "another series": ("1035", lambda pen: sign(invoice("F002-1"), pen)),
    "another number": ("1036", lambda pen: sign(invoice("F001-2"), pen)),
    "leading zeros": ("1036", lambda pen: sign(invoice("F001-00000001"), pen)),
    "another kind": ("1003", lambda pen: sign(invoice(doctype="03"), pen)),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_document_is_refused_with_its_code(case: str, beta: Sunat, pen: Pen) -> None:
    code, make = BROKEN[case]
    said = beta.send_xml(STEM, make(pen))
    assert (said.status, said.code) == (500, code), said.raw
    assert said.fields["faultstring"]


def test_a_series_of_another_kind_is_1001(beta: Sunat, pen: Pen) -> None:
    assert beta.send_xml(f"{RUC}-01-B001-1", sign(invoice("B001-1"), pen)).code == "1001"


@pytest.mark.parametrize(
    "name",
    ["x", f"{RUC}-01-F001", f"30{RUC[2:]}-01-F001-1", f"{RUC}-01-F001-0", f"{RUC}-20-R001-1", f"{RUC}-09-T001-1"],
)
def test_a_wrong_name_is_0151(name: str, beta: Sunat) -> None:
    assert beta.send(name, b"").code == "0151"


def test_users_and_zips_are_checked_before_the_document(beta: Sunat, pen: Pen) -> None:
    xml = sign(invoice(), pen)
    two = BytesIO()
    with ZipFile(two, "w") as archive:
        archive.writestr(f"{STEM}.xml", xml)
        archive.writestr("otro.xml", xml)
    refused = {
        "0102": beta.send_xml(STEM, xml, key="otra"),
        "0154": beta.send_xml(STEM, xml, user=f"{CUSTOMER}MODDATOS"),
        "0155": beta.send(STEM, b""),
        "0156": beta.send(STEM, b"PK no es un ZIP"),
        "0157": beta.send(STEM, b"PK\5\6" + bytes(18)),
        "0158": beta.send(STEM, two.getvalue()),
    }
    assert {code: said.code for code, said in refused.items()} == {code: code for code in refused}


def test_the_name_inside_the_zip_counts_too(beta: Sunat) -> None:
    assert beta.send(STEM, zipped("factura.txt", b"<a/>")).code == "0159"
    assert beta.send(STEM, zipped(f"{RUC}-01-F001-2.xml", b"<a/>")).code == "0161"
    assert beta.send(STEM, zipped(f"{STEM}.xml", b"")).code == "0160"
    assert beta.call("sendBill", {"fileName": f"{STEM}.zip", "contentFile": "%%%"}).code == "0155"


def test_an_accepted_number_is_taken_for_the_same_and_for_another(beta: Sunat, pen: Pen) -> None:
    stem, first = f"{RUC}-01-F001-200", sign(invoice("F001-200"), pen)
    assert beta.send_xml(stem, first).status == 200
    again = beta.send_xml(stem, first)
    assert again.code == "1033"
    assert "El comprobante F001-200 fue informado anteriormente" in again.fields["faultstring"]
    assert beta.send_xml(stem, sign(invoice("F001-200", description="Otro"), pen)).code == "1033"
    assert beta.send_xml(stem, _altered(first)).code == "1033", "what was accepted stays accepted"
    row = next(row for row in beta.ledger() if row["name"] == stem)
    assert (row["digest"], row["state"], row["sends"]) == (sha256(first).hexdigest(), "accepted", 4)


def test_beta_rejects_with_a_fault_and_the_number_may_come_again(beta: Sunat, pen: Pen) -> None:
    stem, xml = f"{RUC}-01-F001-300", sign(invoice("F001-300"), pen)
    assert beta.send_xml(stem, _altered(xml)).code == "2335"
    assert next(row for row in beta.ledger() if row["name"] == stem)["state"] == "rejected"
    assert beta.send_xml(stem, xml).status == 200
    assert next(row for row in beta.ledger() if row["name"] == stem)["state"] == "accepted"


def test_production_rejects_with_a_cdr_and_the_number_is_used_up(production: Sunat, pen: Pen) -> None:
    stem, xml = f"{RUC}-01-F001-300", sign(invoice("F001-300"), pen)
    said = production.send_xml(stem, _altered(xml))
    cdr = read_cdr(said.cdr)
    assert (said.status, cdr.code, cdr.document_id) == (200, "2335", "F001-300")
    assert cdr.description.startswith("El documento electrónico ingresado ha sido alterado")
    assert production.send_xml(stem, xml).code == "1032"


def test_twenty_identical_sends_at_once_register_one(production: Sunat, pen: Pen) -> None:
    stem, xml = f"{RUC}-01-F001-400", sign(invoice("F001-400"), pen)
    with ThreadPoolExecutor(20) as pool:
        codes = [said.code for said in pool.map(lambda _: production.send_xml(stem, xml), range(20))]
    assert sorted(codes) == [""] + ["1033"] * 19
    rows = [row for row in production.ledger() if row["name"] == stem]
    assert [(row["state"], row["sends"]) for row in rows] == [("accepted", 20)]


def test_a_restart_and_another_process_forget_nothing(start: Start, tmp_path: Path, pen: Pen) -> None:
    stem, xml = f"{RUC}-01-F001-1", sign(invoice(), pen)
    with start(tmp_path / "ledger") as one, start(tmp_path / "ledger") as two:
        assert one.send_xml(stem, xml).status == 200
        assert two.send_xml(stem, xml).code == "1033"
        before, seal = one.ledger(), one.http.get("/_simulator/ca.pem").content
        assert two.http.get("/_simulator/ca.pem").content == seal
    with start(tmp_path / "ledger", "production") as later:
        assert later.http.get("/_simulator/ca.pem").content == seal
        assert [row["digest"] for row in later.ledger()] == [row["digest"] for row in before]
        assert later.send_xml(stem, xml).code == "1033"


def test_what_is_not_played_says_so(beta: Sunat) -> None:
    said = beta.call("sendPack", {})
    assert said.fields["faultcode"] == "soap-env:Client"
    assert "sendPack no se ofrece" in said.fields["faultstring"]
    assert beta.send(f"{RUC}-09-T001-1", b"", path="/ol-ti-itemision-guia-gem-beta/billService").code == "1085"


def test_each_address_and_operation_takes_its_own_kinds(beta: Sunat) -> None:
    assert beta.send(f"{RUC}-RC-20261122-1", b"").code == "0152"
    assert beta.send(f"{RUC}-LT-20261122-1", b"").code == "0153"
    assert beta.call("sendSummary", {"fileName": f"{STEM}.zip"}).code == "0151"
    assert beta.call("sendSummary", {"fileName": f"{RUC}-RR-20261122-1.zip"}).code == "0151"
    assert beta.send(STEM, b"", path=OTHERS).code == "0151"
    assert beta.send(f"{RUC}-20-R001-1", b"", path=OTHERS).code == "0155"


def test_what_is_no_call_is_a_fault_without_number(beta: Sunat) -> None:
    for envelope in ("", "<a/>", "<!DOCTYPE a><a/>", "{}"):
        said = beta.post(envelope)
        assert (said.status, said.fields["faultcode"]) == (500, "soap-env:Client"), envelope
    assert beta.call("deleteAll", {}).fields["faultcode"] == "soap-env:Client"


def test_the_contract_names_every_operation(beta: Sunat) -> None:
    answered = beta.http.get("/ol-ti-itcpfegem-beta/billService?wsdl")
    wsdl: Any = etree.fromstring(answered.content)
    assert wsdl.get("targetNamespace") == "http://service.sunat.gob.pe"
    assert set(wsdl.xpath("//*[local-name()='portType']/*/@name")) == {
        "sendBill",
        "sendSummary",
        "sendPack",
        "getStatus",
    }
    assert wsdl.xpath("//*[local-name()='address']/@location")[0].endswith("/ol-ti-itcpfegem-beta/billService")
    etree.XMLSchema(wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema"))  # its types are a schema
    assert beta.http.get("/ol-ti-itcpfegem-beta/billService").status_code == 405


@pytest.mark.shared
@pytest.mark.skipif(not SKELETONS, reason="SUNAT's files are not beside the repository")
@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda path: path.stem)
def test_every_skeleton_is_accepted_once_signed(skeleton: Path, beta: Sunat, pen: Pen) -> None:
    ruc = skeleton.stem.partition("-")[0]
    xml = sign(skeleton.read_bytes(), pen, signature_id="SignatureSP")
    said = beta.send_xml(skeleton.stem, xml, user=f"{ruc}MODDATOS")
    assert said.status == 200, said.raw
