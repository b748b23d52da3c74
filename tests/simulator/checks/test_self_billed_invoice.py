"""SUNAT's rules for liquidaciones de compra (04), on XML: sound ones break none, each is broken by a change."""

from pathlib import Path

import pytest
from mutations import GOLDEN, Row, attribute_checks, changed, fired, read_rows, read_xml

from onapi.simulator.content import checks, findings
from onapi.values.xmltree import Element

ROOT = "SelfBilledInvoice"
CASES = sorted((GOLDEN / "purchase").glob("*/out.xml"))
SOUND = {
    "scrap": read_xml(GOLDEN / "purchase" / "taxed-with-renta" / "out.xml"),
    "advance": read_xml(GOLDEN / "purchase" / "advances-taken-off" / "out.xml"),
}
ROWS = read_rows(Path(__file__).with_name("self_billed_invoice.tsv"))
EVERYTHING = (
    ". << <cac:DespatchDocumentReference><cbc:DocumentTypeCode/></cac:DespatchDocumentReference>",
    "LINE/cac:Item << <cac:AdditionalItemProperty><cbc:NameCode/></cac:AdditionalItemProperty>",
    "LINE/cac:Item << <cac:CommodityClassification><cbc:ItemClassificationCode/></cac:CommodityClassification>",
)
_TAX = "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal"
_SCHEME = "cac:TaxCategory/cac:TaxScheme"
WORDS = {
    "LINE": "cac:InvoiceLine",
    "TOTAL": "cac:LegalMonetaryTotal",
    "SUB": _TAX,
    "RENTA": f"{_TAX}[2]",
    "GSUB": "cac:TaxTotal/cac:TaxSubtotal",
    "GRENTA": "cac:TaxTotal/cac:TaxSubtotal[2]",
    "SCHEME": _SCHEME,
    "TID": f"{_SCHEME}/cbc:ID",
    "AFF": f"{_TAX}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
    "RATE": f"{_TAX}/cac:TaxCategory/cbc:Percent",
    "PRICE": "cac:InvoiceLine/cac:PricingReference/cac:AlternativeConditionPrice",
    "PRODUCT": "cac:InvoiceLine/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode",
    "BUYER": "cac:AccountingCustomerParty/cac:Party",
    "OFFICE": "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cac:RegistrationAddress",
    "SELLER": "cac:AccountingSupplierParty/cac:Party",
    "HOME": "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cac:RegistrationAddress",
    "PLACE": "cac:DeliveryTerms/cac:DeliveryLocation",
}


def bought(sample: str, steps: tuple[str, ...] = ()) -> Element:
    """One of the sound liquidaciones, after some changes."""
    return changed(SOUND[sample], steps, WORDS)


def codes(root: Element) -> list[str]:
    return [finding.code for finding in findings(root, "04")]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_golden_liquidaciones_break_nothing(path: Path) -> None:
    assert not list(findings(read_xml(path), "04"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_change_is_found(row: Row) -> None:
    for sample in row.kinds:
        assert row.code(sample) in codes(bought(sample, row.steps))


@pytest.mark.slow
def test_attributes_are_as_written_or_left_out() -> None:
    told = list(attribute_checks(ROOT, "04"))
    assert len(told) >= 60
    for check, path, attribute in told:
        wrong = bought("advance", (*EVERYTHING, f"{path}/@{attribute} = other"))
        assert check.code in codes(wrong), path
        left_out = bought("advance", (*EVERYTHING, f"{path}/@{attribute} = x", f"- {path}/@{attribute}"))
        assert check.code not in codes(left_out), path


@pytest.mark.slow
def test_every_row_of_the_table_can_fail() -> None:
    found: set[int] = set()
    for row in ROWS:
        for sample in row.kinds:
            found |= fired(bought(sample, row.steps), "04")
    for _, path, attribute in attribute_checks(ROOT, "04"):
        found |= fired(bought("advance", (*EVERYTHING, f"{path}/@{attribute} = other")), "04")
    table = checks(ROOT, "04")
    assert not [(check.code, check.where.path) for number, check in enumerate(table) if number not in found]


def test_a_sol_more_or_less_is_let_pass() -> None:
    for steps in (
        ("TOTAL/cbc:PayableAmount = 5587.13",),
        ("GSUB/cbc:TaxAmount = 1021.80",),
        ("SUB/cbc:TaxAmount = 1009.02",),
    ):
        assert not codes(bought("scrap", steps))
