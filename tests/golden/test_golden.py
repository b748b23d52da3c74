"""Documents of every kind from JSON to XML and back: a new case is a folder with `in.json` and `pytest --update`.

`out.xml` is indented for reading; what is signed has no white space between its elements.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.errors import InvalidDocument
from onapi.intake import read_json
from onapi.kinds import KINDS
from onapi.kinds.kind import PrintContext
from onapi.page import render
from onapi.page.data import page_as_json
from onapi.rules.rule import Level
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import sign
from onapi.ubl.schema import schema_faults
from onapi.values.xmltree import parse_xml

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/*/in.json"))
CHANGED = ["SignatureValue", "DigestValue", "InvoicedQuantity", "PayableAmount", "Description"]

Judge = Callable[..., Any]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")


@pytest.fixture
def judged(case: Path, judge: Judge) -> Any:
    """The case after reading and judging."""
    return judge(read_json((case / "in.json").read_bytes()))


def _signed(judged: Any, signer: Signer) -> Any:
    kind = judged.taken.kind
    return sign(kind.build(judged.sale), signer, kind.signature_id)


@cases
def test_no_rule_is_broken_and_every_field_is_known(case: Path, judged: Any) -> None:
    """A case that SUNAT takes with remarks says so in its name."""
    assert not judged.taken.faults
    assert not judged.taken.unknown
    assert not [fault for fault in judged.faults if fault.level is Level.ERROR or "observed" not in case.name]


@cases
def test_the_xml_is_the_one_we_kept(case: Path, judged: Any, golden: Callable[[Path, str], None]) -> None:
    root = etree.fromstring(judged.taken.kind.build(judged.sale))
    etree.indent(root)
    golden(case / "out.xml", etree.tostring(root, encoding="unicode") + "\n")


@cases
def test_signed_it_verifies_and_passes_the_schema(judged: Any, signer: Signer) -> None:
    signed = _signed(judged, signer)
    assert schema_faults(signed.xml) == ()
    verified = verify_signature(signed.xml)
    assert (verified.digest_value, verified.signature_id) == (signed.digest, judged.taken.kind.signature_id)
    assert verified.certificate == signer.certificate


@cases
def test_read_back_it_is_the_same_document(judged: Any, signer: Signer) -> None:
    kind, document = judged.taken.kind, judged.sale
    if any(field.name == "given" for field in fields(document)):
        document = replace(document, given={})
    assert kind.read(parse_xml(_signed(judged, signer).xml)) == document


@cases
def test_what_its_xml_says_in_json_makes_the_same_bytes(judged: Any, judge: Judge) -> None:
    """XML to JSON to XML: every amount that we computed goes in again as the caller's own and passes the check."""
    kind = judged.taken.kind
    written = kind.build(judged.sale)
    said = judged.taken.vocabulary.write(kind.read(parse_xml(written.encode())))
    again = judge(said)
    assert not [x for x in again.errors if x.level is Level.ERROR]
    assert not again.taken.unknown
    assert kind.build(again.sale) == written


@cases
def test_it_has_a_page(case: Path, judged: Any) -> None:
    """Every case fills a page; those after SUNAT's shapes, one or more of each kind, are printed too."""
    context = PrintContext("DIGEST=", "", None, "")
    page = judged.taken.kind.page(judged.sale, context)
    assert page.number == judged.taken.kind.digest(judged.sale).id.label
    assert page_as_json(page)["issuer"]["ruc"] == judged.taken.issuer.id_number
    if case.name.endswith("-1"):
        assert render(page).startswith(b"%PDF-")


def test_every_kind_has_a_case(judge: Judge) -> None:
    kinds = {judge(read_json((case / "in.json").read_bytes())).taken.kind.code for case in CASES}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("place", CHANGED)
def test_one_changed_byte_breaks_the_signature(place: str, judge: Judge, signer: Signer) -> None:
    judged = judge(read_json((FOLDER / "sale" / "01-F001-1" / "in.json").read_bytes()))
    xml = bytearray(_signed(judged, signer).xml)
    start = xml.index(b">", xml.index(place.encode())) + 1
    xml[start] = ord("A") if xml[start] != ord("A") else ord("B")
    with pytest.raises(InvalidDocument):
        verify_signature(bytes(xml))
