"""SUNAT's checks of retenciones (20) and percepciones (40): sound documents pass them, and each can be broken."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from onapi.facts.table import read
from onapi.simulator.content import Check, checks, findings

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "withholding"
CASES: Final = sorted(path.parent.name for path in GOLDEN.glob("*/out.xml"))
TWICE: Final = "(once more)"

# What the two documents call otherwise, and the cases they start from: in soles, in dollars.
NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "20": {
        "root": "Retention",
        "doc": "SUNATRetentionDocumentReference",
        "regime": "SUNATRetentionSystemCode",
        "percent": "SUNATRetentionPercent",
        "total": "SUNATTotalPaid",
        "amount": "SUNATRetentionAmount",
        "net": "SUNATNetTotalPaid",
        "plain": "20-R001-1",
        "dollars": "retention-in-dollars",
    },
    "40": {
        "root": "Perception",
        "doc": "SUNATPerceptionDocumentReference",
        "regime": "SUNATPerceptionSystemCode",
        "percent": "SUNATPerceptionPercent",
        "total": "SUNATTotalCashed",
        "amount": "SUNATPerceptionAmount",
        "net": "SUNATNetTotalCashed",
        "plain": "40-P001-1",
        "dollars": "perception-special-rate-in-dollars",
        "exceptional": "perception-exceptional",
    },
}
NAMED: Final = "<cac:PartyName><cbc:Name>DOS\nLINEAS</cbc:Name></cac:PartyName>"
ROUNDED: Final = '<cbc:PayableRoundingAmount currencyID="{}">{}</cbc:PayableRoundingAmount>'
TOGETHER: Final = {"{doc}.ID": "F1-1", "{doc}.Payment.ID": "12", "{doc}#2.ID": "F1-11", "{doc}#2.Payment.ID": "2"}
QUARTER: Final = f"<cbc:CitySubdivisionName>{'x' * 31}</cbc:CitySubdivisionName>"
ID, ADDRESS, LEGAL = "PartyIdentification.ID", "PostalAddress", "PartyLegalEntity.RegistrationName"

Edits = Mapping[str, str | None]  # place → new text, None to take away, TWICE, or XML to put in

# code and rows in the sheet of 20, the same in that of 40, the case to start from, what to change in it
TABLE: Final[tuple[tuple[str, str, str, Edits], ...]] = (
    ("2111 5", "2111 5", "plain", {"UBLVersionID": ""}),
    ("2110 6", "2110 6", "plain", {"UBLVersionID": "2.1"}),
    ("2113 7", "2113 7", "plain", {"CustomizationID": ""}),
    ("2112 8", "2112 8", "plain", {"CustomizationID": "1.1"}),
    ("1001 11", "1001 11", "plain", {"ID": "F001-1"}),
    ("", "3322 17", "exceptional", {"ExceptionalIndicator": "1"}),
    ("2678 20", "2678 21", "plain", {f"AgentParty.{ID}@schemeID": None}),
    ("2511 21", "2511 22", "plain", {f"AgentParty.{ID}@schemeID": "1"}),
    ("2901 22", "2901 23", "plain", {"AgentParty": NAMED}),
    ("1037 23", "1037 24", "plain", {f"AgentParty.{LEGAL}": ""}),
    ("1038 24", "1038 25", "plain", {f"AgentParty.{LEGAL}": "x" * 1501}),
    ("2917 26", "2917 27", "plain", {f"AgentParty.{ADDRESS}.ID": "159999"}),
    ("2916 27", "2916 28", "plain", {f"AgentParty.{ADDRESS}.StreetName": "x" * 101}),
    ("2902 28", "2902 29", "plain", {f"AgentParty.{ADDRESS}": QUARTER}),
    ("2903 29", "2903 30", "plain", {f"AgentParty.{ADDRESS}.CityName": "a\tb"}),
    ("2904 30", "2904 31", "plain", {f"AgentParty.{ADDRESS}.CountrySubentity": " "}),
    ("2905 31", "2905 32", "plain", {f"AgentParty.{ADDRESS}.District": "x" * 31}),
    ("2548 32", "2548 33", "plain", {f"AgentParty.{ADDRESS}.IdentificationCode": "US"}),
    ("2723 34", "2679 35", "plain", {f"ReceiverParty.{ID}": None}),
    ("2724 35", "2680 36", "plain", {f"ReceiverParty.{ID}": "1234567890 234567"}),
    ("2620 36", "2604 37", "plain", {f"ReceiverParty.{ID}": "20000000001"}),
    ("2516 39", "2516 42", "plain", {f"ReceiverParty.{ID}@schemeID": ""}),
    ("2511 40", "2511 43", "plain", {f"ReceiverParty.{ID}@schemeID": "Z"}),
    ("2906 41", "2911 44", "plain", {"ReceiverParty": NAMED}),
    ("2134 42", "2134 45", "plain", {f"ReceiverParty.{LEGAL}": None}),
    ("2133 43", "2133 46", "plain", {f"ReceiverParty.{LEGAL}": "\n"}),
    ("2917 45", "2917 48", "plain", {f"ReceiverParty.{ADDRESS}.ID": "150100"}),
    ("2918 46", "2919 49", "plain", {f"ReceiverParty.{ADDRESS}.StreetName": "a\nb"}),
    ("2907 47", "2912 50", "plain", {f"ReceiverParty.{ADDRESS}": QUARTER}),
    ("2908 48", "2913 51", "plain", {f"ReceiverParty.{ADDRESS}.CityName": "x" * 31}),
    ("2909 49", "2914 52", "plain", {f"ReceiverParty.{ADDRESS}.CountrySubentity": "x" * 31}),
    ("2910 50", "2915 53", "plain", {f"ReceiverParty.{ADDRESS}.District": "x" * 31}),
    ("2548 51", "2548 54", "plain", {f"ReceiverParty.{ADDRESS}.IdentificationCode": ""}),
    ("2618 53", "2602 56", "plain", {"{regime}": "09"}),
    ("2619 54", "2603 59", "plain", {"{percent}": "4.00"}),
    ("2669 56", "2669 61", "plain", {"TotalInvoiceAmount": "0.00"}),
    ("2628 57", "2667 62", "plain", {"TotalInvoiceAmount": "35.41"}),
    ("2728 58", "2685 63", "plain", {"TotalInvoiceAmount@currencyID": "USD"}),
    ("2730 59", "2687 64", "plain", {"{total}": "1.234"}),
    ("2629 60", "2668 65", "plain", {"": ROUNDED.format("PEN", "0.01")}),
    ("2732 61", "2690 66", "plain", {"{total}@currencyID": "USD"}),
    ("3303 62", "3303 67", "plain", {"": ROUNDED.format("PEN", "-1.01")}),
    ("3304 63", "3304 68", "plain", {"": ROUNDED.format("USD", "0.00")}),
    ("", "3323 70", "exceptional", {"{doc}": TWICE}),
    ("2691 65", "2691 71", "plain", {"{doc}.ID@schemeID": ""}),
    ("2692 66", "2692 72", "plain", {"{doc}.ID@schemeID": "09"}),
    ("", "3324 73", "exceptional", {"{doc}.ID@schemeID": "03"}),
    ("2693 67", "2693 74", "plain", {"{doc}.ID": ""}),
    ("2694 68", "2694 75", "plain", {"{doc}.ID@schemeID": "12", "{doc}.ID": "CAJA-1-X"}),
    ("2694 69", "2694 76", "plain", {"{doc}.ID": "F001-00"}),
    ("2985 70", "", "plain", {"{regime}": "02", "{doc}.IssueDate": "2014-03-01"}),
    ("2696 71", "2696 86", "plain", {"{doc}.TotalInvoiceAmount": "-1.00"}),
    ("2737 74", "2702 89", "plain", {"{doc}.PaidDate": None}),
    ("2661 75", "2659 90", "plain", {"{doc}": TWICE, "{doc}#2.PaidDate": "2026-10-20"}),
    ("2625 76", "2612 91", "plain", {"{doc}.PaidDate": "2026-11-09"}),
    ("2625 77 79", "2612 92 94", "plain", {"{doc}.PaidDate": "2026-11-23"}),
    ("2625 78", "2612 93", "plain", {"{doc}.IssueDate": "2026-10-01", "{doc}.PaidDate": "2026-10-31"}),
    ("2733 80", "2697 95", "plain", {"{doc}.Payment.ID": ""}),
    ("2734 81", "2698 96", "plain", {"{doc}.Payment.ID": "1234567890"}),
    ("2626 82", "2626 97", "plain", {"{doc}": TWICE}),
    ("2735 83", "2699 98", "plain", {"{doc}.PaidAmount": None}),
    ("2736 84", "2700 99", "plain", {"{doc}.PaidAmount": "1180.001"}),
    ("2622 85", "2607 100", "plain", {"{doc}.PaidAmount@currencyID": "USD"}),
    ("2740 87", "2705 102", "plain", {"{doc}.{amount}": "0.00"}),
    ("2623 88", "2608 103", "plain", {"{doc}.{amount}": "36.41"}),
    ("2623 89", "2608 104", "dollars", {"{doc}.CalculationRate": "5.000"}),
    ("2742 90", "2707 105", "plain", {"{doc}.{amount}@currencyID": "USD"}),
    ("2746 92", "2711 107", "plain", {"{doc}.{net}": "0"}),
    ("2623 93", "2608 108", "plain", {"{doc}.{net}": "1180.00"}),
    ("2623 94", "2608 109", "dollars", {"{doc}.{net}": "1000.00"}),
    ("2748 95", "2713 110", "plain", {"{doc}.{net}@currencyID": "USD"}),
    ("2719 97", "2719 112", "dollars", {"{doc}.SourceCurrencyCode": None}),
    ("2749 98", "2749 113", "dollars", {"{doc}.SourceCurrencyCode": "EUR"}),
    ("2715 99", "2715 114", "dollars", {"{doc}.TargetCurrencyCode": "USD"}),
    ("2721 100", "2721 115", "dollars", {"{doc}.CalculationRate": None}),
    ("2716 101", "2716 116", "dollars", {"{doc}.CalculationRate": "3.7450001"}),
    ("2722 102", "2722 117", "dollars", {"{doc}.ExchangeRate": None}),
)
BREAKS: Final = [
    pytest.param(kind, row, case, edits, id=f"{kind}-{row.replace(' ', '-')}")
    for first, second, case, edits in TABLE
    for kind, row in (("20", first), ("40", second))
    if row
]


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
    """The checks by code and rows of SUNAT's sheet."""
    root = NAMES[kind]["root"]
    rows: dict[str, list[Check]] = {}
    for row, check in zip(read(f"checks/{root.lower()}.tsv").rows, checks(root, kind), strict=True):
        rows.setdefault(f"{check.code} {row[1]}", []).append(check)
    return rows


def _fires(check: Check, root: Any) -> bool:
    nodes: Any = check.where(root)
    return any(check.broken(node) for node in nodes)


@pytest.mark.parametrize("case", CASES)
def test_what_we_build_breaks_nothing(case: str) -> None:
    root = _document(GOLDEN / case / "out.xml")
    found = list(findings(root, "20" if root.tag.endswith("Retention") else "40"))
    assert [finding for finding in found if finding.is_error] == []
    assert ("observed" in case) == bool(found)


@pytest.mark.shared
@pytest.mark.parametrize(("kind", "name"), [("20", "20100000017-20-R001-1"), ("40", "20100000017-40-P001-1")])
def test_a_skeleton_breaks_nothing(shared: Path, kind: str, name: str) -> None:
    assert list(findings(_document(shared / "esqueletos" / f"{name}.xml"), kind)) == []


@pytest.mark.parametrize(("kind", "row", "case", "edits"), BREAKS)
def test_each_check_can_be_broken(kind: str, row: str, case: str, edits: Edits) -> None:
    root = _document(GOLDEN / NAMES[kind][case] / "out.xml")
    sought = _rows(kind)[row]
    assert not any(_fires(check, root) for check in sought)
    for place, value in edits.items():
        _edit(root, place.format(**NAMES[kind]), value)
    assert any(_fires(check, root) for check in sought)
    code = row.split(maxsplit=1)[0]
    level = next(check.is_error for check in sought)
    assert (code, level) in {(finding.code, finding.is_error) for finding in findings(root, kind)}


@pytest.mark.parametrize(("kind", "row"), [("20", "2626 82"), ("40", "2626 97")])
def test_numbers_that_are_alike_only_when_written_together_are_two(kind: str, row: str) -> None:
    root = _document(GOLDEN / NAMES[kind]["plain"] / "out.xml")
    for place, value in {"{doc}": TWICE, **TOGETHER}.items():
        _edit(root, place.format(**NAMES[kind]), value)
    assert not any(_fires(check, root) for check in _rows(kind)[row])


@pytest.mark.parametrize("kind", NAMES)
def test_no_check_is_left_unbroken(kind: str) -> None:
    broken = {str(case.values[1]) for case in BREAKS if case.values[0] == kind}
    assert broken == set(_rows(kind))
