"""Which page of a receipt is given: from the cache while nothing on it changed, else anew; a company's own first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flow_world import RUC, World

from onapi.errors import InvalidDocument, NotFound
from onapi.flows import compose, keep_company, page_templates
from onapi.flows import print as printing
from onapi.flows.compose import Order
from onapi.flows.files import file_of
from onapi.flows.issue import Issued
from onapi.flows.look import find
from onapi.flows.press import Press
from onapi.flows.print import check_template, printed, printed_as_ordered
from onapi.lifecycle import State
from onapi.store.page_cache import PageCache
from onapi.store.receipts import Kept
from onapi.values.scope import Environment, Scope

OWN = b'#let sheet = json("page.json")\n#set page(paper: "a6")\n= #sheet.heading #sheet.number\n'
# breaks on receipts of the test's customer, and on no sample
FRAGILE = (
    OWN + b'#if sheet.boxes.any(box => box.fields.any(field => field.value == "CLIENTE DE PRUEBA")) { panic("no") }\n'
)


class Watched(Press):
    """A press that remembers what it was asked to set."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[Order] = []

    def set(self, order: Order) -> bytes:
        """Set it."""
        self.orders.append(order)
        return super().set(order)


@dataclass
class Shop:
    """A platform that keeps its pages, and its press."""

    world: World
    press: Watched
    issued: Issued

    @property
    def kept(self) -> Kept:
        """The receipt as it stands."""
        return find(self.world.platform, self.issued.document.receipt)

    @property
    def scope(self) -> Scope:
        """Its issuer."""
        return self.world.platform.scope(RUC)

    def page(self, template: str = "A4", copy: str = "") -> bytes:
        """Its page now."""
        return printed(self.world.platform, self.kept, template, copy).content

    def is_new(self, template: str = "A4", copy: str = "") -> bool:
        """Whether its page had to be set, and is kept from then on."""
        before = len(self.press.orders)
        first = self.page(template, copy)
        often = len(self.press.orders) - before
        assert self.page(template, copy) == first
        assert len(self.press.orders) - before == often <= 1
        return often == 1


@pytest.fixture
def shop(here: World, tmp_path: Path) -> Iterator[Shop]:
    press = Watched()
    pages = PageCache(tmp_path / "pages", 50 * 1024 * 1024)
    here.platform = replace(here.platform, press=press, pages=pages)
    issued = here.issue()
    here.run()
    yield Shop(here, press, issued)
    press.close()


def test_it_is_set_once_in_each_template_and_copy(shop: Shop) -> None:
    for template in ("A4", "A5", "ticket80", "ticket58"):
        for copy in ("", "emisor", "adquirente"):
            assert shop.is_new(template, copy)
    assert not shop.is_new("A5", "emisor")
    assert len({shop.page(template) for template in ("A4", "A5", "ticket80", "ticket58")}) == 4


def test_it_carries_the_signed_xml_and_the_cdr(shop: Shop) -> None:
    name = shop.issued.document.receipt.file_name
    page = shop.page()
    assert f"{name}.xml".encode() in page
    assert f"R-{name}.xml".encode() in page
    assert compose.attachments_of(shop.press.orders[0])[0].data == shop.issued.xml


def test_an_order_outlives_the_template_that_it_named(shop: Shop) -> None:
    platform, scope = shop.world.platform, shop.scope
    kept = find(platform, shop.issued.document.receipt)
    page_templates.put(platform, scope, "propia", OWN)
    own = printed_as_ordered(platform, kept, "propia")
    page_templates.remove(platform, scope, "propia")
    usual = printed_as_ordered(platform, kept, "propia")
    assert usual.content == printed(platform, kept).content != own.content
    with pytest.raises(InvalidDocument):
        printed(platform, kept, "propia")


def test_what_shows_on_it_makes_another_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    platform, scope = shop.world.platform, shop.scope
    assert shop.is_new()
    keep_company.change_sender(platform, scope, {"pageColor": "#aa0033"})
    assert shop.is_new()
    assert shop.press.orders[-1].accent == "#aa0033"
    keep_company.change_sender(platform, scope, {"pageAuthorization": "Autorizado por la resolución 1."})
    assert shop.is_new()
    assert shop.press.orders[-1].context.authorization == "Autorizado por la resolución 1."
    keep_company.change_sender(platform, scope, {"replyTo": "a@empresa.example"})
    assert not shop.is_new()  # shows nowhere
    keep_company.set_logo(platform, scope, page_templates._LOGO)
    assert shop.is_new()
    assert shop.press.orders[-1].logo
    page_templates.put(platform, scope, "A4", OWN)
    assert shop.page() != shop.page("A5")
    page_templates.remove(platform, scope, "A4")
    assert not shop.is_new()
    shop.world.move(shop.issued, state=State.VOIDED)
    assert shop.is_new()
    monkeypatch.setattr(printing, "product", lambda: "another version")
    assert shop.is_new()


def test_the_cdr_that_comes_makes_another_page(here: World, tmp_path: Path) -> None:
    press = Watched()
    here.platform = replace(here.platform, press=press, pages=PageCache(tmp_path / "pages", 10**7))
    shop = Shop(here, press, here.issue())
    assert shop.is_new()
    here.run()
    assert shop.is_new()
    assert (bool(press.orders[0].cdr), bool(press.orders[1].cdr)) == (False, True)


@pytest.mark.parametrize(
    ("environment", "state", "stamp"),
    [
        (Environment.SANDBOX, State.SETTLED, "SIN VALOR FISCAL"),
        (Environment.BETA, State.VOIDING, "SIN VALOR FISCAL"),
        (Environment.SANDBOX, State.VOIDED, "ANULADO · SIN VALOR FISCAL"),
        (Environment.PRODUCTION, State.SETTLED, None),
        (Environment.PRODUCTION, State.VOIDED, "ANULADO"),
    ],
)
def test_its_stamp_says_where_it_counts_and_whether(
    shop: Shop, environment: Environment, state: State, stamp: str | None
) -> None:
    kept = shop.kept
    there = Scope(environment, RUC)
    moved = replace(
        kept, document=replace(kept.document, scope=there), submission=replace(kept.submission, state=state)
    )
    printed(shop.world.platform, moved)
    assert shop.press.orders[-1].context.stamp == stamp


def test_a_page_that_came_with_it_goes_out_as_it_came(shop: Shop) -> None:
    blob = shop.world.platform.blobs.put(b"%PDF-1.4 of another system")
    kept = shop.kept
    kept = replace(kept, document=replace(kept.document, pdf=blob))
    file = printed(shop.world.platform, kept, "ticket58")
    assert (file.content, shop.press.orders) == (b"%PDF-1.4 of another system", [])
    with pytest.raises(InvalidDocument):
        printed(shop.world.platform, kept, "A3")


@pytest.mark.parametrize(
    ("template", "copy", "field"),
    [
        ("A3", "", "/query/template"),
        ("", "", "/query/template"),
        ("a4", "", "/query/template"),
        ("../A4", "", "/query/template"),
        ("A4", "sunat", "/query/copies"),
        ("A4\x00", "", "/query/template"),
        ("x" * 5000, "", "/query/template"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is(shop: Shop, template: str, copy: str, field: str) -> None:
    with pytest.raises(InvalidDocument) as found:
        shop.page(template, copy)
    (fault,) = found.value.facts["faults"]  # type: ignore[misc]  # a tuple of one
    assert (found.value.key, fault.path, len(fault.received) <= 40) == ("invalid_parameter", field, True)
    assert "adquirente" in fault.sentence or "ticket58" in fault.sentence


def test_a_wish_for_a_template_is_checked_before_anything_is_taken(shop: Shop) -> None:
    platform = shop.world.platform
    check_template(platform, shop.scope, "ticket80", "/options/pdfTemplate")
    with pytest.raises(InvalidDocument) as found:
        check_template(platform, shop.scope, "recibo", "/options/pdfTemplate")
    assert found.value.key == "validation_failed"
    page_templates.put(platform, shop.scope, "recibo", OWN)
    check_template(platform, shop.scope, "recibo", "/options/pdfTemplate")


def test_an_xml_that_has_no_page_says_so(shop: Shop) -> None:
    kept, blobs = shop.kept, shop.world.platform.blobs
    for broken in (b"<Invoice/>", b"no xml"):
        odd = replace(kept, document=replace(kept.document, xml=blobs.put(broken)))
        with pytest.raises(NotFound, match="no se puede imprimir") as found:
            printed(shop.world.platform, odd)
        assert found.value.key == "pdf_not_available"


def test_an_own_template_is_used_under_its_name_and_in_the_place_of_ours(shop: Shop) -> None:
    platform = shop.world.platform
    usual = shop.page()
    page_templates.put(platform, shop.scope, "recibo", OWN)
    own = printed(platform, shop.kept, "recibo")
    assert own.warnings == ()
    assert b"/MediaBox [0 0 297.63" in own.content or own.content != usual
    assert f"{shop.issued.document.receipt.file_name}.xml".encode() in own.content
    page_templates.put(platform, shop.scope, "A4", OWN + b"again\n")
    assert shop.page() not in {usual, own.content}
    assert shop.press.orders[1:] == []  # set in a cell, not in the press
    assert file_of(platform, shop.kept, "pdf", template="recibo").content == own.content


def test_one_that_fails_later_gives_our_page_and_a_warning_and_rests(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, runs = shop.world.platform, []
    run = printing.cell.run
    monkeypatch.setattr(printing.cell, "run", lambda *given, **more: runs.append(1) or run(*given, **more))
    usual = shop.page()
    page_templates.put(platform, shop.scope, "A4", FRAGILE)
    assert len(runs) == 1
    for _ in range(3):
        page = printed(platform, shop.kept)
        assert page.content == usual
        assert [each["code"] for each in page.warnings] == ["template_invalid"]
        assert "Línea 4" in page.warnings[0]["message"]
    assert len(runs) == 2  # tried once, and not again for a while
    (told,) = page_templates.all_of(platform, shop.scope)
    assert told.fault is not None
    assert (told.fault.receipt, told.fault.at) == (shop.issued.document.receipt.label, platform.clock())
    shop.world.clock.now += timedelta(minutes=6)
    assert printed(platform, shop.kept).warnings
    assert len(runs) == 3
    page_templates.put(platform, shop.scope, "A4", OWN)
    assert printed(platform, shop.kept).warnings == ()
    assert page_templates.all_of(platform, shop.scope)[0].fault is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"#foo()", "Línea 1, columna 1: unknown variable: foo"),
        (b'hola\n\n#read("/etc/passwd")', "Línea 3, columna 6: no se puede leer ese archivo"),
        (b'#read("Inter-Regular.otf")', "Línea 1, columna 6"),
        (b'#import "parts.typ": *', "Línea 1, columna 8: no se puede leer ese archivo"),
        (b'#import "@preview/cetz:0.3.0"', "no se pueden usar paquetes"),
        (b"#{ range(1000000000) }", "pide más de lo permitido"),
        (b"#let f(n) = f(n + 1)\n#f(1)", "maximum function call depth"),
        (b"a\n\xff", "Línea 2: el archivo no es texto UTF-8"),
        (b"  \n", "está vacía"),
        (b'#let sheet = json("page.json")\n#sheet.totals.at(5).label', "Línea 2"),
        (b'#let sheet = json("page.json")\n#image("qr.svg")', "muestra de Comunicacion de baja (RA)"),
    ],
)
def test_a_bad_template_is_not_kept_and_says_where_it_is_wrong(shop: Shop, source: bytes, words: str) -> None:
    platform = shop.world.platform
    page_templates.put(platform, shop.scope, "A4", OWN)
    with pytest.raises(InvalidDocument) as found:
        page_templates.put(platform, shop.scope, "A4", source)
    assert (found.value.key, words in str(found.value)) == ("template_invalid", True), str(found.value)
    assert page_templates.find(platform, shop.scope, "A4")[1] == OWN


def test_names_sizes_and_numbers_of_templates_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = shop.world.platform
    for name in ("", "1a", "a b", "../x", "á", "x" * 21, "a\n"):
        with pytest.raises(InvalidDocument) as found:
            page_templates.put(platform, shop.scope, name, OWN)
        assert found.value.key == "invalid_parameter"
    with pytest.raises(InvalidDocument) as found:
        page_templates.put(platform, shop.scope, "x", OWN + b" " * page_templates.MOST_BYTES)
    assert found.value.key == "payload_too_large"
    monkeypatch.setattr(page_templates, "MOST_TEMPLATES", 1)
    page_templates.put(platform, shop.scope, "x", OWN)
    page_templates.put(platform, shop.scope, "x", OWN)
    with pytest.raises(InvalidDocument, match="borre alguna"):
        page_templates.put(platform, shop.scope, "y", OWN)
    with pytest.raises(NotFound):
        page_templates.find(platform, shop.scope, "y")


def test_hands_beside_set_the_same_bytes(shop: Shop) -> None:
    here = shop.page("ticket80")
    beside = Press(beside=True, at_once=1)
    try:
        assert beside.set(shop.press.orders[-1]) == here
        with pytest.raises(InvalidDocument) as found:
            beside.set(replace(shop.press.orders[-1], xml=b"<Invoice/>"))
        assert found.value.key == "pdf_not_available"
    finally:
        beside.close()
