"""What SUNAT asks of second vehicles and of drivers."""

import re
from collections.abc import Callable

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    SINCE_2026,
    UNTIL_2026,
    forbids_driver,
    id_fits,
    is_identity,
    is_line_or_nothing,
    needs_driver,
)
from onapi.kinds.gre.model import MAIN, SECOND, Driver, Guide
from onapi.kinds.gre.transport_rules import (
    card_is_due,
    card_is_hidden,
    card_is_hidden_2026,
    permit_is_hidden,
    plate_fits,
)
from onapi.rules.rule import Rule
from onapi.values.identity import RUC

_LONGEST_NAME = 250
_SHORTEST_PERMIT, _LONGEST_PERMIT = 3, 50
_MOST_SECOND = 2
_CARD = re.compile(r"(?!0+$)[0-9A-Z]{10,15}", re.ASCII)
_LICENCE = re.compile(r"(?!0+$)[0-9A-Z]{9,10}", re.ASCII)
_NAMES = "Los nombres y apellidos del conductor admiten hasta 250 caracteres en una sola línea."
_NO_DRIVER = "En transporte público o en vehículos M1 o L no van datos de conductores; quítelos."

DriverTest = Callable[[Driver, Guide], bool]


def _asked(due: Callable[[Driver], bool], there: Callable[[Driver], bool]) -> DriverTest:
    """Asked of the main driver, and of a second one of whom something else is known."""

    def holds(driver: Driver, guide: Guide) -> bool:
        wanted = driver.kind == MAIN or (driver.kind == SECOND and due(driver))
        return not needs_driver(guide) or not wanted or there(driver)

    return holds


def _count(guide: Guide, kind: str) -> int:
    return sum(driver.kind == kind for driver in guide.drivers)


def _licence_is_once(driver: Driver, guide: Guide) -> bool:
    again = sum(driver.licence == other.licence for other in guide.drivers)
    return driver.kind != SECOND or not driver.licence or again == 1


SECOND_VEHICLES: tuple[Rule[Guide], ...] = (
    Rule(
        "4389",
        "secondary",
        "Van hasta dos vehículos secundarios.",
        lambda g: len(g.secondary) <= _MOST_SECOND,
    ),
    Rule(
        "3453",
        "plate",
        "Aquí no van vehículos secundarios: es transporte público o un vehículo M1 o L; quítelos.",
        lambda v, g: not forbids_driver(g) or not v.plate,
        over="secondary",
    ),
    Rule(
        "2567",
        "plate",
        "La placa tiene de 6 a 8 letras mayúsculas y números, sin guion ni espacios.",
        lambda v, _: plate_fits(v.plate),
        over="secondary",
    ),
    Rule(
        "4399",
        "card",
        "Falta la tarjeta única de circulación o el certificado de habilitación del vehículo.",
        lambda v, g: not card_is_due(g) or not v.plate or bool(v.card),
        over="secondary",
    ),
    Rule(
        "3454",
        "card",
        "La tarjeta de circulación va sólo con el indicador de vehículos del transportista; quítela.",
        lambda v, g: not card_is_hidden(g) or not v.card,
        over="secondary",
        until=UNTIL_2026,
    ),
    Rule(
        "3454",
        "card",
        "En transporte público la tarjeta de circulación va sólo con el indicador de vehículos del transportista.",
        lambda v, g: not card_is_hidden_2026(g) or not v.card,
        over="secondary",
        since=SINCE_2026,
    ),
    Rule(
        "3454",
        "permit.number",
        "La autorización especial del vehículo no va en transporte público ni en vehículos M1 o L; quítela.",
        lambda v, g: not permit_is_hidden(g) or not v.permit.number,
        over="secondary",
    ),
    Rule(
        "3355",
        "card",
        "La tarjeta única de circulación tiene de 10 a 15 letras mayúsculas y números.",
        lambda v, _: not v.card or _CARD.fullmatch(v.card) is not None,
        over="secondary",
    ),
    Rule(
        "4406",
        "permit.number",
        "La autorización especial tiene de 3 a 50 caracteres en una sola línea.",
        lambda v, _: is_line_or_nothing(v.permit.number, _SHORTEST_PERMIT, _LONGEST_PERMIT),
        over="secondary",
    ),
    Rule(
        "4403",
        "permit.authority",
        "Falta la entidad que dio la autorización especial (catálogo D-37).",
        lambda v, _: not v.permit.number or bool(v.permit.authority),
        over="secondary",
    ),
    Rule(
        "4407",
        "permit.authority",
        "La entidad que dio la autorización no está en el catálogo D-37.",
        lambda v, _: not v.permit.authority or is_listed("D-37", v.permit.authority),
        over="secondary",
    ),
    Rule(
        "4405",
        "permit.number",
        "Con la entidad va el número de su autorización especial.",
        lambda v, _: not v.permit.authority or bool(v.permit.number),
        over="secondary",
    ),
)

DRIVERS: tuple[Rule[Guide], ...] = (
    Rule(
        "3357",
        "drivers",
        "Falta el conductor principal.",
        lambda g: not needs_driver(g) or _count(g, MAIN) > 0,
    ),
    Rule("3358", "drivers", "Va un solo conductor principal.", lambda g: _count(g, MAIN) <= 1),
    Rule("4376", "drivers", "Van hasta dos conductores secundarios.", lambda g: _count(g, SECOND) <= _MOST_SECOND),
    Rule("3455", "", _NO_DRIVER, lambda d, g: d.kind != MAIN or not forbids_driver(g), over="drivers"),
    Rule("3456", "", _NO_DRIVER, lambda d, g: d.kind != SECOND or not forbids_driver(g), over="drivers"),
    Rule(
        "2568",
        "id_number",
        "Falta el número de documento de identidad del conductor.",
        _asked(lambda d: bool(d.id_type or d.licence), lambda d: bool(d.id_number)),
        over="drivers",
    ),
    Rule(
        "2570",
        "id_type",
        "Falta el tipo de documento de identidad del conductor (catálogo 06).",
        _asked(lambda d: bool(d.id_number), lambda d: bool(d.id_type)),
        over="drivers",
    ),
    Rule(
        "2571",
        "id_type",
        "El tipo de documento del conductor no está en el catálogo 06, o es RUC; use 1 (DNI), 4 o 7.",
        lambda d, _: not d.id_type or (is_identity(d.id_type) and d.id_type != RUC),
        over="drivers",
    ),
    Rule(
        "2569",
        "id_number",
        "El documento del conductor no tiene la forma de su tipo: DNI de 8 dígitos, otros hasta 15 caracteres.",
        lambda d, _: not d.id_type or id_fits(d.id_type, d.id_number),
        over="drivers",
    ),
    Rule(
        "3360",
        "first_names",
        "Faltan los nombres del conductor.",
        _asked(lambda d: bool(d.licence), lambda d: bool(d.first_names)),
        over="drivers",
    ),
    Rule(
        "3361",
        "last_names",
        "Faltan los apellidos del conductor.",
        _asked(lambda d: bool(d.licence), lambda d: bool(d.last_names)),
        over="drivers",
    ),
    Rule(
        "4409",
        "first_names",
        _NAMES,
        lambda d, _: is_line_or_nothing(d.first_names, 1, _LONGEST_NAME),
        over="drivers",
    ),
    Rule(
        "4409",
        "last_names",
        _NAMES,
        lambda d, _: is_line_or_nothing(d.last_names, 1, _LONGEST_NAME),
        over="drivers",
    ),
    Rule(
        "2572",
        "licence",
        "Falta la licencia de conducir.",
        _asked(lambda d: bool(d.id_number), lambda d: bool(d.licence)),
        over="drivers",
    ),
    Rule(
        "2573",
        "licence",
        "La licencia de conducir tiene 9 o 10 letras mayúsculas y números.",
        lambda d, _: not d.licence or _LICENCE.fullmatch(d.licence) is not None,
        over="drivers",
    ),
    Rule(
        "3362",
        "licence",
        "Dos conductores tienen la misma licencia de conducir; deje uno.",
        _licence_is_once,
        over="drivers",
    ),
)
