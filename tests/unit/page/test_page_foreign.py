"""XML made elsewhere prints too: other encodings, prefixes, extensions, parts left out; what is unreadable is told."""

import re
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import pytest
from lxml import etree
from page_pictures import SAMPLES, Sample, case_xml, kind_of, page_of
from pypdf import PdfReader

from onapi.errors import Unreadable
from onapi.kinds.kind import Kind, PrintContext
from onapi.page import render
from onapi.values.xmltree import parse_xml

each_kind = pytest.mark.parametrize("sample", SAMPLES[:12], ids=lambda sample: sample.name)
EXTENSION = (
    b'<ext:UBLExtension xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">'
    b'<ext:ExtensionContent><p:Propio xmlns:p="urn:x"><p:Nota>Interna</p:Nota></p:Propio></ext:ExtensionContent>'
    b"</ext:UBLExtension>"
)
ODD = ("", "-0.005", "123456789012345678901234567890.123", "¿Qué? 你 <b> #panic")


def _latin(xml: bytes) -> bytes:
    text = xml.decode().replace("\N{WHITE SQUARE}", "").encode("latin-1", "xmlcharrefreplace")
    return b'<?xml version="1.0" encoding="ISO-8859-1" standalone="no"?>\r\n' + text


def _other_prefixes(xml: bytes) -> bytes:
    for prefix in (b"cbc", b"cac", b"sac"):
        xml = re.sub(rb"(</?|xmlns:)" + prefix + rb"([:=])", rb"\1n" + prefix + rb"x\2", xml)
    return xml


def _indented(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    etree.indent(root, "\t")
    return b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<!-- hecho por otro -->" + etree.tostring(root)


def _extended(xml: bytes) -> bytes:
    return re.sub(rb"(<ext:UBLExtensions[^>]*>)", rb"\1" + EXTENSION, xml, count=1)


@each_kind
@pytest.mark.parametrize("changed", [_latin, _other_prefixes, _indented, _extended])
def test_it_prints_as_the_same_written_our_way(sample: Sample, changed: Callable[[bytes], bytes]) -> None:
    xml = case_xml(sample.case)
    assert changed(xml) != xml
    assert page_of(changed(xml)) == page_of(xml)


@each_kind
def test_whatever_is_left_out_or_odd_it_prints_or_says_what_it_cannot_read(sample: Sample) -> None:
    """Every element in turn is taken away, emptied, or given a text that nobody expects."""
    xml = case_xml(sample.case)
    kind = kind_of(parse_xml(xml))
    outcomes: Counter[str] = Counter()
    for at in range(1, len(list(etree.fromstring(xml).iter(etree.Element)))):
        for odd in (None, *ODD):
            root = etree.fromstring(xml)
            element = list(root.iter(etree.Element))[at]
            if _names_its_kind(element):
                continue
            _change(element, odd)
            outcomes[_outcome(kind, root)] += 1
    assert set(outcomes) == {"printed", "malformed_xml"}
    assert outcomes["printed"] > outcomes["malformed_xml"]


def _names_its_kind(element: etree._Element) -> bool:
    return etree.QName(element).localname in {"InvoiceTypeCode", "DespatchAdviceTypeCode"}


def _change(element: etree._Element, odd: str | None) -> None:
    parent = element.getparent()
    if odd is None and parent is not None:
        parent.remove(element)
    elif not len(element):
        element.text = odd


def _outcome(kind: Kind, root: etree._Element) -> str:
    try:
        kind.page(kind.read(root), PrintContext("abc=", "", None, ""))
    except Unreadable as error:
        return error.key if str(error).startswith(("El XML", "Al XML")) else str(error)
    return "printed"


def test_a_bare_receipt_of_another_program_is_set_on_paper() -> None:
    """Without addresses, names of units, legends or notes."""
    root = etree.fromstring(case_xml("sale/every-party-and-place"))
    for name in ("RegistrationAddress", "Note", "PartyName", "OrderReference", "Delivery", "SellersItemIdentification"):
        for element in root.findall(f".//{{*}}{name}"):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
    page = page_of(etree.tostring(root, encoding="ISO-8859-1"))
    for paper in ("A4", "ticket58"):
        said = "".join(one.extract_text() for one in PdfReader(BytesIO(render(page, paper))).pages)
        assert "F219-1" in said
        assert "236.00" in said
        assert page.words.split()[0] in said
