"""The contracts that are served, against SUNAT's own: the same operations, the same elements in the same order."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sunat_client import CONSULT, OTHERS, Sunat

_OWN = Path(__file__).parents[2].parent / "shared/sunat/wsdl"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"


def _shapes(root: Any, schema: Any) -> dict[str, list[tuple[str, str]]]:
    """The fields of each element, with the fields of a field in front of its name."""
    del root
    types = {each.get("name"): each for each in schema.iterchildren(f"{_XSD}complexType")}
    found = {}
    for element in schema.iterchildren(f"{_XSD}element"):
        named = types.get((element.get("type") or "").rpartition(":")[2])
        found[element.get("name")] = _fields(named if named is not None else element, types)
    return found


def _fields(holder: Any, types: dict[str, Any]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    sequence = holder.find(f".//{_XSD}sequence")
    for field in sequence.iterchildren(f"{_XSD}element"):
        kind = (field.get("type") or "").rpartition(":")[2]
        inner = types.get(kind) if kind in types else (field if field.find(f"{_XSD}complexType") is not None else None)
        if inner is None:
            fields.append((field.get("name"), kind))
        else:
            fields += [(f"{field.get('name')}/{name}", its) for name, its in _fields(inner, types)]
    return fields


def _operations(root: Any) -> set[str]:
    return {each.get("name") for each in root.iterfind(f".//{_WSDL}portType/{_WSDL}operation")}


@pytest.mark.shared
@pytest.mark.skipif(not _OWN.is_dir(), reason="SUNAT's files are not beside the repository")
@pytest.mark.parametrize(
    ("path", "port", "schema"),
    [
        (OTHERS, "billService.ns1.wsdl", "billService.xsd2.xsd"),
        (CONSULT, "billConsultService.ns1.wsdl", "billConsultService.xsd"),
    ],
)
def test_the_contract_is_sunats(path: str, port: str, schema: str, production: Sunat) -> None:
    served = etree.fromstring(production.http.get(f"{path}?wsdl").content)
    assert _operations(served) == _operations(etree.parse(_OWN / port).getroot())
    ours = _shapes(served, served.find(f".//{_XSD}schema"))
    assert ours == _shapes(None, etree.parse(_OWN / schema).getroot())
    actions = {each.get("soapAction") for each in served.iter(f"{_SOAP}operation")}
    assert actions == {f"urn:{name}" for name in _operations(served)}
