"""A UBL DespatchAdvice back to a guía, whoever wrote it: names are matched without prefix, what is absent is empty."""

from datetime import time

from onapi.errors import Unreadable
from onapi.kinds.gre.model import (
    Carrier,
    Container,
    Driver,
    Guide,
    Line,
    Permit,
    Point,
    Port,
    Property,
    Related,
    Shipment,
    Vehicle,
)
from onapi.ubl.reading import (
    attribute_at,
    day_at,
    optional_day_at,
    optional_number_at,
    party_at,
    party_of,
    time_at,
)
from onapi.values.number import ReceiptId
from onapi.values.party import Party
from onapi.values.xmltree import Element, all_local, find_local, text_of

_MIDNIGHT = time(0, 0)
_EQUIPMENT = "TransportHandlingUnit/TransportEquipment"
_ANNOTATION = 0  # the line that says a word on the goods


def read(root: Element) -> Guide:
    """The guía that a DespatchAdvice describes; Unreadable(key="malformed_xml") where it describes none."""
    numbered = [(_number(line), _line(line)) for line in all_local(root, "DespatchLine")]
    shipment = find_local(root, "Shipment")
    return Guide(
        id=_id(root),
        issuer=party_at(root, "DespatchSupplierParty/Party"),
        issue_date=day_at(root, "IssueDate"),
        issue_time=time_at(root, "IssueTime") or _MIDNIGHT,
        recipient=_party(root, "DeliveryCustomerParty/Party") or Party("", "", ""),
        shipment=_shipment(shipment) if shipment is not None else Shipment(),
        lines=tuple(line for number, line in numbered if number != _ANNOTATION and line != Line()),
        related=tuple(_related(document) for document in all_local(root, "AdditionalDocumentReference")),
        sender=_party(root, "Shipment/Delivery/Despatch/DespatchParty", needs="PartyIdentification"),
        supplier=_party(root, "SellerSupplierParty/Party"),
        buyer=_party(root, "BuyerCustomerParty/Party"),
        payer=_party(root, "OriginatorCustomerParty/Party"),
        subcontractor=_party(root, "Shipment/Consignment/LogisticsOperatorParty"),
        remarks=text_of(root, "Note"),
        annotation=next((line.description for number, line in numbered if number == _ANNOTATION), ""),
    )


def _id(root: Element) -> ReceiptId:
    series, _, number = text_of(root, "ID").partition("-")
    ruc = text_of(root, "DespatchSupplierParty/Party/PartyIdentification/ID")
    if not (number.isascii() and number.isdigit()):
        raise Unreadable("El XML no trae un número SERIE-CORRELATIVO.", key="malformed_xml")
    return ReceiptId(ruc, text_of(root, "DespatchAdviceTypeCode"), series, int(number))


def _party(root: Element, path: str, needs: str = "") -> Party | None:
    found = find_local(root, path)
    return None if found is None or (needs and find_local(found, needs) is None) else party_of(found)


def _related(document: Element) -> Related:
    return Related(
        doctype=text_of(document, "DocumentTypeCode"),
        number=text_of(document, "ID"),
        description=text_of(document, "DocumentType"),
        issuer=text_of(document, "IssuerParty/PartyIdentification/ID"),
    )


def _shipment(shipment: Element) -> Shipment:
    vehicle = find_local(shipment, _EQUIPMENT)
    return Shipment(
        reason=text_of(shipment, "HandlingCode"),
        reason_text=text_of(shipment, "HandlingInstructions"),
        mode=text_of(shipment, "ShipmentStage/TransportModeCode"),
        start=optional_day_at(shipment, "ShipmentStage/TransitPeriod/StartDate"),
        handover=optional_day_at(shipment, "ShipmentStage/LoadingTransportEvent/OccurrenceDate"),
        weight=optional_number_at(shipment, "GrossWeightMeasure"),
        weight_unit=attribute_at(shipment, "GrossWeightMeasure", "unitCode"),
        items_weight=optional_number_at(shipment, "NetWeightMeasure"),
        weight_note=text_of(shipment, "Information"),
        packages=optional_number_at(shipment, "TotalTransportHandlingUnitQuantity"),
        indicators=tuple(text_of(word) for word in all_local(shipment, "SpecialInstructions")),
        origin=_point(shipment, "Delivery/Despatch/DespatchAddress"),
        destination=_point(shipment, "Delivery/DeliveryAddress"),
        permit=_permit(shipment, "Delivery/Despatch/DespatchParty/AgentParty/PartyLegalEntity/CompanyID"),
        carrier=_carrier(shipment, "ShipmentStage/CarrierParty"),
        vehicle=_vehicle(vehicle) if vehicle is not None else Vehicle(),
        secondary=tuple(_vehicle(other) for other in all_local(shipment, f"{_EQUIPMENT}/AttachedTransportEquipment")),
        drivers=tuple(_driver(who) for who in all_local(shipment, "ShipmentStage/DriverPerson")),
        containers=tuple(
            Container(text_of(found, "ID"), text_of(found, "TraceID"))
            for found in all_local(shipment, "TransportHandlingUnit/Package")
        ),
        port=_port(shipment),
    )


def _point(shipment: Element, path: str) -> Point:
    return Point(
        ubigeo=text_of(shipment, f"{path}/ID"),
        line=text_of(shipment, f"{path}/AddressLine/Line"),
        establishment=text_of(shipment, f"{path}/AddressTypeCode"),
        ruc=attribute_at(shipment, f"{path}/AddressTypeCode", "listID"),
        latitude=optional_number_at(shipment, f"{path}/LocationCoordinate/LatitudeDegreesMeasure"),
        longitude=optional_number_at(shipment, f"{path}/LocationCoordinate/LongitudeDegreesMeasure"),
    )


def _permit(holder: Element, path: str) -> Permit:
    return Permit(text_of(holder, path), attribute_at(holder, path, "schemeID"))


def _carrier(shipment: Element, path: str) -> Carrier:
    return Carrier(
        id_type=attribute_at(shipment, f"{path}/PartyIdentification/ID", "schemeID"),
        id_number=text_of(shipment, f"{path}/PartyIdentification/ID"),
        name=text_of(shipment, f"{path}/PartyLegalEntity/RegistrationName"),
        mtc=text_of(shipment, f"{path}/PartyLegalEntity/CompanyID"),
        permit=_permit(shipment, f"{path}/AgentParty/PartyLegalEntity/CompanyID"),
    )


def _vehicle(equipment: Element) -> Vehicle:
    return Vehicle(
        plate=text_of(equipment, "ID"),
        card=text_of(equipment, "ApplicableTransportMeans/RegistrationNationalityID"),
        permit=_permit(equipment, "ShipmentDocumentReference/ID"),
    )


def _driver(person: Element) -> Driver:
    return Driver(
        kind=text_of(person, "JobTitle"),
        id_type=attribute_at(person, "ID", "schemeID"),
        id_number=text_of(person, "ID"),
        first_names=text_of(person, "FirstName"),
        last_names=text_of(person, "FamilyName"),
        licence=text_of(person, "IdentityDocumentReference/ID"),
    )


def _port(shipment: Element) -> Port:
    path = "FirstArrivalPortLocation"
    return Port(
        text_of(shipment, f"{path}/LocationTypeCode"),
        text_of(shipment, f"{path}/ID"),
        text_of(shipment, f"{path}/Name"),
    )


def _number(line: Element) -> int:
    """The line's number; one that is none still marks a line of goods."""
    text = text_of(line, "ID")
    return int(text) if text.isascii() and text.isdigit() else -1


def _line(line: Element) -> Line:
    return Line(
        quantity=optional_number_at(line, "DeliveredQuantity"),
        unit=attribute_at(line, "DeliveredQuantity", "unitCode"),
        description=text_of(line, "Item/Description"),
        product_code=text_of(line, "Item/SellersItemIdentification/ID"),
        sunat_code=text_of(line, "Item/CommodityClassification/ItemClassificationCode"),
        gtin=text_of(line, "Item/StandardItemIdentification/ID"),
        properties=tuple(
            Property(text_of(fact, "NameCode"), text_of(fact, "Name"), text_of(fact, "Value"))
            for fact in all_local(line, "Item/AdditionalItemProperty")
        ),
    )
