"""Issuers and customers as a page shows them."""

from onapi.facts.catalog import catalog
from onapi.page.data import Box, Field, Issuer
from onapi.values.identity import ANONYMOUS
from onapi.values.party import Address, Party

_SHORT = {"6": "RUC", "1": "DNI"}
_DOCUMENTS = {
    "01": "Factura",
    "03": "Boleta",
    "04": "Liquidación",
    "07": "Nota de crédito",
    "08": "Nota de débito",
    "12": "Ticket",
}


def issuer_of(party: Party) -> Issuer:
    """The head of a page."""
    return Issuer(
        name=party.name,
        ruc=party.id_number,
        trade_name=party.trade_name,
        address=address_lines(party.address),
        phone=party.telephone,
        email=party.email,
    )


def party_box(title: str, party: Party) -> Box:
    """Name, document and address of somebody."""
    fields = [Field("Nombre", party.name)]
    if party.id_type != ANONYMOUS:
        fields.append(Field(document_label(party.id_type), party.id_number))
    if where := ", ".join(address_lines(party.address)):
        fields.append(Field("Dirección", where))
    return Box(title, tuple(fields))


def proof_sentences(said: str, lookup: str, authorization: str = "") -> tuple[str, ...]:
    """The sentences beside the code: what the page represents, who allowed its issuer to print it, where to check."""
    return tuple(sentence for sentence in (said, authorization, lookup) if sentence)


def document_name(doctype: str) -> str:
    """What people call a kind of document of catalogue 01: "Factura"."""
    entry = catalog("01").get(doctype)
    return _DOCUMENTS.get(doctype, entry.text if entry else doctype)


def document_label(id_type: str) -> str:
    """What people call an identity document: RUC, DNI, or SUNAT's words."""
    kind = catalog("06").get(id_type)
    return _SHORT.get(id_type, kind.text if kind else "Doc.")


def address_lines(place: Address) -> tuple[str, ...]:
    """The street, then district, province and department without repetition."""
    parts = (place.district, place.province, place.department)
    where = " - ".join(dict.fromkeys(part for part in parts if part))
    return tuple(line for line in (place.line, where) if line)
