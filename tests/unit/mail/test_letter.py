"""The letter of a receipt: the three forms say the same, in both languages, and no value is more than words."""

import re
import shutil
import subprocess
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from onapi.kinds import KINDS
from onapi.mail import Facts, Link, write
from onapi.mail.html import letters_on
from onapi.mail.words import FEMININE, LANGUAGES, TONES, Words, verdict_of, words_in

PLAIN = Facts(
    company="ONAPI DEMO",
    legal_name="EMPRESA DE PRUEBA S.A.C.",
    ruc="20000000001",
    doctype="01",
    number="F001-123",
    dated="20/11/2026",
    total="S/ 236.00",
    status="ACCEPTED",
    customer="CLIENTE DE PRUEBA S.A.C.",
    contact=("JR. CUSCO 100", "+5114271148"),
    answers_to="ventas@empresa.example",
    files=("pdf", "xml", "cdr"),
)
STATUSES = ("SIGNED", "QUEUED", "SENT", "UNKNOWN", *TONES)
VOID = {"meta", "img", "br", "link"}


class Read(HTMLParser):
    """What a page shows, what it links to, and that its elements are closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.names.add(tag)
        self.links += [str(value) for name, value in attrs if name in {"href", "src"}]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The last one that was opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """What is seen."""
        if self.open and self.open[-1] not in {"style", "title"}:
            self.said += f"{data}\n"


def test_the_three_forms_say_the_same() -> None:
    letter = write(replace(PLAIN, message="Gracias.\nHasta pronto."))
    assert letter.subject == "Factura electrónica F001-123 de ONAPI DEMO"
    page = Read(letter.html)
    assert page.open == []
    for each in ("F001-123", "20/11/2026", "S/ 236.00", "CLIENTE DE PRUEBA S.A.C.", "Aceptada por SUNAT", "Gracias.",
                 "Hasta pronto.", "20000000001", "ventas@empresa.example", "JR. CUSCO 100",
                 "Comprobante firmado (XML)"):  # fmt: skip
        assert each in letter.text
        assert each in page.said
    assert max(map(len, letter.text.split("\n"))) < 100
    assert 'lang="es"' in letter.html


def test_nothing_is_fetched_and_a_logo_is_inside() -> None:
    links = Read(write(replace(PLAIN, logo="logo.png")).html).links
    assert "cid:logo.png" in links
    assert not [each for each in links if not each.startswith(("cid:", "mailto:", "https://e-consulta.sunat.gob.pe/"))]
    assert "<img" not in write(PLAIN).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_status_has_its_words(language: str) -> None:
    for doctype in KINDS:
        for status in STATUSES:
            letter = write(replace(PLAIN, doctype=doctype, status=status, language=language))
            assert words_in(language).kinds[doctype] in letter.subject
            assert verdict_of(words_in(language), doctype, status) in Read(letter.html).said
            assert "{" not in letter.text + letter.subject


def test_both_languages_have_the_same_words() -> None:
    spanish, english = LANGUAGES["es"], LANGUAGES["en"]
    for each in fields(Words):
        one, other = getattr(spanish, each.name), getattr(english, each.name)
        assert type(one) is type(other)
        assert one != other
        if isinstance(one, dict):
            assert one.keys() == other.keys()
        else:
            assert re.findall(r"{\w*}", one) == re.findall(r"{\w*}", other)
    assert set(spanish.kinds) == set(KINDS)
    assert set(KINDS) > FEMININE
    assert [words_in(x).code for x in ("es", "en", "EN-us", "en_GB", "fr", "", "xx" * 99)] == [
        "es",
        "en",
        "en",
        "en",
        "es",
        "es",
        "es",
    ]


def test_the_kind_is_a_he_or_a_she() -> None:
    assert "Rechazado por SUNAT" in write(replace(PLAIN, doctype="20", status="REJECTED")).text
    assert "Anulada ante SUNAT" in write(replace(PLAIN, status="VOIDED")).text
    assert write(replace(PLAIN, status="VOIDED")).subject.startswith("[ANULADA] Factura")
    assert write(replace(PLAIN, doctype="40", status="VOIDED")).subject.startswith("[ANULADO] Comprobante")


def test_what_is_no_real_receipt_says_so() -> None:
    letter = write(replace(PLAIN, is_real=False))
    assert letter.subject == "[PRUEBA] Factura electrónica F001-123 de ONAPI DEMO"
    for each in (letter.text, Read(letter.html).said):
        assert "sin valor fiscal" in each
        assert "verificar" not in each
    assert write(replace(PLAIN, is_real=False, subject="Su factura")).subject == "Su factura"


def test_links_stand_in_the_place_of_files() -> None:
    links = (
        Link("https://x.pe/files/a?b=1&c=2", "pdf"),
        Link("https://x.pe/z"),
        Link("javascript:alert(1)"),
        Link("//x.pe"),
    )
    letter = write(replace(PLAIN, links=links, files=()))
    page = Read(letter.html)
    assert [each for each in page.links if "x.pe" in each] == ["https://x.pe/files/a?b=1&c=2", "https://x.pe/z"]
    assert "javascript" not in letter.html + letter.text
    assert "https://x.pe/files/a?b=1&c=2" in letter.text.split("\n")
    assert ("Ver el PDF" in page.said, "Ver el comprobante" in page.said) == (True, True)
    assert "adjuntos" not in letter.text


NASTY = (
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "a\r\nBcc: x@y.pe",
        "{company}{0}{",
        "%s",
        "x" * 5000,
    ),
    *("\u202e\u2066fdp.exe", "ñandú " * 400, "\x00\x1b[31m", "'", "&amp;", "</td></table>", "<!--", "]]>", "", " "),
    *("\ud800", "👩‍👩‍👧"),
)


@pytest.mark.parametrize("nasty", NASTY)
def test_no_value_is_more_than_words(nasty: str) -> None:
    usual = Read(write(replace(PLAIN, message="x", subject="x", logo="logo.png")).html)
    told = replace(
        PLAIN, company=nasty, legal_name=nasty, number=nasty, dated=nasty, total=nasty or "1", customer=nasty or "x",
        message=nasty or "x", subject=nasty, contact=(nasty, "x"), answers_to=nasty or "x", status=nasty,
        logo="logo.png", doctype=nasty, language=nasty, files=(nasty,),
    )  # fmt: skip
    letter = write(told)
    page = Read(letter.html)
    assert page.open == []
    assert page.names <= usual.names | {"br"}
    assert letter.subject.isprintable()
    assert len(letter.subject) <= 200
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", letter.text)


def test_letters_on_a_colour_can_be_read() -> None:
    assert [letters_on(each) for each in ("#000000", "#1d4ed8", "#ffd400", "#ffffff", "#808080")] == [
        "#ffffff", "#ffffff", "#111827", "#111827", "#111827"
    ]  # fmt: skip


BROWSER = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), "")


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium here")
def test_a_browser_shows_it_on_a_narrow_screen_without_scrolling_sideways(tmp_path: Path) -> None:
    page = tmp_path / "letter.html"
    wide = "<script>document.title=document.documentElement.scrollWidth</script>"
    letter = write(
        replace(PLAIN, customer="X" * 200, message="palabra" * 90, number="RC-20261120-12345", logo="logo.png")
    )
    page.write_text(letter.html.replace("</body>", f"{wide}</body>"), "utf-8")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    done = subprocess.run(
        [BROWSER, *options, "--window-size=500,900", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert int(re.findall(r"<title>(\d+)</title>", done.stdout)[0]) <= 500
