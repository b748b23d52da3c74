"""Retention and Perception back to a withholding, whoever wrote them: names without prefix, absent parts by default."""

from onapi.errors import Unreadable
from onapi.kinds.withholding.model import PERCEPTION, RETENTION, Exchange, Line, Payment, Withholding
from onapi.kinds.withholding.ubl import NAMES, Names
from onapi.ubl.reading import (
    attribute_at,
    day_at,
    number_at,
    optional_day_at,
    optional_number_at,
    time_at,
)
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.xmltree import Element, all_local, find_local, local_name, text_of

_DOCTYPES = {NAMES[doctype].root: doctype for doctype in (RETENTION, PERCEPTION)}


def read(root: Element) -> Withholding:
    """The withholding that an XML describes; Unreadable(key="malformed_xml") where it describes none."""
    doctype = _DOCTYPES.get(local_name(root), "")
    if not doctype:
        raise Unreadable("El XML no es un comprobante de retención ni de percepción.", key="malformed_xml")
    names = NAMES[doctype]
    return Withholding(
        id=_id(root, doctype),
        issuer=_party(root, "AgentParty"),
        receiver=_party(root, "ReceiverParty"),
        issue_date=day_at(root, "IssueDate"),
        issue_time=time_at(root, "IssueTime"),
        regime=text_of(root, f"{names.stem}SystemCode"),
        percent=number_at(root, f"{names.stem}Percent"),
        lines=tuple(_line(line, names) for line in all_local(root, f"{names.stem}DocumentReference")),
        withheld=number_at(root, "TotalInvoiceAmount"),
        settled=number_at(root, names.settled),
        rounding=number_at(root, "PayableRoundingAmount"),
        remarks=text_of(root, "Note"),
        exceptional=text_of(root, "ExceptionalIndicator"),
    )


def _id(root: Element, doctype: str) -> ReceiptId:
    series, _, number = text_of(root, "ID").partition("-")
    if not (number.isascii() and number.isdigit()):
        raise Unreadable("El XML no trae un número SERIE-CORRELATIVO.", key="malformed_xml")
    return ReceiptId(text_of(root, "AgentParty/PartyIdentification/ID"), doctype, series, int(number))


def _party(root: Element, path: str) -> Party:
    party = find_local(root, path)
    if party is None:
        raise Unreadable(f"Al XML le falta {path}.", key="malformed_xml")
    place = find_local(party, "PostalAddress")
    return Party(
        id_type=attribute_at(party, "PartyIdentification/ID", "schemeID"),
        id_number=text_of(party, "PartyIdentification/ID"),
        name=text_of(party, "PartyLegalEntity/RegistrationName"),
        trade_name=text_of(party, "PartyName/Name"),
        address=_address(place) if place is not None else Address(),
        email=text_of(party, "Contact/ElectronicMail"),
        telephone=text_of(party, "Contact/Telephone"),
    )


def _address(place: Element) -> Address:
    """A PostalAddress of UBL 2.0, whose street stands in an element of its own."""
    return Address(
        line=text_of(place, "StreetName"),
        ubigeo=text_of(place, "ID"),
        country=text_of(place, "Country/IdentificationCode") or "PE",
        department=text_of(place, "CountrySubentity"),
        province=text_of(place, "CityName"),
        district=text_of(place, "District"),
        urbanization=text_of(place, "CitySubdivisionName"),
        establishment=text_of(place, "AddressTypeCode") or "0000",
    )


def _line(line: Element, names: Names) -> Line:
    details = f"{names.stem}Information"
    exchange = find_local(line, f"{details}/ExchangeRate")
    return Line(
        doctype=attribute_at(line, "ID", "schemeID"),
        number=text_of(line, "ID"),
        issue_date=day_at(line, "IssueDate"),
        currency=attribute_at(line, "TotalInvoiceAmount", "currencyID"),
        total=optional_number_at(line, "TotalInvoiceAmount"),
        payments=tuple(_payment(payment) for payment in all_local(line, "Payment")),
        withheld_on=optional_day_at(line, f"{details}/{names.stem}Date"),
        withheld=optional_number_at(line, f"{details}/{names.stem}Amount"),
        net=optional_number_at(line, f"{details}/{names.net}"),
        exchange=_exchange(exchange) if exchange is not None else None,
    )


def _payment(payment: Element) -> Payment:
    return Payment(
        number=text_of(payment, "ID"),
        amount=optional_number_at(payment, "PaidAmount"),
        currency=attribute_at(payment, "PaidAmount", "currencyID"),
        day=optional_day_at(payment, "PaidDate"),
    )


def _exchange(exchange: Element) -> Exchange:
    return Exchange(
        source=text_of(exchange, "SourceCurrencyCode"),
        target=text_of(exchange, "TargetCurrencyCode"),
        rate=optional_number_at(exchange, "CalculationRate"),
        day=optional_day_at(exchange, "Date"),
    )
