"""Batches that others wrote: other prefixes, absent parts, unreadable ones."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from onapi.errors import Unreadable
from onapi.kinds.batch.read import read_summary, read_voided
from onapi.values.number import ReceiptId
from onapi.values.xmltree import parse_xml

CASES = Path(__file__).parents[2] / "golden" / "batch"
BARE_LINE = (
    "<SummaryDocumentsLine><DocumentTypeCode>03</DocumentTypeCode><ID>B001-1</ID>"
    "<TotalAmount>7</TotalAmount></SummaryDocumentsLine>"
)
HEAD = (
    "<ID>RC-20261122-001</ID><ReferenceDate>2026-11-21</ReferenceDate><IssueDate>2026-11-22</IssueDate>"
    "<AccountingSupplierParty><CustomerAssignedAccountID>20000000001</CustomerAssignedAccountID>"
    "</AccountingSupplierParty>"
)


def _xml(case: str) -> str:
    return (CASES / case / "out.xml").read_text("utf-8")


def test_prefixes_do_not_matter() -> None:
    xml = _xml("RC-every-block")
    other = xml
    for prefix, name in (("cbc", "b"), ("cac", "a"), ("sac", "s")):
        other = other.replace(f"{prefix}:", f"{name}:").replace(f"xmlns:{prefix}", f"xmlns:{name}")
    assert other != xml
    assert read_summary(parse_xml(other.encode())) == read_summary(parse_xml(xml.encode()))


def test_what_is_absent_takes_its_default() -> None:
    summary = read_summary(etree.fromstring(f"<SummaryDocuments>{HEAD}{BARE_LINE}{BARE_LINE}</SummaryDocuments>"))
    assert summary.id == ReceiptId("20000000001", "RC", "20261122", 1)
    assert (summary.issue_date, summary.reference_date) == (date(2026, 11, 22), date(2026, 11, 21))
    assert [line.number for line in summary.lines] == [1, 2]
    line = summary.lines[0]
    assert (line.total, line.currency, line.customer, line.perception) == (7, "PEN", None, None)
    assert (line.status, line.igv, line.igv_percent) == ("", 0, None)


def test_a_rate_is_read_where_one_is_told() -> None:
    lines = read_summary(parse_xml(_xml("RC-from-2027").encode())).lines
    assert [line.igv_percent for line in lines] == [Decimal(18), Decimal("10.50")]


def test_a_voided_receipt_keeps_its_zeros() -> None:
    voided = read_voided(parse_xml(_xml("RA-every-kind").encode()))
    assert (voided.lines[1].series, voided.lines[1].correlative) == ("FC01", "02132132")


@pytest.mark.parametrize(
    "broken",
    [
        lambda xml: xml.replace("RC-20261122-1<", "RC-20261122-X<"),
        lambda xml: xml.replace("2026-11-21", "ayer"),
        lambda xml: xml.replace(">236.00</sac", ">mucho</sac"),
        lambda xml: xml.replace("AccountingSupplierParty", "AnotherParty"),
    ],
    ids=["number", "date", "amount", "issuer"],
)
def test_what_cannot_be_read_says_so(broken: Callable[[str], str]) -> None:
    xml = _xml("RC-20261122-1")
    assert broken(xml) != xml
    with pytest.raises(Unreadable) as caught:
        read_summary(parse_xml(broken(xml).encode()))
    assert caught.value.key == "malformed_xml"
