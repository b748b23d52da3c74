"""SUNAT's rules for notes (07, 08), judged on XML: sound notes break none, and each rule is broken by a change."""

from pathlib import Path

import pytest
from mutations import GOLDEN, Row, attribute_checks, changed, fired, read_rows, read_xml

from onapi.simulator.content import checks, findings
from onapi.values.xmltree import Element, local_name

ROOTS = {"07": "CreditNote", "08": "DebitNote"}
PLAIN = {
    kind: read_xml(GOLDEN / "sale" / name / "out.xml") for kind, name in (("07", "07-FC01-1"), ("08", "08-FD01-1"))
}
CASES = [path for path in sorted((GOLDEN / "sale").glob("*/out.xml")) if local_name(read_xml(path)) in ROOTS.values()]
ROWS = read_rows(Path(__file__).with_name("notes.tsv"))
OF_A_BOLETA = ("cbc:ID = BC01-1", "REF/cbc:ID = B001-1", "REF/cbc:DocumentTypeCode = 03")
EVERYTHING = (
    ". << <cac:DespatchDocumentReference><cbc:DocumentTypeCode/></cac:DespatchDocumentReference>",
    ". << <cac:AdditionalDocumentReference><cbc:DocumentTypeCode/></cac:AdditionalDocumentReference>",
    "LINE/cac:Item << <cac:AdditionalItemProperty><cbc:NameCode/></cac:AdditionalItemProperty>",
    ". << <cac:PaymentTerms><cbc:PaymentMeansID/></cac:PaymentTerms>",
    ". << <cac:PaymentMeans><cbc:PaymentMeansCode/></cac:PaymentMeans>",
)

_SCHEME = "cac:TaxCategory/cac:TaxScheme"
_LINES = {
    "07": ("cac:CreditNoteLine", "cbc:CreditedQuantity", "cac:LegalMonetaryTotal"),
    "08": ("cac:DebitNoteLine", "cbc:DebitedQuantity", "cac:RequestedMonetaryTotal"),
}


def words(kind: str) -> dict[str, str]:
    """The names of the table, as paths in a note of this kind."""
    line, quantity, total = _LINES[kind]
    issuer, tax = "cac:AccountingSupplierParty/cac:Party", f"{line}/cac:TaxTotal/cac:TaxSubtotal"
    return {
        "LINE": line,
        "QTY": quantity,
        "TOTAL": total,
        "SUB": tax,
        "GSUB": "cac:TaxTotal/cac:TaxSubtotal",
        "TID": f"{_SCHEME}/cbc:ID",
        "SCHEME": _SCHEME,
        "AFF": f"{tax}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        "RATE": f"{tax}/cac:TaxCategory/cbc:Percent",
        "PRICE": f"{line}/cac:PricingReference/cac:AlternativeConditionPrice",
        "PRODUCT": f"{line}/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode",
        "MOTIVE": "cac:DiscrepancyResponse/cbc:ResponseCode",
        "REF": "cac:BillingReference/cac:InvoiceDocumentReference",
        "ISSUER": issuer,
        "PLACE": f"{issuer}/cac:PartyLegalEntity/cac:RegistrationAddress",
        "BUYER": "cac:AccountingCustomerParty/cac:Party",
    }


def note(kind: str, steps: tuple[str, ...] = (), *, twin: bool = False) -> Element:
    """The plain note of a kind, or its twin of a boleta, after some changes."""
    return changed(PLAIN[kind], (*(OF_A_BOLETA if twin else ()), *steps), words(kind))


def codes(root: Element, kind: str) -> list[str]:
    return [finding.code for finding in findings(root, kind)]


@pytest.mark.shared
@pytest.mark.parametrize("kind", ROOTS)
def test_skeletons_break_nothing(kind: str, shared: Path) -> None:
    paths = sorted((shared / "esqueletos").glob(f"*-{kind}-*.xml"))
    assert paths
    assert not [code for path in paths for code in codes(read_xml(path), kind)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_golden_notes_break_nothing(path: Path) -> None:
    root = read_xml(path)
    kind = next(kind for kind, name in ROOTS.items() if name == local_name(root))
    assert not list(findings(root, kind))


@pytest.mark.parametrize("kind", ROOTS)
def test_a_note_of_a_boleta_breaks_nothing(kind: str) -> None:
    assert not codes(note(kind, twin=True), kind)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_change_is_found(row: Row) -> None:
    for kind in row.kinds:
        for twin in (False, True):
            code = row.code(kind, twin=twin)
            assert not code or code in codes(note(kind, row.steps, twin=twin), kind), (kind, code, twin)


@pytest.mark.parametrize("kind", ROOTS)
def test_attributes_are_as_written_or_left_out(kind: str) -> None:
    told = list(attribute_checks(ROOTS[kind], kind))
    assert len(told) >= 45
    for check, path, attribute in told:
        wrong = note(kind, (*EVERYTHING, f"{path}/@{attribute} = other"))
        assert check.code in codes(wrong, kind), path
        left_out = note(kind, (*EVERYTHING, f"{path}/@{attribute} = x", f"- {path}/@{attribute}"))
        assert check.code not in codes(left_out, kind), path


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROOTS)
def test_every_row_of_the_table_can_fail(kind: str) -> None:
    found: set[int] = set()
    for row in ROWS:
        if kind in row.kinds:
            found |= fired(note(kind, row.steps), kind)
            found |= fired(note(kind, row.steps, twin=True), kind)
    for _, path, attribute in attribute_checks(ROOTS[kind], kind):
        found |= fired(note(kind, (*EVERYTHING, f"{path}/@{attribute} = other")), kind)
    table = checks(ROOTS[kind], kind)
    silent = [(check.code, check.where.path) for number, check in enumerate(table) if number not in found]
    assert not silent


@pytest.mark.parametrize("kind", ROOTS)
def test_what_is_asked_of_a_product_code_follows_the_day(kind: str) -> None:
    for day, asked in (
        ("2026-01-30", [("4332", False)]),
        ("2026-01-31", [("3496", False)]),
        ("2026-12-31", [("3496", False)]),
        ("2027-01-01", [("3496", True)]),
    ):
        found = findings(note(kind, ("PRODUCT = 12345678", f"cbc:IssueDate = {day}")), kind)
        assert [(finding.code, finding.is_error) for finding in found] == asked


@pytest.mark.parametrize("kind", ROOTS)
def test_a_sol_more_or_less_is_let_pass(kind: str) -> None:
    for steps in (
        ("TOTAL/cbc:PayableAmount = 237.00",),
        ("GSUB/cbc:TaxAmount = 37.00",),
        ("SUB/cbc:TaxAmount = 35.00",),
    ):
        assert not codes(note(kind, steps), kind)


def test_zero_may_be_written_in_any_way() -> None:
    """The sheet's formats are for what is not zero."""
    assert not codes(note("07", ("TOTAL << <cbc:ChargeTotalAmount>0.000</cbc:ChargeTotalAmount>",)), "07")


def test_what_is_found_is_told_with_its_place_and_words() -> None:
    found = [finding for finding in findings(note("07", ("SUB/cbc:TaxAmount = -1",)), "07") if finding.code == "2033"]
    assert [(finding.value, finding.is_error) for finding in found] == [("-1", True)]
    assert found[0].node.endswith("/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount")
