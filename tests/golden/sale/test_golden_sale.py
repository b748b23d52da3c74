"""Sales from JSON to XML, each held against a kept file: a new case is a folder with `in.json` and `pytest --update`.

`out.xml` is indented for reading; what is signed has no white space between its elements.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.errors import InvalidDocument
from onapi.intake import read_json
from onapi.kinds.sale.ubl import SIGNATURE_ID
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.ubl.schema import schema_faults
from onapi.values.xmltree import local_name, parse_xml, text_of

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/in.json"))
SKELETONS = [case for case in CASES if case.name[:3] in {"01-", "03-"}]

Judge = Callable[..., Any]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def judged(case: Path, judge: Judge) -> Any:
    """The case after reading and judging."""
    return judge(read_json((case / "in.json").read_bytes()))


@cases
def test_no_rule_is_broken_and_every_field_is_known(judged: Any) -> None:
    assert not judged.taken.faults
    assert not judged.faults
    assert not judged.taken.unknown


@cases
def test_the_xml_is_the_one_we_kept(case: Path, judged: Any, golden: Callable[[Path, str], None]) -> None:
    root = etree.fromstring(judged.taken.kind.build(judged.sale))
    etree.indent(root)
    golden(case / "out.xml", etree.tostring(root, encoding="unicode") + "\n")


@cases
def test_signed_it_verifies_and_passes_the_schema(judged: Any, signer: Signer) -> None:
    signed = sign(judged.taken.kind.build(judged.sale), signer, SIGNATURE_ID)
    assert schema_faults(signed.xml) == ()
    verified = verify_signature(signed.xml)
    assert (verified.digest_value, verified.signature_id) == (signed.digest, SIGNATURE_ID)
    assert verified.certificate == signer.certificate


@cases
def test_read_back_it_is_the_same_sale(judged: Any, signer: Signer) -> None:
    kind = judged.taken.kind
    signed = sign(kind.build(judged.sale), signer, SIGNATURE_ID)
    assert kind.read(parse_xml(signed.xml)) == replace(judged.sale, given={})


@cases
def test_the_caller_may_send_the_totals_we_computed(case: Path, judged: Any, judge: Judge) -> None:
    """What we answer goes in again unchanged: computed totals pass the check that they came from."""
    document = read_json((case / "in.json").read_bytes())
    sums = judged.sale.totals
    document |= {"valorVenta": sums.line_extension, "totalImpuestos": sums.taxes, "mtoImpVenta": sums.payable}
    assert not judge(document).errors


@pytest.mark.parametrize("place", ["SignatureValue", "DigestValue", "InvoicedQuantity", "PayableAmount", "Description"])
def test_one_changed_byte_breaks_the_signature(place: str, judge: Judge, signer: Signer) -> None:
    judged = judge(read_json((CASES[0] / "in.json").read_bytes()))
    xml = bytearray(sign(judged.taken.kind.build(judged.sale), signer, SIGNATURE_ID).xml)
    start = xml.index(b">", xml.index(place.encode())) + 1
    xml[start] = ord("A") if xml[start] != ord("A") else ord("B")
    with pytest.raises(InvalidDocument):
        verify_signature(bytes(xml))


def _amounts(element: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every element that holds an amount, a quantity or a rate, with its path; tributes are told apart by code."""
    for child in element.iterchildren(tag=etree.Element):
        tribute = text_of(child, "TaxCategory/TaxScheme/ID")
        here = f"{path}/{local_name(child)}" + (f"[{tribute}]" if tribute else "")
        if child.get("currencyID") or here.endswith(("Quantity", "Percent", "Numeric", "Measure")):
            yield here, str(child.text).strip()
        yield from _amounts(child, here)


@pytest.mark.shared
@pytest.mark.parametrize("case", SKELETONS, ids=lambda case: case.name)
def test_amounts_are_those_of_the_skeleton(case: Path, judge: Judge, shared: Path) -> None:
    judged = judge(read_json((case / "in.json").read_bytes()))
    ours = sorted(_amounts(etree.fromstring(judged.taken.kind.build(judged.sale))))
    theirs = etree.parse(shared / "esqueletos" / f"20100000017-{case.name}.xml").getroot()
    assert ours == sorted(_amounts(theirs))
    assert len(ours) > 10


@pytest.mark.shared
def test_the_published_examples_are_taken(judge: Judge, shared: Path) -> None:
    """The JSON examples of operation 9, verbatim: facturas pass, the kinds of later are named as such."""
    text = (shared.parent / "contract.md").read_text("utf-8")
    section = text[text.index("#### 9. POST") : text.index("#### 10. POST")]
    bodies = [read_json(part.partition("```")[0].encode()) for part in section.split("```json\n")[1:]]
    documents = [(body["doctype"], body["document"]) for body in bodies if "document" in body]
    assert len(documents) == 4
    for doctype, document in documents:
        if doctype == "01":
            judged = judge(document, doctype)
            assert (judged.errors, judged.sale.totals.payable) == ((), 236)
        else:
            with pytest.raises(InvalidDocument) as caught:
                judge(document, doctype)
            assert caught.value.facts["faults"][0].code == "unknown_doctype"
