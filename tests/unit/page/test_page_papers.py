"""Every paper takes whatever stands in a page: nothing leaves the margins, every shape of boxes is set, tags hold."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import product
from typing import Any

import pytest
import typst
from page_pictures import SAMPLES, logo, sample_page
from page_samples import factura
from PIL import Image
from pypdf import PdfReader

from onapi.page import TEMPLATES, Box, Field, Instalment, Issuer, Page, Total, render
from onapi.page import pdf as pdf_module
from onapi.page.pdf import draw

PAPERS = list(TEMPLATES)
PPI = 60
CLEAR_MM = {"A4": 14, "A5": 11.6, "ticket80": 3, "ticket58": 4}  # a millimetre less than the margin at each side
WIDE_MM = {"A4": 210, "A5": 148, "ticket80": 80, "ticket58": 58}
RUN = "PALABRASINESPACIOS" * 60
PROSE = "Lorem ipsum dolor sit amet consectetur " * 30
MOST_POINTS = 14_400  # PDF 1.7, annex C; PDF/A-3 refuses longer pages
SHAPES = [shape for length in range(1, 5) for shape in product((False, True), repeat=length)]


def _fields(count: int, value: str) -> tuple[Field, ...]:
    return tuple(Field(f"Etiqueta {at}", value) for at in range(count))


def _cells(other: str, main: str) -> tuple[tuple[str, ...], ...]:
    return (tuple(main if column.main else other for column in factura().columns),) * 4


def _shapes() -> tuple[Box, ...]:
    wanted = ((1, "x", False), (2, PROSE, True), (2, RUN, False), (30, "corto", False), (90, "corto", True))
    return tuple(Box(PROSE[:60], _fields(count, value), wide=wide) for count, value, wide in wanted)


BASE = factura(3)
EXTREMES = {
    "names": replace(BASE, issuer=Issuer(RUN, "20123456786", PROSE[:500], (PROSE, RUN), RUN, RUN, RUN)),
    "number": replace(BASE, number="F" * 60, copy_mark="COPIA ADQUIRENTE", stamp="ANULADO · SIN VALOR FISCAL"),
    "boxes": replace(BASE, boxes=_shapes()),
    "labels": replace(
        BASE, boxes=(Box(RUN, (Field(RUN, RUN), Field("", ""))), Box("t", (Field(PROSE, "x"),), wide=True))
    ),
    "totals": replace(
        BASE, totals=tuple(Total(RUN[:90], "S/ " + "9" * width, emphasis=width == 12) for width in (9, 12, 60))
    ),
    "cells": replace(BASE, rows=_cells("9" * 40, RUN)),
    "money": replace(BASE, rows=_cells("999,999,999,999.99", PROSE)),
    "tall": replace(BASE, rows=_cells("1", (PROSE + "\n") * 8)),
    "instalments": replace(BASE, instalments=(Instalment("Cuota 001", "22/12/2026", "S/ 999,999,999.99"),) * 150),
    "sentences": replace(BASE, legends=(PROSE,) * 20, notes=(RUN, PROSE, "a\n\nb"), words=PROSE, footer=(PROSE, RUN)),
    "digest": replace(BASE, digest=RUN, qr="https://e-factura.sunat.gob.pe/" + "A" * 500),
    "logo": replace(BASE, issuer=replace(BASE.issuer, logo=logo()), accent="#ffee00", stamp="ANULADO"),
    "nothing": Page("-", "-", "", date(2026, 11, 20), Issuer("", "")),
}


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the typesetter said against its own tags while a test ran."""
    found: list[str] = []
    compiled = pdf_module._compile

    def told(files: dict[str, bytes], dated: date, *standards: Any) -> bytes:
        try:
            return compiled(files, dated, *standards)
        except typst.TypstError as error:
            found.append(error.message)
            raise

    monkeypatch.setattr(pdf_module, "_compile", told)
    return found


def _ink(picture: bytes, paper: str) -> list[str]:
    """The margins of a drawn page that are not empty."""
    image = Image.open(BytesIO(picture)).convert("L")
    side = int(CLEAR_MM[paper] / 25.4 * PPI)
    width, height = image.size
    edges = {"left": (0, 0, side, height), "right": (width - side, 0, width, height), "top": (0, 0, width, 4)}
    return [name for name, box in edges.items() if image.crop(box).getextrema()[0] < 200]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", EXTREMES)
def test_nothing_leaves_the_margins_and_the_tags_hold(name: str, paper: str, refused: list[str]) -> None:
    page = EXTREMES[name]
    assert render(page, paper).startswith(b"%PDF-1.7")
    assert refused == []
    drawn = draw(replace(page, stamp=None), paper, ppi=PPI)
    assert [(at, found) for at, one in enumerate(drawn) if (found := _ink(one, paper))] == []


def test_ink_in_a_margin_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = (pdf_module._TEMPLATES / "sheet.typ").read_bytes()
    shifted = {"sheet.typ": plain.replace(b"flowing(called)", b"called")}
    source = pdf_module._source
    monkeypatch.setattr(pdf_module, "_source", lambda name: shifted.get(name) or source(name))
    page = replace(BASE, issuer=replace(BASE.issuer, trade_name="", name="X" * 200))
    assert _ink(draw(page, ppi=PPI)[0], "A4") == ["right"]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "".join("NW"[wide] for wide in shape))
def test_boxes_of_every_shape_can_be_set(shape: tuple[bool, ...]) -> None:
    """A wide box after a lone narrow one: the row has no second place for it."""
    boxes = tuple(Box(f"Caja {at}", _fields(2, f"valor {at}"), wide=wide) for at, wide in enumerate(shape))
    for paper in ("A4", "ticket58"):
        said = PdfReader(BytesIO(render(replace(BASE, boxes=boxes), paper))).pages[0].extract_text()
        assert all(f"CAJA {at}" in said and f"valor {at}" in said for at in range(len(shape)))


@pytest.mark.parametrize("paper", PAPERS)
def test_no_sample_loses_its_tags(paper: str, refused: list[str]) -> None:
    """The typesetter's own fault (0.15) would cost the page its PDF/A-3a and PDF/UA marks."""
    for sample in SAMPLES:
        if paper in sample.papers:
            assert b"<pdfaid:conformance>A</pdfaid:conformance>" in render(sample_page(sample), paper)
    for lines in (30, 100):
        render(replace(factura(lines), stamp="ANULADO"), paper)
    assert refused == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("lines", [0, 1, 100, 500])
def test_many_lines_on_any_paper(paper: str, lines: int) -> None:
    page = factura(lines)
    pages = PdfReader(BytesIO(render(page, paper))).pages
    said = [one.extract_text() for one in pages]
    assert page.totals[-1].amount in (said[-1] if paper[0] == "A" else "".join(said))
    assert "Representación impresa" in said[-1]
    assert all(f"P{at:04}" in "".join(said) for at in range(1, lines + 1))
    assert {round(float(one.mediabox.width) / 72 * 25.4) for one in pages} == {WIDE_MM[paper]}
    assert all(float(one.mediabox.height) < MOST_POINTS for one in pages)
    assert len(pages) == 1 or all(f"ágina {at} de {len(pages)}" in text for at, text in enumerate(said, 1))


@pytest.mark.parametrize("paper", ["ticket80", "ticket58"])
def test_a_ticket_is_as_long_as_it_has_to_be(paper: str) -> None:
    heights = [float(PdfReader(BytesIO(render(factura(n), paper))).pages[0].mediabox.height) for n in (1, 3, 60)]
    assert heights == sorted(heights)
    assert heights[2] > 3 * heights[0]


@pytest.mark.parametrize("paper", ["ticket80", "ticket58"])
def test_a_ticket_is_black(paper: str) -> None:
    """Thermal heads print dots: neither grey nor colour."""
    page = replace(BASE, accent="#cc0000", stamp="ANULADO")
    image = Image.open(BytesIO(draw(page, paper, ppi=PPI)[0])).convert("RGB")
    assert all(max(dot) - min(dot) < 8 for _, dot in image.getcolors(1 << 20) or [])


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_page_gives_the_same_bytes_on_each_paper(paper: str) -> None:
    assert render(BASE, paper) == render(BASE, paper)
    assert len(render(BASE, paper)) <= 80 * 1024


@pytest.mark.parametrize("accent", ["#ffee00", "#ffffff", "#00ffcc", "#000000"])
def test_a_pale_colour_is_darkened_until_it_can_be_read(accent: str) -> None:
    """White figures on the colour of the company: at least 4.5 to 1, as WCAG asks."""
    page = replace(BASE, accent=accent)
    image = Image.open(BytesIO(draw(page, ppi=100)[0])).convert("RGB")
    colours = sorted(image.getcolors(1 << 22) or [], reverse=True)
    field = next(dot for _, dot in colours if sum(dot) < 600)  # the ground of the amount to pay is the largest dark one
    assert 1.05 / (_luminance(field) + 0.05) >= 4.5


def _luminance(dot: tuple[int, ...]) -> float:
    linear = [part / 12.92 if (part := level / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for level in dot]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
