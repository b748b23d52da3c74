"""Retention and Perception that others wrote, SUNAT's own shapes among them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.errors import Unreadable
from onapi.intake import read_json
from onapi.kinds.withholding import PERCEPCION, RETENCION
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import sign
from onapi.values.party import Address, Party
from onapi.values.xmltree import local_name, parse_xml

Judge = Callable[..., Any]
GOLDEN = sorted((Path(__file__).parents[2] / "golden" / "withholding").glob("*/in.json"))
NS = (
    'xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
    ' xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:s="urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1"'
)
PARTY = "<a:PartyIdentification><b:ID schemeID='6'>{}</b:ID></a:PartyIdentification>"
FOREIGN = f"""<r:Retention xmlns:r="urn:sunat:names:specification:ubl:peru:schema:xsd:Retention-1" {NS}>
<b:ID>R001-00000012</b:ID><b:IssueDate>2026-11-22</b:IssueDate>
<a:AgentParty>{PARTY.format("20000000001")}</a:AgentParty><a:ReceiverParty>{PARTY.format("20000000010")}</a:ReceiverParty>
<s:SUNATRetentionSystemCode>01</s:SUNATRetentionSystemCode><s:SUNATRetentionPercent>3</s:SUNATRetentionPercent>
<b:TotalInvoiceAmount currencyID="PEN">35.4</b:TotalInvoiceAmount>
<s:SUNATTotalPaid currencyID="PEN">1144.6</s:SUNATTotalPaid>
<s:SUNATRetentionDocumentReference><b:ID schemeID="07">F001-1</b:ID><b:IssueDate>2026-11-10</b:IssueDate>
<b:TotalInvoiceAmount currencyID="USD">10</b:TotalInvoiceAmount></s:SUNATRetentionDocumentReference></r:Retention>"""


def test_any_prefix_and_absent_parts() -> None:
    document = RETENCION.read(parse_xml(FOREIGN.encode()))
    assert (document.id.label, document.id.ruc, document.issue_time) == ("R001-12", "20000000001", None)
    assert (document.percent, document.withheld, document.rounding) == (3, Decimal("35.4"), 0)
    assert document.receiver == Party("6", "20000000010", "")
    (line,) = document.lines
    assert (line.doctype, line.currency, line.total, line.payments, line.withheld) == ("07", "USD", 10, (), None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("R001-00000012", "R001"),
        ("2026-11-22", "22/11/2026"),
        ("a:ReceiverParty", "a:Party"),
        (">35.4<", ">mucho<"),
        ("r:Retention", "r:Invoice"),
    ],
)
def test_what_describes_none_is_unreadable(old: str, new: str) -> None:
    with pytest.raises(Unreadable):
        RETENCION.read(parse_xml(FOREIGN.replace(old, new).encode()))


def _leaves(root: Any, path: str = "") -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every element that holds text, with its place and attributes."""
    for child in root.iterchildren(tag=etree.Element):
        here = f"{path}/{local_name(child)}"
        if len(child):
            yield from _leaves(child, here)
        elif child.text and "/Signature" not in here:
            yield here, child.text, dict(child.attrib)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind"), [("20100000017-20-R001-1", RETENCION), ("20100000017-40-P001-1", PERCEPCION)]
)
def test_it_is_what_sunat_takes(name: str, kind: Any, shared: Path, judge: Judge) -> None:
    """From JSON, the skeleton's own elements in the skeleton's order, with its amounts."""
    root = etree.parse(shared / "esqueletos" / f"{name}.xml").getroot()
    skeleton = kind.read(root)
    assert list(_leaves(parse_xml(kind.build(skeleton).encode()))) == list(_leaves(root))
    case = Path(__file__).parents[2] / "golden" / "withholding" / name[12:] / "in.json"
    ours = judge(read_json(case.read_bytes())).sale
    assert (ours.lines, ours.withheld, ours.settled) == (skeleton.lines, skeleton.withheld, skeleton.settled)
    assert (ours.issue_date, ours.issue_time) == (date(2026, 11, 22), time(10))


@pytest.mark.shared
@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.parent.name)
def test_sunat_s_own_schema_takes_it(case: Path, shared: Path, judge: Judge, signer: Signer) -> None:
    judged = judge(read_json(case.read_bytes()))
    kind = judged.taken.kind
    schema = etree.XMLSchema(etree.parse(shared / "xsd" / "2.0" / "maindoc" / f"UBLPE-{kind.root}-1.0.xsd"))
    schema.assertValid(parse_xml(sign(kind.build(judged.sale), signer, kind.signature_id).xml))


def test_the_record_tells_the_total_in_soles(judge: Judge, now: datetime) -> None:
    case = next(case for case in GOLDEN if case.parent.name == "retention-in-dollars")
    judged = judge(read_json(case.read_bytes()))
    digest = judged.taken.kind.digest(judged.sale)
    assert (digest.currency, digest.igv, digest.total) == ("PEN", None, judged.sale.withheld)
    assert (digest.issue_date, digest.customer.address) == (now.date(), Address())
