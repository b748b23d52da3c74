"""What SUNAT asks of where a transport begins and ends."""

from collections.abc import Callable
from decimal import Decimal

from onapi.facts.catalog import catalog
from onapi.facts.places import place
from onapi.kinds.gre.conditions import (
    EXPORT,
    FOREIGN_GOODS,
    IMPORT,
    ITINERANT,
    has_guide,
    is_foreign,
    is_line_or_nothing,
    is_ruc_like,
)
from onapi.kinds.gre.model import SEAPORT, TRANSSHIPMENT, Guide, Point
from onapi.rules.rule import Rule

_UBIGEO_DIGITS = 6
_SHORTEST, _LONGEST = 3, 500
_WIDEST = 1000  # degrees
_COORDINATE_DECIMALS = 8
_OWN = "04"
_FROM_OTHERS = frozenset({"02", "07", IMPORT})
_TO_OTHERS = frozenset({"01", "03", "05", "06", "14", "17"})
_NO_UBIGEO = "Falta el ubigeo: los 6 dígitos de INEI (catálogo 13)."
_WRONG_UBIGEO = "El ubigeo debe tener 6 dígitos."
_LINE = "La dirección tiene de 3 a 500 caracteres en una sola línea."
_COORDINATE = "La coordenada admite hasta 3 enteros y 8 decimales."
_PORT_CATALOGUES = {"1": "63", "2": "64"}

Where = Callable[[Guide], Point]


def _is_place(ubigeo: str) -> bool:
    try:
        place(ubigeo)
    except KeyError:
        return False
    return True


def _degrees_fit(value: Decimal | None) -> bool:
    if value is None:
        return True
    exponent = value.normalize().as_tuple().exponent
    return abs(value) < _WIDEST and isinstance(exponent, int) and -exponent <= _COORDINATE_DECIMALS


def _destination_is_due(guide: Guide) -> bool:
    """Where goods go is known, unless another guía tells it or they are sold on the way."""
    return not guide.relates_to("09") if guide.is_carriers else guide.shipment.reason != ITINERANT


def _origin_line_is_due(guide: Guide) -> bool:
    told = has_guide(guide, electronic=True) or guide.has(TRANSSHIPMENT)
    return not (guide.is_carriers and told)


def _destination_line_is_due(guide: Guide) -> bool:
    return _destination_is_due(guide) and not (guide.is_carriers and guide.has(TRANSSHIPMENT))


def _origin_establishment_is_due(guide: Guide) -> bool:
    reason, port = guide.shipment.reason, guide.shipment.port
    at_port = port.kind and port.code  # a name alone is no port to SUNAT's sheet
    return bool(guide.shipment.origin.ruc) or reason == _OWN or (reason == IMPORT and not at_port)


def _destination_establishment_is_due(guide: Guide) -> bool:
    reason, port = guide.shipment.reason, guide.shipment.port
    by_sea = port.kind == SEAPORT and port.code
    return bool(guide.shipment.destination.ruc) or reason in {_OWN, FOREIGN_GOODS} or (reason == EXPORT and not by_sea)


def _is_where_port_is(guide: Guide, point: Point) -> bool:
    port = guide.shipment.port
    entry = catalog(_PORT_CATALOGUES[port.kind]).get(port.code) if port.kind in _PORT_CATALOGUES else None
    return entry is None or entry.extra["ubigeo"] == point.ubigeo


def _begins_at_port(guide: Guide) -> bool:
    asked = guide.shipment.reason in {IMPORT, FOREIGN_GOODS}
    return not asked or _is_where_port_is(guide, guide.shipment.origin)


def _ends_at_port(guide: Guide) -> bool:
    asked = guide.shipment.reason == EXPORT and guide.shipment.port.kind == SEAPORT
    return not asked or _is_where_port_is(guide, guide.shipment.destination)


def _point_rules(name: str, where: Where, unknown: str, shape: str) -> tuple[Rule[Guide], ...]:
    """What both ends of a transport have in common."""
    path = f"shipment.{name}"
    return (
        Rule(
            "2776",
            f"{path}.ubigeo",
            _WRONG_UBIGEO,
            lambda g: not (code := where(g).ubigeo) or (code.isdigit() and len(code) == _UBIGEO_DIGITS),
        ),
        Rule(
            unknown,
            f"{path}.ubigeo",
            "El ubigeo no está en el catálogo 13; use los 6 dígitos de INEI.",
            lambda g: not where(g).ubigeo or _is_place(where(g).ubigeo),
        ),
        Rule(shape, f"{path}.line", _LINE, lambda g: is_line_or_nothing(where(g).line, _SHORTEST, _LONGEST)),
        Rule(
            "3410",
            f"{path}.ruc",
            "Falta el RUC al que pertenece el establecimiento.",
            lambda g: not where(g).establishment or bool(where(g).ruc),
        ),
        Rule(
            "3409",
            f"{path}.ruc",
            "El RUC del establecimiento debe tener 11 dígitos.",
            lambda g: not where(g).ruc or is_ruc_like(where(g).ruc),
        ),
        Rule("3413", f"{path}.latitude", _COORDINATE, lambda g: _degrees_fit(where(g).latitude)),
        Rule("3413", f"{path}.longitude", _COORDINATE, lambda g: _degrees_fit(where(g).longitude)),
        Rule(
            "3414",
            f"{path}.ruc",
            "Entre establecimientos propios (04) el RUC debe ser el del remitente.",
            lambda g: g.shipment.reason != _OWN or where(g).ruc in {"", g.issuer.id_number},
        ),
    )


PLACES: tuple[Rule[Guide], ...] = (
    Rule("2775", "shipment.origin.ubigeo", _NO_UBIGEO, lambda g: bool(g.shipment.origin.ubigeo)),
    Rule(
        "2775",
        "shipment.destination.ubigeo",
        _NO_UBIGEO,
        lambda g: not _destination_is_due(g) or bool(g.shipment.destination.ubigeo),
    ),
    *_point_rules("origin", lambda g: g.shipment.origin, "3363", "4076"),
    *_point_rules("destination", lambda g: g.shipment.destination, "3368", "4068"),
    Rule(
        "2577",
        "shipment.origin.line",
        "Falta la dirección del punto de partida.",
        lambda g: not _origin_line_is_due(g) or bool(g.shipment.origin.line),
    ),
    Rule(
        "2574",
        "shipment.destination.line",
        "Falta la dirección del punto de llegada.",
        lambda g: not _destination_line_is_due(g) or bool(g.shipment.destination.line),
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    Rule(
        "3411",
        "shipment.origin.ruc",
        "Para los motivos 02, 07 y 08 el punto de partida es de otro: su RUC no puede ser el del remitente.",
        lambda g: g.shipment.reason not in _FROM_OTHERS or g.shipment.origin.ruc != g.issuer.id_number,
    ),
    Rule(
        "3411",
        "shipment.destination.ruc",
        "Para este motivo el punto de llegada es de otro: su RUC no puede ser el del remitente.",
        lambda g: g.shipment.reason not in _TO_OTHERS or g.shipment.destination.ruc != g.issuer.id_number,
    ),
    Rule(
        "3488",
        "shipment.destination.ruc",
        "Para el motivo 19 el RUC del punto de llegada es el del destinatario.",
        lambda g: not is_foreign(g) or g.shipment.destination.ruc in {"", g.recipient.id_number},
    ),
    Rule(
        "3365",
        "shipment.origin.establishment",
        "Falta el código de establecimiento del punto de partida: 4 dígitos, 0000 el domicilio fiscal.",
        lambda g: not _origin_establishment_is_due(g) or bool(g.shipment.origin.establishment),
    ),
    Rule(
        "3369",
        "shipment.destination.establishment",
        "Falta el código de establecimiento del punto de llegada: 4 dígitos, 0000 el domicilio fiscal.",
        lambda g: not _destination_establishment_is_due(g) or bool(g.shipment.destination.establishment),
    ),
    Rule(
        "3416",
        "shipment.destination.establishment",
        "El emisor itinerante (18) no tiene establecimiento de llegada; quítelo.",
        lambda g: g.shipment.reason != ITINERANT or not g.shipment.destination.establishment,
    ),
    Rule(
        "3483",
        "shipment.port",
        "El motivo 19 lleva el puerto o el aeropuerto.",
        lambda g: not is_foreign(g) or bool(g.shipment.port.kind),
    ),
    Rule(
        "3364",
        "shipment.origin.ubigeo",
        "El ubigeo de partida debe ser el del puerto o aeropuerto.",
        _begins_at_port,
    ),
    Rule("3364", "shipment.destination.ubigeo", "El ubigeo de llegada debe ser el del puerto.", _ends_at_port),
)

OF_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    Rule(
        "4431",
        "shipment.destination.ubigeo",
        "Con una guía de remitente impresa va el ubigeo del punto de llegada.",
        lambda g: not has_guide(g, electronic=False) or bool(g.shipment.destination.ubigeo),
    ),
    Rule(
        "4178",
        "shipment.destination.line",
        "Con una guía de remitente impresa va la dirección del punto de llegada.",
        lambda g: not has_guide(g, electronic=False) or g.has(TRANSSHIPMENT) or bool(g.shipment.destination.line),
    ),
)
