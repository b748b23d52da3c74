"""What SUNAT asks of each line (rows 112 to 230 of sheet LiquidacionCompra2_0, v20260212)."""

import re
from collections.abc import Callable
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.kinds.purchase.complete import BOUGHT
from onapi.kinds.purchase.model import GOLD, Line, Purchase
from onapi.rules.rule import Level, Rule
from onapi.rules.shapes import decimals, fits, fits_rate, is_line, near, share
from onapi.tax.tribute import FREE, IGV
from onapi.values.money import ZERO

_MOST_DECIMALS = 10
_LONGEST_DESCRIPTION = 500
_LONGEST_CODE = 30
_LEAST_TAXED = Decimal("0.06")
_GRADE = "6004"
_GRADE_SHAPE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_OF_GOLD = {  # catalogue 55: the rule that wants it, what it is
    "6000": ("2466", "el código de la concesión minera"),
    _GRADE: ("2467", "la ley del mineral"),
    "6005": ("2468", "la naturaleza del mineral"),
    "6006": ("2469", "el nombre del derecho minero"),
}


def _on(
    code: str, path: str, sentence: str, holds: Callable[[Line], bool], level: Level = Level.ERROR
) -> Rule[Purchase]:
    """A rule on each line by itself."""
    return Rule(code, path, sentence, lambda line, _: holds(line), over="lines", level=level)


def _gold_rule(attribute: str) -> Rule[Purchase]:
    code, what = _OF_GOLD[attribute]
    return Rule(
        code,
        "attributes",
        f"En la compra de oro (0503) cada línea dice {what}: agregue el atributo {attribute}.",
        lambda line, p: p.operation != GOLD or any(x.code == attribute for x in line.attributes),
        over="lines",
    )


def _is_taxed(line: Line) -> bool:
    """IGV is reckoned on it: withheld, or only shown where nothing is paid (11 to 16)."""
    return line.amounts.tribute == IGV or (line.amounts.tribute == FREE and line.affectation < "20")


def _amounts_fit(line: Line) -> bool:
    return all(fits(amount) for amount in (line.amounts.igv, line.renta, line.amounts.other))


def _bases_fit(line: Line) -> bool:
    return all(fits(amount) for amount in (line.amounts.igv_base, line.renta_base, line.amounts.other_base))


def _grade_fits(line: Line) -> bool:
    return all(x.code != _GRADE or not x.value or bool(_GRADE_SHAPE.fullmatch(x.value)) for x in line.attributes)


WRITTEN: tuple[Rule[Purchase], ...] = (
    _on("2024", "quantity", "La cantidad no puede ser cero ni faltar; póngala.", lambda x: x.quantity != ZERO),
    _on(
        "2025",
        "quantity",
        "La cantidad debe ser positiva, con hasta 12 enteros y 10 decimales.",
        lambda x: fits(x.quantity) and decimals(x.quantity) <= _MOST_DECIMALS,
    ),
    _on(
        "2936",
        "unit",
        "La unidad de medida no está en el catálogo 03; use KGM para kilos o NIU para unidades.",
        lambda x: is_listed("03", x.unit),
    ),
    _on("2026", "description", "Falta la descripción de lo comprado; póngala.", lambda x: bool(x.description.strip())),
    _on(
        "2027",
        "description",
        "La descripción admite hasta 500 caracteres.",
        lambda x: len(x.description) <= _LONGEST_DESCRIPTION,
    ),
    _on(
        "4269",
        "product_code",
        "El código de producto admite hasta 30 caracteres, sin saltos de línea.",
        lambda x: is_line(x.product_code, 0, _LONGEST_CODE),
        Level.OBSERVATION,
    ),
    _on(
        "4332",
        "sunat_code",
        "El código de producto SUNAT no está en el catálogo 25; corríjalo o quítelo.",
        lambda x: not x.sunat_code or is_listed("25", x.sunat_code),
        Level.OBSERVATION,
    ),
    _on(
        "4337",
        "sunat_code",
        "El código de producto SUNAT es de un segmento o familia; use uno que no termine en 0000.",
        lambda x: not re.fullmatch(r".{4}0000", x.sunat_code),
        Level.OBSERVATION,
    ),
    *(_gold_rule(attribute) for attribute in _OF_GOLD),
    _on(
        "3064",
        "attributes",
        "Los atributos 6000, 6004, 6005 y 6006 necesitan su valor.",
        lambda x: all(x.code not in _OF_GOLD or bool(x.value) for x in x.attributes),
    ),
    _on(
        "4280",
        "attributes",
        "La ley del mineral (6004) es un número de hasta 3 enteros y 2 decimales.",
        _grade_fits,
        Level.OBSERVATION,
    ),
    _on(
        "2040",
        "affectation",
        "La afectación del IGV no es de una compra; use 10 (gravada), 20 (exonerada), 30 (inafecta) o una gratuita.",
        lambda x: x.affectation in BOUGHT,
    ),
    _on(
        "3102",
        "igv_percent",
        "La tasa del IGV no puede ser negativa y admite hasta 3 enteros y 5 decimales.",
        lambda x: fits_rate(x.igv_percent),
    ),
    _on(
        "3102",
        "renta_percent",
        "La tasa de la retención no puede ser negativa y admite hasta 3 enteros y 5 decimales.",
        lambda x: fits_rate(x.renta_percent),
    ),
    _on(
        "3102",
        "other_percent",
        "La tasa del otro tributo no puede ser negativa y admite hasta 3 enteros y 5 decimales.",
        lambda x: fits_rate(x.other_percent),
    ),
)

COMPUTED: tuple[Rule[Purchase], ...] = (
    _on(
        "2369",
        "amounts.unit_value",
        "El valor unitario no puede ser negativo y admite hasta 12 enteros.",
        lambda x: fits(x.amounts.unit_value),
    ),
    _on(
        "2367",
        "amounts.unit_price",
        "El precio unitario no puede ser negativo y admite hasta 12 enteros.",
        lambda x: fits(x.amounts.unit_price),
    ),
    _on(
        "2370",
        "amounts.net",
        "El valor de la línea no puede ser negativo y admite hasta 12 enteros.",
        lambda x: fits(x.amounts.net),
    ),
    _on(
        "3021",
        "amounts.taxes",
        "Los tributos de la línea no pueden ser negativos y admiten hasta 12 enteros.",
        lambda x: fits(x.amounts.taxes),
    ),
    _on(
        "3031",
        "amounts.igv_base",
        "Las bases de los tributos de la línea no pueden ser negativas y admiten hasta 12 enteros.",
        _bases_fit,
    ),
    _on(
        "2033",
        "amounts.igv",
        "El IGV, la retención y los otros tributos de la línea no pueden ser negativos y admiten hasta 12 enteros.",
        _amounts_fit,
    ),
    _on(
        "3105",
        "amounts.net",
        "El valor de la línea, redondeado a céntimos, debe ser mayor que cero.",
        lambda x: x.amounts.net < ZERO or x.amounts.igv_base > ZERO,
    ),
    _on(
        "3111",
        "amounts.igv",
        "El IGV de una línea gravada no puede ser cero; revise valor y tasa.",
        lambda x: not _is_taxed(x) or x.amounts.igv_base <= _LEAST_TAXED or x.amounts.igv != ZERO,
    ),
    _on(
        "3110",
        "amounts.igv",
        "Una línea exonerada o inafecta no lleva IGV; quítelo o corrija la afectación.",
        lambda x: _is_taxed(x) or x.amounts.igv == ZERO,
    ),
    _on(
        "3103",
        "amounts.igv",
        "El IGV de la línea debe ser su base por su tasa; corríjalo o envíelo sin él.",
        lambda x: not _is_taxed(x) or near(x.amounts.igv, share(x.amounts.igv_base, x.igv_percent)),
    ),
    _on(
        "2464",
        "renta",
        "La retención de renta de la línea debe ser su base por su tasa; corríjala o envíela sin ella.",
        lambda x: near(x.renta, share(x.renta_base, x.renta_percent)),
    ),
    _on(
        "3109",
        "amounts.other",
        "El otro tributo de la línea debe ser su base por su tasa; envíe la tasa o el monto.",
        lambda x: x.amounts.other_base <= ZERO or near(x.amounts.other, share(x.amounts.other_base, x.other_percent)),
    ),
)
