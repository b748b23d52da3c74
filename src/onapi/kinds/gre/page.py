"""What a printed guía shows."""

from dataclasses import replace
from decimal import Decimal
from typing import cast

from onapi.facts.catalog import catalog
from onapi.facts.places import place
from onapi.kinds.gre.model import (
    AIRPORT,
    CARRIERS_VEHICLE,
    EMPTY_PACKAGING,
    EMPTY_VEHICLE,
    LIGHT_VEHICLE,
    MANIFEST_CONTAINER,
    PAYER,
    SUBCONTRACTED,
    TRANSSHIPMENT,
    WHOLE_CUSTOMS,
    WHOLE_GOODS,
    Driver,
    Guide,
    Line,
    Permit,
    Point,
    Vehicle,
)
from onapi.kinds.kind import PrintContext
from onapi.page.data import Box, Column, Field, Page, Stamp
from onapi.page.figures import moment, quantity
from onapi.page.people import document_label, issuer_of, party_box, proof_sentences
from onapi.values.money import plain
from onapi.values.party import Party

_HEADINGS = {
    "09": "GUÍA DE REMISIÓN REMITENTE ELECTRÓNICA",
    "31": "GUÍA DE REMISIÓN TRANSPORTISTA ELECTRÓNICA",
}
_ANY = "GUÍA DE REMISIÓN ELECTRÓNICA"  # of an XML that leaves out which
_COLUMNS = (
    Column("N.º", "right", narrow="index"),
    Column("Código"),
    Column("Descripción", flex=1, main=True),
    Column("Cantidad", "right", narrow="figure"),
    Column("Unidad", narrow="figure"),
)
_MODES = {"01": "Transporte público", "02": "Transporte privado"}
_WEIGHTS = {"KGM": "kg", "TNE": "t"}
_REMARKABLE = {
    TRANSSHIPMENT: "Transbordo programado",
    EMPTY_PACKAGING: "Retorno con envases vacíos",
    EMPTY_VEHICLE: "Retorno con el vehículo vacío",
    CARRIERS_VEHICLE: "Vehículos y conductores del transportista",
    WHOLE_CUSTOMS: "Traslado total de la DAM o DS",
    WHOLE_GOODS: "Traslado total de los bienes",
    MANIFEST_CONTAINER: "Contenedor del manifiesto de carga",
    SUBCONTRACTED: "Transporte subcontratado",
}


def page(guide: Guide, context: PrintContext) -> Page:
    """The page of a guía; a template sets it on paper."""
    heading = _HEADINGS.get(guide.id.doctype, _ANY)
    return Page(
        title=f"{heading.capitalize()} {guide.id.label}",
        heading=heading,
        number=guide.id.label,
        dated=guide.issue_date,
        issuer=issuer_of(guide.issuer),
        boxes=tuple(box for box in _boxes(guide) if box.fields),
        columns=_COLUMNS,
        rows=tuple(_row(n, line) for n, line in enumerate(guide.lines, start=1)),
        notes=tuple(note for note in (guide.annotation, guide.remarks) if note),
        qr=context.qr or None,
        digest=context.digest,
        footer=proof_sentences(f"Representación impresa de la {heading}.", context.lookup, context.authorization),
        stamp=cast("Stamp | None", context.stamp),
    )


def _boxes(guide: Guide) -> tuple[Box, ...]:
    people = (
        ("Remitente", guide.sender),
        ("Destinatario", guide.recipient),
        ("Proveedor", guide.supplier),
        ("Comprador", guide.buyer),
        ("Paga el flete", guide.payer),
        ("Subcontratador", guide.subcontractor),
    )
    return (
        *_paired([party_box(title, who) for title, who in people if who is not None]),
        Box("Punto de partida", _where(guide.shipment.origin, guide.issuer)),
        Box("Punto de llegada", _where(guide.shipment.destination, guide.issuer)),
        _journey(guide),
        Box("Vehículo y conductor", _means(guide), wide=True),
        _load(guide),
        Box("Documentos relacionados", _related(guide), wide=True),
    )


def _paired(people: list[Box]) -> list[Box]:
    """Two side by side; an odd one out takes the whole width, so that the two points stay together."""
    if len(people) % 2:
        people[-1] = replace(people[-1], wide=True)
    return people


def _journey(guide: Guide) -> Box:
    shipment = guide.shipment
    reason = catalog("20").get(shipment.reason)
    facts = (
        ("Emisión", moment(guide.issue_date, guide.issue_time)),
        ("Inicio del traslado", moment(shipment.start) if shipment.start else ""),
        ("Entrega al transportista", moment(shipment.handover) if shipment.handover else ""),
        ("Motivo", shipment.reason_text or (reason.text if reason else "")),
        ("Modalidad", _MODES.get(shipment.mode, "")),
        ("Peso bruto total", _weight(shipment.weight, shipment.weight_unit)),
        ("Peso de los ítems", _weight(shipment.items_weight, "KGM")),
        ("Sustento del peso", shipment.weight_note),
        ("Bultos o pallets", plain(shipment.packages) if shipment.packages is not None else ""),
        ("Indicaciones", "; ".join(_REMARKABLE[word] for word in guide.indicators if word in _REMARKABLE)),
        ("Autorización especial", _permit(shipment.permit)),
    )
    return Box("Traslado", _told(facts), wide=True)


def _where(point: Point, issuer: Party) -> tuple[Field, ...]:
    own = "" if point.ruc == issuer.id_number else point.ruc
    establishment = " ".join(word for word in (point.establishment, own and f"(RUC {own})") if word)
    return _told(
        (
            ("Dirección", point.line),
            ("Ubigeo", _district(point.ubigeo)),
            ("Establecimiento", establishment),
        )
    )


def _means(guide: Guide) -> tuple[Field, ...]:
    shipment, carrier = guide.shipment, guide.shipment.carrier
    company = f"{carrier.name} - {document_label(carrier.id_type)} {carrier.id_number}" if carrier.id_number else ""
    light = "Categoría M1 o L" if guide.has(LIGHT_VEHICLE) else ""
    return _told(
        (
            ("Transportista", company),
            ("Registro MTC", carrier.mtc),
            ("Autorización especial", _permit(carrier.permit)),
            ("Vehículo", _vehicle(shipment.vehicle) or light),
            *(("Vehículo secundario", _vehicle(other)) for other in shipment.secondary),
            *((f"Conductor {who.kind.lower()}".strip(), _driver(who)) for who in shipment.drivers),
            ("Paga el flete", next((x.removeprefix(PAYER) for x in guide.indicators if x.startswith(PAYER)), "")),
        )
    )


def _vehicle(vehicle: Vehicle) -> str:
    permit = _permit(vehicle.permit)
    parts = (vehicle.plate, vehicle.card and f"TUC {vehicle.card}", permit and f"autorización {permit}")
    return ", ".join(part for part in parts if part)


def _permit(permit: Permit) -> str:
    """A number, and who gave it."""
    authority = catalog("D-37").get(permit.authority)
    return f"{permit.number} ({authority.text})" if permit.number and authority else permit.number


def _driver(who: Driver) -> str:
    document = f"{document_label(who.id_type)} {who.id_number}" if who.id_number else ""
    licence = f"licencia {who.licence}" if who.licence else ""
    name = f"{who.first_names} {who.last_names}".strip()
    return ", ".join(part for part in (name, document, licence) if part)


def _load(guide: Guide) -> Box:
    port = guide.shipment.port
    facts = (
        ("Aeropuerto" if port.kind == AIRPORT else "Puerto", port.name or port.code),
        *(
            ("Contenedor", container.number + (f", precinto {container.seal}" if container.seal else ""))
            for container in guide.containers
        ),
    )
    return Box("Comercio exterior", _told(facts), wide=True)


def _related(guide: Guide) -> tuple[Field, ...]:
    return tuple(
        Field(
            document.description or document.doctype,
            document.number + (f" (RUC {document.issuer})" if document.issuer else ""),
        )
        for document in guide.related
    )


def _told(facts: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """The facts that say something."""
    return tuple(Field(label, value) for label, value in facts if value)


def _district(ubigeo: str) -> str:
    """An ubigeo with the names of its district, province and department."""
    try:
        found = place(ubigeo)
    except KeyError:
        return ubigeo
    names = dict.fromkeys(name for name in (found.district, found.province, found.department) if name)
    return f"{ubigeo} {' - '.join(names)}"


def _weight(value: Decimal | None, unit: str) -> str:
    return f"{plain(value)} {_WEIGHTS.get(unit, unit)}" if value is not None else ""


def _row(number: int, line: Line) -> tuple[str, ...]:
    facts = "".join(f"\n{fact.name}: {fact.value}" for fact in line.properties if fact.value)
    how_many = quantity(line.quantity) if line.quantity is not None else ""
    return (str(number), line.product_code, line.description + facts, how_many, line.unit)
