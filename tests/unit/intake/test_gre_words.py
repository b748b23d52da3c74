"""The vocabulary of guías: aliases, the old words, zeros that got lost, what is refused, and what is written back."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.gre.model import (
    CARRIERS_VEHICLE,
    EMPTY_VEHICLE,
    PAYER,
    TRANSSHIPMENT,
    Carrier,
    Container,
    Driver,
    Permit,
    Point,
    Port,
    Related,
    Vehicle,
)

Judge = Callable[..., Any]
Taken = Callable[..., Any]
CUSTOMER = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE SAC"}
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
    "destinatario": CUSTOMER,
    "details": [{"descripcion": "Producto", "unidad": "NIU", "cantidad": 1}],
}


@pytest.fixture
def taken(judge: Judge) -> Taken:
    """A document with changes, and changes of its transport, after reading and judging."""

    def read(document: Mapping[str, Any] | None = None, **shipment: Any) -> Any:
        return judge({**DOCUMENT, **(document or {}), "envio": SHIPMENT | shipment})

    return read


def test_aliases_numbers_and_instants(taken: Taken) -> None:
    judged = taken(
        {
            "serie": "t001",
            "fechaEmision": "2026-11-23T02:00:00Z",
            "destinatario": CUSTOMER | {"numDoc": 20000000010},
            "details": [{"codProducto": 7, "descripcion": "Producto", "unidad": "NIU", "cantidad": "2.50"}],
            "ublVersion": "2.1",
        },
        codTraslado=1,
        modTraslado=2,
        undPesoTotal="tne",
        partida={"ubigueo": 10101, "direccion": "AV. UNO", "codLocal": 3, "codigoPais": "PE", "departamento": "LIMA"},
        choferes=[DRIVER | {"tipo": "PRINCIPAL", "numDoc": "12345678", "nroDoc": None}],
    )
    assert not judged.errors
    assert not judged.taken.unknown
    guide = judged.sale
    assert (guide.id.label, guide.issue_date, guide.issue_time) == ("T001-1", date(2026, 11, 22), time(21))
    assert (guide.lines[0].product_code, guide.lines[0].quantity) == ("7", Decimal("2.50"))
    assert (guide.shipment.reason, guide.shipment.mode, guide.shipment.weight_unit) == ("01", "02", "TNE")
    assert guide.shipment.origin == Point("010101", "AV. UNO", "0003", "20000000001")
    assert guide.drivers[0].kind == "Principal"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([EMPTY_VEHICLE], (EMPTY_VEHICLE,)),
        (EMPTY_VEHICLE, (EMPTY_VEHICLE,)),
        (["", None], ()),
        (None, ()),
        ("", ()),
    ],
)
def test_indicators(listed: object, found: tuple[str, ...], taken: Taken) -> None:
    assert taken(indicadores=listed).sale.indicators == found
    assert taken(indicador=listed).sale.indicators == found


@pytest.mark.parametrize("on", [True, 1, "1", "true", "Sí"])
def test_the_old_switch_of_transshipment(on: object, taken: Taken) -> None:
    assert taken(indTransbordo=on).sale.indicators == (TRANSSHIPMENT,)
    assert taken(indTransbordo=on, indicadores=[TRANSSHIPMENT]).sale.indicators == (TRANSSHIPMENT,)


@pytest.mark.parametrize("off", [False, 0, "0", "", None, "no"])
def test_the_old_switch_is_off(off: object, taken: Taken) -> None:
    judged = taken(indTransbordo=off)
    assert judged.sale.indicators == ()
    assert not judged.taken.unknown


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"contenedores": ["PE1", "PE2"]}, (Container("1", "PE1"), Container("2", "PE2"))),
        ({"contenedores": ["MSCU1234567"]}, (Container("MSCU1234567"),)),
        ({"contenedores": "PE1"}, (Container("1", "PE1"),)),
        ({"contenedores": ["PE1"], "numContenedor": "MSCU1234567"}, (Container("MSCU1234567", "PE1"),)),
        ({"numContenedor": "XD-2232"}, (Container("XD-2232"),)),
        ({"contenedores": [{"numero": "A1", "precinto": "P1"}]}, (Container("A1", "P1"),)),
        ({"contenedores": [{"numContenedor": "A1"}]}, (Container("A1"),)),
        ({"contenedores": []}, ()),
    ],
)
def test_containers(said: dict[str, Any], found: tuple[Container, ...], taken: Taken) -> None:
    judged = taken(**said)
    assert judged.sale.containers == found
    assert not judged.taken.faults
    assert not judged.taken.unknown


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"puerto": {"codigo": "cll", "nombre": "Callao"}}, Port("1", "CLL", "Callao")),
        ({"aeropuerto": {"codigo": "LIM", "nombre": "Chávez"}}, Port("2", "LIM", "Chávez")),
        ({"codPuerto": "pai"}, Port("1", "PAI", "Paita")),
        ({}, Port()),
    ],
)
def test_ports(said: dict[str, Any], found: Port, taken: Taken) -> None:
    assert taken(**said).sale.shipment.port == found


OLD_CARRIER = {"tipoDoc": "6", "numDoc": "20000000036", "rznSocial": "TRANSPORTES SAC", "nroMtc": "151000"}
OLD_MEANS = {"placa": "ABI453", "choferTipoDoc": "1", "choferDoc": "40003344"}


def test_the_old_carrier_s_vehicle_and_driver_go_where_they_may_be_shown(taken: Taken) -> None:
    bare = {"vehiculo": None, "choferes": None, "transportista": OLD_CARRIER | OLD_MEANS}
    hidden = taken(modTraslado="01", **bare)
    assert not hidden.errors
    assert (hidden.sale.shipment.vehicle, hidden.sale.drivers) == (Vehicle(), ())
    shown = taken(modTraslado="01", indicadores=[CARRIERS_VEHICLE], **bare).sale
    assert (shown.shipment.vehicle, shown.drivers) == (Vehicle("ABI453"), (Driver("Principal", "1", "40003344"),))
    own = taken(transportista=OLD_MEANS).sale
    assert (own.shipment.vehicle, own.drivers[0].id_number) == (Vehicle("ABC123"), "12345678")
    assert own.shipment.carrier == Carrier()


def test_the_old_documents_stand_beside_the_new_ones(taken: Taken) -> None:
    judged = taken(
        {
            "addDocs": [{"tipo": 3, "nro": "B001-1", "tipoDesc": "Boleta", "emisor": 20000000001}],
            "relDoc": {"tipoDoc": "01", "nroDoc": "F001-9"},
            "docBaja": {"nroDoc": "T001-7"},
        }
    )
    own = "20000000001"
    assert judged.sale.related == (
        Related("03", "B001-1", "Boleta", own),
        Related("01", "F001-9", "Factura", own),
        Related("09", "T001-7", "Guía de Remisión Remitente", own),
    )
    assert not judged.taken.unknown


@pytest.mark.parametrize(
    ("said", "indicator"),
    [
        ({"tipo": "Remitente"}, "Remitente"),
        ({"tipo": "SUBCONTRATADOR"}, "Subcontratador"),
        ({"tipo": "Tercero", "client": CUSTOMER}, "Tercero"),
        ({"client": CUSTOMER}, "Tercero"),
    ],
)
def test_who_pays_the_freight(said: dict[str, Any], indicator: str, taken: Taken) -> None:
    guide = taken({"tipoDoc": "31", "serie": "V001", "remitente": CUSTOMER, "pagadorFlete": said}).sale
    assert guide.indicators == (f"{PAYER}{indicator}",)
    assert (guide.payer is not None) is (indicator == "Tercero")


def test_permits_are_read_of_sender_carrier_and_vehicles(taken: Taken) -> None:
    permit = {"codEmisor": 6, "nroAutorizacion": "RD 1"}
    shipment = taken(
        autorizacion=permit,
        transportista=OLD_CARRIER | permit,
        vehiculo={"placa": "ABC123", **permit, "secundarios": [{"placa": "XYZ987", **permit}]},
    ).sale.shipment
    holders = (shipment, shipment.carrier, shipment.vehicle, shipment.secondary[0])
    assert [holder.permit for holder in holders] == [Permit("RD 1", "06")] * 4


@pytest.mark.parametrize(
    ("document", "shipment", "code", "pointer"),
    [
        ({"destinatario": CUSTOMER | {"numDoc": "20000000011"}}, {}, "ruc_check_digit", "destinatario/numDoc"),
        ({"pagadorFlete": {"tipo": "Nadie"}}, {}, "invalid_format", "pagadorFlete/tipo"),
        ({}, {"puerto": {"codigo": "CLL"}, "aeropuerto": {"codigo": "LIM"}}, "not_both", "envio/aeropuerto"),
        ({}, {"choferes": [DRIVER | {"tipo": "Copiloto"}]}, "invalid_format", "envio/choferes/0/tipo"),
        ({}, {"partida": SHIPMENT["partida"] | {"codLocal": "A1"}}, "invalid_format", "envio/partida/codLocal"),
        ({}, {"pesoTotal": "doce"}, "invalid_number", "envio/pesoTotal"),
        ({}, {"fecTraslado": "23/11/2026"}, "invalid_date", "envio/fecTraslado"),
        ({}, {"indicadores": ["x", True]}, "invalid_type", "envio/indicadores/1"),
        ({}, {"indicadores": [{"a": 1}]}, "invalid_type", "envio/indicadores"),
        ({}, {"contenedores": ["x"] * 100}, "too_long", "envio/contenedores"),
        ({"details": [{"atributos": [{"value": "1"}]}]}, {}, "required", "details/0/atributos/0/code"),
    ],
)
def test_what_is_refused(
    document: dict[str, Any], shipment: dict[str, Any], code: str, pointer: str, taken: Taken
) -> None:
    faults = taken(document, **shipment).taken.faults
    assert (code, f"/document/{pointer}") in [(fault.code, fault.path) for fault in faults]


def test_a_guia_without_its_transport(judge: Judge) -> None:
    (fault,) = judge(DOCUMENT).taken.faults
    assert (fault.code, fault.path) == ("required", "/document/envio")


def test_what_nobody_asked_for_is_told(taken: Taken) -> None:
    judged = taken({"moneda": "PEN"}, color="rojo", partida={"ubigeo": "150101", "pais": "PE"})
    assert set(judged.taken.unknown) == {"/document/moneda", "/document/envio/color", "/document/envio/partida/pais"}


def test_it_is_written_back_as_it_would_have_been_said(taken: Taken) -> None:
    judged = taken({"fechaEmision": "2026-11-22"})
    written = judged.taken.vocabulary.write(judged.sale)
    assert written.pop("company")["ruc"] == "20000000001"
    assert written == {
        "tipoDoc": "09",
        "serie": "T001",
        "correlativo": "1",
        "fechaEmision": "2026-11-22T10:00:00-05:00",
        "destinatario": CUSTOMER,
        "details": [{"descripcion": "Producto", "unidad": "NIU", "cantidad": 1}],
        "envio": SHIPMENT
        | {"pesoTotal": Decimal("12.5"), "undPesoTotal": "KGM", "choferes": [{"tipo": "Principal", **DRIVER}]},
    }
