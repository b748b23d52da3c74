"""Issuers and customers as a page shows them."""

from onapi.facts.catalog import catalog
from onapi.page.data import Box, Field, Issuer
from onapi.values.identity import ANONYMOUS
from onapi.values.party import Address, Party

_SHORT = {"6": "RUC", "1": "DNI"}


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


def document_label(id_type: str) -> str:
    """What people call an identity document: RUC, DNI, or SUNAT's words."""
    kind = catalog("06").get(id_type)
    return _SHORT.get(id_type, kind.text if kind else "Doc.")


def address_lines(place: Address) -> tuple[str, ...]:
    """The street, then district, province and department without repetition."""
    parts = (place.district, place.province, place.department)
    where = " - ".join(dict.fromkeys(part for part in parts if part))
    return tuple(line for line in (place.line, where) if line)
