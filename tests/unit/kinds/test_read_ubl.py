"""An Invoice that others wrote: other prefixes, absent parts, unreadable ones."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from onapi.errors import Unreadable
from onapi.kinds.sale.read import read
from onapi.values.xmltree import parse_xml

CASES = Path(__file__).parents[2] / "golden" / "sale"


@pytest.fixture(scope="module")
def xml() -> str:
    """A factura on credit as we write it."""
    return (CASES / "01-F002-1" / "out.xml").read_text("utf-8")


def _without(xml: str, name: str) -> str:
    start, end = xml.index(f"<{name}"), xml.index(f"</{name}>") + len(f"</{name}>")
    return xml[:start] + xml[end:]


def test_prefixes_do_not_matter(xml: str) -> None:
    other = (
        xml.replace("cbc:", "b:").replace("xmlns:cbc", "xmlns:b").replace("cac:", "a:").replace("xmlns:cac", "xmlns:a")
    )
    assert read(parse_xml(other.encode())) == read(parse_xml(xml.encode()))


def test_what_is_absent_takes_its_default(xml: str) -> None:
    for name in ("cbc:IssueTime", "cac:PaymentTerms", "cac:PaymentTerms", "cbc:Note", "cac:PricingReference"):
        xml = _without(xml, name)
    sale = read(parse_xml(xml.encode()))
    assert (sale.issue_time, sale.payment, sale.legends) == (None, None, ())
    assert (sale.lines[0].amounts.unit_price, sale.lines[0].amounts.unit_value) == (0, 100)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: _without(xml, "cac:LegalMonetaryTotal"),
        lambda xml: _without(xml, "cac:AccountingCustomerParty"),
        lambda xml: xml.replace(">F002-1<", ">F002<"),
        lambda xml: xml.replace(">2026-11-22<", ">22/11/2026<"),
        lambda xml: xml.replace(">10:00:00<", ">a las diez<"),
        lambda xml: xml.replace(">236.00<", ">doscientos<"),
    ],
    ids=["no totals", "no customer", "no number", "a strange date", "a strange hour", "an amount in words"],
)
def test_what_cannot_be_read_is_named(change: Callable[[str], str], xml: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(parse_xml(change(xml).encode()))
    assert caught.value.key == "malformed_xml"


@pytest.mark.shared
def test_sunats_skeletons_are_read(shared: Path) -> None:
    for path in sorted((shared / "esqueletos").glob("20100000017-0[13]-*.xml")):
        sale: Any = read(parse_xml(path.read_bytes()))
        assert (sale.issuer.id_number, sale.id.file_name) == ("20100000017", path.stem)
        assert sale.totals.payable > Decimal(0)
        assert sale.lines
