"""SUNAT's checks of guías de remisión (09, 31): sound documents pass them, and each can be made to fail."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from onapi.facts.table import read
from onapi.simulator.content import Check, checks, findings

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "gre"
CASES: Final = sorted(path.parent.name for path in GOLDEN.glob("*/out.xml"))
SKELETONS: Final = ("09-T001-1", "09-T002-1", "31-V001-1")
PLAIN: Final = {"09": "09-T001-1", "31": "31-V001-1"}

BASIC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
AGGREGATE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
SPACES: Final = {"cac": AGGREGATE, "cbc": BASIC}
PLACES: Final = {  # words for places that many edits name
    "S": "Shipment",
    "STG": "Shipment/ShipmentStage",
    "MOT": "Shipment/HandlingCode",
    "MODE": "Shipment/ShipmentStage/TransportModeCode",
    "START": "Shipment/ShipmentStage/TransitPeriod/StartDate",
    "HANDED": "Shipment/ShipmentStage/LoadingTransportEvent/OccurrenceDate",
    "SUP": "DespatchSupplierParty/Party",
    "CUS": "DeliveryCustomerParty/Party",
    "SEL": "SellerSupplierParty/Party",
    "BUY": "BuyerCustomerParty/Party",
    "PAY": "OriginatorCustomerParty/Party",
    "LO": "Shipment/Consignment/LogisticsOperatorParty",
    "DP": "Shipment/Delivery/Despatch/DespatchParty",
    "CAR": "Shipment/ShipmentStage/CarrierParty",
    "PID": "PartyIdentification/ID",
    "NAME": "PartyLegalEntity/RegistrationName",
    "MTC": "PartyLegalEntity/CompanyID",
    "AUTH": "AgentParty/PartyLegalEntity/CompanyID",
    "REF": "AdditionalDocumentReference",
    "ISS": "IssuerParty/PartyIdentification/ID",
    "DA": "Shipment/Delivery/Despatch/DespatchAddress",
    "AA": "Shipment/Delivery/DeliveryAddress",
    "LN": "AddressLine/Line",
    "LOC": "Shipment/FirstArrivalPortLocation",
    "DRV": "Shipment/ShipmentStage/DriverPerson",
    "LIC": "IdentityDocumentReference/ID",
    "TE": "Shipment/TransportHandlingUnit/TransportEquipment",
    "ATT": "Shipment/TransportHandlingUnit/TransportEquipment/AttachedTransportEquipment",
    "TUC": "ApplicableTransportMeans/RegistrationNationalityID",
    "VA": "ShipmentDocumentReference/ID",
    "PACK": "Shipment/TransportHandlingUnit/Package",
    "LINE": "DespatchLine",
    "CODE": "DespatchLine/Item/CommodityClassification/ItemClassificationCode",
}

Node = Any  # an element of lxml


def _mutations() -> list[Any]:
    rows = read(str(Path(__file__).with_name("despatch_advice.tsv"))).rows
    return [pytest.param(*row, id=f"{row[0].replace(':', '-')} {row[2]}".replace(" ", "-")[:60]) for row in rows]


@cache
def _table(kind: str) -> tuple[tuple[str, str, Check], ...]:
    """Each check of a kind with its code and with its rows of the sheet, as the table of facts writes them."""
    rows = [row for row in read("checks/despatch_advice.tsv").rows if f"{kind}=" in row[0]]
    return tuple((check.code, row[1], check) for row, check in zip(rows, checks("DespatchAdvice", kind), strict=True))


def _read_xml(path: Path) -> Node:
    return etree.parse(path, etree.XMLParser(remove_blank_text=True)).getroot()


def _document(case: str) -> Node:
    return _read_xml(GOLDEN / case / "out.xml")


def _steps(place: str) -> list[str]:
    """The steps of a place; the last is a basic element, those before hold others."""
    names = []
    for word in place.split("/"):
        name, bracket, rest = word.partition("[")
        names += f"{PLACES.get(name, name)}{bracket}{rest}".split("/")
    return names


def _all(root: Node, place: str) -> list[Node]:
    return list(root.xpath("/".join(f"*[local-name() = '{_bare(step)}']{_nth(step)}" for step in _steps(place))))


def _bare(step: str) -> str:
    return step.partition("[")[0]


def _nth(step: str) -> str:
    return step[len(_bare(step)) :]


def _one(root: Node, place: str) -> Node:
    """The first element at a place, made with all above it where it is not there."""
    node = root
    *above, last = _steps(place)
    for step, space in [*((step, AGGREGATE) for step in above), (last, BASIC)]:
        found = node.xpath(f"*[local-name() = '{_bare(step)}']{_nth(step)}")
        node = found[0] if found else etree.SubElement(node, f"{{{space}}}{_bare(step)}")
    return node


def _add(root: Node, place: str, **texts: str) -> None:
    """One element more at a place, with these texts in it."""
    *above, name = _steps(place)
    parent = _one(root, "/".join(above)) if above else root
    node = etree.SubElement(parent, f"{{{AGGREGATE}}}{name}")
    for path, text in texts.items():
        _one(node, path.replace("_", "/")).text = text


def _issue_on(root: Node, day: str) -> None:
    for place in ("IssueDate", "START", "HANDED"):
        for node in _all(root, place):
            node.text = day


def _add_document(root: Node, text: str) -> None:
    doctype, number = text.split(" ")
    _add(root, "REF", ID=number, DocumentTypeCode=doctype, DocumentType="Otro")


def _add_indicator(root: Node, text: str) -> None:
    shipment = _all(root, "S")[0]
    etree.SubElement(shipment, f"{{{BASIC}}}SpecialInstructions").text = f"SUNAT_Envio_Indicador{text}"


def _drop_indicator(root: Node, text: str) -> None:
    for node in _all(root, "S/SpecialInstructions"):
        if node.text == f"SUNAT_Envio_Indicador{text}":
            node.getparent().remove(node)


def _add_property(root: Node, text: str) -> None:
    code, _, value = text.partition(" ")
    _add(root, "LINE/Item/AdditionalItemProperty", Name="Concepto", NameCode=code, Value=value)


def _add_package(root: Node, text: str) -> None:
    number, _, seal = text.partition(" ")
    _add(root, "PACK", ID=number, TraceID=seal)


def _add_driver(root: Node, text: str) -> None:
    job, licence = text.split(" ")
    names = {"FirstName": "ANA", "FamilyName": "SOTO", "JobTitle": job, "IdentityDocumentReference_ID": licence}
    _add(root, "DRV", ID="44444444", **names)
    _all(root, "DRV/ID")[-1].set("schemeID", "1")


WORDS: Final[dict[str, Callable[[Node, str], None]]] = {
    "on": _issue_on,
    "doc": _add_document,
    "ind": _add_indicator,
    "-ind": _drop_indicator,
    "prop": _add_property,
    "pack": _add_package,
    "driver": _add_driver,
}


def _edit(root: Node, edit: str) -> None:
    place, _, text = edit.partition("=")
    where, _, attribute = place.lstrip("+-").partition("@")
    text = text.replace("\\n", "\n").replace("\\t", "\t")
    text = "x" * int(text[1:]) if text.startswith("~") else text
    if place in WORDS:
        WORDS[place](root, text)
    elif place.startswith("-") and attribute:
        del _one(root, where).attrib[attribute]
    elif place.startswith("-"):
        for node in _all(root, where):
            node.getparent().remove(node)
    elif place.startswith("+"):
        node = _all(root, where)[0]
        node.addnext(deepcopy(node))
    elif attribute:
        _one(root, where).set(attribute, text)
    else:
        _one(root, where).text = text


def _sought(name: str, day: str) -> list[int]:
    """Which checks of its kind a mutation speaks of, by place: those of the code and row that are in force that day."""
    code, _, row = name.partition(" ")
    kind, _, number = row.partition(":")
    return [
        place
        for place, (own, rows, check) in enumerate(_table(kind))
        if own == code and (row in rows.split() if number else not rows)
        if str(check.since) <= day <= str(check.until)
    ]


def _broken(root: Node, check: Check) -> bool:
    nodes: Any = check.where(root)
    return any(check.broken(node) for node in nodes)


def _mutated(name: str, case: str, edits: str) -> Node:
    root = _document(case or PLAIN[name.split(" ")[1][:2]])
    for edit in edits.split(" ; "):
        _edit(root, edit)
    return root


def _failing(name: str, case: str, edits: str) -> set[int]:
    """The sought checks that the mutation breaks."""
    root = _mutated(name, case, edits)
    kind = name.split(" ")[1][:2]
    day = root.findtext("cbc:IssueDate", "", SPACES)
    return {place for place in _sought(name, day) if _broken(root, _table(kind)[place][2])}


@pytest.mark.parametrize("case", CASES)
def test_golden_documents_have_no_error(case: str) -> None:
    root = _document(case)
    found = list(findings(root, root.findtext("cbc:DespatchAdviceTypeCode", "", SPACES)))
    assert not [finding for finding in found if finding.is_error or "observed" not in case]


@pytest.mark.shared
@pytest.mark.parametrize("name", SKELETONS)
def test_skeletons_have_no_finding(name: str, shared: Path) -> None:
    assert list(findings(_read_xml(shared / "esqueletos" / f"20100000017-{name}.xml"), name[:2])) == []


@pytest.mark.parametrize(("name", "case", "edits"), _mutations())
def test_a_mutation_is_found(name: str, case: str, edits: str) -> None:
    code, _, row = name.partition(" ")
    before = _document(case or PLAIN[row[:2]])
    after = _mutated(name, case, edits)
    broken = _failing(name, case, edits)
    assert broken
    assert not [place for place in broken if _broken(before, _table(row[:2])[place][2])]
    assert code in {finding.code for finding in findings(after, row[:2])}


def test_every_check_is_broken_by_some_mutation() -> None:
    """A row that both kinds share needs one mutation in either."""
    left = {
        (rows, check.where.path, check.broken.path, check.since) for kind in PLAIN for _, rows, check in _table(kind)
    }
    for name, case, edits in (mutation.values for mutation in _mutations()):
        kind = name.split(" ")[1][:2]
        for place in _failing(name, case, edits):
            _, rows, check = _table(kind)[place]
            left.discard((rows, check.where.path, check.broken.path, check.since))
    assert not left
