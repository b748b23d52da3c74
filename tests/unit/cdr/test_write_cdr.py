"""What the simulator writes: SUNAT's shape, readable back, with a signature that others verify."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from onapi.cdr import Answer, Note, read_cdr, write_cdr

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
ANSWER = Answer(
    id="202612345678901",
    code="0",
    description='La Factura "F001-22" & <otras>, ha sido aceptada\r',
    document_id="F001-22",
    issuer_ruc="20000000001",
    recipient="6-20000000028",
    received_at=NOW,
    answered_at=NOW + timedelta(seconds=1),
    notes=(Note("4252", "El dato es <incorrecto> & más"), Note("4000", "Otra")),
    link="https://sunat.example/qr?a=1&b=2",
    document_hash="abc=",
    signer_name="SUNAT - SIN VALIDEZ",
)


@pytest.fixture(scope="module")
def pen() -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SUNAT")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(1)).not_valid_after(NOW + timedelta(1))
    return {"key": key, "certificate": builder.sign(key, SHA256())}


def test_what_is_written_is_read(pen: dict[str, Any]) -> None:
    cdr = read_cdr(write_cdr(ANSWER, **pen))
    assert (cdr.id, cdr.code, cdr.description) == (ANSWER.id, "0", ANSWER.description.strip())
    assert (cdr.reference_id, cdr.document_id, cdr.receiver_ruc) == ("F001-22", "F001-22", "20000000001")
    assert (cdr.notes, cdr.link, cdr.document_hash) == (ANSWER.notes, ANSWER.link, "abc=")
    assert cdr.issued_at == ANSWER.answered_at


@pytest.mark.parametrize("is_beta", [True, False])
def test_its_signature_holds_for_another_library(is_beta: bool, pen: dict[str, Any]) -> None:  # noqa: FBT001 - a case
    xml = write_cdr(replace(ANSWER, is_beta=is_beta), **pen)
    config = SignatureConfiguration(verification_time=NOW)
    result = XMLVerifier().verify(xml, x509_cert=pen["certificate"], expect_config=config)
    assert isinstance(result, VerifyResult)
    assert etree.QName(result.signed_xml).localname == "ApplicationResponse"


def test_it_is_canonical_as_written(pen: dict[str, Any]) -> None:
    declaration, _, text = write_cdr(ANSWER, **pen).partition(b"\n")
    assert declaration == b'<?xml version="1.0" encoding="UTF-8"?>'
    assert etree.tostring(etree.fromstring(text), method="c14n") == text


def test_it_has_sunats_order_and_place_of_signature(pen: dict[str, Any]) -> None:
    root: Any = etree.fromstring(write_cdr(ANSWER, **pen))
    order = [etree.QName(child).localname for child in root]
    assert order == [
        *("UBLExtensions", "UBLVersionID", "CustomizationID", "ID", "IssueDate", "IssueTime", "ResponseDate"),
        *("ResponseTime", "Signature", "Note", "Note", "SenderParty", "ReceiverParty", "DocumentResponse"),
    ]
    assert root.find("{*}UBLExtensions/{*}UBLExtension/{*}ExtensionContent/{*}Signature").get("Id") == "SignSUNAT"
    assert root.findtext("{*}Signature/{*}SignatoryParty/{*}PartyName/{*}Name") == "SUNAT - SIN VALIDEZ"
    assert root.findtext("{*}IssueDate") == "2026-11-22"


def test_beta_has_its_own_manner(pen: dict[str, Any]) -> None:
    root = etree.fromstring(write_cdr(replace(ANSWER, is_beta=True), **pen))
    assert root.find("{*}UBLVersionID") is None
    assert root.findtext("{*}IssueDate") == "2026-11-22T10:00:00"


def test_characters_that_xml_cannot_carry_are_left_out(pen: dict[str, Any]) -> None:
    assert read_cdr(write_cdr(replace(ANSWER, description="a\x00b\ufffec"), **pen)).description == "abc"
