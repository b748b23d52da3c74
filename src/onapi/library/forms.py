"""Tell the three forms of a receipt apart by how they begin: JSON, UBL XML (bare or in a ZIP), trama."""

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from lxml import etree

from onapi.errors import InvalidDocument, Unreadable
from onapi.intake import Trama, read_json, read_trama
from onapi.intake.trama import decode_trama
from onapi.rules.rule import Fault
from onapi.values.archive import unzip_one
from onapi.values.identity import RUC, is_ruc_shape
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

Form: TypeAlias = Literal["json", "xml", "trama"]

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_BOM = b"\xef\xbb\xbf"
_ZIP = b"PK"
_ENCODING = re.compile(r"(<\?xml[^>]{0,100}?encoding\s*=\s*[\"'])[^\"']+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt in one of its forms, read as far as the form goes."""

    form: Form
    document: dict[str, Any]  # in the public vocabulary; empty for XML
    doctype: str = ""  # where an envelope says it
    pointer: str = ""  # where the document stands in what came
    xml: bytes = b""
    trama: Trama | None = None

    @property
    def notes(self) -> tuple[dict[str, str], ...]:
        """Warnings about how it was written that the form itself gives."""
        message = "Campo sin significado en este registro: no se tomó en cuenta."
        places = self.trama.warnings if self.trama else ()
        return tuple({"code": "unknown_field", "message": message, "field": place} for place in places)

    def place_of(self, pointer: str) -> str:
        """Where a JSON pointer stands in what came."""
        return self.trama.place_of(pointer) if self.trama else pointer


def tell(source: bytes | str | dict[str, Any], charset: str = "utf-8") -> Told:
    """The receipt; Unreadable where it is none of the three, or no longer than its first line."""
    if isinstance(source, dict):
        return _told_json(source)
    data = _bytes_of(source) if isinstance(source, str) else source
    start = data.removeprefix(_BOM).lstrip()[:2]
    if start == _ZIP:
        return Told("xml", {}, xml=unzip_one(data)[1])
    if start[:1] == b"<":
        return Told("xml", {}, xml=data.lstrip())
    if start[:1] == b"{":
        found = read_json(data)
        return _told_json(found)
    trama = read_trama(decode_trama(data, charset if isinstance(source, bytes) else "utf-8"))
    return Told("trama", trama.document, trama=trama)


def _told_json(found: dict[str, Any]) -> Told:
    """A bare document, or the API's envelope around one."""
    inside = found.get("document")
    if not isinstance(inside, dict):
        return Told("json", found)
    ruc = found.get("ruc")
    said = {**inside, "company": {"ruc": ruc}} if ruc and "company" not in inside else inside
    return Told("json", said, doctype=str(found.get("doctype") or ""), pointer="/document")


def issuer_in(document: dict[str, Any]) -> Party:
    """The issuer that a document names by itself; InvalidDocument where it names none."""
    company = document.get("company")
    ruc = str(company.get("ruc") or "") if isinstance(company, dict) else ""
    if not is_ruc_shape(ruc):
        sentence = "Ponga el RUC del emisor en company.ruc."
        fault = Fault("required", "/company/ruc", sentence, received=ruc or None)
        raise InvalidDocument(sentence, key="validation_failed", faults=(fault,))
    name = company.get("razonSocial") if isinstance(company, dict) else ""
    return Party(RUC, ruc, str(name or ""))


def without_signature(data: bytes) -> bytes:
    """An XML without its signature, whose place is left open."""
    root = parse_xml(data)
    for signature in list(root.iter(_SIGNATURE)):
        place = signature.getparent()
        if place is not None:
            place.remove(signature)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _bytes_of(text: str) -> bytes:
    """A text as bytes; an XML in a text is in no encoding but ours, whatever it declares."""
    try:
        return _ENCODING.sub(r"\1UTF-8", text, count=1).encode()
    except UnicodeEncodeError as error:
        raise Unreadable("El texto trae medio carácter Unicode.", key="malformed_json") from error
