"""Signatures: a sound one tells who signed what; every known way to smuggle content past it fails (guarantee H02)."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from onapi.errors import InvalidDocument, Unreadable
from onapi.sign.verify import verify_signature
from onapi.values.xmltree import text_of

_EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_SLOT = f"{{{_EXT}}}UBLExtensions/{{{_EXT}}}UBLExtension/{{{_EXT}}}ExtensionContent"
DOCUMENT = f"""<Invoice xmlns="urn:i" xmlns:ext="{_EXT}"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/>
</ext:UBLExtension></ext:UBLExtensions><ID>F001-1</ID><Total>236.00</Total><Note>Año</Note></Invoice>"""


@dataclass(frozen=True)
class Pen:
    """A key and a certificate for it."""

    key: Any
    certificate: x509.Certificate


def _pen(key: Any) -> Pen:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PRUEBA")])
    start = datetime(2020, 1, 1, tzinfo=UTC)  # long over: dates are not judged here
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=30))
    return Pen(key, builder.sign(key, SHA256()))


@pytest.fixture(scope="module")
def pen() -> Pen:
    return _pen(rsa.generate_private_key(public_exponent=65537, key_size=2048))


class _OldSigner(XMLSigner):
    """Signs with SHA-1 too, as documents of years ago are signed."""

    def check_deprecated_methods(self) -> None:
        pass


def _sign(pen: Pen, text: str = DOCUMENT, *, slot: str = _SLOT, uri: str | None = None, **how: Any) -> bytes:
    root: Any = etree.fromstring(text.encode())
    place = root if slot == "." else root.find(slot)
    place.append(etree.Element(f"{{{_DS}}}Signature", Id="placeholder"))
    options: dict[str, Any] = {
        "signature_algorithm": SignatureMethod.RSA_SHA256,
        "digest_algorithm": DigestAlgorithm.SHA256,
        "c14n_algorithm": CanonicalizationMethod.CANONICAL_XML_1_0,
    } | how
    signer = _OldSigner(method=SignatureConstructionMethod.enveloped, **options)
    signed: Any = signer.sign(root, key=pen.key, cert=[pen.certificate], reference_uri=uri)
    signed.find(f".//{{{_DS}}}Signature").set("Id", "Firma")
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)


def _refused(xml: bytes, **how: bool) -> str:
    with pytest.raises(InvalidDocument) as caught:
        verify_signature(xml, **how)
    assert caught.value.key == "signature_invalid"
    return str(caught.value)


@pytest.mark.parametrize("c14n", list(CanonicalizationMethod), ids=lambda method: method.name)
def test_a_sound_signature_tells_who_and_what(c14n: CanonicalizationMethod, pen: Pen) -> None:
    verified = verify_signature(_sign(pen, c14n_algorithm=c14n))
    assert verified.certificate == pen.certificate
    assert verified.signature_id == "Firma"
    assert text_of(verified.root, "ID") == "F001-1"
    assert not list(verified.root.iter(f"{{{_DS}}}Signature"))


def test_the_digest_is_the_one_printed_on_paper(pen: Pen) -> None:
    canonical = etree.tostring(etree.fromstring(DOCUMENT.encode()), method="c14n")
    assert verify_signature(_sign(pen)).digest_value == b64encode(sha256(canonical).digest()).decode()


def test_every_changed_byte_of_content_is_found(pen: Pen) -> None:
    xml = _sign(pen)
    start, end = xml.index(b"<ID>"), xml.index(b"</Invoice>")
    for at in range(start, end, 3):
        changed = bytearray(xml)
        changed[at] ^= 1
        with pytest.raises((InvalidDocument, Unreadable)):
            verify_signature(bytes(changed))


def test_another_encoding_or_declaration_is_no_change(pen: Pen) -> None:
    text = _sign(pen).decode()
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert text_of(verify_signature(latin).root, "Note") == "Año"


def _edit(xml: bytes, change: Callable[[Any], object]) -> bytes:
    root = etree.fromstring(xml)
    change(root)
    return etree.tostring(root)


def _signature(root: Any) -> Any:
    return root.find(f".//{{{_DS}}}Signature")


def _wrap_in_extension(xml: bytes) -> bytes:
    """The signed original moves into an extension of a forged document."""
    forged: Any = etree.fromstring(DOCUMENT.replace("236.00", "1.00").encode())
    original = etree.fromstring(xml)
    forged.find(_SLOT).append(_signature(original))
    extra = etree.SubElement(forged[0], f"{{{_EXT}}}UBLExtension")
    etree.SubElement(extra, f"{{{_EXT}}}ExtensionContent").append(original)
    return etree.tostring(forged)


def _wrap_in_object(xml: bytes) -> bytes:
    """The original hides in an Object of its own signature."""
    forged: Any = etree.fromstring(DOCUMENT.replace("236.00", "1.00").encode())
    signature = _signature(etree.fromstring(xml))
    forged.find(_SLOT).append(signature)
    etree.SubElement(signature, f"{{{_DS}}}Object").append(etree.fromstring(DOCUMENT.encode()))
    return etree.tostring(forged)


def _wrap_by_id(pen: Pen) -> bytes:
    """The signature names a part by Id instead of the whole."""
    part = DOCUMENT.replace("<Total>", '<Total Id="parte">')
    return _sign(pen, part, uri="#parte")


def _new_root(xml: bytes) -> bytes:
    return b'<Lote xmlns:ext="%s">%s</Lote>' % (_EXT.encode(), xml.partition(b"?>")[2])


def _second_reference(root: Any) -> None:
    reference = root.find(f".//{{{_DS}}}Reference")
    reference.addnext(etree.fromstring(etree.tostring(reference)))


def _twice(root: Any) -> None:
    root.find(_SLOT).append(etree.fromstring(etree.tostring(_signature(root))))


def _filtered(root: Any) -> None:
    transforms = root.find(f".//{{{_DS}}}Transforms")
    step = etree.SubElement(transforms, f"{{{_DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")
    etree.SubElement(step, f"{{{_DS}}}XPath").text = "not(ancestor-or-self::Total)"


def _set(path: str, text: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        root.find(f".//{{{_DS}}}{path}").text = text

    return change


def _comment_in_digest(root: Any) -> None:
    digest = root.find(f".//{{{_DS}}}DigestValue")
    comment = etree.Comment("x")
    comment.tail, digest.text = digest.text, "AAAA"
    digest.append(comment)


ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "wrapped in an extension": _wrap_in_extension,
    "wrapped in an Object": _wrap_in_object,
    "under a new root": _new_root,
    "two signatures": lambda xml: _edit(xml, _twice),
    "two references": lambda xml: _edit(xml, _second_reference),
    "a filtering transform": lambda xml: _edit(xml, _filtered),
    "wrong digest": lambda xml: _edit(xml, _set("DigestValue", b64encode(bytes(32)).decode())),
    "comment in the digest": lambda xml: _edit(xml, _comment_in_digest),
    "wrong signature value": lambda xml: _edit(xml, _set("SignatureValue", b64encode(bytes(256)).decode())),
    "no signature value": lambda xml: _edit(xml, _set("SignatureValue", "")),
    "no certificate": lambda xml: _edit(xml, _set("X509Certificate", "")),
    "unreadable certificate": lambda xml: _edit(xml, _set("X509Certificate", "AAAA")),
    "no base64": lambda xml: _edit(xml, _set("SignatureValue", "%%%")),
    "no signature": lambda xml: _edit(xml, lambda root: root.find(_SLOT).clear()),
    "signature elsewhere": lambda xml: _edit(xml, lambda root: root.append(_signature(root))),
    "duplicate Id": lambda xml: _edit(xml, lambda root: root[1].set("Id", "Firma")),
    "added element": lambda xml: _edit(xml, lambda root: etree.SubElement(root, "Extra")),
    "renamed root": lambda xml: xml.replace(b"Invoice", b"Despatch"),
    "hmac with the certificate": lambda xml: xml.replace(b"rsa-sha256", b"hmac-sha256"),
    "another certificate": lambda xml: _edit(xml, _set("X509Certificate", _stranger())),
}


def _stranger() -> str:
    pen = _pen(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return b64encode(pen.certificate.public_bytes(Encoding.DER)).decode()


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_fails(attack: str, pen: Pen) -> None:
    xml = ATTACKS[attack](_sign(pen))
    assert _refused(xml).endswith(".")


def test_a_part_may_not_be_signed_for_the_whole(pen: Pen) -> None:
    _refused(_wrap_by_id(pen))


def test_the_whole_may_not_be_named_by_an_id(pen: Pen) -> None:
    xml = _sign(pen, DOCUMENT.replace("<Invoice ", '<Invoice Id="todo" '), uri="#todo")
    assert "todo el documento" in _refused(xml)


def test_a_signature_beside_the_extensions_is_refused(pen: Pen) -> None:
    assert "UBLExtensions" in _refused(_sign(pen, slot="."))


def test_comments_do_not_split_what_is_read(pen: Pen) -> None:
    xml = _sign(pen).replace(b"F001-1<", b"F001<!-- -->-1<")
    verified = verify_signature(xml)
    assert [child.text for child in verified.root if child.tag.endswith("ID")] == ["F001-1"]


def test_sha1_is_for_history_only(pen: Pen) -> None:
    xml = _sign(pen, signature_algorithm=SignatureMethod.RSA_SHA1, digest_algorithm=DigestAlgorithm.SHA1)
    _refused(xml)
    assert text_of(verify_signature(xml, allow_sha1=True).root, "ID") == "F001-1"
    _refused(_sign(pen, digest_algorithm=DigestAlgorithm.SHA1))
    _refused(_sign(pen, signature_algorithm=SignatureMethod.RSA_SHA1))


@pytest.mark.parametrize(
    ("make", "method"),
    [
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), SignatureMethod.RSA_SHA256),  # noqa: S505 - weak on purpose
        (lambda: ec.generate_private_key(ec.SECP256R1()), SignatureMethod.ECDSA_SHA256),
    ],
    ids=["RSA 1024", "ECDSA"],
)
def test_weak_or_other_keys_are_refused(make: Callable[[], Any], method: SignatureMethod) -> None:
    assert "2048" in _refused(_sign(_pen(make()), signature_algorithm=method))
