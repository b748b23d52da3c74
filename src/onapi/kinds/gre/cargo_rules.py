"""What SUNAT asks of the load and of what is special about it: indicators, bundles, containers, port."""

import re

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    EXPORT,
    FOREIGN_GOODS,
    IMPORT,
    MANIFEST,
    SINCE_2026,
    UNTIL_2026,
    has_container,
    is_abroad,
    is_appointed,
    is_declared,
    is_foreign,
    is_light,
    is_manifest_container,
    is_private,
    is_public,
    is_whole,
    names_carriers_vehicle,
)
from onapi.kinds.gre.model import (
    AIRPORT,
    CARRIERS_VEHICLE,
    EMPTY_PACKAGING,
    EMPTY_VEHICLE,
    LIGHT_VEHICLE,
    MANIFEST_CONTAINER,
    PAYER,
    PAYERS,
    SEAPORT,
    SUBCONTRACTED,
    TRANSSHIPMENT,
    WHOLE_CUSTOMS,
    WHOLE_GOODS,
    Container,
    Guide,
)
from onapi.rules.rule import Rule

_MOST_CONTAINERS = 2
_EMPTY_FLAG, _CONTAINER = "7028", "7026"  # catalogue 55
_PACKAGES = 10**13
_OURS = "SUNAT_"
_OF_REMITENTE = frozenset(
    {
        TRANSSHIPMENT,
        LIGHT_VEHICLE,
        EMPTY_PACKAGING,
        EMPTY_VEHICLE,
        WHOLE_CUSTOMS,
        CARRIERS_VEHICLE,
        MANIFEST_CONTAINER,
    }
)
_OF_TRANSPORTISTA = frozenset({TRANSSHIPMENT, EMPTY_PACKAGING, EMPTY_VEHICLE, SUBCONTRACTED, WHOLE_GOODS, *PAYERS})
_CONTAINER_SHAPE = re.compile(r"[A-Z0-9/-]{1,17}", re.ASCII)
_SEAL_SHAPE = re.compile(r"(?!0+$)[A-Z0-9]{1,100}(,(?!0+$)[A-Z0-9]{1,100})*", re.ASCII)
_LONGEST_SEALS = 100


def _indicator_is_known(word: str, guide: Guide) -> bool:
    known = _OF_TRANSPORTISTA if guide.is_carriers else _OF_REMITENTE
    return not word.startswith(_OURS) or word in known


def _indicator_is_once(word: str, guide: Guide) -> bool:
    return guide.indicators.count(word) == 1


def _payer_is_once(guide: Guide) -> bool:
    return sum(word.startswith(PAYER) for word in guide.indicators) <= 1


def _packages_are_due(guide: Guide) -> bool:
    """Bundles must be counted, by the rules since June 2026."""
    reason = guide.shipment.reason
    named = (reason == EXPORT and is_declared(guide)) or (reason == FOREIGN_GOODS and guide.relates_to(MANIFEST))
    return named and not has_container(guide)


def _packages_fit(guide: Guide) -> bool:
    packages = guide.shipment.packages
    return packages is None or (0 <= packages < _PACKAGES and packages == packages.to_integral_value())


def _seal_is_due(guide: Guide) -> bool:
    return is_abroad(guide) and not is_manifest_container(guide)


def _seal_is_due_2026(guide: Guide) -> bool:
    if is_manifest_container(guide):
        return False
    return guide.shipment.reason == EXPORT or (is_abroad(guide) and is_whole(guide))


def _sealed_unless_empty(container: Container, guide: Guide) -> bool:
    """A manifest's container that its first line does not call empty bears a seal."""
    if not (is_foreign(guide) and is_manifest_container(guide)) or not container.number or container.seal:
        return True
    first = next((line for line in guide.lines if line.value_of(_CONTAINER) == container.number), None)
    return first is None or first.value_of(_EMPTY_FLAG) != "0"


def _port_is_named(guide: Guide) -> bool:
    """A port of an import or export has its code."""
    port, reason = guide.shipment.port, guide.shipment.reason
    asked = reason == IMPORT or (reason == EXPORT and port.kind == SEAPORT)
    return not port.kind or not asked or bool(port.code)


def _port_is_listed(guide: Guide, kind: str, number: str, reasons: frozenset[str]) -> bool:
    port = guide.shipment.port
    asked = port.kind == kind and port.code and guide.shipment.reason in reasons
    return not asked or is_listed(number, port.code)


CARGO: tuple[Rule[Guide], ...] = (
    Rule(
        "3388",
        "indicators",
        "El indicador no es de los que SUNAT admite para esta guía; revise cómo está escrito.",
        lambda g: all(_indicator_is_known(word, g) for word in g.indicators),
    ),
    Rule(
        "3344",
        "indicators",
        "Un indicador está dos veces; déjelo una. Sólo uno puede decir quién paga el flete.",
        lambda g: all(_indicator_is_once(word, g) for word in g.indicators) and _payer_is_once(g),
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    Rule(
        "3419",
        "shipment.packages",
        "Sin contenedor, el comercio exterior (08, 09, 19) lleva el número de bultos o pallets.",
        lambda g: not is_abroad(g) or has_container(g) or g.shipment.packages is not None,
        until=UNTIL_2026,
    ),
    Rule(
        "3419",
        "shipment.packages",
        "Sin contenedor, una exportación o un manifiesto lleva el número de bultos o pallets.",
        lambda g: not _packages_are_due(g) or g.shipment.packages is not None,
        since=SINCE_2026,
    ),
    Rule(
        "3489",
        "shipment.packages",
        "El número de bultos o pallets debe ser un entero de hasta 13 dígitos.",
        _packages_fit,
    ),
    Rule(
        "3392",
        "indicators",
        "El traslado total de una DAM o DS es sólo de los motivos 08, 09 y 19.",
        lambda g: not is_whole(g) or is_abroad(g),
    ),
    Rule(
        "3485",
        "indicators",
        "El traslado total de una DAM o DS no va con un manifiesto (91) ni con una cita (92).",
        lambda g: not is_whole(g) or not (is_appointed(g) or (is_foreign(g) and g.relates_to(MANIFEST))),
    ),
    Rule(
        "3478",
        "indicators",
        "El contenedor del manifiesto es sólo del motivo 19 con un manifiesto de carga (91).",
        lambda g: not is_manifest_container(g) or (is_foreign(g) and g.relates_to(MANIFEST)),
    ),
    Rule(
        "4437",
        "indicators",
        "Sin traslado total, el saldo pendiente de la importación queda a su cuidado.",
        lambda g: g.shipment.reason != IMPORT or is_whole(g),
    ),
    Rule(
        "3450",
        "indicators",
        "En transporte privado no va el indicador de vehículos y conductores del transportista.",
        lambda g: not is_private(g) or not names_carriers_vehicle(g),
    ),
    Rule(
        "3451",
        "indicators",
        "En transporte público no van a la vez vehículo M1 o L y vehículos del transportista.",
        lambda g: not is_public(g) or not is_light(g) or not names_carriers_vehicle(g),
    ),
    Rule(
        "3487",
        "containers",
        "El contenedor del manifiesto lleva su número de contenedor.",
        lambda g: not is_manifest_container(g) or has_container(g),
    ),
    Rule(
        "3420",
        "containers",
        "Van como máximo dos contenedores.",
        lambda g: not is_abroad(g) or sum(bool(c.number) for c in g.containers) <= _MOST_CONTAINERS,
    ),
    Rule(
        "3421",
        "number",
        "El mismo número de contenedor está dos veces.",
        lambda c, g: not c.number or sum(c.number == x.number for x in g.containers) == 1,
        over="containers",
    ),
    Rule(
        "4071",
        "number",
        "El número de contenedor admite hasta 17 letras mayúsculas, números, «-» y «/».",
        lambda c, _: not c.number or _CONTAINER_SHAPE.fullmatch(c.number) is not None,
        over="containers",
    ),
    Rule(
        "3422",
        "seal",
        "Falta el precinto del contenedor; escríbalo como {numero, precinto}.",
        lambda c, g: not _seal_is_due(g) or not c.number or bool(c.seal),
        over="containers",
        until=UNTIL_2026,
    ),
    Rule(
        "3422",
        "seal",
        "Falta el precinto del contenedor; escríbalo como {numero, precinto}.",
        lambda c, g: not _seal_is_due_2026(g) or not c.number or bool(c.seal),
        over="containers",
        since=SINCE_2026,
    ),
    Rule(
        "3495",
        "seal",
        "El contenedor no está vacío según su línea (7028 = 0): lleva precinto.",
        _sealed_unless_empty,
        over="containers",
    ),
    Rule(
        "3423",
        "seal",
        "El mismo precinto está dos veces.",
        lambda c, g: not c.seal or sum(c.seal == x.seal for x in g.containers) == 1,
        over="containers",
    ),
    Rule(
        "4074",
        "seal",
        "El precinto admite hasta 100 letras mayúsculas y números; varios se separan con comas.",
        lambda c, g: (
            not (is_abroad(g) and c.seal)
            or (len(c.seal) <= _LONGEST_SEALS and _SEAL_SHAPE.fullmatch(c.seal) is not None)
        ),
        over="containers",
    ),
    Rule("4413", "shipment.port.code", "Falta el código del puerto o aeropuerto.", _port_is_named),
    Rule(
        "3484",
        "shipment.port.code",
        "El motivo 19 lleva el código de su puerto o aeropuerto.",
        lambda g: not is_foreign(g) or not g.shipment.port.kind or bool(g.shipment.port.code),
    ),
    Rule(
        "3459",
        "shipment.port.code",
        "El código del puerto no está en el catálogo 63.",
        lambda g: _port_is_listed(g, SEAPORT, "63", frozenset({IMPORT, EXPORT, FOREIGN_GOODS})),
    ),
    Rule(
        "3460",
        "shipment.port.code",
        "El código del aeropuerto no está en el catálogo 64.",
        lambda g: _port_is_listed(g, AIRPORT, "64", frozenset({IMPORT, FOREIGN_GOODS})),
    ),
    Rule(
        "4418",
        "shipment.port.name",
        "Falta el nombre del puerto o aeropuerto.",
        lambda g: not g.shipment.port.code or bool(g.shipment.port.name),
    ),
)

OF_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    Rule(
        "4388",
        "indicators",
        "Diga quién paga el flete (pagadorFlete): Remitente, Subcontratador o Tercero.",
        lambda g: any(word in PAYERS for word in g.indicators),
    ),
)
