"""Pages as PDF: what they say, what they carry, and that nothing a customer writes can break them."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import typst
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from page_reader import Reader, pdf_text, plain
from page_samples import DIGEST, factura
from test_page_logo import png

from onapi.errors import InvalidDocument, OnapiError
from onapi.page import Attachment, Box, Column, Field, Instalment, Issuer, Page, Total, render
from onapi.page import pdf as pdf_module

MARKUP = '#import "x" $x^2$ *b* _i_ `c` @ref <l> \\u{41} // no /* no */ #panic("x") = H [a] -- ... "q" \'a\' ~'


WIDEST = 150  # signs of 8 points that fit between the margins


def test_every_text_of_the_page_is_printed() -> None:
    page = factura(3)
    said = pdf_text(render(page))
    texts = [page.heading, page.number, page.issuer.name, page.issuer.trade_name, page.issuer.ruc, page.words, DIGEST]
    texts += [*page.issuer.address, page.issuer.phone, page.issuer.email]
    texts += [text for box in page.boxes for field in box.fields for text in (field.label, field.value)]
    texts += [cell for row in page.rows for cell in row] + [column.label for column in page.columns]
    texts += [text for total in page.totals for text in (total.label, total.amount)]
    texts += [text for one in page.instalments for text in (one.label, one.due, one.amount)]
    texts += [*page.legends, *page.notes, *page.footer]
    assert [text for text in texts if plain(text) not in said] == []
    assert "Página1de1" in said
    assert said.count(plain(page.heading)) == 3  # in the box, at the foot, in the sentence of the representation


@pytest.mark.parametrize(("lines", "pages"), [(0, 1), (1, 1), (3, 1), (40, 2), (200, 7)])
def test_long_receipts_run_over_pages_with_header_and_number(lines: int, pages: int) -> None:
    page = factura(lines)
    said = [plain(text) for text in Reader(render(page)).pages()]
    assert len(said) == pages
    for number, text in enumerate(said, 1):
        assert f"Página{number}de{pages}" in text
        assert "FACTURAELECTRÓNICAF001-00000123" in text
        assert text.count("Descripción") == (1 if any(plain(row[2]) in text for row in page.rows) else 0)
    together = "".join(said)
    assert all(plain(row[-1]) in together and row[1] in together for row in page.rows)
    assert plain(page.totals[-1].amount) in said[-1]
    assert "Representaciónimpresa" in said[-1]


@pytest.mark.parametrize("text", [MARKUP, "Ελλάδα мир ✔ 😀", "a\nb", "x" * 300, "https://e.example/" + "a/" * 80])
def test_text_is_printed_as_text_wherever_it_stands(text: str) -> None:
    page = factura(1)
    page = replace(
        page,
        title=text,
        issuer=replace(page.issuer, name=text, trade_name=text, address=(text,), email=text),
        boxes=(Box("Adquirente", (Field("Señor(es)", text),)),),
        rows=((text,) * len(page.columns),),
        totals=(Total(text, "S/ 1.00", emphasis=True),),
        legends=(text,),
        notes=(text,),
        footer=(text,),
        digest=text,
    )
    pdf = render(page)
    assert pdf_text(pdf).count(plain(text)) >= 16
    assert max(len(line) for line in "".join(Reader(pdf).pages()).splitlines()) < WIDEST
    assert all(42 < x < 553 for x, _ in Reader(pdf).starts())  # the margins of the paper


def test_long_codes_and_figures_leave_room_for_the_description() -> None:
    page = factura(1)
    cells = list(page.rows[0])
    row = tuple(cell if column.main else "9" * 40 for cell, column in zip(cells, page.columns, strict=True))
    assert "Cemento Portland tipo I, bolsa" in "".join(Reader(render(replace(page, rows=(row,)))).pages())


def test_a_hundred_instalments_run_over_pages() -> None:
    many = tuple(Instalment(f"Cuota{at:03}", "20/12/2026", f"S/ {at}.00") for at in range(1, 101))
    pdf = render(replace(factura(3), instalments=many))
    assert "Cuota100" in pdf_text(pdf)
    assert all(20 < y < 822 for _, y in Reader(pdf).starts())
    first, *_, last = Reader(pdf).pages()
    assert "Cuota001" in first
    assert "Representación" in last


def test_a_sign_without_a_glyph_becomes_a_box() -> None:
    assert "Comercial□□S.A.C." in pdf_text(render(replace(factura(1), notes=("Comercial 你好 S.A.C.",))))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.integers(1, 12), st.integers(0, 1))
@example("X" * 120, 12, 0)
@example("\n" * 300, 3, 1)
@example("\u0600\u0301 \u1160 e\u0301\u20dd", 2, 1)
def test_any_text_in_any_table_can_be_set(text: str, columns: int, flex: int) -> None:
    page = replace(
        factura(1),
        columns=tuple(Column(text[:20], flex=flex) for _ in range(columns)),
        rows=((text,) * columns,) * 3,
        notes=(text,),
    )
    assert render(page).startswith(b"%PDF-1.7")


def test_a_page_with_almost_nothing_can_be_set() -> None:
    dated = factura().dated
    bare = Page("T", "GUÍA DE REMISIÓN ELECTRÓNICA REMITENTE", "T001-1", dated, Issuer("X SAC", "20123456786"))
    assert "T001-1" in pdf_text(render(bare))


def test_it_is_an_archive_copy_with_title_language_and_author() -> None:
    pdf = render(replace(factura(), accent="#ffee00"))
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang(es-PE)" in pdf
    assert b"Factura F001-123" in pdf
    assert re.search(rb"/CreationDate\s?\(D:20261120", pdf)
    assert set(re.findall(rb"\+([A-Za-z]+)-[A-Za-z]+-Identity-H", pdf)) == {b"Inter"}


def test_a_receipt_is_printed_even_if_its_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = pdf_module._compile

    def refusing(files: dict[str, bytes], dated: date, *standards: Any) -> bytes:
        if "ua-1" in standards:
            raise typst.TypstError("PDF/UA-1 error: invalid table (Table) structure", "")
        return compiled(files, dated, *standards)

    monkeypatch.setattr(pdf_module, "_compile", refusing)
    pdf = render(factura(1))
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert "FACTURAELECTRÓNICA" in pdf_text(pdf)


def test_a_wrong_template_is_our_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_module, "_source", lambda _: b"#unknown")
    with pytest.raises(OnapiError) as caught:
        render(factura(1))
    assert caught.value.key == "internal_error"
    assert "unknown" in str(caught.value.facts["reason"])


def test_three_lines_take_less_than_80_kb() -> None:
    assert len(render(factura(3))) <= 80 * 1024


def test_files_travel_inside_byte_by_byte() -> None:
    xml = Attachment("20123456786-01-F001-123.xml", b"\xef\xbb\xbf<a>\r\n</a>", description="XML", relation="source")
    cdr = Attachment("R-20123456786-01-F001-123.zip", b"PK\x03\x04" + bytes(range(256)), mime="application/zip")
    pdf = render(factura(1), attachments=(xml, cdr))
    assert Reader(pdf).files() == {xml.name: xml.data, cdr.name: cdr.data}
    assert b"/AFRelationship/Source" in pdf
    assert b"/AFRelationship/Supplement" in pdf


@pytest.mark.parametrize("name", ["", "../a.xml", "a/b.xml", "/etc/passwd", ".hidden", "a\nb", "ñ.xml"])
def test_a_file_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        render(factura(1), attachments=(Attachment(name, b"x"),))
    assert caught.value.key == "invalid_parameter"


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(InvalidDocument) as caught:
        render(factura(1), "a4.typ")
    assert caught.value.key == "invalid_parameter"


def test_the_stamp_is_printed_across_and_in_words() -> None:
    assert pdf_text(render(replace(factura(1), stamp="ANULADO"))).count("ANULADO") == 2
    assert "FISCAL" not in pdf_text(render(factura(1)))


def test_a_logo_is_drawn_and_a_damaged_one_refused() -> None:
    page = factura(1)
    with_logo = replace(page, issuer=replace(page.issuer, logo=png(40, 60)))
    assert b"/Subtype/Image" in render(with_logo)
    assert b"/Subtype/Image" not in render(page)
    with pytest.raises(InvalidDocument, match="logotipo"):
        render(replace(page, issuer=replace(page.issuer, logo=png(40, 60)[:60])))


def test_the_same_page_gives_the_same_bytes() -> None:
    first = render(factura(2))
    render(factura(5))
    assert render(factura(2)) == first
    assert render(replace(factura(2), number="F001-00000124")) != first


def test_threads_print_at_once() -> None:
    pages = [replace(factura(2), number=f"F001-{number:08}") for number in range(24)]
    alone = [render(page) for page in pages[:4]]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(render, pages))
    assert together[:4] == alone
    assert all(f"F001-{number:08}" in pdf_text(pdf) for number, pdf in enumerate(together))
