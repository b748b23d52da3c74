"""What SUNAT asks of the further facts of goods (catalogue 55): tariff headings, declarations, manifests."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    DECLARATIONS,
    EXPORT,
    FOREIGN_GOODS,
    IMPORT,
    MANIFEST,
    OTHER,
    SINCE_2026,
    UNTIL_2026,
    goods_are_due,
    is_abroad,
    is_foreign,
    is_manifest_container,
    is_whole,
)
from onapi.kinds.gre.model import Guide, Line
from onapi.rules.rule import Rule

TARIFF, DECLARATION, CONTROLLED, SERIAL = "7020", "7021", "7022", "7023"
BILL, DETAIL, CONTAINER, SEAL, IS_EMPTY = "7024", "7025", "7026", "7027", "7028"
_OF_MANIFESTS = (BILL, DETAIL, CONTAINER, SEAL, IS_EMPTY)
_WITH_VALUE = (TARIFF, DECLARATION, CONTROLLED, SERIAL, BILL, DETAIL, CONTAINER, IS_EMPTY)
_WITH_VALUE_OF_CARRIERS = (TARIFF, CONTROLLED)
_YES = "1"
_NO = "0"
_LONGEST_SEALS = 100
_BY_DECLARATION = frozenset({IMPORT, EXPORT, FOREIGN_GOODS})
_BY_DECLARATION_2026 = _BY_DECLARATION | {OTHER}

_SHAPES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {  # code of catalogue 55: SUNAT's code, what is wrong, shape
        TARIFF: ("3377", "La partida arancelaria (7020) debe tener hasta 10 dígitos.", r"(?!0+$)\d{1,10}"),
        CONTROLLED: ("3396", "El indicador de bien normalizado (7022) debe ser 0 o 1.", r"[01]"),
        DECLARATION: (
            "2769",
            "El número de DAM o DS (7021) debe tener la forma 118-2026-10-123456.",
            r"\d{3}-\d{4}-\d{2}-[1-9]\d{0,5}",
        ),
        SERIAL: ("3431", "El número de serie de la DAM o DS (7023) debe tener hasta 4 dígitos.", r"(?!0+$)\d{1,4}"),
        BILL: (
            "3466",
            "El documento de transporte (7024) admite hasta 25 letras mayúsculas, números, «-», «/» y «\\».",
            r"[A-Z0-9/\\-]{1,25}",
        ),
        DETAIL: ("3468", "El número de detalle (7025) debe tener hasta 5 dígitos, sin ceros delante.", r"[1-9]\d{0,4}"),
        CONTAINER: (
            "3470",
            "El contenedor (7026) admite hasta 17 letras mayúsculas, números, «-» y «/».",
            r"[A-Z0-9/-]{1,17}",
        ),
        SEAL: (
            "3474",
            "El precinto (7027) admite hasta 100 letras mayúsculas y números; varios se separan con comas.",
            r"(?=.{1,100}$)(?!0+$)[A-Z0-9]+(,(?!0+$)[A-Z0-9]+)*",
        ),
        IS_EMPTY: ("3476", "El indicador de contenedor vacío (7028) debe ser 0 o 1.", r"[01]"),
    }
)

LineTest = Callable[[Line, Guide], bool]


def _is_controlled(line: Line) -> bool:
    """Goods on SUNAT's list of controlled ones (bien normalizado)."""
    return line.value_of(CONTROLLED) == _YES


def _lists_controlled(line: Line, guide: Guide) -> bool:
    """Controlled goods whose code and tariff heading are due."""
    due = goods_are_due(guide) if guide.is_carriers else not is_whole(guide)
    return due and _is_controlled(line)


def _judges_controlled(line: Line, guide: Guide) -> bool:
    """Controlled goods whose code and tariff heading, if told, must be those of the list."""
    return _is_controlled(line) and (guide.is_carriers or not is_whole(guide))


def _has_deposit(line: Line, guide: Guide) -> bool:
    """Controlled goods travel with a deposit of detracción or IVAP."""
    if guide.is_carriers:
        other = guide.relates_to("01", "03", "04", "09", "12", "48", "50", "52", "82")
        return not _is_controlled(line) or other or guide.relates_to("80")
    asked = _is_controlled(line) and not is_foreign(guide) and not is_whole(guide)
    return not asked or guide.relates_to("49", "80")


def _values_are_told(line: Line, guide: Guide) -> bool:
    codes = _WITH_VALUE_OF_CARRIERS if guide.is_carriers else _WITH_VALUE
    sealed = guide.is_carriers or line.value_of(IS_EMPTY) != _NO or line.value_of(SEAL) != ""
    return sealed and all(line.value_of(code) != "" for code in codes)


def _shape_rule(code: str, sunat: str, sentence: str, shape: str) -> Rule[Guide]:
    pattern = re.compile(shape, re.ASCII)

    def holds(line: Line, _: Guide) -> bool:
        values = [fact.value for fact in line.properties if fact.code == code and fact.value]
        return all(pattern.fullmatch(value) for value in values)

    return _line(sunat, sentence, holds)


def _line(code: str, sentence: str, holds: LineTest) -> Rule[Guide]:
    return Rule(code, "properties", sentence, holds, over="lines")


def _needs(code: str, sunat: str, what: str, when: Callable[[Guide], bool]) -> Rule[Guide]:
    """A fact that every line carries in some situation."""
    return _line(
        sunat, f"Falta {what} ({code}) en los atributos.", lambda x, g: not when(g) or x.value_of(code) is not None
    )


def _by_manifest(guide: Guide) -> bool:
    return is_foreign(guide) and guide.relates_to(MANIFEST)


def _in_manifests_container(guide: Guide) -> bool:
    return is_foreign(guide) and is_manifest_container(guide)


def _by_declaration(guide: Guide) -> bool:
    return is_abroad(guide) and not guide.relates_to(MANIFEST) and not is_whole(guide)


def _by_declaration_2026(guide: Guide) -> bool:
    return guide.shipment.reason == EXPORT and not is_whole(guide)


def _declaration_is_related(line: Line, guide: Guide) -> bool:
    reasons = _BY_DECLARATION_2026 if guide.issue_date >= SINCE_2026 else _BY_DECLARATION
    told = {x.number for x in guide.related if x.doctype in DECLARATIONS}
    number = line.value_of(DECLARATION)
    return not number or guide.shipment.reason not in reasons or is_whole(guide) or number in told


def _container_is_told(line: Line, guide: Guide) -> bool:
    number = line.value_of(CONTAINER)
    return not number or any(container.number == number for container in guide.containers)


def _is_once(line: Line, guide: Guide, *codes: str) -> bool:
    """No other line says the same of these facts."""
    key = [line.value_of(code) for code in codes]
    return None in key or sum([x.value_of(code) for code in codes] == key for x in guide.lines) == 1


PROPERTIES: tuple[Rule[Guide], ...] = (
    _line("3064", "Falta el valor de un atributo.", _values_are_told),
    *(_shape_rule(code, *row) for code, row in _SHAPES.items()),
    Rule(
        "3372",
        "sunat_code",
        "Un bien normalizado (7022 = 1) lleva su código de producto SUNAT.",
        lambda x, g: not _lists_controlled(x, g) or bool(x.sunat_code),
        over="lines",
    ),
    Rule(
        "3425",
        "sunat_code",
        "El código de producto SUNAT no es de un bien normalizado (catálogo 62).",
        lambda x, g: not _judges_controlled(x, g) or not x.sunat_code or is_listed("62A", x.sunat_code),
        over="lines",
    ),
    _line(
        "3426",
        "Un bien normalizado (7022 = 1) lleva su partida arancelaria (7020).",
        lambda x, g: not _lists_controlled(x, g) or x.value_of(TARIFF) is not None,
    ),
    _line(
        "3429",
        "La partida arancelaria (7020) no es de un bien normalizado (catálogo 62).",
        lambda x, g: not _judges_controlled(x, g) or not (heading := x.value_of(TARIFF)) or is_listed("62", heading),
    ),
    _line(
        "3379",
        "Un bien normalizado (7022 = 1) viaja con su constancia de depósito: 49 (sólo remitente) u 80.",
        _has_deposit,
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    *(
        Rule(code, "properties", f"Falta {what} en los atributos.", holds, over="lines", since=since, until=until)
        for code, fact, what in (
            ("3427", DECLARATION, "el número de DAM o DS (7021)"),
            ("3428", SERIAL, "el número de serie en la DAM o DS (7023)"),
        )
        for when, since, until in ((_by_declaration, None, UNTIL_2026), (_by_declaration_2026, SINCE_2026, None))
        for holds in (lambda x, g, fact=fact, when=when: not when(g) or x.value_of(fact) is not None,)
    ),
    _line("3430", "El número de DAM o DS (7021) no está entre los documentos relacionados.", _declaration_is_related),
    _needs(BILL, "3490", "el documento de transporte del manifiesto", _by_manifest),
    _needs(DETAIL, "3491", "el número de detalle del manifiesto", _by_manifest),
    _needs(CONTAINER, "3480", "el contenedor del manifiesto", _in_manifests_container),
    _needs(IS_EMPTY, "3482", "el indicador de contenedor vacío", _in_manifests_container),
    _line(
        "3481",
        "Falta el precinto (7027) de un contenedor que no está vacío.",
        lambda x, g: not _in_manifests_container(g) or x.value_of(IS_EMPTY) != _NO or x.value_of(SEAL) is not None,
    ),
    _line(
        "3473",
        "Los atributos 7024 a 7028 son sólo del motivo 19; quítelos.",
        lambda x, g: is_foreign(g) or all(x.value_of(code) is None for code in _OF_MANIFESTS),
    ),
    _line(
        "3472",
        "Otra línea lleva el mismo documento de transporte y número de detalle.",
        lambda x, g: not g.relates_to(MANIFEST) or is_manifest_container(g) or _is_once(x, g, BILL, DETAIL),
    ),
    _line(
        "3492",
        "Otra línea lleva el mismo contenedor, documento de transporte y número de detalle.",
        lambda x, g: (
            not g.relates_to(MANIFEST) or not is_manifest_container(g) or _is_once(x, g, CONTAINER, BILL, DETAIL)
        ),
    ),
    _line("3486", "El contenedor (7026) no está entre los contenedores del envío.", _container_is_told),
)
