"""Elements written in canonical form; what is absent leaves no trace."""

from decimal import Decimal

import pytest

from onapi.ubl.element import INVOICE, attributes, branch, escape, leaf, marked, money, root, unit_money
from onapi.ubl.party import customer, supplier
from onapi.ubl.tax import allowance_charge, bag_subtotal, document_subtotal, line_subtotal
from onapi.values.party import Address, Party


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("& < > \" ' ]]>", "&amp; &lt; &gt; \" ' ]]&gt;"),
        ("a\tb\nc\rd", "a\tb\nc&#xD;d"),
        ("ñ 💡", "ñ 💡"),
        ("a\x00\x0b\ud800\uffffb", "ab"),
    ],
)
def test_text_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_attributes_stand_in_order_and_escaped() -> None:
    assert attributes({"b": '"<&>\t', "a": "1"}) == ' a="1" b="&quot;&lt;&amp;>&#x9;"'


def test_what_is_empty_is_not_written() -> None:
    assert leaf("cbc:ID")("") == ""
    assert marked("cbc:ID", "x")("", "1") == ""
    assert branch("cac:Party")("", "") == ""


def test_an_attribute_known_late_finds_its_place() -> None:
    assert marked("a", "m", z="3", b="1")("t", "2") == '<a b="1" m="2" z="3">t</a>'
    assert marked("a", "m", z="3", b="1")("t", "") == '<a b="1" z="3">t</a>'


def test_money_has_two_decimals_and_units_up_to_ten() -> None:
    assert money("a")(Decimal(5), "PEN") == '<a currencyID="PEN">5.00</a>'
    assert unit_money("a")(Decimal("0.8474576271"), "USD") == '<a currencyID="USD">0.8474576271</a>'


def test_the_root_names_every_namespace_in_order() -> None:
    text = root("Invoice", INVOICE, "<x></x>")
    prefixes = [part.partition("=")[0] for part in text.split("xmlns:")[1:]]
    assert prefixes == ["cac", "cbc", "ds", "ext"]
    assert text.endswith("<x></x></Invoice>")


def test_a_discount_tells_its_factor_only_where_it_has_one() -> None:
    parts = (Decimal(20), Decimal(200), "PEN")
    assert "<cbc:MultiplierFactorNumeric>0.10000<" in allowance_charge("03", Decimal("0.1"), *parts, is_charge=False)
    without = allowance_charge("46", Decimal(0), *parts, is_charge=True)
    assert "Multiplier" not in without
    assert "<cbc:ChargeIndicator>true<" in without


def test_subtotals() -> None:
    assert "TaxableAmount" not in document_subtotal(None, Decimal(1), "<s></s>", "PEN")
    line = line_subtotal(Decimal(1), Decimal(2), Decimal(10), "<s></s>", "PEN", tier="01")
    assert "<cbc:Percent>10.00</cbc:Percent><cbc:TierRange>01</cbc:TierRange><s></s>" in line
    bags = bag_subtotal(Decimal(1), Decimal("2.00"), Decimal("0.5"), "<s></s>", "PEN")
    assert '<cbc:BaseUnitMeasure unitCode="NIU">2</cbc:BaseUnitMeasure>' in bags
    assert '<cbc:PerUnitAmount currencyID="PEN">0.50</cbc:PerUnitAmount>' in bags


def test_an_issuer_without_address_still_has_its_establishment() -> None:
    text = supplier(Party("6", "20000000001", "EMPRESA"))
    assert "<cac:RegistrationAddress><cbc:AddressTypeCode" in text
    assert ">0000</cbc:AddressTypeCode></cac:RegistrationAddress>" in text
    assert "Contact" not in text


def test_a_customer_has_an_address_only_where_one_is_known() -> None:
    assert "RegistrationAddress" not in customer(Party("1", "12345678", "ANA"))
    text = customer(Party("1", "12345678", "ANA", address=Address("JR. UNO", "150101"), email="ana@example.com"))
    assert "AddressTypeCode" not in text
    assert "<cbc:ElectronicMail>ana@example.com</cbc:ElectronicMail>" in text
