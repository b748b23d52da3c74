"""What reading any document back needs: amounts, days and parties at a path of local names, whoever wrote them.

Unreadable (`malformed_xml`) tells what cannot be read; what is absent takes its default.
"""

from datetime import date, time
from decimal import Decimal, InvalidOperation

from onapi.errors import Unreadable
from onapi.values.money import ZERO
from onapi.values.party import Address, Party
from onapi.values.xmltree import Element, find_local, text_of


def attribute_at(holder: Element, path: str, name: str) -> str:
    """An attribute of the element at a path, "" where either is absent."""
    found = find_local(holder, path)
    return "" if found is None else found.get(name, "")


def number_at(holder: Element | None, path: str = "") -> Decimal:
    """The number at a path, zero where there is none."""
    return optional_number_at(holder, path) or ZERO


def optional_number_at(holder: Element | None, path: str = "") -> Decimal | None:
    """The number at a path, None where there is none."""
    text = text_of(holder, path) if holder is not None else ""
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        found = Decimal("NaN")
    if found is not None and not found.is_finite():
        raise Unreadable(f"El XML trae un número ilegible en {path}.", key="malformed_xml")
    return found


def day_at(holder: Element, path: str) -> date:
    """The date at a path, which must be there."""
    try:
        return date.fromisoformat(text_of(holder, path))
    except ValueError as error:
        raise Unreadable(f"El XML trae una fecha ilegible en {path}.", key="malformed_xml") from error


def optional_day_at(holder: Element, path: str) -> date | None:
    """The date at a path, None where there is none."""
    return day_at(holder, path) if text_of(holder, path) else None


def time_at(holder: Element, path: str) -> time | None:
    """The time of day at a path, None where there is none."""
    text = text_of(holder, path)
    try:
        return time.fromisoformat(text).replace(microsecond=0, tzinfo=None) if text else None
    except ValueError as error:
        raise Unreadable(f"El XML trae una hora ilegible en {path}.", key="malformed_xml") from error


def party_at(root: Element, path: str) -> Party:
    """The party at a path (`AccountingSupplierParty/Party`), which must be there."""
    party = find_local(root, path)
    if party is None:
        raise Unreadable(f"Al XML le falta {path}.", key="malformed_xml")
    return party_of(party)


def party_of(party: Element) -> Party:
    """A UBL 2.1 Party."""
    place = find_local(party, "PartyLegalEntity/RegistrationAddress")
    return Party(
        id_type=attribute_at(party, "PartyIdentification/ID", "schemeID"),
        id_number=text_of(party, "PartyIdentification/ID"),
        name=text_of(party, "PartyLegalEntity/RegistrationName"),
        trade_name=text_of(party, "PartyName/Name"),
        address=address_of(place) if place is not None else Address(),
        email=text_of(party, "Contact/ElectronicMail"),
        telephone=text_of(party, "Contact/Telephone"),
    )


def address_of(place: Element) -> Address:
    """A UBL Address."""
    return Address(
        line=text_of(place, "AddressLine/Line"),
        ubigeo=text_of(place, "ID"),
        country=text_of(place, "Country/IdentificationCode") or "PE",
        department=text_of(place, "CountrySubentity"),
        province=text_of(place, "CityName"),
        district=text_of(place, "District"),
        urbanization=text_of(place, "CitySubdivisionName"),
        establishment=text_of(place, "AddressTypeCode") or "0000",
    )
