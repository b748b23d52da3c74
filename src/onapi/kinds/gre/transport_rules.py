"""What SUNAT asks of who transports and with what: transport company, vehicles, drivers, special authorisations."""

import re
from collections.abc import Callable

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    SINCE_2026,
    UNTIL_2026,
    hides_vehicle,
    id_fits,
    is_light,
    is_line_or_nothing,
    is_private,
    is_public,
    names_carriers_vehicle,
    needs_carrier,
    needs_driver,
)
from onapi.kinds.gre.model import Carrier, Guide, Permit
from onapi.rules.rule import Rule
from onapi.values.identity import RUC

_LONGEST_NAME = 250
_SHORTEST_PERMIT, _LONGEST_PERMIT = 3, 50
_PLATE = re.compile(r"(?!0+$)[0-9A-Z]{6,8}", re.ASCII)
_CARD = re.compile(r"(?!0+$)[0-9A-Z]{10,15}", re.ASCII)
_LATER_CARD = re.compile(r"(?!0+$)[0-9A-Z]{9,15}", re.ASCII)  # of a remitente's main vehicle
_MTC = re.compile(r"(?!0+$)[0-9A-Z]{1,20}", re.ASCII)


def _carrier(test: Callable[[Carrier], bool]) -> Callable[[Guide], bool]:
    """Asked of the transport company where one must be named."""
    return lambda guide: not needs_carrier(guide) or test(guide.shipment.carrier)


def _is_registered(guide: Guide) -> bool:
    asked = guide.is_carriers or needs_carrier(guide)
    return not asked or bool(guide.shipment.carrier.mtc)


def _no_carrier_in_private(guide: Guide) -> bool:
    carrier = guide.shipment.carrier
    return not is_private(guide) or not (carrier.id_type or carrier.id_number or carrier.name)


def _permit_rules(
    path: str, permit: Callable[[Guide], Permit], codes: tuple[str, str, str, str]
) -> tuple[Rule[Guide], ...]:
    """Number and authority of a special authorisation, under the codes of its holder."""
    shape, authority, listed, number = codes

    def fits(guide: Guide) -> bool:
        return is_line_or_nothing(permit(guide).number, _SHORTEST_PERMIT, _LONGEST_PERMIT)

    return (
        Rule(shape, f"{path}.number", "La autorización especial tiene de 3 a 50 caracteres en una sola línea.", fits),
        Rule(
            authority,
            f"{path}.authority",
            "Falta la entidad que dio la autorización especial (catálogo D-37).",
            lambda g: not permit(g).number or bool(permit(g).authority),
        ),
        Rule(
            listed,
            f"{path}.authority",
            "La entidad que dio la autorización no está en el catálogo D-37.",
            lambda g: not permit(g).authority or is_listed("D-37", permit(g).authority),
        ),
        Rule(
            number,
            f"{path}.number",
            "Con la entidad va el número de su autorización especial.",
            lambda g: not permit(g).authority or bool(permit(g).number),
        ),
    )


def card_is_due(guide: Guide) -> bool:
    """A vehicle shows its card."""
    return guide.is_carriers or (needs_carrier(guide) and names_carriers_vehicle(guide))


def card_is_hidden(guide: Guide) -> bool:
    """By the rules before June 2026 only the carrier's vehicles show their card."""
    return not guide.is_carriers and not names_carriers_vehicle(guide)


def card_is_hidden_2026(guide: Guide) -> bool:
    """By the rules since June 2026 only public transport hides it."""
    return not guide.is_carriers and is_public(guide) and not names_carriers_vehicle(guide)


def permit_is_hidden(guide: Guide) -> bool:
    """A vehicle shows no special authorisation."""
    return not guide.is_carriers and (is_light(guide) or hides_vehicle(guide))


def _card_fits(guide: Guide) -> bool:
    card = guide.shipment.vehicle.card
    shape = _CARD if guide.is_carriers or guide.issue_date < SINCE_2026 else _LATER_CARD
    return not card or shape.fullmatch(card) is not None


def plate_fits(plate: str) -> bool:
    """Six to eight capitals and digits; no plate fits too."""
    return not plate or _PLATE.fullmatch(plate) is not None


CARRIER: tuple[Rule[Guide], ...] = (
    Rule(
        "2558",
        "shipment.carrier.id_number",
        "En transporte público falta el RUC del transportista.",
        _carrier(lambda c: bool(c.id_number)),
    ),
    Rule(
        "2561",
        "shipment.carrier.id_type",
        "Falta el tipo de documento del transportista: 6 (RUC).",
        _carrier(lambda c: not c.id_number or bool(c.id_type)),
    ),
    Rule(
        "2485",
        "shipment.carrier.id_type",
        "El transportista debe identificarse con RUC (tipo 6).",
        _carrier(lambda c: c.id_type in {"", RUC}),
    ),
    Rule(
        "3348",
        "shipment.carrier.id_number",
        "El RUC del transportista no existe: debe tener 11 dígitos.",
        _carrier(lambda c: c.id_type != RUC or id_fits(RUC, c.id_number)),
    ),
    Rule(
        "2560",
        "shipment.carrier.id_number",
        "El transportista debe ser otro que el remitente; si usa su propio vehículo, la modalidad es 02.",
        lambda g: not needs_carrier(g) or g.shipment.carrier.id_number != g.issuer.id_number,
    ),
    Rule(
        "2563",
        "shipment.carrier.name",
        "Falta el nombre o razón social del transportista.",
        _carrier(lambda c: bool(c.name)),
    ),
    Rule(
        "4165",
        "shipment.carrier.name",
        "El nombre del transportista tiene de 3 a 250 caracteres en una sola línea.",
        _carrier(lambda c: is_line_or_nothing(c.name, 3, _LONGEST_NAME)),
    ),
    Rule(
        "3347",
        "shipment.carrier",
        "En transporte privado (02) no van datos del transportista; quítelos.",
        _no_carrier_in_private,
    ),
)

BOTH: tuple[Rule[Guide], ...] = (
    Rule("4391", "shipment.carrier.mtc", "Falta el número de registro MTC del transportista.", _is_registered),
    Rule(
        "4392",
        "shipment.carrier.mtc",
        "El registro MTC admite hasta 20 letras mayúsculas y números.",
        lambda g: (
            not (g.is_carriers or needs_carrier(g))
            or not g.shipment.carrier.mtc
            or _MTC.fullmatch(g.shipment.carrier.mtc) is not None
        ),
    ),
    *_permit_rules("shipment.carrier.permit", lambda g: g.shipment.carrier.permit, ("4396", "4394", "4395", "4397")),
    Rule(
        "2566",
        "shipment.vehicle.plate",
        "Falta la placa del vehículo principal.",
        lambda g: not needs_driver(g) or bool(g.shipment.vehicle.plate),
    ),
    Rule(
        "2567",
        "shipment.vehicle.plate",
        "La placa tiene de 6 a 8 letras mayúsculas y números, sin guion ni espacios.",
        lambda g: plate_fits(g.shipment.vehicle.plate),
    ),
    Rule(
        "4399",
        "shipment.vehicle.card",
        "Falta la tarjeta única de circulación o el certificado de habilitación del vehículo.",
        lambda g: not card_is_due(g) or bool(g.shipment.vehicle.card),
    ),
    Rule(
        "3355",
        "shipment.vehicle.card",
        "La tarjeta única de circulación tiene de 10 a 15 letras mayúsculas y números.",
        _card_fits,
    ),
    *_permit_rules("shipment.vehicle.permit", lambda g: g.shipment.vehicle.permit, ("4406", "4403", "4407", "4405")),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    *_permit_rules("shipment.permit", lambda g: g.shipment.permit, ("4369", "4394", "4395", "4397")),
    Rule(
        "3354",
        "shipment.vehicle.plate",
        "En transporte público no va la placa, salvo con el indicador de vehículos del transportista.",
        lambda g: not hides_vehicle(g) or not g.shipment.vehicle.plate,
    ),
    Rule(
        "3452",
        "shipment.vehicle.card",
        "La tarjeta de circulación va sólo con el indicador de vehículos del transportista; quítela.",
        lambda g: not card_is_hidden(g) or not g.shipment.vehicle.card,
        until=UNTIL_2026,
    ),
    Rule(
        "3452",
        "shipment.vehicle.card",
        "En transporte público la tarjeta de circulación va sólo con el indicador de vehículos del transportista.",
        lambda g: not card_is_hidden_2026(g) or not g.shipment.vehicle.card,
        since=SINCE_2026,
    ),
    Rule(
        "3452",
        "shipment.vehicle.permit.number",
        "La autorización especial del vehículo no va en transporte público ni en vehículos M1 o L; quítela.",
        lambda g: not permit_is_hidden(g) or not g.shipment.vehicle.permit.number,
    ),
)
