"""SUNAT's checks of summaries (RC) and voidings (RA, RR): sound files pass them, and each can be broken."""

from collections.abc import Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any, Final

import pytest
from lxml import etree

from onapi.facts.table import read
from onapi.simulator.content import Check, checks, findings

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "batch"
CASES: Final = sorted(path.parent.name for path in GOLDEN.glob("*/out.xml"))
TABLES: Final = {
    "RC": ("SummaryDocuments", "summary_documents"),
    "RA": ("VoidedDocuments", "voided_documents"),
    "RR": ("VoidedDocuments", "voided_documents"),
}
TWICE: Final = "(once more)"
L, V = "SummaryDocumentsLine", "VoidedDocumentsLine"
LEGAL, PERCEPTION = "PartyLegalEntity.RegistrationName", f"{L}.SUNATPerceptionSummaryDocumentReference"
CODE, NAME, CHARGE = f"{L}.TaxScheme.ID", f"{L}.TaxScheme.Name", f"{L}#2.AllowanceCharge"
NOTE, MADE = f"{L}#4", f"{L}#4.InvoiceDocumentReference"
TO_2027: Final = {"ReferenceDate": "2027-01-01", "IssueDate": "2027-01-02"}

Edits = Mapping[str, str | None]  # place → new text, None to take away, TWICE, or XML to put in

# code and rows in the sheet, what to change in a summary with every block (or in the case named)
SUMMARY: Final[tuple[tuple[str, Edits], ...]] = (
    ("2075 5", {"UBLVersionID": None}),
    ("2074 6", {"UBLVersionID": "2.1"}),
    ("2072 7", {"CustomizationID": "1.0"}),
    ("2671 12", {"ReferenceDate": "2026-11-23"}),
    ("2219 18", {"AccountingSupplierParty.AdditionalAccountID": None}),
    ("2218 19", {"AccountingSupplierParty.AdditionalAccountID": "1"}),
    ("2229 20", {LEGAL: ""}),
    ("2228 21", {LEGAL: "AB"}),
    ("2238 23", {f"{L}.LineID": "100000"}),
    ("2239 24", {f"{L}.LineID": "0"}),
    ("2752 25", {f"{L}#2.LineID": "1"}),
    ("2512 27", {f"{L}.ID": None}),
    ("2513 28", {f"{L}.ID": "B001-00"}),
    ("2242 32", {f"{L}.DocumentTypeCode": ""}),
    ("2241 33", {f"{L}.DocumentTypeCode": "01"}),
    ("3094 37", {f"{L}#2.ID": "B001-10"}),
    ("3095 38", {f"{L}#2.ID": "B001-10", f"{L}#2.ConditionCode": "2"}),
    ("3096 39", {f"{L}.ConditionCode": "2", f"{L}#2.ID": "B001-10", f"{L}#2.ConditionCode": "3"}),
    ("2514 40", {f"{L}.AccountingCustomerParty": None}),
    ("2014 41", {f"{L}.CustomerAssignedAccountID": None}),
    ("2017 42", {f"{L}.CustomerAssignedAccountID": "2000000001"}),
    ("4207 43", {f"{L}#4.CustomerAssignedAccountID": "1234567"}),
    ("4208 44", {f"{L}#3.CustomerAssignedAccountID": "AB 123456"}),
    ("2015 45", {f"{L}.AdditionalAccountID": None}),
    ("2016 46", {f"{L}.AdditionalAccountID": "Z"}),
    ("2582 47", {f"{NOTE}.DocumentTypeCode": "03"}),
    ("2524 48", {f"{MADE}.ID": ""}),
    ("2920 49", {f"{MADE}.DocumentTypeCode": "16", f"{MADE}.ID": "B00100000001"}),
    ("2920 50", {f"{MADE}.ID": "F001-9"}),
    ("2583 51", {f"{MADE}.DocumentTypeCode": None}),
    ("2513 52", {f"{MADE}.DocumentTypeCode": "01"}),
    ("2986 56", {f"{L}.ConditionCode": "2"}),
    ("2986 56", {f"{L}.DocumentTypeCode": "08"}),
    ("2517 61", {f"{PERCEPTION}.SUNATPerceptionSystemCode": "04"}),
    ("2891 62", {f"{PERCEPTION}.SUNATPerceptionPercent": "0.50"}),
    ("2893 63 64", {f"{PERCEPTION}.TotalInvoiceAmount": "-1.00"}),
    ("2608 66", {f"{PERCEPTION}.TotalInvoiceAmount": "24.61"}),
    ("2685 67", {f"{PERCEPTION}.TotalInvoiceAmount@currencyID": "USD"}),
    ("2895 68 69", {f"{PERCEPTION}.SUNATTotalCashed": "1203.601"}),
    ("2608 70", {f"{PERCEPTION}.SUNATTotalCashed": "1180.00"}),
    ("2690 71", {f"{PERCEPTION}.SUNATTotalCashed@currencyID": "USD"}),
    ("2897 72 73", {f"{PERCEPTION}.TaxableAmount": "0"}),
    ("2522 74", {f"{L}.Status": None}),
    ("2896 75", {f"{L}.ConditionCode": "4"}),
    ("2251 76", {f"{L}.TotalAmount": "-0.01"}),
    ("4027 77", {f"{L}.TotalAmount": "1185.01"}),
    ("2071 78", {f"{L}.PaidAmount@currencyID": "USD"}),
    ("2255 80 86 92 98 104", {f"{L}.PaidAmount": None}),
    ("2254 81 87 93 99 105", {f"{L}.PaidAmount": "1000.001"}),
    ("2257 82 88 94 100 106", {f"{L}.InstructionID": None}),
    ("2256 83 89 95 101 107", {f"{L}.InstructionID": "10"}),
    ("2256 83 89 95 101 107", {f"{L}.InstructionID": "06"}),
    ("2256 83 89 95 101 107", {**TO_2027, f"{L}.InstructionID": "05"}),
    ("2357 84 90 96 102 108", {f"{L}#2.BillingPayment#2.InstructionID": "01"}),
    ("2263 110", {f"{CHARGE}.ChargeIndicator": "false"}),
    ("2411 111", {CHARGE: TWICE}),
    ("2261 112", {f"{CHARGE}.Amount": "-5.00"}),
    ("2266 113", {f"{CHARGE}.Amount": "0.00"}),
    ("2278 114", {CODE: "2000"}),
    ("2048 115 128 136 144", {f"{L}.TaxTotal.TaxAmount": "180.001"}),
    ("4019 116", {f"{L}.TaxTotal.TaxAmount": "174.99"}),
    ("4019 117", {f"{NOTE}.TaxTotal.TaxAmount": "14.01"}),
    ("2344 119 129 137 145", {f"{L}.TaxTotal.TaxSubtotal.TaxAmount": "180.01"}),
    ("2344 119 129 137 145", {f"{L}.TaxTotal.TaxSubtotal": None}),
    ("2269 120 130 138 146", {CODE: ""}),
    ("2268 121 131 139 147", {CODE: "1001"}),
    ("2355 122 132 140 148", {f"{L}.TaxTotal": TWICE}),
    ("2271 123", {NAME: None}),
    ("2276 124", {NAME: "igv"}),
    ("2275 133", {f"{L}#2.TaxTotal#2.TaxScheme.Name": "EXC"}),
)
IVAP: Final[tuple[tuple[str, Edits], ...]] = (
    ("4302 118", {f"{L}.TaxTotal.TaxAmount": "25.01"}),
    ("3051 125", {NAME: "IGV"}),
)
FROM_2027: Final[tuple[tuple[str, Edits], ...]] = (
    ("2022", {f"{L}.AccountingCustomerParty.RegistrationName": "AB"}),
    ("2992", {f"{L}.Percent": None}),
    ("3102", {f"{L}.Percent": "18.000001"}),
    ("3504", {f"{L}.Percent": "10.50"}),
    ("3504", {f"{L}#2.Percent": "17.00"}),
)
# code, its rows in the sheets of RA and RR, what to change in a file with every kind
VOIDING: Final[tuple[tuple[str, str, str, Edits], ...]] = (
    ("2075", "5", "5", {"UBLVersionID": ""}),
    ("2074", "6", "6", {"UBLVersionID": "2.1"}),
    ("2072", "7", "7", {"CustomizationID": "1.1"}),
    ("2671", "12", "12", {"ReferenceDate": "2027-11-20"}),
    ("2288", "16", "", {"AdditionalAccountID": ""}),
    ("2288", "", "15", {"AdditionalAccountID": None}),
    ("2287", "17", "16", {"AdditionalAccountID": "1"}),
    ("2229", "18", "17", {LEGAL: None}),
    ("2228", "19", "18", {LEGAL: "x" * 101}),
    ("2307", "21", "20", {f"{V}.LineID": ""}),
    ("2305", "22", "21", {f"{V}.LineID": "1a"}),
    ("2306", "23", "22", {f"{V}.LineID": "00"}),
    ("2752", "24", "23", {f"{V}#2.LineID": "1"}),
    ("2309", "25", "24", {f"{V}.DocumentTypeCode": ""}),
    ("2308", "26", "25 26", {f"{V}.DocumentTypeCode": "03"}),
    ("2311", "27", "27", {f"{V}.DocumentSerialID": None}),
    ("2310", "29 31", "", {f"{V}#2.DocumentSerialID": "BC01"}),
    ("2310", "30", "", {f"{V}#5.DocumentSerialID": "0001"}),
    ("2674", "", "28", {f"{V}.DocumentSerialID": "P001"}),
    ("2675", "", "29", {f"{V}#2.DocumentSerialID": "R001"}),
    ("2345", "", "30", {f"{V}#3.DocumentSerialID": "F001"}),
    ("2313", "32", "32", {f"{V}.DocumentNumberID": ""}),
    ("2312", "33", "33", {f"{V}.DocumentNumberID": "123456789"}),
    ("2348", "34", "34", {V: TWICE, f"{V}#2.LineID": "99"}),
    ("2315", "43", "39", {f"{V}.VoidReasonDescription": ""}),
    ("4203", "44", "40", {f"{V}.VoidReasonDescription": "NO"}),
)


def _breaks() -> list[Any]:
    cases = [("RC", "RC-every-block", *row) for row in SUMMARY]
    cases += [("RC", "RC-ivap", *row) for row in IVAP]
    cases += [("RC", "RC-from-2027", *row) for row in FROM_2027]
    for code, *rows, edits in VOIDING:
        for kind, numbers in zip(("RA", "RR"), rows, strict=True):
            cases += [(kind, f"{kind}-every-kind", f"{code} {numbers}", edits)] if numbers else []
    return [pytest.param(*case, id=f"{case[0]}-{case[2].replace(' ', '-')}") for case in cases]


BREAKS: Final = _breaks()


def _document(path: Path) -> Any:
    return etree.parse(path, etree.XMLParser(remove_blank_text=True)).getroot()


def _found(node: Any, path: str) -> Any:
    """The element at a path of local names; `#2` is the second of its name."""
    for step in filter(None, path.split(".")):
        name, _, nth = step.partition("#")
        found = node.findall(f"{{*}}{name}") or list(node.iter(f"{{*}}{name}"))
        node = found[int(nth or 1) - 1]
    return node


def _edit(root: Any, place: str, value: str | None) -> None:
    path, _, attribute = place.partition("@")
    node = _found(root, path)
    if attribute:
        node.attrib.pop(attribute) if value is None else node.set(attribute, value)
    elif value is None:
        node.getparent().remove(node)
    elif value == TWICE:
        node.addnext(deepcopy(node))
    elif value.startswith("<"):
        spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in root.nsmap.items() if prefix)
        node.append(etree.fromstring(f"<x {spaces}>{value}</x>")[0])
    else:
        node.text = value


def _rows(kind: str) -> dict[str, list[Check]]:
    """The checks by code and rows of the kind's own sheet."""
    root, table = TABLES[kind]
    own = [row for row in read(f"checks/{table}.tsv").rows if f"{kind}=" in row[0]]
    rows: dict[str, list[Check]] = {}
    for row, check in zip(own, checks(root, kind), strict=True):
        numbers = [
            cell.removeprefix(f"{kind}:") for cell in row[1].split() if cell.isdigit() or cell.startswith(f"{kind}:")
        ]
        rows.setdefault(" ".join([check.code, *numbers]), []).append(check)
    return rows


def _fires(check: Check, root: Any) -> bool:
    nodes: Any = check.where(root)
    return any(check.broken(node) for node in nodes)


@pytest.mark.parametrize("case", CASES)
def test_what_we_build_breaks_nothing(case: str) -> None:
    assert list(findings(_document(GOLDEN / case / "out.xml"), case[:2])) == []


@pytest.mark.shared
@pytest.mark.parametrize("kind", TABLES)
def test_a_skeleton_breaks_nothing(shared: Path, kind: str) -> None:
    root = _document(shared / "esqueletos" / f"20100000017-{kind}-20261122-1.xml")
    assert list(findings(root, kind)) == []


@pytest.mark.parametrize(("kind", "case", "row", "edits"), BREAKS)
def test_each_check_can_be_broken(kind: str, case: str, row: str, edits: Edits) -> None:
    root = _document(GOLDEN / case / "out.xml")
    sought = _rows(kind)[row]
    assert not any(_fires(check, root) for check in sought)
    for place, value in edits.items():
        _edit(root, place, value)
    assert any(_fires(check, root) for check in sought)
    level = next(check.is_error for check in sought)
    assert (row[:4], level) in {(finding.code, finding.is_error) for finding in findings(root, kind)}


@pytest.mark.parametrize("kind", TABLES)
def test_no_check_is_left_unbroken(kind: str) -> None:
    assert {str(case.values[2]) for case in BREAKS if case.values[0] == kind} == set(_rows(kind))


def test_the_news_of_2027_wait_for_their_day() -> None:
    root = _document(GOLDEN / "RC-from-2027" / "out.xml")
    _edit(root, f"{L}.Percent", None)
    _edit(root, "ReferenceDate", "2026-12-31")
    assert "2992" not in {finding.code for finding in findings(root, "RC")}


def test_time_grows_with_the_lines_only() -> None:
    """A summary may hold 500 lines: ten times the lines may not cost a hundred times the time."""

    def seconds(lines: int) -> float:
        root = _document(GOLDEN / "RC-20261122-1" / "out.xml")
        line = _found(root, L)
        for number in range(2, lines + 1):
            copy = deepcopy(line)
            _edit(copy, "LineID", str(number))
            _edit(copy, "ID", f"B001-{number}")
            root.append(copy)
        times = [process_time()]
        for _ in range(3):
            assert list(findings(root, "RC")) == []
            times.append(process_time())
        return min(after - before for before, after in pairwise(times))

    assert seconds(500) < 18 * seconds(50)
