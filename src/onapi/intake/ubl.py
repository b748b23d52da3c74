"""UBL XML as a document in the public vocabulary: which kind it is, what it says, and whether it is signed already."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from onapi.errors import Unreadable
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS, Kind
from onapi.values.xmltree import Element, find_local, local_name, parse_xml, text_of

_TYPE_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"Invoice": "InvoiceTypeCode", "DespatchAdvice": "DespatchAdviceTypeCode"}
)
_ISSUERS = ("AccountingSupplierParty", "DespatchSupplierParty", "AgentParty")
_BY_THE_CUSTOMER = "SelfBilledInvoice"  # the buyer issues it
_DS = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@dataclass(frozen=True, slots=True)
class Ubl:
    """An XML document that was read."""

    kind: Kind
    content: Any  # the complete document of its kind
    said: dict[str, Any]  # the same in JSON's words
    root: Element
    is_signed: bool


def read_ubl(data: bytes) -> Ubl:
    """The document of an XML; Unreadable (`malformed_xml`) where it is none of the kinds issued here."""
    root = parse_xml(data)
    kind = kind_of(root)
    content = kind.read(root)
    said = VOCABULARIES[kind.code].write(content)
    return Ubl(kind, content, said, root, is_signed=next(root.iter(_DS), None) is not None)


def ruc_of(data: bytes) -> str:
    """The RUC of who issues an XML, whatever its party is called there; "" where none is told."""
    root = parse_xml(data)
    paths = ("AccountingCustomerParty",) if local_name(root) == _BY_THE_CUSTOMER else _ISSUERS
    for path in paths:
        party = find_local(root, path)
        number = text_of(party, "Party/PartyIdentification/ID") if party is not None else ""
        for place in ("PartyIdentification/ID", "CustomerAssignedAccountID"):
            number = number or (text_of(party, place) if party is not None else "")
        if number:
            return number
    return ""


def kind_of(root: Element) -> Kind:
    """The kind of a document by its root, and by its type code where kinds share one."""
    name = local_name(root)
    found = [kind for kind in KINDS.values() if kind.root == name]
    if len(found) > 1:
        code = text_of(root, _TYPE_OF[name]) if name in _TYPE_OF else text_of(root, "ID").partition("-")[0]
        found = [kind for kind in found if kind.code == code]
    if not found:
        raise Unreadable(
            f"El XML «{name or '?'}» no es de un tipo de comprobante que se emita aquí.", key="malformed_xml"
        )
    return found[0]
