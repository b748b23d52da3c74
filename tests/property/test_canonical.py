"""Our XML is canonical as it is written, and a signature over it lets nothing be changed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onapi.errors import InvalidDocument, Unreadable
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.ubl.element import INVOICE, branch, escape, is_xml_text, leaf, marked, root

ANY_TEXT = st.text(st.characters(), max_size=40)  # control characters and lone surrogates included
Judge = Callable[..., Any]


def _document(text: str, mark: str) -> str:
    note = marked("cbc:Note", "languageLocaleID", zeta="z", alpha="a&<\">'\t\n")
    return root("Invoice", INVOICE, leaf("cbc:ID", schemeID=mark)(text), branch("cac:Party")(note(text, mark)))


@settings(max_examples=300)
@given(text=ANY_TEXT, mark=ANY_TEXT)
def test_what_we_write_is_its_own_canonical_form(text: str, mark: str) -> None:
    xml = _document(text, mark)
    assert etree.tostring(etree.fromstring(xml.encode()), method="c14n") == xml.encode()


@settings(max_examples=150)
@given(text=ANY_TEXT)
def test_text_that_xml_can_carry_comes_back_unchanged(text: str) -> None:
    found = etree.fromstring(f"<a>{escape(text)}</a>".encode()).text or ""
    assert (found == text) == is_xml_text(text)


@settings(max_examples=20)
@given(data=st.data())
def test_a_whole_sale_is_canonical(data: Any, short_documents: Any, judge: Judge) -> None:
    judged = judge(data.draw(short_documents))
    if not judged.errors:
        xml = judged.taken.kind.build(judged.sale).encode()
        assert etree.tostring(etree.fromstring(xml), method="c14n") == xml


@pytest.fixture(scope="module")
def signed(judge: Judge, signer: Signer) -> bytes:
    """A signed factura."""
    line = {"descripcion": "Teclado mecánico", "cantidad": 2, "mtoValorUnitario": 100}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE & CÍA"}
    judged = judge({"tipoDoc": "01", "serie": "F001", "correlativo": 1, "client": client, "details": [line]})
    return sign(judged.taken.kind.build(judged.sale), signer, judged.taken.kind.signature_id).xml


@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_byte_breaks_the_signature(data: Any, signed: bytes) -> None:
    """Any byte of the content; white space inside tags is no content, and case is none in the encoding's name."""
    at = data.draw(st.integers(signed.index(b"<cbc:UBLVersionID>"), len(signed) - len(b"</Invoice>") - 1))
    flip = data.draw(st.integers(1, 127))
    changed = bytearray(signed)
    changed[at] ^= flip
    if etree_equal(bytes(changed), signed):
        return
    with pytest.raises((InvalidDocument, Unreadable)):
        verify_signature(bytes(changed))


def etree_equal(left: bytes, right: bytes) -> bool:
    """True if two texts are the same document in canonical form."""
    try:
        return etree.tostring(etree.fromstring(left), method="c14n") == etree.tostring(
            etree.fromstring(right), method="c14n"
        )
    except etree.XMLSyntaxError:
        return False


def test_the_sound_one_verifies(signed: bytes) -> None:
    assert verify_signature(signed).root.tag.endswith("Invoice")
