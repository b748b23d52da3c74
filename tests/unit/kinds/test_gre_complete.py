"""What a guía says by default: moments, parties, issuers and words that follow from the rest."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.gre.model import SUBCONTRACTED, Carrier, Guide, Permit, Point, Port

Judge = Callable[..., Any]
ISSUER = "20000000001"
CUSTOMER = "20000000010"
PROVIDER = {"tipoDoc": "6", "numDoc": "20000000028", "rznSocial": "PROVEEDOR SAC"}
DRIVER = {"tipoDoc": "1", "nroDoc": "12345678", "nombres": "JUAN", "apellidos": "SOTO", "licencia": "Q12345678"}
SHIPMENT = {
    "codTraslado": "01",
    "modTraslado": "02",
    "fecTraslado": "2026-11-23",
    "pesoTotal": "12.5",
    "partida": {"ubigeo": "150101", "direccion": "AV. UNO"},
    "llegada": {"ubigeo": "150115", "direccion": "AV. DOS"},
    "vehiculo": {"placa": "ABC123"},
    "choferes": [DRIVER],
}
DOCUMENT = {
    "tipoDoc": "09",
    "serie": "T001",
    "correlativo": 1,
    "destinatario": {"tipoDoc": "6", "numDoc": CUSTOMER, "rznSocial": "CLIENTE SAC"},
    "details": [{"descripcion": "Producto", "unidad": "NIU", "cantidad": 1}],
}

Guided = Callable[..., Guide]


@pytest.fixture
def guide(judge: Judge) -> Guided:
    """A complete guía from a document and changes of its transport; None takes a field away."""

    def guided(document: Mapping[str, Any] | None = None, **shipment: Any) -> Guide:
        told = {name: value for name, value in (SHIPMENT | shipment).items() if value is not None}
        found: Guide = judge({**DOCUMENT, **(document or {}), "envio": told}).sale
        return found

    return guided


def _of_carrier(**more: Any) -> dict[str, Any]:
    return {"tipoDoc": "31", "serie": "V001", "remitente": PROVIDER, **more}


def test_a_guia_of_today_is_of_this_hour_and_one_of_another_day_of_midnight(guide: Guided) -> None:
    today = guide()
    assert (today.issue_date, today.issue_time) == (date(2026, 11, 22), time(10))
    assert guide({"fechaEmision": "2026-11-22"}).issue_time == time(10)
    assert guide({"fechaEmision": "2026-11-21"}).issue_time == time(0)
    assert guide({"fechaEmision": "2026-11-21T20:15:30Z"}).issue_time == time(15, 15, 30)


@pytest.mark.parametrize("reason", ["02", "04", "07", "18"])
def test_what_goes_to_oneself_names_oneself(reason: str, guide: Guided) -> None:
    recipient = guide({"destinatario": None}, codTraslado=reason).recipient
    assert (recipient.id_type, recipient.id_number, recipient.name) == ("6", ISSUER, "EMPRESA DE PRUEBA S.A.C.")


def test_a_sale_to_nobody_stays_so_and_a_carrier_guesses_no_recipient(guide: Guided) -> None:
    assert guide({"destinatario": None}).recipient.id_number == ""
    assert guide(_of_carrier(destinatario=None), codTraslado="02").recipient.id_number == ""


def test_in_public_transport_handover_and_start_tell_each_other(guide: Guided) -> None:
    told, other = date(2026, 11, 23), date(2026, 11, 24)
    public = guide(modTraslado="01").shipment
    assert (public.start, public.handover) == (told, told)
    public = guide(modTraslado="01", fecTraslado=None, fecEntregaBienes="2026-11-24").shipment
    assert (public.start, public.handover) == (other, other)
    public = guide(modTraslado="01", fecEntregaBienes="2026-11-24").shipment
    assert (public.start, public.handover) == (told, other)
    assert guide(fecEntregaBienes="2026-11-24").shipment.handover is None  # one's own vehicle


def test_weights_are_kilograms_and_the_first_driver_drives(guide: Guided) -> None:
    shipment = guide(choferes=[DRIVER, {**DRIVER, "nroDoc": "87654321"}]).shipment
    assert (shipment.weight, shipment.weight_unit) == (Decimal("12.5"), "KGM")
    assert [who.kind for who in shipment.drivers] == ["Principal", "Secundario"]
    assert guide(pesoTotal=None).shipment.weight_unit == ""


def test_a_port_goes_by_its_listed_name(guide: Guided) -> None:
    assert guide(puerto={"codigo": "cll"}).shipment.port == Port("1", "CLL", "Callao")
    assert guide(aeropuerto={"codigo": "LIM", "nombre": "Mi nombre"}).shipment.port == Port("2", "LIM", "Mi nombre")
    assert guide(puerto={"codigo": "XXX"}).shipment.port == Port("1", "XXX", "")
    assert guide().shipment.port == Port()


def test_an_establishment_is_of_the_remitente_or_the_recipient(guide: Guided) -> None:
    place = {"ubigeo": "150101", "direccion": "AV. UNO", "codLocal": "0001"}
    sale = guide(partida=place, llegada=place).shipment
    assert (sale.origin.ruc, sale.destination.ruc) == (ISSUER, CUSTOMER)
    own = guide({"destinatario": None}, codTraslado="04", partida=place, llegada=place).shipment
    assert (own.origin.ruc, own.destination.ruc) == (ISSUER, ISSUER)
    bought = guide({"tercero": PROVIDER}, codTraslado="02", partida=place).shipment
    assert bought.origin.ruc == ""  # the seller's, whom nobody can guess
    person = guide({"destinatario": {"tipoDoc": "1", "numDoc": "12345678", "rznSocial": "ANA"}}, llegada=place)
    assert person.shipment.destination.ruc == ""
    told = guide(llegada=place | {"ruc": "20000000044"}).shipment.destination
    assert told == Point("150101", "AV. UNO", "0001", "20000000044")


@pytest.mark.parametrize(
    ("reason", "doctype", "number", "issuer"),
    [
        ("01", "01", "F001-1", ISSUER),
        ("03", "12", "MAQ-1", ISSUER),
        ("06", "03", "B001-1", CUSTOMER),
        ("02", "01", "F001-1", PROVIDER["numDoc"]),
        ("02", "04", "L001-1", ISSUER),
        ("13", "01", "F001-1", ""),
        ("13", "09", "T001-1", ISSUER),
        ("01", "49", "123", ""),
    ],
)
def test_who_issued_a_related_document(reason: str, doctype: str, number: str, issuer: str, guide: Guided) -> None:
    told = guide({"tercero": PROVIDER, "addDocs": [{"tipo": doctype, "nro": number}]}, codTraslado=reason)
    assert told.related[0].issuer == issuer
    assert told.related[0].description


def test_who_issued_a_related_document_of_a_carrier(guide: Guided) -> None:
    documents = [{"tipo": "09", "nro": "T001-1"}, {"tipo": "31", "nro": "V001-1"}, {"tipo": "09", "nro": "0001-1"}]
    told = guide(_of_carrier(addDocs=documents))
    assert [x.issuer for x in told.related] == [PROVIDER["numDoc"], ISSUER, ""]


def test_a_carrier_tells_no_reason_and_only_its_own_registrations(guide: Guided) -> None:
    carrier = {"tipoDoc": "6", "numDoc": ISSUER, "rznSocial": "YO MISMO", "nroMtc": "151000"}
    shipment = guide(
        _of_carrier(subcontratador=PROVIDER),
        desTraslado="VENTA",
        transportista=carrier | {"codEmisor": 6, "nroAutorizacion": "RD 1"},
        fecTraslado=None,
        fecEntregaBienes="2026-11-24",
    ).shipment
    assert (shipment.reason, shipment.reason_text, shipment.mode) == ("", "", "")
    assert (shipment.start, shipment.handover) == (date(2026, 11, 24), None)
    assert shipment.carrier == Carrier(mtc="151000", permit=Permit("RD 1", "06"))
    assert shipment.indicators == (SUBCONTRACTED,)


def test_properties_go_by_their_listed_names(guide: Guided) -> None:
    facts = [
        {"code": "7020", "value": "1"},
        {"code": "9999", "value": "2"},
        {"code": "7022", "name": "X", "value": "0"},
    ]
    line = guide({"details": [{"descripcion": "Producto", "unidad": "NIU", "atributos": facts}]}).lines[0]
    assert [fact.name for fact in line.properties] == ["Partida arancelaria", "9999", "X"]
    assert line.unit == ""  # of no quantity
