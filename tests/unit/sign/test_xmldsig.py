"""Our signature, against the rules that SUNAT sets and against a verifier that is not ours."""

from base64 import b64encode
from hashlib import sha256

from lxml import etree
from signxml.verifier import XMLVerifier

from onapi.kinds.sale.ubl import EMPTY_EXTENSION
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.ubl.element import INVOICE, leaf, root
from onapi.values.xmltree import parse_xml, text_of

PLAIN = root(
    "Invoice", INVOICE, EMPTY_EXTENSION, leaf("cbc:ID")("F001-1 <ext:ExtensionContent></ext:ExtensionContent>")
)


def test_two_verifiers_agree(signer: Signer) -> None:
    signed = sign(PLAIN, signer, "Firma")
    assert verify_signature(signed.xml).certificate == signer.certificate
    found = XMLVerifier().verify(signed.xml, x509_cert=signer.certificate)
    assert not isinstance(found, list)
    assert found.signed_xml is not None


def test_the_digest_is_of_the_text_that_came_in(signer: Signer) -> None:
    signed = sign(PLAIN, signer, "Firma")
    assert signed.digest == b64encode(sha256(PLAIN.encode()).digest()).decode()
    assert verify_signature(signed.xml).digest_value == signed.digest


def test_same_text_same_key_same_bytes(signer: Signer) -> None:
    assert sign(PLAIN, signer, "Firma") == sign(PLAIN, signer, "Firma")


def test_the_signature_stands_in_the_extension_and_nowhere_else(signer: Signer) -> None:
    document = parse_xml(sign(PLAIN, signer, "Firma").xml)
    place = "UBLExtensions/UBLExtension/ExtensionContent/Signature"
    assert text_of(document, f"{place}/KeyInfo/X509Data/X509Certificate") == signer.certificate_text
    assert text_of(document, "ID").endswith("<ext:ExtensionContent></ext:ExtensionContent>")
    assert sign(PLAIN, signer, "Firma").xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice ')


def test_the_algorithms_are_those_that_sunat_takes(signer: Signer) -> None:
    document = etree.fromstring(sign(PLAIN, signer, "Firma").xml)
    algorithms = {element.get("Algorithm") for element in document.iter() if element.get("Algorithm")}
    assert algorithms == {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    }
