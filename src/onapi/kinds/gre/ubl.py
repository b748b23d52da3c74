"""A guía as UBL 2.1 DespatchAdvice, in the order of the schema; the signature's place is left open."""

from onapi.kinds.gre.model import Guide, Line, Point, Property, Related, Shipment, Vehicle
from onapi.ubl import despatch
from onapi.ubl.element import DESPATCH_ADVICE, EMPTY_EXTENSION, SIGNATURE_ID, Branch, branch, leaf, marked, root
from onapi.ubl.party import signatory
from onapi.values.identity import RUC
from onapi.values.money import plain

_SUNAT = "PE:SUNAT"
_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"
_HEAD = "<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID>2.0</cbc:CustomizationID>"
_SHIPMENT_ID = "<cbc:ID>SUNAT_Envio</cbc:ID>"
_NO_ITEM = "<cac:Item></cac:Item>"  # the schema wants a line and in it an item, also where SUNAT wants no goods

_id = leaf("cbc:ID")
_issue_date = leaf("cbc:IssueDate")
_issue_time = leaf("cbc:IssueTime")
_type = leaf(
    "cbc:DespatchAdviceTypeCode",
    listAgencyName=_SUNAT,
    listName="Tipo de Documento",
    listURI=f"{_CATALOGUE}01",
)
_note = leaf("cbc:Note")
_additional = branch("cac:AdditionalDocumentReference")
_related_type = leaf(
    "cbc:DocumentTypeCode",
    listAgencyName=_SUNAT,
    listName="Documento relacionado al transporte",
    listURI=f"{_CATALOGUE}61",
)
_document_type = leaf("cbc:DocumentType")
_issuer_party = branch("cac:IssuerParty")
_supplier = branch("cac:DespatchSupplierParty")
_recipient = branch("cac:DeliveryCustomerParty")
_buyer = branch("cac:BuyerCustomerParty")
_seller = branch("cac:SellerSupplierParty")
_originator = branch("cac:OriginatorCustomerParty")
_shipment = branch("cac:Shipment")
_reason = leaf(
    "cbc:HandlingCode",
    listAgencyName=_SUNAT,
    listName="Motivo de traslado",
    listURI=f"{_CATALOGUE}20",
)
_reason_text = leaf("cbc:HandlingInstructions")
_information = leaf("cbc:Information")
_units = leaf("cbc:TotalTransportHandlingUnitQuantity")
_indicator = leaf("cbc:SpecialInstructions")
_consignment = branch("cac:Consignment")
_operator = branch("cac:LogisticsOperatorParty")
_stage = branch("cac:ShipmentStage")
_mode = leaf(
    "cbc:TransportModeCode",
    listAgencyName=_SUNAT,
    listName="Modalidad de traslado",
    listURI=f"{_CATALOGUE}18",
)
_period = branch("cac:TransitPeriod")
_carrier_party = branch("cac:CarrierParty")
_loading = branch("cac:LoadingTransportEvent")
_delivery = branch("cac:Delivery")
_delivery_address = branch("cac:DeliveryAddress")
_despatch = branch("cac:Despatch")
_despatch_address = branch("cac:DespatchAddress")
_despatch_party = branch("cac:DespatchParty")
_handling_unit = branch("cac:TransportHandlingUnit")
_equipment = branch("cac:TransportEquipment")
_attached = branch("cac:AttachedTransportEquipment")
_line = branch("cac:DespatchLine")
_quantity = marked(
    "cbc:DeliveredQuantity",
    "unitCode",
    unitCodeListAgencyName="United Nations Economic Commission for Europe",
    unitCodeListID="UN/ECE rec 20",
)
_order_line = branch("cac:OrderLineReference")
_line_id = leaf("cbc:LineID")
_item = branch("cac:Item")
_description = leaf("cbc:Description")
_sellers = branch("cac:SellersItemIdentification")
_standard = branch("cac:StandardItemIdentification")
_gtin = marked("cbc:ID", "schemeID")
_classification = branch("cac:CommodityClassification")
_class_code = leaf(
    "cbc:ItemClassificationCode", listAgencyName="GS1 US", listID="UNSPSC", listName="Item Classification"
)
_property = branch("cac:AdditionalItemProperty")
_name = leaf("cbc:Name")
_name_code = leaf(
    "cbc:NameCode",
    listAgencyName=_SUNAT,
    listName="Propiedad del item",
    listURI=f"{_CATALOGUE}55",
)
_value = leaf("cbc:Value")


def build(guide: Guide) -> str:
    """The unsigned XML, canonical, without declaration."""
    return root(
        "DespatchAdvice",
        DESPATCH_ADVICE,
        EMPTY_EXTENSION,
        _HEAD,
        _id(guide.id.label),
        _issue_date(guide.issue_date.isoformat()),
        _issue_time(guide.issue_time.isoformat(timespec="seconds")),
        _type(guide.id.doctype),
        _note(guide.remarks),
        *(_related(document) for document in guide.related),
        signatory(guide.issuer, SIGNATURE_ID),
        _supplier(despatch.party(guide.issuer)),
        _recipient(despatch.party(guide.recipient)),
        _buyer(despatch.party(guide.buyer)) if guide.buyer else "",
        _seller(despatch.party(guide.supplier)) if guide.supplier else "",
        _originator(despatch.party(guide.payer)) if guide.payer else "",
        _transport(guide),
        *_lines(guide),
    )


def _related(document: Related) -> str:
    return _additional(
        _id(document.number),
        _related_type(document.doctype),
        _document_type(document.description),
        _issuer_party(despatch.identity(document.issuer, RUC)),
    )


def _transport(guide: Guide) -> str:
    shipment = guide.shipment
    return _shipment(
        _SHIPMENT_ID,
        _reason(shipment.reason),
        _reason_text(shipment.reason_text),
        _information(shipment.weight_note),
        despatch.measure("cbc:GrossWeightMeasure", shipment.weight, shipment.weight_unit),
        despatch.measure("cbc:NetWeightMeasure", shipment.items_weight, "KGM"),
        _units(plain(shipment.packages) if shipment.packages is not None else ""),
        *(_indicator(word) for word in shipment.indicators),
        _subcontractor(guide),
        _journey(shipment),
        _places(guide),
        _vehicles(shipment),
        despatch.port(shipment.port.kind, shipment.port.code, shipment.port.name),
    )


def _subcontractor(guide: Guide) -> str:
    who = guide.subcontractor
    if who is None:
        return ""
    inside = _operator(despatch.identity(who.id_number, who.id_type), despatch.legal_entity(who.name))
    return _consignment(_SHIPMENT_ID, inside)


def _journey(shipment: Shipment) -> str:
    carrier = shipment.carrier
    return _stage(
        _mode(shipment.mode),
        despatch.day(_period, "cbc:StartDate", shipment.start),
        _carrier_party(
            despatch.identity(carrier.id_number, carrier.id_type),
            despatch.legal_entity(carrier.name, carrier.mtc),
            despatch.permit_holder(carrier.permit.number, carrier.permit.authority),
        ),
        despatch.day(_loading, "cbc:OccurrenceDate", shipment.handover),
        *(
            despatch.driver(
                kind=who.kind,
                id_type=who.id_type,
                id_number=who.id_number,
                first_names=who.first_names,
                last_names=who.last_names,
                licence=who.licence,
            )
            for who in shipment.drivers
        ),
    )


def _places(guide: Guide) -> str:
    shipment, sender = guide.shipment, guide.sender
    return _delivery(
        _place(_delivery_address, shipment.destination),
        _despatch(
            _place(_despatch_address, shipment.origin),
            _despatch_party(
                despatch.identity(sender.id_number, sender.id_type) if sender else "",
                despatch.legal_entity(sender.name) if sender else "",
                despatch.permit_holder(shipment.permit.number, shipment.permit.authority),
            ),
        ),
    )


def _place(wrap: Branch, point: Point) -> str:
    return despatch.place(
        wrap,
        ubigeo=point.ubigeo,
        line=point.line,
        establishment=point.establishment,
        ruc=point.ruc,
        latitude=point.latitude,
        longitude=point.longitude,
    )


def _vehicles(shipment: Shipment) -> str:
    attached = "".join(_vehicle(_attached, other) for other in shipment.secondary)
    return _handling_unit(
        _vehicle(_equipment, shipment.vehicle, attached),
        *(despatch.container(container.number, container.seal) for container in shipment.containers),
    )


def _vehicle(wrap: Branch, vehicle: Vehicle, attached: str = "") -> str:
    return despatch.vehicle(
        wrap,
        plate=vehicle.plate,
        card=vehicle.card,
        permit=vehicle.permit.number,
        authority=vehicle.permit.authority,
        attached=attached,
    )


def _lines(guide: Guide) -> list[str]:
    """The goods; a word on them is line zero, and where there are none an empty line satisfies the schema."""
    lines = [_goods(n, line) for n, line in enumerate(guide.lines, start=1)]
    if guide.annotation:
        lines.append(_line(_id("0"), _order_line(_line_id("0")), _item(_description(guide.annotation))))
    return lines or [_line(_id("1"), _order_line(_line_id("1")), _NO_ITEM)]


def _goods(number: int, line: Line) -> str:
    item = _item(
        _description(line.description),
        _sellers(_id(line.product_code)),
        _standard(_gtin(line.gtin, f"GTIN-{len(line.gtin)}")),
        _classification(_class_code(line.sunat_code)),
        *(_fact(fact) for fact in line.properties),
    )
    return _line(
        _id(str(number)),
        _quantity(plain(line.quantity), line.unit) if line.quantity is not None else "",
        _order_line(_line_id(str(number))),
        item or _NO_ITEM,
    )


def _fact(fact: Property) -> str:
    return _property(_name(fact.name), _name_code(fact.code), _value(fact.value))
