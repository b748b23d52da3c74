"""The marks that make a PDF an archive copy (PDF/A-3a) fit for screen readers (PDF/UA-1), read by another library.

No validator of that norm can be had from the package registries; these are the rules of ISO 19005-3 that a reader can
check from outside: what must be there, what must not, and that the files inside are the ones put there.
"""

import re
from dataclasses import replace
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
from page_pictures import SAMPLES, logo, sample_page
from page_samples import factura
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from onapi.page import TEMPLATES, Attachment, render

XML = Attachment("20123456786-01-F001-123.xml", '<?xml version="1.0"?><a>ñ</a>'.encode(), relation="source")
LATIN = Attachment("latin.xml", '<?xml version="1.0" encoding="ISO-8859-1"?><a>ñ</a>'.encode("latin-1"))
CDR = Attachment("R-20123456786-01-F001-123.zip", b"PK\x03\x04" + bytes(range(256)) * 8, mime="application/zip")
FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/Sound", "/Movie", "/RichMedia", "/XFA", "/Encrypt"}  # 6.1.3, 6.6.1
PAGES = {sample.name: sample_page(sample) for sample in SAMPLES[:12]} | {
    "logo": replace(factura(40), issuer=replace(factura().issuer, logo=logo()), stamp="ANULADO")
}


def _pdf(name: str, paper: str) -> PdfReader:
    return PdfReader(BytesIO(render(PAGES[name], paper, attachments=(XML, LATIN, CDR))))


def _objects(pdf: PdfReader) -> list[Any]:
    """Every object of the file."""
    numbers = {number for table in pdf.xref.values() for number in table} | set(pdf.xref_objStm)
    return [IndirectObject(number, 0, pdf).get_object() for number in sorted(numbers) if number]


DRAWN = [*zip(PAGES, cycle(TEMPLATES), strict=False), *(("logo", paper) for paper in TEMPLATES)]


@pytest.fixture(params=DRAWN, ids="-".join)
def pdf(request: pytest.FixtureRequest) -> PdfReader:
    """Each page on one paper, all papers in turn, with files inside."""
    return _pdf(*request.param)


def test_it_bears_the_marks_of_an_archive_copy(pdf: PdfReader) -> None:
    root = pdf.root_object
    meta = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert pdf.pdf_header == "%PDF-1.7"
    assert not pdf.is_encrypted
    assert len(pdf.trailer["/ID"]) == 2
    (intent,) = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert intent.get_object()["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    objects = [x for x in _objects(pdf) if isinstance(x, DictionaryObject)]
    assert {key for x in objects for key in x} & FORBIDDEN == set()
    assert {x.get("/S") for x in objects} & FORBIDDEN == set()


def test_title_and_language_and_structure_are_told(pdf: PdfReader) -> None:
    root = pdf.root_object
    assert root["/Lang"] == "es-PE"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert pdf.metadata
    assert pdf.metadata.title
    assert f'<rdf:li xml:lang="x-default">{pdf.metadata.title}' in root["/Metadata"].get_object().get_data().decode()
    objects = [x for x in _objects(pdf) if isinstance(x, DictionaryObject)]
    assert all(x.get("/Alt") for x in objects if x.get("/S") == "/Figure")
    assert sum(x.get("/S") == "/H1" for x in objects) == 1


def test_every_font_is_embedded_and_gives_its_text_back(pdf: PdfReader) -> None:
    objects = [x for x in _objects(pdf) if isinstance(x, DictionaryObject)]
    descriptors = [x for x in objects if x.get("/Type") == "/FontDescriptor"]
    assert descriptors
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(x) for x in descriptors)
    assert all("/ToUnicode" in x for x in objects if x.get("/Subtype") == "/Type0")
    assert not [
        x for x in objects if x.get("/Type") == "/Font" and x.get("/Subtype") in {"/Type1", "/TrueType", "/Type3"}
    ]
    assert all(re.fullmatch(r"/[A-Z]{6}\+(Inter|DejaVu)[\w-]*", x["/FontName"]) for x in descriptors)


def test_the_files_inside_are_named_related_and_whole(pdf: PdfReader) -> None:
    assert {name: data[0] for name, data in pdf.attachments.items()} == {x.name: x.data for x in (XML, LATIN, CDR)}
    specs = [spec.get_object() for spec in pdf.root_object["/AF"]]
    assert [(x["/UF"], x["/AFRelationship"]) for x in sorted(specs, key=lambda x: str(x["/UF"]))] == [
        (XML.name, "/Source"),
        (CDR.name, "/Supplement"),
        (LATIN.name, "/Supplement"),
    ]
    embedded = [x["/EF"]["/F"].get_object() for x in specs]
    assert {x["/Subtype"] for x in embedded} == {"/application/xml", "/application/zip"}
    assert all("/ModDate" in x["/Params"] for x in embedded)


def test_the_code_is_drawn_and_not_a_picture() -> None:
    plain = [x for x in _objects(_pdf("01-factura", "A4")) if isinstance(x, DictionaryObject)]
    assert not [x for x in plain if x.get("/Subtype") == "/Image"]
    logos = [
        x for x in _objects(_pdf("logo", "A4")) if isinstance(x, DictionaryObject) and x.get("/Subtype") == "/Image"
    ]
    assert len(logos) >= 1
