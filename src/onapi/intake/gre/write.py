"""A complete guía in the public vocabulary: what its reader would take again."""

from typing import Any

from onapi.intake.said import compact, said_company, said_moment, said_party
from onapi.kinds.gre.model import (
    AIRPORT,
    PAYERS,
    SEAPORT,
    Carrier,
    Driver,
    Guide,
    Line,
    Permit,
    Point,
    Related,
    Shipment,
    Vehicle,
)


def write_guide(guide: Guide) -> dict[str, Any]:
    """The document as JSON, canonical names; numbers are Decimal."""
    return compact(
        {
            "tipoDoc": guide.id.doctype,
            "serie": guide.id.series,
            "correlativo": str(guide.id.number),
            "fechaEmision": said_moment(guide.issue_date, guide.issue_time),
            "company": said_company(guide.issuer),
            "observacion": guide.remarks,
            "remitente": said_party(guide.sender),
            "destinatario": said_party(guide.recipient),
            "tercero": said_party(guide.supplier),
            "comprador": said_party(guide.buyer),
            "pagadorFlete": _payer(guide),
            "subcontratador": said_party(guide.subcontractor),
            "addDocs": [_related(document) for document in guide.related],
            "details": [_line(line) for line in guide.lines],
            "anotacionBienes": guide.annotation,
            "envio": _shipment(guide.shipment),
        }
    )


def _payer(guide: Guide) -> dict[str, Any]:
    kind = next((word.rpartition("_")[2] for word in guide.indicators if word in PAYERS), "")
    return compact({"tipo": kind, "client": said_party(guide.payer)})


def _related(document: Related) -> dict[str, Any]:
    return compact(
        {
            "tipo": document.doctype,
            "tipoDesc": document.description,
            "nro": document.number,
            "emisor": document.issuer,
        }
    )


def _line(line: Line) -> dict[str, Any]:
    return compact(
        {
            "codigo": line.product_code,
            "descripcion": line.description,
            "unidad": line.unit,
            "cantidad": line.quantity,
            "codProdSunat": line.sunat_code,
            "codProdGS1": line.gtin,
            "atributos": [
                compact({"code": fact.code, "name": fact.name, "value": fact.value}) for fact in line.properties
            ],
        }
    )


def _shipment(shipment: Shipment) -> dict[str, Any]:
    port = compact({"codigo": shipment.port.code, "nombre": shipment.port.name})
    return compact(
        {
            "codTraslado": shipment.reason,
            "desTraslado": shipment.reason_text,
            "modTraslado": shipment.mode,
            "fecTraslado": shipment.start.isoformat() if shipment.start else None,
            "fecEntregaBienes": shipment.handover.isoformat() if shipment.handover else None,
            "pesoTotal": shipment.weight,
            "undPesoTotal": shipment.weight_unit,
            "pesoItems": shipment.items_weight,
            "sustentoPeso": shipment.weight_note,
            "numBultos": shipment.packages,
            "indicadores": list(shipment.indicators),
            "partida": _point(shipment.origin),
            "llegada": _point(shipment.destination),
            "autorizacion": _permit(shipment.permit),
            "transportista": _carrier(shipment.carrier),
            "vehiculo": _vehicles(shipment),
            "choferes": [_driver(who) for who in shipment.drivers],
            "contenedores": [
                compact({"numero": container.number, "precinto": container.seal}) for container in shipment.containers
            ],
            "puerto": port if shipment.port.kind == SEAPORT else None,
            "aeropuerto": port if shipment.port.kind == AIRPORT else None,
        }
    )


def _point(point: Point) -> dict[str, Any]:
    return compact(
        {
            "ubigeo": point.ubigeo,
            "direccion": point.line,
            "codLocal": point.establishment,
            "ruc": point.ruc,
            "latitud": point.latitude,
            "longitud": point.longitude,
        }
    )


def _permit(permit: Permit) -> dict[str, Any]:
    return compact({"codEmisor": permit.authority, "nroAutorizacion": permit.number})


def _carrier(carrier: Carrier) -> dict[str, Any]:
    return compact(
        {
            "tipoDoc": carrier.id_type,
            "numDoc": carrier.id_number,
            "rznSocial": carrier.name,
            "nroMtc": carrier.mtc,
            **_permit(carrier.permit),
        }
    )


def _vehicles(shipment: Shipment) -> dict[str, Any]:
    return compact({**_vehicle(shipment.vehicle), "secundarios": [_vehicle(other) for other in shipment.secondary]})


def _vehicle(vehicle: Vehicle) -> dict[str, Any]:
    return compact({"placa": vehicle.plate, "nroCirculacion": vehicle.card, **_permit(vehicle.permit)})


def _driver(who: Driver) -> dict[str, Any]:
    return compact(
        {
            "tipo": who.kind,
            "tipoDoc": who.id_type,
            "nroDoc": who.id_number,
            "nombres": who.first_names,
            "apellidos": who.last_names,
            "licencia": who.licence,
        }
    )
