"""What SUNAT asks of a transport as such: reason, mode, dates and weights."""

import unicodedata

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    EXPORT,
    OTHER,
    SINCE_2026,
    UNTIL_2026,
    is_abroad,
    is_appointed,
    is_light,
    is_line,
    is_line_or_nothing,
    is_number,
    is_private,
    is_public,
    is_whole,
    names_carriers_vehicle,
    needs_carrier,
)
from onapi.kinds.gre.keywords import KEYWORDS
from onapi.kinds.gre.model import Guide
from onapi.rules.rule import Rule

_WHOLE, _DECIMALS = 12, 3  # digits of a weight
_LONGEST_REASON = 100
_LONGEST_NOTE = 250
_LETTERS = 3


def _says_more_than_keywords(guide: Guide) -> bool:
    """The description of another reason is one line with letters, and no mere word such as "otros"."""
    text = guide.shipment.reason_text
    if guide.shipment.reason != OTHER or not text:
        return True
    letters = sum(sign.isalpha() for sign in text)
    return is_line(text, 3, _LONGEST_REASON) and letters >= _LETTERS and _plain(text) not in KEYWORDS


def _plain(text: str) -> str:
    """Without accents, capitals and doubled blanks."""
    signs = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _starts_in_time(guide: Guide) -> bool:
    return guide.shipment.start is None or guide.shipment.start >= guide.issue_date


def _must_start(guide: Guide) -> bool:
    """A date of start is due, by the rules of a remitente before June 2026."""
    return is_private(guide) or (is_public(guide) and (is_light(guide) or names_carriers_vehicle(guide)))


def _must_start_2026(guide: Guide) -> bool:
    return is_private(guide) or (needs_carrier(guide) and names_carriers_vehicle(guide))


def _hands_over(guide: Guide) -> bool:
    """The date of transport is that of the handover, by the rules before June 2026."""
    return needs_carrier(guide) and not names_carriers_vehicle(guide)


SHIPMENT: tuple[Rule[Guide], ...] = (
    Rule(
        "2880",
        "shipment.weight",
        "Falta el peso bruto total de la carga.",
        lambda g: g.shipment.weight is not None or is_appointed(g),
    ),
    Rule(
        "2523",
        "shipment.weight",
        "El peso bruto debe ser mayor que cero, con hasta 12 enteros y 3 decimales, en KGM o TNE.",
        lambda g: (
            g.shipment.weight is None
            or (is_number(g.shipment.weight, _WHOLE, _DECIMALS) and g.shipment.weight_unit in {"KGM", "TNE"})
        ),
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    Rule("3404", "shipment.reason", "Falta el motivo de traslado (catálogo 20).", lambda g: bool(g.shipment.reason)),
    Rule(
        "3405",
        "shipment.reason",
        "El motivo de traslado no está en el catálogo 20.",
        lambda g: not g.shipment.reason or is_listed("20", g.shipment.reason),
    ),
    Rule(
        "3457",
        "shipment.reason_text",
        "El motivo 13 (otros) lleva su descripción.",
        lambda g: g.shipment.reason != OTHER or bool(g.shipment.reason_text),
    ),
    Rule(
        "4190",
        "shipment.reason_text",
        "Describa el motivo en 3 a 100 caracteres; no bastan palabras como «otros» o «traslado».",
        _says_more_than_keywords,
    ),
    Rule(
        "2532",
        "shipment.mode",
        "Falta la modalidad de traslado: 01 transporte público, 02 privado.",
        lambda g: bool(g.shipment.mode),
    ),
    Rule(
        "2773",
        "shipment.mode",
        "La modalidad de traslado debe ser 01 (transporte público) o 02 (privado).",
        lambda g: not g.shipment.mode or is_listed("18", g.shipment.mode),
    ),
    Rule(
        "3406",
        "shipment.start",
        "Falta la fecha de inicio del traslado.",
        lambda g: not _must_start(g) or g.shipment.start is not None,
        until=UNTIL_2026,
    ),
    Rule(
        "3406",
        "shipment.start",
        "Falta la fecha de inicio del traslado.",
        lambda g: not _must_start_2026(g) or g.shipment.start is not None,
        since=SINCE_2026,
    ),
    Rule(
        "3343",
        "shipment.start",
        "El traslado no puede empezar antes de la fecha de emisión.",
        lambda g: not _must_start(g) or _starts_in_time(g),
        until=UNTIL_2026,
    ),
    Rule(
        "3343",
        "shipment.start",
        "El traslado no puede empezar antes de la fecha de emisión.",
        lambda g: not is_private(g) or _starts_in_time(g),
        since=SINCE_2026,
    ),
    Rule(
        "4385",
        "shipment.start",
        "Falta la fecha de entrega de los bienes al transportista.",
        lambda g: not _hands_over(g) or g.shipment.start is not None,
        until=UNTIL_2026,
    ),
    Rule(
        "4386",
        "shipment.start",
        "Los bienes no pueden entregarse al transportista antes de la fecha de emisión.",
        lambda g: not _hands_over(g) or _starts_in_time(g),
        until=UNTIL_2026,
    ),
    Rule(
        "4383",
        "shipment.items_weight",
        "Sin traslado total, el comercio exterior (08, 09, 19) lleva el peso de los ítems seleccionados.",
        lambda g: not is_abroad(g) or is_whole(g) or g.shipment.items_weight is not None,
        until=UNTIL_2026,
    ),
    Rule(
        "4383",
        "shipment.items_weight",
        "Sin traslado total, una exportación lleva el peso de los ítems seleccionados.",
        lambda g: g.shipment.reason != EXPORT or is_whole(g) or g.shipment.items_weight is not None,
        since=SINCE_2026,
    ),
    Rule(
        "3395",
        "shipment.items_weight",
        "El peso de los ítems seleccionados es sólo del comercio exterior (08, 09, 19); quítelo.",
        lambda g: is_abroad(g) or g.shipment.items_weight is None,
    ),
    Rule(
        "3397",
        "shipment.items_weight",
        "El peso de los ítems debe ser mayor que cero, con hasta 12 enteros y 3 decimales, en kilogramos.",
        lambda g: g.shipment.items_weight is None or is_number(g.shipment.items_weight, _WHOLE, _DECIMALS),
    ),
    Rule(
        "4387",
        "shipment.weight_note",
        "Sin traslado total, el comercio exterior (08, 09, 19) sustenta la diferencia de pesos.",
        lambda g: not is_abroad(g) or is_whole(g) or bool(g.shipment.weight_note),
        until=UNTIL_2026,
    ),
    Rule(
        "4387",
        "shipment.weight_note",
        "Sin traslado total, una exportación sustenta la diferencia de pesos.",
        lambda g: g.shipment.reason != EXPORT or is_whole(g) or bool(g.shipment.weight_note),
        since=SINCE_2026,
    ),
    Rule(
        "3418",
        "shipment.weight_note",
        "El sustento de la diferencia de pesos es sólo del comercio exterior (08, 09, 19); quítelo.",
        lambda g: is_abroad(g) or not g.shipment.weight_note,
    ),
    Rule(
        "4428",
        "shipment.weight_note",
        "El sustento de la diferencia de pesos admite hasta 250 caracteres en una sola línea.",
        lambda g: is_line_or_nothing(g.shipment.weight_note, 1, _LONGEST_NOTE),
    ),
)

OF_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    Rule(
        "3406",
        "shipment.start",
        "Falta la fecha de inicio del traslado.",
        lambda g: g.shipment.start is not None,
    ),
    Rule(
        "3343",
        "shipment.start",
        "El traslado no puede empezar antes de la fecha de emisión.",
        _starts_in_time,
    ),
)
