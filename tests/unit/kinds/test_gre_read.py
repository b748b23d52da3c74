"""Guías that others wrote: any prefix, parts left out or told apart, and SUNAT's own shapes."""

from pathlib import Path

import pytest

from onapi.errors import Unreadable
from onapi.kinds.gre import REMITENTE, TRANSPORTISTA
from onapi.kinds.gre.model import Container, Driver, Guide, Point, Property, Vehicle
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
ID = "<a:PartyIdentification><b:ID schemeID='{}'>{}</b:ID></a:PartyIdentification>"
FOREIGN = f"""<g:DespatchAdvice xmlns:g="{UBL}:DespatchAdvice-2" xmlns:a="{UBL}:CommonAggregateComponents-2"
 xmlns:b="{UBL}:CommonBasicComponents-2"><b:ID>T001-00000123</b:ID><b:IssueDate>2026-11-22</b:IssueDate>
<b:DespatchAdviceTypeCode>09</b:DespatchAdviceTypeCode>
<a:DespatchSupplierParty><a:Party>{ID.format(6, "20000000001")}</a:Party></a:DespatchSupplierParty>
<a:DeliveryCustomerParty><a:Party>{ID.format(1, "12345678")}<a:PartyLegalEntity>
<b:RegistrationName><![CDATA[ANA & HIJOS]]></b:RegistrationName></a:PartyLegalEntity></a:Party>
</a:DeliveryCustomerParty>
<a:Shipment><b:ID>1</b:ID><b:HandlingCode>01</b:HandlingCode>
<b:GrossWeightMeasure unitCode="KGM">12.5</b:GrossWeightMeasure>
<a:ShipmentStage><b:TransportModeCode>02</b:TransportModeCode>
<a:DriverPerson><b:ID schemeID="1">44004477</b:ID><b:JobTitle>Principal</b:JobTitle></a:DriverPerson></a:ShipmentStage>
<a:Delivery><a:DeliveryAddress><b:ID>150101</b:ID><a:AddressLine><b:Line>AV LIMA</b:Line></a:AddressLine>
</a:DeliveryAddress></a:Delivery>
<a:TransportHandlingUnit><a:TransportEquipment><b:ID>EWE232</b:ID><a:AttachedTransportEquipment><b:ID>AAA111</b:ID>
</a:AttachedTransportEquipment></a:TransportEquipment></a:TransportHandlingUnit>
<a:TransportHandlingUnit><a:Package><b:ID>1</b:ID><b:TraceID>XD2232</b:TraceID></a:Package></a:TransportHandlingUnit>
</a:Shipment>
<a:DespatchLine><b:ID>A1</b:ID><b:DeliveredQuantity unitCode="ZZ">2.00</b:DeliveredQuantity>
<a:Item><b:Description>PROD 1</b:Description><a:AdditionalItemProperty><b:Name>Peso</b:Name>
<b:NameCode>7001</b:NameCode><b:Value>3</b:Value></a:AdditionalItemProperty></a:Item></a:DespatchLine></g:DespatchAdvice>"""


def test_any_prefix_and_absent_parts() -> None:
    guide = REMITENTE.read(parse_xml(FOREIGN.encode()))
    assert (guide.id.label, guide.id.doctype, guide.id.ruc) == ("T001-123", "09", "20000000001")
    assert guide.recipient == Party("1", "12345678", "ANA & HIJOS")
    assert (guide.sender, guide.supplier, guide.buyer, guide.payer, guide.subcontractor) == (None,) * 5
    shipment = guide.shipment
    assert (shipment.reason, shipment.mode, shipment.weight, shipment.start) == ("01", "02", 12.5, None)
    assert (shipment.origin, shipment.destination) == (Point(), Point("150101", "AV LIMA"))
    assert shipment.drivers == (Driver("Principal", "1", "44004477"),)
    assert (shipment.vehicle, shipment.secondary) == (Vehicle("EWE232"), (Vehicle("AAA111"),))
    assert shipment.containers == (Container("1", "XD2232"),)
    (line,) = guide.lines
    assert (line.quantity, line.unit, line.description) == (2, "ZZ", "PROD 1")
    assert line.properties == (Property("7001", "Peso", "3"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("T001-00000123", "T001"),
        ("2026-11-22", "hoy"),
        (">12.5<", ">mucho<"),
        ("a:DespatchSupplierParty", "a:Nobody"),
    ],
)
def test_what_describes_none_is_unreadable(old: str, new: str) -> None:
    with pytest.raises(Unreadable):
        REMITENTE.read(parse_xml(FOREIGN.replace(old, new).encode()))


def test_the_line_of_number_zero_is_a_word_on_the_goods() -> None:
    text = FOREIGN.replace("<b:ID>A1</b:ID>", "<b:ID>0</b:ID>")
    guide = TRANSPORTISTA.read(parse_xml(text.encode()))
    assert (guide.annotation, guide.lines) == ("PROD 1", ())


def _skeleton(shared: Path, name: str) -> Guide:
    path = shared / "esqueletos" / f"20100000017-{name}.xml"
    guide: Guide = REMITENTE.read(parse_xml(path.read_bytes()))
    return guide


@pytest.mark.shared
@pytest.mark.parametrize("name", ["09-T001-1", "09-T002-1", "31-V001-1"])
def test_the_shapes_of_sunat_are_read_and_break_no_rule(name: str, shared: Path) -> None:
    guide = _skeleton(shared, name)
    assert f"{guide.id.doctype}-{guide.id.label}" == name
    assert guide.recipient.name
    assert guide.lines
    assert guide.shipment.origin.ubigeo
    kind = {"09": REMITENTE, "31": TRANSPORTISTA}[guide.id.doctype]
    assert kind.faults(None, guide) == ()
