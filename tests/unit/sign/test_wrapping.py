"""Forged documents around a true signature: nothing but what was signed ever comes back (guarantee H02)."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from onapi.errors import InvalidDocument
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.values.xmltree import text_of

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_EXT = f"{{{_UBL}CommonExtensionComponents-2}}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_SLOT: Final = f"{_EXT}UBLExtensions/{_EXT}UBLExtension/{_EXT}ExtensionContent"
KINDS: Final = ("Invoice", "DespatchAdvice", "ApplicationResponse")


def _text(kind: str, total: str = "236.00") -> str:
    return (
        f'<{kind} xmlns="{_UBL}{kind}-2" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:ext="{_EXT[1:-1]}">'
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent></ext:UBLExtension>"
        f"</ext:UBLExtensions><ID>F001-1</ID><Total>{total}</Total></{kind}>"
    )


class _Parts:
    """What an attacker has: the signed document, its signature, the document bare, and a forged one."""

    def __init__(self, kind: str, signer: Signer) -> None:
        """Cut a signed document of a kind in pieces."""
        self.signed: Any = etree.fromstring(sign(_text(kind), signer, "Firma").xml)
        self.signature: Any = deepcopy(self.signed.find(f"{_SLOT}/{_DS}Signature"))
        self.bare: Any = etree.fromstring(_text(kind))
        self.forged: Any = etree.fromstring(_text(kind, "1.00"))

    @property
    def slot(self) -> Any:
        """Where the forged document holds a signature."""
        return self.forged.find(_SLOT)


def _extension(root: Any, content: Any) -> None:
    extension = etree.SubElement(root.find(f"{_EXT}UBLExtensions"), f"{_EXT}UBLExtension")
    etree.SubElement(extension, f"{_EXT}ExtensionContent").append(content)


def _moved(parts: _Parts) -> Any:
    parts.slot.append(parts.signature)
    return parts.forged


def _in_object(parts: _Parts) -> Any:
    etree.SubElement(parts.signature, f"{_DS}Object").append(parts.bare)
    return _moved(parts)


def _signed_in_object(parts: _Parts) -> Any:
    etree.SubElement(parts.signature, f"{_DS}Object").append(parts.signed)
    return _moved(parts)


def _beside_the_signature(parts: _Parts) -> Any:
    parts.slot.append(parts.bare)
    return _moved(parts)


def _first_child(parts: _Parts) -> Any:
    parts.forged.insert(0, parts.signed)
    return parts.forged


def _last_child(parts: _Parts) -> Any:
    parts.forged.append(parts.bare)
    return _moved(parts)


def _in_an_extension(parts: _Parts) -> Any:
    _extension(parts.forged, parts.signed)
    return parts.forged


def _forged_in_an_extension(parts: _Parts) -> Any:
    _extension(parts.signed, parts.forged)
    return parts.signed


def _forged_inside(parts: _Parts) -> Any:
    parts.signed.append(parts.forged)
    return parts.signed


def _in_the_key(place: str) -> Callable[[_Parts], Any]:
    """What is said of the key is not signed: a whole document fits there, and the schema agrees."""

    def forged(parts: _Parts) -> Any:
        parts.signed.find(f".//{_DS}{place}").append(parts.forged)
        return parts.signed

    return forged


def _fetched_key(parts: _Parts) -> Any:
    etree.SubElement(parts.signed.find(f".//{_DS}KeyInfo"), f"{_DS}RetrievalMethod", URI="http://127.0.0.1:1/clave")
    return parts.signed


def _managed_key(parts: _Parts) -> Any:
    etree.SubElement(parts.signed.find(f".//{_DS}KeyInfo"), f"{_DS}MgmtData").text = "lo que sea"
    return parts.signed


FORMS: Final[dict[str, Callable[[_Parts], Any]]] = {
    "the signature moved": _moved,
    "the bare one in an Object": _in_object,
    "the signed one in an Object": _signed_in_object,
    "the bare one beside the signature": _beside_the_signature,
    "the signed one as first child": _first_child,
    "the bare one as last child": _last_child,
    "the signed one in an extension": _in_an_extension,
    "the forged one in an extension": _forged_in_an_extension,
    "the forged one as last child": _forged_inside,
    "the forged one in KeyInfo": _in_the_key("KeyInfo"),
    "the forged one in X509Data": _in_the_key("X509Data"),
    "a key to fetch": _fetched_key,
    "data nobody signed": _managed_key,
}


def _refused(xml: bytes) -> None:
    with pytest.raises(InvalidDocument) as caught:
        verify_signature(xml)
    assert caught.value.key == "signature_invalid"


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_one_holds(kind: str, signer: Signer) -> None:
    verified = verify_signature(sign(_text(kind), signer, "Firma").xml)
    assert (text_of(verified.root, "Total"), verified.certificate) == ("236.00", signer.certificate)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrapped_signature_fails(kind: str, form: str, signer: Signer) -> None:
    _refused(etree.tostring(FORMS[form](_Parts(kind, signer))))


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_instruction_nobody_signed_fails(where: str, signer: Signer) -> None:
    """A browser would follow it and show another document."""
    body = etree.tostring(_Parts("Invoice", signer).signed)
    style = b'<?xml-stylesheet type="text/xsl" href="https://example.com/otra.xsl"?>'
    _refused(style + body if where == "before" else body + style)


def test_remarks_beside_the_document_are_nothing(signer: Signer) -> None:
    """Comments are no part of what a signature with an empty URI covers."""
    body = etree.tostring(_Parts("Invoice", signer).signed)
    assert text_of(verify_signature(b"<!-- antes -->" + body + b"<!-- despues -->").root, "Total") == "236.00"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a003020102", "a003020107"),
        ("2a864886f70d010101", "2a864886f70d010177"),
        ("454d5052455341", "fffe5052455341"),
    ],
    ids=["a version there is not", "a key nobody knows", "a name nobody can read"],
)
def test_a_damaged_certificate_is_refused_and_nothing_worse(old: str, new: str, signer: Signer) -> None:
    der = signer.certificate.public_bytes(Encoding.DER)
    assert bytes.fromhex(old) in der
    signed = _Parts("Invoice", signer).signed
    signed.find(f".//{_DS}X509Certificate").text = b64encode(
        der.replace(bytes.fromhex(old), bytes.fromhex(new))
    ).decode()
    _refused(etree.tostring(signed))


def _drop(node: Any) -> None:
    node.getparent().remove(node)


def _double(node: Any) -> None:
    node.addnext(deepcopy(node))


def _rename(node: Any) -> None:
    node.tag = "{urn:otra}" + etree.QName(node).localname


def _empty(node: Any) -> None:
    for child in node:
        node.remove(child)
    node.text = None


def _fill(node: Any) -> None:
    node.text = "AAAA"


def _unsay(node: Any) -> None:
    for name in node.attrib:
        node.set(name, "#xpointer(/)")


def _tampered(signed: Any) -> Iterator[bytes]:
    before = etree.tostring(signed)
    count = len(list(signed.find(f"{_SLOT}/{_DS}Signature").iter()))
    for change in (_drop, _double, _rename, _empty, _fill, _unsay):
        for at in range(count):
            copy = deepcopy(signed)
            change(list(copy.find(f"{_SLOT}/{_DS}Signature").iter())[at])
            if (xml := etree.tostring(copy)) != before:
                yield xml


def test_whatever_is_done_to_a_signature_only_what_was_signed_comes_back(signer: Signer) -> None:
    tampered = list(_tampered(_Parts("Invoice", signer).signed))
    held = []
    for xml in tampered:
        with suppress(InvalidDocument):
            held.append(verify_signature(xml).root)
    assert len(tampered) > 60
    assert {etree.tostring(root, method="c14n").decode() for root in held} <= {_text("Invoice")}
