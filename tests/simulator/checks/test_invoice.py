"""SUNAT's rules for facturas and boletas, judged on XML: sound documents break none, each row can be broken."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from time import process_time

import pytest
from lxml import etree

from onapi.facts.codes import return_code
from onapi.facts.table import read
from onapi.simulator.content import checks, findings
from onapi.values.xmltree import Element, local_name, text_of

HERE = Path(__file__).parent
GOLDEN = HERE.parents[1] / "golden" / "sale"
PLAIN = {"01": "01-F001-1", "03": "03-B001-1"}
LONG = "<501>"  # in a change: so many letters
NAMESPACES = {
    short: f"urn:oasis:names:specification:ubl:schema:xsd:Common{name}Components-2"
    for short, name in (("cac", "Aggregate"), ("cbc", "Basic"))
}
SUB, TOTAL = "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal", "cac:LegalMonetaryTotal"
PRICE = "cac:InvoiceLine/cac:PricingReference/cac:AlternativeConditionPrice/cbc:PriceAmount"
CHARGE = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode = 02 ; cac:AllowanceCharge/cbc:BaseAmount = 100.00 ; "
FIFTH = f"{CHARGE}cac:AllowanceCharge/cbc:MultiplierFactorNumeric = 0.2 ; cac:AllowanceCharge/cbc:Amount = "
CREDIT = (
    "cac:PaymentTerms/cbc:PaymentMeansID = Credito ; cac:PaymentTerms/cbc:Amount = 236.00 ; "
    "cac:PaymentTerms+/cbc:ID = FormaPago ; cac:PaymentTerms/cbc:PaymentMeansID = Cuota001 ; "
    "cac:PaymentTerms/cbc:Amount = "
)
# of the plain factura (2 units at 100.00, IGV 36.00, in all 236.00): what is still right, what is not any more
EDGES = (
    ("3270", f"{PRICE} = ", "119.00", "119.01"),
    ("3270", f"{PRICE} = ", "117.00", "116.99"),
    ("3271", "cac:InvoiceLine/cbc:LineExtensionAmount = ", "201.00", "201.01"),
    ("3272", f"{SUB}/cbc:TaxableAmount = ", "200.00", "200.01"),
    ("3103", f"{SUB}/cbc:TaxAmount = ", "37.00", "37.01"),
    ("3292", "cac:InvoiceLine/cac:TaxTotal/cbc:TaxAmount = ", "35.00", "34.99"),
    ("3294", "cac:TaxTotal/cbc:TaxAmount = ", "37.00", "37.01"),
    ("3277", "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount = ", "199.00", "198.99"),
    ("3291", "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount = ", "37.00", "37.01"),
    ("3278", f"{TOTAL}/cbc:LineExtensionAmount = ", "201.00", "201.01"),
    ("3279", f"{TOTAL}/cbc:TaxInclusiveAmount = ", "235.00", "234.99"),
    ("3280", f"{TOTAL}/cbc:PayableAmount = ", "237.00", "237.01"),
    ("3303", f"{TOTAL}/cbc:PayableRoundingAmount = ", "-1.00", "-1.01"),
    ("3307", FIFTH, "21.00", "21.01"),
    ("3319", CREDIT, "236.00", "235.99"),
    ("3462", f"{SUB}/cac:TaxCategory/cbc:Percent = ", "18", "10.00"),
    ("3267", f"{CREDIT}236.00 ; cac:PaymentTerms/cbc:PaymentDueDate = ", "2026-11-23", "2026-11-22"),
)


@cache
def load(path: Path) -> Element:
    """A document as it goes out: without the indentation that eyes like."""
    return etree.fromstring(path.read_bytes(), etree.XMLParser(remove_blank_text=True))


def plain(kind: str, change: str = "") -> Element:
    """The plain document of a kind, after a change."""
    root = deepcopy(load(GOLDEN / PLAIN[kind] / "out.xml"))
    for step in filter(None, change.split(" ; ")):
        _take(root, step)
    return root


def _take(root: Element, step: str) -> None:
    """One step: `path = text` sets, making what is not there; `- path` takes away; `+ path` repeats."""
    if step.startswith("+ "):
        node = root.xpath(step[2:], namespaces=NAMESPACES)[-1]
        node.addnext(deepcopy(node))
    elif step.startswith("- "):
        path, _, attribute = step[2:].partition("/@")
        for node in root.xpath(path, namespaces=NAMESPACES):
            node.attrib.pop(attribute) if attribute else node.getparent().remove(node)
    else:
        path, _, text = step.partition(" = ")
        *way, last = path.split("/")
        for name in way:
            root = _child(root, name)
        if last.startswith("@"):
            root.set(last[1:], text)
        else:
            _child(root, last).text = text.replace("\\n", "\n").replace(LONG, "x" * 501)


def _child(parent: Element, step: str) -> Element:
    """The last child of a name; a new one where there is none, or where the name ends with +."""
    short, _, name = step.rstrip("+").partition(":")
    tag = f"{{{NAMESPACES[short]}}}{name}"
    found = parent.findall(tag)
    return etree.SubElement(parent, tag) if step.endswith("+") or not found else found[-1]


def errors(root: Element, kind: str) -> list[str]:
    return [finding.code for finding in findings(root, kind) if finding.is_error]


ROWS = read("checks/invoice.tsv").rows
CHANGES = dict(line.split("\t") for line in (HERE / "invoice.tsv").read_text("utf-8").splitlines()[3:])
OWN = {kind: [row for row in ROWS if f"{kind}=" in row[0]] for kind in PLAIN}
ASKED = [
    pytest.param(kind, place, row, id=f"{kind}-{row[1].split()[0]}-{row[4]}")
    for kind, rows in OWN.items()
    for place, row in enumerate(rows)
]
CASES = [case for case in sorted(GOLDEN.iterdir()) if local_name(load(case / "out.xml")) == "Invoice"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_sound_document_breaks_nothing(case: Path) -> None:
    root = load(case / "out.xml")
    assert list(findings(root, text_of(root, "InvoiceTypeCode"))) == []


@pytest.mark.shared
@pytest.mark.parametrize("kind", PLAIN)
def test_a_sample_of_sunat_breaks_nothing(kind: str, shared: Path) -> None:
    samples = sorted((shared / "esqueletos").glob(f"*-{kind}-*.xml"))
    assert samples
    for sample in samples:
        assert list(findings(load(sample), kind)) == [], sample.name


@pytest.mark.parametrize(("kind", "place", "row"), ASKED)
def test_each_row_can_be_broken(kind: str, place: int, row: tuple[str, ...]) -> None:
    check = checks("Invoice", kind)[place]
    sound, broken = plain(kind), plain(kind, CHANGES[row[1].split()[0]])
    assert f"{kind}={check.code}" in row[0]
    assert not any(check.broken(node) for node in check.where(sound))
    assert any(check.broken(node) for node in check.where(broken))


@pytest.mark.parametrize(("code", "change", "right", "wrong"), EDGES)
def test_amounts_may_differ_so_much_and_no_more(code: str, change: str, right: str, wrong: str) -> None:
    assert code not in errors(plain("01", change + right), "01")
    assert code in errors(plain("01", change + wrong), "01")


def test_a_boleta_is_told_of_wrong_sums_and_accepted() -> None:
    found = list(findings(plain("03", f"{TOTAL}/cbc:TaxInclusiveAmount = 9999.00"), "03"))
    assert [finding.code for finding in found] == ["4312", "4310"]
    assert not any(finding.is_error for finding in found)


def test_a_rule_counts_on_its_days() -> None:
    code = "cac:InvoiceLine/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode = 1"
    assert [f.code for f in findings(plain("01", code), "01")] == ["3496"]
    assert errors(plain("01", code), "01") == []
    assert errors(plain("01", f"{code} ; cbc:IssueDate = 2027-01-01"), "01") == ["3496"]


def test_a_finding_says_where() -> None:
    found = list(findings(plain("01", "cbc:Note/@languageLocaleID = 9999"), "01"))
    assert [(f.code, f.node, f.value[:10]) for f in found] == [("3027", "/*/cbc:Note", "DOSCIENTOS")]


def test_every_code_is_one_of_sunat_with_a_known_level() -> None:
    for codes, *_ in ROWS:
        for pair in codes.split():
            code, _, level = pair.partition("=")[2].partition(":")
            assert return_code(code).message
            assert level in {"ERROR", "OBSERV"}


def test_judging_is_quick() -> None:
    root = plain("01")
    errors(root, "01")
    began = process_time()
    for _ in range(10):
        errors(root, "01")
    assert (process_time() - began) / 10 < 0.05
