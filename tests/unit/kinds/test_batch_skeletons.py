"""Batches against what SUNAT publishes: its schemas of UBL 2.0 and documents that it accepts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.kinds.batch import COMUNICACION_DE_BAJA, RESUMEN_DE_REVERSIONES, RESUMEN_DIARIO
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import sign
from onapi.values.xmltree import Element, local_name, parse_xml

KINDS = {kind.code: kind for kind in (RESUMEN_DIARIO, COMUNICACION_DE_BAJA, RESUMEN_DE_REVERSIONES)}
CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "golden" / "batch").glob("*/out.xml"))
ISSUED_BY = frozenset({"Signature", "AccountingSupplierParty", "UBLExtensions"})  # other company, other signature

pytestmark = pytest.mark.shared


def _document(case: Path) -> tuple[Any, Any]:
    """A case's kind and document, from the file that the golden test keeps true."""
    kind = KINDS[case.name[:2]]
    return kind, kind.read(parse_xml((case / "out.xml").read_bytes()))


def _schema(shared: Path, root: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared / "xsd" / "2.0" / "maindoc" / f"UBLPE-{root}-1.0.xsd"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_signed_it_passes_the_schema_of_sunat(case: Path, shared: Path, signer: Signer) -> None:
    kind, document = _document(case)
    signed = sign(kind.build(document), signer, kind.signature_id)
    schema = _schema(shared, kind.root)
    schema.validate(parse_xml(signed.xml))
    assert not list(schema.error_log)


def _told(element: Element, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every element with its path, text and currency, in document order; not what another issuer makes different."""
    for child in element.iterchildren(tag=etree.Element):
        name = local_name(child)
        if name not in ISSUED_BY:
            here = f"{path}/{name}"
            yield here, (child.text or "").strip(), child.get("currencyID", "")
            yield from _told(child, here)


@pytest.mark.parametrize("code", KINDS)
def test_it_says_what_the_skeleton_says(code: str, shared: Path) -> None:
    name = f"{code}-20261122-1"
    kind, document = _document(next(case for case in CASES if case.name == name))
    ours = list(_told(etree.fromstring(kind.build(document))))
    theirs = list(_told(etree.parse(shared / "esqueletos" / f"20100000017-{name}.xml").getroot()))
    assert ours == theirs
    assert len(ours) > 10
