"""What SUNAT asks of a liquidación de compra (sheet LiquidacionCompra2_0 of its validation workbook, v20260212).

Rules that hold by construction of our XML are not repeated here. Each sentence says what to do. Parties, lines and
sums have files of their own.
"""

import re

from onapi.facts.catalog import catalog, is_listed
from onapi.kinds.purchase.amounts import DEDUCTIONS
from onapi.kinds.purchase.line_rules import COMPUTED, WRITTEN
from onapi.kinds.purchase.model import BY_ADVANCE, Purchase
from onapi.kinds.purchase.party_rules import BUYER, PLACE, SELLER
from onapi.kinds.purchase.sum_rules import LINE_SUMS, SUMS
from onapi.rules.rule import Level, Rule
from onapi.rules.shapes import fits, is_line, is_word
from onapi.values.identity import is_ruc_shape
from onapi.values.money import ZERO
from onapi.values.number import is_series_for

_MOST_LINES = 999
_LONGEST_NOTE = 200
_LONGEST_REFERENCE = 30
_GUIDES = frozenset({"09", "31"})  # catalogue 01
_RELATED = frozenset({BY_ADVANCE, "99"})  # catalogue 12
_GUIDE_NUMBER = re.compile(
    r"(T[A-Z0-9]{3}|\d{4}|EG0[1-4]|EG07|G\d{3}|V[A-Z0-9]{3})-\d{1,8}",
    re.ASCII,
)
_ADVANCE_NUMBER = re.compile(r"(L[A-Z0-9]{3}|E001|\d{1,4})-\d{1,8}", re.ASCII)


def _operation_fits(purchase: Purchase) -> bool:
    entry = catalog("51").get(purchase.operation)
    return entry is not None and entry.extra["liquidacion"] == "1"


def _related_once(purchase: Purchase) -> bool:
    """Advances are related documents too."""
    named = [(advance.doctype, advance.number) for advance in purchase.advances]
    named += [(other.doctype, other.number) for other in purchase.related]
    return len(set(named)) == len(named)


HEAD: tuple[Rule[Purchase], ...] = (
    Rule(
        "1001",
        "id.series",
        "La serie de una liquidación de compra empieza con L y tiene cuatro caracteres, como L001.",
        lambda p: is_series_for(p.id.doctype, p.id.series),
    ),
    Rule(
        "3206",
        "operation",
        "El tipo de operación no es de una liquidación de compra; use 0501, 0502 (anticipo) o 0503 (oro).",
        _operation_fits,
    ),
    Rule(
        "3088",
        "currency",
        "La moneda no está en el catálogo 02; use un código ISO 4217, como PEN o USD.",
        lambda p: is_listed("02", p.currency),
    ),
)

NOTES: tuple[Rule[Purchase], ...] = (
    Rule(
        "3027",
        "code",
        "El código de leyenda no está en el catálogo 52; corríjalo o quite la leyenda.",
        lambda legend, _: is_listed("52", legend.code),
        over="legends",
    ),
    Rule(
        "3014",
        "legends",
        "Una leyenda está dos veces; déjela una.",
        lambda p: len({legend.code for legend in p.legends}) == len(p.legends),
    ),
    Rule(
        "3006",
        "text",
        "El texto de la leyenda debe tener de 1 a 200 caracteres, sin saltos de línea.",
        lambda legend, _: is_line(legend.text, 1, _LONGEST_NOTE),
        over="legends",
    ),
    Rule(
        "3006",
        "remarks",
        "La observación admite hasta 200 caracteres, sin saltos de línea.",
        lambda p: is_line(p.remarks, 0, _LONGEST_NOTE),
    ),
)

REFERENCES: tuple[Rule[Purchase], ...] = (
    Rule(
        "4005",
        "doctype",
        "La guía relacionada es 09 (remitente) o 31 (transportista).",
        lambda guide, _: guide.doctype in _GUIDES,
        over="guides",
        level=Level.OBSERVATION,
    ),
    Rule(
        "4006",
        "number",
        "El número de la guía no tiene la forma de una serie y número, como T001-123.",
        lambda guide, _: bool(_GUIDE_NUMBER.fullmatch(guide.number)),
        over="guides",
        level=Level.OBSERVATION,
    ),
    Rule(
        "2364",
        "guides",
        "La misma guía de remisión está dos veces; déjela una.",
        lambda p: len(set(p.guides)) == len(p.guides),
    ),
    Rule(
        "4009",
        "doctype",
        "El documento relacionado es 10 (liquidación por anticipo) o 99 (otros).",
        lambda other, _: other.doctype in _RELATED,
        over="related",
        level=Level.OBSERVATION,
    ),
    Rule(
        "4010",
        "number",
        "El número del documento relacionado admite hasta 30 caracteres, sin espacios.",
        lambda other, _: is_word(other.number, 0, _LONGEST_REFERENCE),
        over="related",
        level=Level.OBSERVATION,
    ),
    Rule("2365", "related", "El mismo documento relacionado está dos veces; déjelo una.", _related_once),
    Rule(
        "3216",
        "doctype",
        "La liquidación de un anticipo (10) va en «anticipos», con el importe pagado.",
        lambda other, _: other.doctype != BY_ADVANCE,
        over="related",
    ),
)

ADVANCES: tuple[Rule[Purchase], ...] = (
    Rule(
        "2503",
        "total",
        "El importe del anticipo debe ser mayor que cero; corríjalo o quite el anticipo.",
        lambda advance, _: advance.total > ZERO,
        over="advances",
    ),
    Rule(
        "2465",
        "doctype",
        "El anticipo se hizo con una liquidación de compra; use el tipo 10 del catálogo 12.",
        lambda advance, _: advance.doctype == BY_ADVANCE,
        over="advances",
    ),
    Rule(
        "2521",
        "number",
        "El número de la liquidación del anticipo no tiene la forma L001-123, E001-123 o 0001-123.",
        lambda advance, _: bool(_ADVANCE_NUMBER.fullmatch(advance.number)),
        over="advances",
    ),
    Rule(
        "2529",
        "issuer",
        "El RUC de quien emitió el anticipo debe tener 11 dígitos y empezar en 10, 15, 16, 17 o 20.",
        lambda advance, _: is_ruc_shape(advance.issuer),
        over="advances",
    ),
    Rule(
        "3072",
        "code",
        "Falta el código del descuento; use 04, 05 o 06 por el valor del anticipo, o 61 por su renta.",
        lambda charge, _: bool(charge.code),
        over="deductions",
    ),
    Rule(
        "3071",
        "code",
        "Una liquidación de compra solo descuenta anticipos: use 04 (gravado), 05 (exonerado), 06 (inafecto) o 61 (su"
        " renta).",
        lambda charge, _: not charge.code or charge.code in DEDUCTIONS,
        over="deductions",
    ),
    Rule(
        "2968",
        "amount",
        "El importe del descuento no puede ser negativo y admite hasta 12 enteros.",
        lambda charge, _: fits(charge.amount),
        over="deductions",
    ),
)

LINES: Rule[Purchase] = Rule(
    "2023",
    "lines",
    "La liquidación de compra necesita de 1 a 999 líneas.",
    lambda p: 1 <= len(p.lines) <= _MOST_LINES,
)

ALL_RULES: tuple[Rule[Purchase], ...] = (
    *HEAD,
    *BUYER,
    *SELLER,
    *PLACE,
    LINES,
    *WRITTEN,
    *COMPUTED,
    *LINE_SUMS,
    *ADVANCES,
    *SUMS,
    *NOTES,
    *REFERENCES,
)
