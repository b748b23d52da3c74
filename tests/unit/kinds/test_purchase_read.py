"""A SelfBilledInvoice that somebody else wrote, read back to a purchase."""

from datetime import date, time
from decimal import Decimal

import pytest

from onapi.errors import Unreadable
from onapi.kinds.purchase import LIQUIDACION
from onapi.values.xmltree import parse_xml

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:SelfBilledInvoice-2"


def _party(element: str, kind: str, number: str, name: str, more: str = "") -> str:
    return (
        f"<a:{element}><a:Party><a:PartyIdentification><b:ID schemeID='{kind}'> {number} </b:ID>"
        f"</a:PartyIdentification><a:PartyLegalEntity><b:RegistrationName><![CDATA[{name}]]></b:RegistrationName>{more}</a:PartyLegalEntity>"
        f"</a:Party></a:{element}>"
    )


def _subtotal(code: str, base: str, tax: str, percent: str = "", reason: str = "") -> str:
    told = f"<b:Percent>{percent}</b:Percent>" if percent else ""
    why = f"<b:TaxExemptionReasonCode>{reason}</b:TaxExemptionReasonCode>" if reason else ""
    return (
        f"<a:TaxSubtotal><b:TaxableAmount currencyID='PEN'>{base}</b:TaxableAmount><b:TaxAmount currencyID='PEN'>{tax}"
        f"</b:TaxAmount><a:TaxCategory>{told}{why}<a:TaxScheme><b:ID>{code}</b:ID></a:TaxScheme></a:TaxCategory></a:TaxSubtotal>"
    )


SELLER = _party(
    "AccountingSupplierParty",
    "1",
    "45678912",
    "PÉREZ & HIJOS",
    "<a:RegistrationAddress><b:ID>080101</b:ID><b:AddressTypeCode>02</b:AddressTypeCode>"
    "<a:AddressLine><b:Line>CHINCHERO</b:Line></a:AddressLine></a:RegistrationAddress>",
)
HEAD = (
    f"<x:SelfBilledInvoice xmlns:x='{ROOT}' xmlns:a='{CAC}' xmlns:b='{CBC}'>"
    "<b:ID>L001-00000012</b:ID><b:IssueDate>2026-11-20</b:IssueDate><b:IssueTime>08:30:00.5Z</b:IssueTime>"
    "<b:InvoiceTypeCode listID='0501'>04</b:InvoiceTypeCode><b:Note>Una nota</b:Note>"
    "<b:Note languageLocaleID='1000'>CIEN</b:Note><b:DocumentCurrencyCode>PEN</b:DocumentCurrencyCode>"
)
REFERENCES = (
    "<a:AdditionalDocumentReference><b:ID>L001-5</b:ID><b:DocumentTypeCode>10</b:DocumentTypeCode>"
    "<b:DocumentStatusCode>02</b:DocumentStatusCode><a:IssuerParty><a:PartyIdentification><b:ID schemeID='6'>"
    "20000000001</b:ID></a:PartyIdentification></a:IssuerParty></a:AdditionalDocumentReference>"
    "<a:AdditionalDocumentReference><b:ID>C-7</b:ID><b:DocumentTypeCode>99</b:DocumentTypeCode>"
    "</a:AdditionalDocumentReference>"
)
PAYMENTS = (
    "<a:PrepaidPayment><b:ID>02</b:ID><b:PaidAmount currencyID='PEN'>9.85</b:PaidAmount></a:PrepaidPayment>"
    "<a:PrepaidPayment><b:ID>03</b:ID><b:PaidAmount currencyID='PEN'>1.00</b:PaidAmount></a:PrepaidPayment>"
    "<a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator><b:AllowanceChargeReasonCode>04"
    "</b:AllowanceChargeReasonCode><b:Amount currencyID='PEN'>10.00</b:Amount></a:AllowanceCharge>"
)
TOTALS = (
    f"<a:TaxTotal><b:TaxAmount>16.20</b:TaxAmount>{_subtotal('3000', '100.00', '1.35')}"
    f"{_subtotal('1000', '90.00', '16.20')}{_subtotal('9997', '0.00', '0.00')}</a:TaxTotal>"
    "<a:LegalMonetaryTotal><b:LineExtensionAmount>100.00</b:LineExtensionAmount><b:TaxInclusiveAmount>118.00"
    "</b:TaxInclusiveAmount><b:PrepaidAmount>10.85</b:PrepaidAmount><b:PayableAmount>87.65</b:PayableAmount>"
    "</a:LegalMonetaryTotal>"
)
LINE = (
    "<a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode='KGM'>10.000</b:InvoicedQuantity>"
    "<b:LineExtensionAmount>100.00</b:LineExtensionAmount><a:PricingReference><a:AlternativeConditionPrice>"
    "<b:PriceAmount>11.80</b:PriceAmount></a:AlternativeConditionPrice></a:PricingReference><a:TaxTotal><b:TaxAmount>18.00"
    f"</b:TaxAmount>{_subtotal('9998', '0.00', '0.00', '0', '30')}{_subtotal('3000', '100.00', '1.50', '1.5')}"
    f"{_subtotal('1000', '100.00', '18.00', '18', '10')}</a:TaxTotal><a:Item><b:Description>Cobre</b:Description>"
    "<a:AdditionalItemProperty><b:Name>Ley</b:Name><b:NameCode>6004</b:NameCode><b:Value>12.5</b:Value>"
    "</a:AdditionalItemProperty></a:Item><a:Price><b:PriceAmount>10</b:PriceAmount></a:Price></a:InvoiceLine>"
)
BUYER = _party("AccountingCustomerParty", "6", "20000000001", "EMPRESA")
WHOLE = f"{HEAD}{REFERENCES}{BUYER}{SELLER}{PAYMENTS}{TOTALS}{LINE}</x:SelfBilledInvoice>"


def test_other_prefixes_other_order_and_zero_subtotals_are_read() -> None:
    found = LIQUIDACION.read(parse_xml(WHOLE.encode()))
    assert (found.id.file_name, found.issue_date, found.issue_time) == (
        "20000000001-04-L001-12",
        date(2026, 11, 20),
        time(8, 30),
    )
    assert (found.issuer.name, found.seller.name, found.domicile) == ("EMPRESA", "PÉREZ & HIJOS", "02")
    assert (found.seller.address.line, found.seller.address.establishment) == ("CHINCHERO", "0000")
    assert (found.place.line, found.place_type, found.remarks) == ("", "", "Una nota")
    assert [(x.code, x.text) for x in found.legends] == [("1000", "CIEN")]
    line = found.lines[0]
    assert (line.affectation, line.igv_percent, line.amounts.tribute, line.amounts.igv) == ("10", 18, "1000", 18)
    assert (line.renta_percent, line.renta_base, line.renta) == (Decimal("1.5"), 100, Decimal("1.5"))
    assert [(x.code, x.value) for x in line.attributes] == [("6004", "12.5")]
    assert (found.totals.taxed, found.totals.renta, found.totals.payable) == (90, Decimal("1.35"), Decimal("87.65"))


def test_a_payment_finds_its_document_by_their_mark() -> None:
    found = LIQUIDACION.read(parse_xml(WHOLE.encode()))
    assert [(x.doctype, x.number, x.total, x.issuer) for x in found.advances] == [
        ("10", "L001-5", Decimal("9.85"), "20000000001"),
        ("10", "", 1, ""),
    ]
    assert [(x.doctype, x.number) for x in found.related] == [("99", "C-7")]
    assert [(x.code, x.amount, x.factor) for x in found.deductions] == [("04", 10, 0)]


def test_what_was_read_can_be_written_and_read_again() -> None:
    found = LIQUIDACION.read(parse_xml(WHOLE.encode()))
    written = LIQUIDACION.build(found)
    assert LIQUIDACION.build(LIQUIDACION.read(parse_xml(written.encode()))) == written


def test_a_line_with_nothing_but_zeros_falls_under_its_first_tribute() -> None:
    xml = WHOLE.replace("100.00", "0.00").replace("18.00", "0.00")
    line = LIQUIDACION.read(parse_xml(xml.encode())).lines[0]
    assert (line.amounts.tribute, line.affectation) == ("1000", "10")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("L001-00000012", "L001"),
        ("L001-00000012", "L001-1²"),
        ("2026-11-20", "20/11/2026"),
        ("08:30:00.5Z", "temprano"),
        (">18.00</b:TaxAmount>", ">dieciocho</b:TaxAmount>"),
        (">18.00</b:TaxAmount>", ">NaN</b:TaxAmount>"),
        ("LegalMonetaryTotal", "Nothing"),
        ("AccountingSupplierParty", "Nobody"),
        ("AccountingCustomerParty", "Nobody"),
    ],
)
def test_what_cannot_be_read_is_said(was: str, now: str) -> None:
    assert was in WHOLE
    with pytest.raises(Unreadable) as refusal:
        LIQUIDACION.read(parse_xml(WHOLE.replace(was, now).encode()))
    assert refusal.value.key == "malformed_xml"
