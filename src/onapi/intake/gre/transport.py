"""The transport of a guía (`envio`): JSON to `Shipment`."""

import re
from dataclasses import replace
from typing import Final

from onapi.intake.gre.loose import code, establishment, flag, texts_or_objects, ubigeo
from onapi.intake.reader import Reader
from onapi.kinds.gre.model import (
    AIRPORT,
    CARRIERS_VEHICLE,
    MAIN,
    PRIVATE,
    SEAPORT,
    SECOND,
    TRANSSHIPMENT,
    Carrier,
    Container,
    Driver,
    Permit,
    Point,
    Port,
    Shipment,
    Vehicle,
)

_ISO_CONTAINER = re.compile(r"[A-Z]{3}[UJZ]\d{7}", re.ASCII)  # ISO 6346
_PLACE_NAMES: Final = ("codigoPais", "departamento", "provincia", "distrito", "urbanizacion")


def read_shipment(reader: Reader, paid_by: str) -> Shipment:
    """The transport as written; `paid_by` is the indicator of who pays the freight, "" if that was not told."""
    indicators = _indicators(reader, paid_by)
    shipment = Shipment(
        reason=code(reader, "codTraslado"),
        reason_text=reader.text("desTraslado"),
        mode=code(reader, "modTraslado"),
        start=reader.day("fecTraslado"),
        handover=reader.day("fecEntregaBienes"),
        weight=reader.amount("pesoTotal"),
        weight_unit=reader.text("undPesoTotal").upper(),
        items_weight=reader.amount("pesoItems"),
        weight_note=reader.text("sustentoPeso"),
        packages=reader.amount("numBultos"),
        indicators=indicators,
        origin=_point(reader, "partida"),
        destination=_point(reader, "llegada"),
        permit=_permit(reader, "autorizacion"),
        secondary=(),
        drivers=tuple(_driver(item) for item in reader.items("choferes")),
        containers=_containers(reader),
        port=_port(reader),
    )
    shipment = _with_carrier(_with_vehicles(shipment, reader.child("vehiculo")), reader.child("transportista"))
    reader.finish()
    return shipment


def _indicators(reader: Reader, paid_by: str) -> tuple[str, ...]:
    """SUNAT's words as listed, and those that follow from other fields."""
    listed = []
    for item in texts_or_objects(reader, "indicadores", "indicador"):
        if isinstance(item, Reader):
            reader.fault(reader.name_of("indicadores", "indicador"), "invalid_type", "Debe ser una lista de textos.")
        elif item:
            listed.append(item)
    implied = (TRANSSHIPMENT if flag(reader, "indTransbordo") else "", paid_by)
    return (*listed, *(word for word in implied if word and word not in listed))


def _point(reader: Reader, key: str) -> Point:
    said = reader.child(key)
    if said is None:
        return Point()
    found = Point(
        ubigeo=ubigeo(said),
        line=said.text("direccion"),
        establishment=establishment(said, "codLocal"),
        ruc=said.text("ruc"),
        latitude=said.amount("latitud"),
        longitude=said.amount("longitud"),
    )
    said.skip(*_PLACE_NAMES)
    said.finish()
    return found


def _permit(reader: Reader, key: str) -> Permit:
    said = reader.child(key)
    if said is None:
        return Permit()
    found = _own_permit(said)
    said.finish()
    return found


def _own_permit(reader: Reader) -> Permit:
    return Permit(reader.text("nroAutorizacion"), code(reader, "codEmisor"))


def _driver(reader: Reader) -> Driver:
    kind = reader.text("tipo").capitalize()
    if kind and kind not in {MAIN, SECOND}:
        reader.fault("tipo", "invalid_format", "Use Principal o Secundario.", expected=f"{MAIN}, {SECOND}")
    found = Driver(
        kind=kind,
        id_type=reader.text("tipoDoc"),
        id_number=reader.text("nroDoc", "numDoc"),
        first_names=reader.text("nombres"),
        last_names=reader.text("apellidos"),
        licence=reader.text("licencia"),
    )
    reader.finish()
    return found


def _vehicle(reader: Reader) -> Vehicle:
    return Vehicle(reader.text("placa"), reader.text("nroCirculacion"), _own_permit(reader))


def _with_vehicles(shipment: Shipment, reader: Reader | None) -> Shipment:
    if reader is None:
        return shipment
    main, others = _vehicle(reader), []
    for item in reader.items("secundarios"):
        others.append(_vehicle(item))
        item.finish()
    reader.finish()
    return replace(shipment, vehicle=main, secondary=tuple(others))


def _with_carrier(shipment: Shipment, reader: Reader | None) -> Shipment:
    """Carrier, and in the old vocabulary his one vehicle and driver, which only some guías of today may show."""
    if reader is None:
        return shipment
    carrier = Carrier(
        id_type=reader.text("tipoDoc"),
        id_number=reader.text("numDoc"),
        name=reader.text("rznSocial"),
        mtc=reader.text("nroMtc"),
        permit=_own_permit(reader),
    )
    old_vehicle = Vehicle(reader.text("placa"))
    old_driver = Driver(MAIN, reader.text("choferTipoDoc"), reader.text("choferDoc"))
    reader.finish()
    shipment = replace(shipment, carrier=carrier)
    shows = shipment.mode == PRIVATE or CARRIERS_VEHICLE in shipment.indicators
    if shows and old_vehicle.plate and not shipment.vehicle.plate:
        shipment = replace(shipment, vehicle=old_vehicle)
    if shows and old_driver.id_number and not shipment.drivers:
        shipment = replace(shipment, drivers=(old_driver,))
    return shipment


def _containers(reader: Reader) -> tuple[Container, ...]:
    """Containers with their seals; Greenter lists bare seals, of containers numbered from 1."""
    alone = reader.text("numContenedor")
    found = []
    for n, item in enumerate(texts_or_objects(reader, "contenedores"), start=1):
        if isinstance(item, str):
            number = alone if n == 1 and alone else str(n)
            found.append(Container(item) if _ISO_CONTAINER.fullmatch(item) else Container(number, item))
        else:
            found.append(Container(item.text("numero", "numContenedor"), item.text("precinto")))
            item.finish()
    return tuple(found) or ((Container(alone),) if alone else ())


def _port(reader: Reader) -> Port:
    """One port or one airport; the old vocabulary had a seaport's code alone."""
    alone = reader.text("codPuerto")
    found = []
    for key, kind in (("puerto", SEAPORT), ("aeropuerto", AIRPORT)):
        if (said := reader.child(key)) is not None:
            found.append(Port(kind, said.text("codigo").upper(), said.text("nombre")))
            said.finish()
    if len(found) > 1:
        reader.fault("aeropuerto", "not_both", "Va un puerto o un aeropuerto; quite uno de los dos.")
    return found[0] if found else Port(SEAPORT, alone.upper()) if alone else Port()
