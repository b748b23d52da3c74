"""Printed pages of every kind on every paper: how they look, what their code says, and that they hold every amount.

A picture that changed on purpose is approved by `python update/pages.py`; look at it before.
"""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
import zxingcpp
from page_pictures import (
    GOLDEN,
    KEPT,
    SAMPLES,
    Sample,
    case_xml,
    difference,
    kind_of,
    page_of,
    pictures,
    sample_page,
    small,
)
from PIL import Image, ImageDraw
from pypdf import PdfReader

from onapi.kinds import KINDS
from onapi.page import TEMPLATES, render
from onapi.page.glyphs import printable
from onapi.page.pdf import draw
from onapi.values.xmltree import all_local, local_name, parse_xml, text_of

DRAWN = [(sample, paper) for sample in SAMPLES for paper in sample.papers]
CASES = sorted(str(path.parent.relative_to(GOLDEN)) for path in GOLDEN.glob("*/*/out.xml"))
MOST_KEPT_BYTES = 3 * 1024 * 1024
READABLE_DPI = 203  # of a thermal printer: what a telephone reads from it, it reads from any paper
FREE = "9996"
SALES = (
    "LegalMonetaryTotal/LineExtensionAmount",
    "LegalMonetaryTotal/PrepaidAmount",
    "LegalMonetaryTotal/AllowanceTotalAmount",
    "LegalMonetaryTotal/ChargeTotalAmount",
    "LegalMonetaryTotal/PayableAmount",
    "RequestedMonetaryTotal/PayableAmount",
    "PaymentTerms/Amount",
    "PrepaidPayment/PaidAmount",
    "TaxTotal/TaxAmount",
)
LINES = ("InvoiceLine", "CreditNoteLine", "DebitNoteLine")

on_paper = pytest.mark.parametrize(("sample", "paper"), DRAWN, ids=[f"{one.name}-{paper}" for one, paper in DRAWN])


@on_paper
def test_it_looks_as_approved(sample: Sample, paper: str) -> None:
    for name, picture in pictures(sample, paper).items():
        assert (KEPT / name).exists(), "python update/pages.py keeps it"
        assert difference((KEPT / name).read_bytes(), picture) == "", name


def test_every_kind_is_kept_on_every_paper_and_all_are_light() -> None:
    kept = {(kind_of(parse_xml(case_xml(sample.case))).code, paper) for sample, paper in DRAWN}
    assert kept == {(kind, paper) for kind in KINDS for paper in TEMPLATES}
    named = {sample.name[:2] for sample in SAMPLES if sample.name[:2] in KINDS}
    assert named == set(KINDS)
    assert sum(path.stat().st_size for path in KEPT.glob("*")) <= MOST_KEPT_BYTES
    names = {name for sample, paper in DRAWN for name in pictures(sample, paper)}
    assert {path.name for path in KEPT.glob("*")} == names


@pytest.mark.parametrize("sample", SAMPLES[:12], ids=lambda sample: sample.name)
def test_a_sample_prints_the_kind_that_its_name_says(sample: Sample) -> None:
    assert kind_of(parse_xml(case_xml(sample.case))).code == sample.name[:2]


def test_another_digit_is_another_picture_and_fewer_colours_are_not() -> None:
    sample = SAMPLES[0]
    (picture,) = pictures(sample, "A4").values()
    assert difference(small(picture), picture) == ""
    page = sample_page(sample)
    (other,) = draw(replace(page, number="F201-2"), ppi=72)
    assert "255" in difference(small(picture), other)
    (taller,) = draw(page, "A5", ppi=72)
    assert "tamaño" in difference(picture, taller)
    dotted = Image.open(BytesIO(picture)).convert("RGB")
    ImageDraw.Draw(dotted).rectangle((300, 400, 303, 403), fill="black")
    out = BytesIO()
    dotted.save(out, "PNG")
    assert difference(picture, out.getvalue())


@on_paper
def test_the_code_says_the_official_text(sample: Sample, paper: str) -> None:
    page = sample_page(sample)
    found = _codes(draw(page, paper, ppi=READABLE_DPI)[-1])
    if page.qr is None:
        assert found == []
        return
    ((text, level),) = found
    assert (text, level) == (page.qr, "Q")
    root = parse_xml(case_xml(sample.case))
    if text_of(root, "InvoiceTypeCode"):
        ruc, kind, series, number, *_, total, day, _, customer, digest, end = text.split("|")
        assert f"{ruc}-{kind}-{series}-{number}" == f"{page.issuer.ruc}-{sample_kind(sample)}-{page.number}"
        monetary = text_of(root, "LegalMonetaryTotal/PayableAmount")
        assert (Decimal(total), day) == (Decimal(monetary), text_of(root, "IssueDate"))
        assert (digest, end) == (page.digest, "")
        assert customer


def sample_kind(sample: Sample) -> str:
    """SUNAT's code of what a sample prints."""
    return kind_of(parse_xml(case_xml(sample.case))).code


def test_a_code_of_another_text_would_be_seen() -> None:
    page = sample_page(SAMPLES[0])
    ((text, _),) = _codes(draw(replace(page, qr=f"{page.qr}x"), ppi=READABLE_DPI)[-1])
    assert text != page.qr


@pytest.mark.parametrize(
    ("case", "paper"), [*zip(CASES, cycle(TEMPLATES), strict=False)]
)  # each on one, all papers in turn
def test_the_text_holds_every_amount_of_the_document(case: str, paper: str) -> None:
    """Read from the XML itself, not from our model of it."""
    xml = case_xml(case)
    root = parse_xml(xml)
    said = _text(render(page_of(xml), paper))
    amounts = list(_amounts(root))
    assert [path for path, amount in amounts if not any(shown in said for shown in _shown(amount))] == []
    assert amounts or kind_of(root).code in {"09", "31", "RA", "RR"}


@pytest.mark.parametrize("paper", TEMPLATES)
@pytest.mark.parametrize("sample", SAMPLES[:12], ids=lambda sample: sample.name)
def test_the_text_holds_every_word_of_the_page(sample: Sample, paper: str) -> None:
    page = sample_page(sample)
    said = _text(render(page, paper))
    texts = [page.heading, page.number, page.issuer.ruc, page.issuer.name, page.words, page.digest, *page.footer]
    texts += [text for box in page.boxes for field in box.fields if field.value for text in (field.label, field.value)]
    texts += [line for row in page.rows for cell in row for line in cell.split("\n")]
    texts += [text for total in page.totals for text in (total.label, total.amount)]
    texts += [*page.legends, *page.notes, page.stamp or ""]
    assert [text for text in texts if _squeezed(printable(text)) not in said] == []


def _codes(picture: bytes) -> list[tuple[str, str]]:
    """Text and level of every code in a picture."""
    read = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))
    return [(one.text, one.ec_level) for one in read]


def _text(pdf: bytes) -> str:
    return _squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _shown(amount: Decimal) -> set[str]:
    return {f"{abs(amount):,.{decimals}f}" for decimals in (2, 3, 4, 6)}


def _amounts(root: Any) -> list[tuple[str, Decimal]]:
    """What the paper must show: of a sale its sums and lines, of the other kinds every amount there is."""
    if local_name(root) in {"Retention", "Perception", "SummaryDocuments"}:
        found = [(local_name(x), Decimal(x.text)) for x in root.iter("{*}*") if x.get("currencyID") and not len(x)]
        return [(name, amount) for name, amount in found if amount]
    wanted = SALES[:-1] if local_name(root) == "SelfBilledInvoice" else SALES  # its taxes are withheld one by one
    paths = [(path, x) for path in wanted for x in all_local(root, path)]
    for kind in LINES:
        for line in all_local(root, kind):
            paths += [("line", x) for x in all_local(line, "LineExtensionAmount")]
            paths += [("value", x) for x in all_local(line, "Price/PriceAmount")]
            paths += [("price", x) for x in all_local(line, "PricingReference/AlternativeConditionPrice/PriceAmount")]
    for part in all_local(root, "TaxTotal/TaxSubtotal"):
        if text_of(part, "TaxCategory/TaxScheme/ID") != FREE:
            paths += [("tax", x) for x in all_local(part, "TaxAmount")]
    told = [(path, Decimal(text_of(x))) for path, x in paths]
    return [(path, amount) for path, amount in told if amount]
