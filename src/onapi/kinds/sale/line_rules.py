"""What SUNAT asks of each line of a sale (sheets Factura2_0 and Boleta2_0 of its validation workbook, v20260212)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from onapi.facts.catalog import catalog, is_listed
from onapi.facts.rates import accepted_igv_rates
from onapi.kinds.sale.charge_rules import LARGEST, charge_fits, charge_follows
from onapi.kinds.sale.model import Line, Sale
from onapi.rules.rule import Level, Rule
from onapi.tax.tribute import EXPORT, FREE, IGV, IVAP, affectation
from onapi.values.money import ZERO

EXPORTS = frozenset({"0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208"})
TOLERANCE = Decimal("1.00")
_NRUS = "0113"  # its boletas carry no IGV
_HUNDRED = Decimal(100)
_PRODUCT_CODE = re.compile(r"[^\n\r\t\f]{1,30}")
_LEAST_TAXED = Decimal("0.06")
_MOST_DECIMALS = 10
_MOST_RATE_DECIMALS = 5
_LARGEST_RATE = Decimal("999.99999")
_MOST_BAGS = 99999
_LONGEST_DESCRIPTION = 500


def is_export(sale: Sale) -> bool:
    """An export of goods or services."""
    return sale.operation in EXPORTS


def is_under_igv(line: Line) -> bool:
    """IGV is reckoned on it: to be paid, or only shown where the goods are given away (11 to 16)."""
    return line.amounts.tribute == IGV or (line.amounts.tribute == FREE and "11" <= line.affectation <= "16")


def decimals(value: Decimal) -> int:
    """How many decimals a number has, needless zeros left out.

    >>> decimals(Decimal("1.50")), decimals(Decimal("1E+3"))
    (1, 0)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _fits_rate(percent: Decimal) -> bool:
    return ZERO <= percent <= _LARGEST_RATE and decimals(percent) <= _MOST_RATE_DECIMALS


def _quantity_fits(line: Line, _: Sale) -> bool:
    return ZERO < line.quantity <= LARGEST and decimals(line.quantity) <= _MOST_DECIMALS


def _rate_accepted(line: Line, sale: Sale) -> bool:
    return sale.operation == _NRUS or not is_under_igv(line) or line.igv_percent in accepted_igv_rates(sale.issue_date)


def _is_taxed(line: Line) -> bool:
    return is_listed("07", line.affectation) and affectation(line.affectation).is_taxed


def _taxed_has_tax(line: Line, sale: Sale) -> bool:
    if sale.operation == _NRUS or not _is_taxed(line):
        return True
    return line.amounts.igv_base <= _LEAST_TAXED or line.amounts.igv > ZERO


def _untaxed_has_none(line: Line, _: Sale) -> bool:
    return _is_taxed(line) or not is_listed("07", line.affectation) or not line.amounts.igv


def _tax_amounts(line: Line) -> Iterator[Decimal]:
    amounts = line.amounts
    yield from (amounts.igv_base, amounts.igv, amounts.isc_base, amounts.isc)
    yield from (amounts.icbper, amounts.other_base, amounts.other, amounts.taxes)


def _tax_follows(base: Decimal, percent: Decimal, amount: Decimal) -> bool:
    return not base or abs(base * percent / _HUNDRED - amount) <= TOLERANCE


def _bags_fit(line: Line, _: Sale) -> bool:
    whole = line.quantity == line.quantity.to_integral_value() and line.quantity <= _MOST_BAGS
    return not line.amounts.icbper or (whole and _fits_rate(line.bag_tax))


def _goes_on_line(code: str) -> bool:
    entry = catalog("53").get(code)
    return entry is not None and entry.extra.get("item") == "1"


LINE_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "2936",
        "unit",
        "La unidad de medida no está en el catálogo 03; use NIU para bienes o ZZ para servicios.",
        lambda x, _: is_listed("03", x.unit),
        over="lines",
    ),
    Rule(
        "2025",
        "quantity",
        "La cantidad debe ser mayor que cero, con hasta 12 enteros y 10 decimales.",
        _quantity_fits,
        over="lines",
    ),
    Rule(
        "2027",
        "description",
        "La descripción debe tener de 1 a 500 caracteres.",
        lambda x, _: 1 <= len(x.description.strip()) <= _LONGEST_DESCRIPTION,
        over="lines",
    ),
    Rule(
        "2369",
        "amounts.unit_value",
        "El valor unitario debe ser mayor que cero, con hasta 12 enteros; en una línea gratuita ponga su valor"
        " referencial.",
        lambda x, _: ZERO < x.amounts.unit_value <= LARGEST,
        over="lines",
    ),
    Rule(
        "2367",
        "amounts.unit_price",
        "El precio unitario no puede ser negativo y admite hasta 12 enteros; el descuento supera el precio.",
        lambda x, _: ZERO <= x.amounts.unit_price <= LARGEST,
        over="lines",
    ),
    Rule(
        "2040",
        "affectation",
        "El tipo de afectación del IGV no está en el catálogo 07; use 10 si la línea está gravada.",
        lambda x, _: is_listed("07", x.affectation),
        over="lines",
    ),
    Rule(
        "2642",
        "affectation",
        "En una exportación todas las líneas llevan la afectación 40.",
        lambda x, s: not is_export(s) or x.affectation == "40",
        over="lines",
    ),
    Rule(
        "3107",
        "affectation",
        "La afectación 40 solo va en operaciones de exportación (0200 a 0208).",
        lambda x, s: x.affectation != "40" or is_export(s),
        over="lines",
    ),
    Rule(
        "3102",
        "igv_percent",
        "Las tasas admiten hasta 3 enteros y 5 decimales, y no pueden ser negativas.",
        lambda x, _: all(_fits_rate(percent) for percent in (x.igv_percent, x.isc_percent, x.other_percent)),
        over="lines",
    ),
    Rule(
        "3462",
        "igv_percent",
        "La tasa del IGV no está vigente en la fecha de emisión; use 18, o la del régimen MYPE si le corresponde.",
        _rate_accepted,
        over="lines",
    ),
    Rule(
        "3111",
        "amounts.igv",
        "El IGV de una línea gravada no puede ser cero; revise valor y tasa.",
        _taxed_has_tax,
        over="lines",
    ),
    Rule(
        "3110",
        "amounts.igv",
        "Una línea exonerada, inafecta o de exportación no lleva IGV; quítelo o corrija la afectación.",
        _untaxed_has_none,
        over="lines",
    ),
    Rule(
        "2370",
        "amounts.net",
        "El valor de venta de la línea no puede ser negativo; el descuento supera su valor.",
        lambda x, _: ZERO <= x.amounts.net <= LARGEST,
        over="lines",
    ),
    Rule(
        "3105",
        "amounts.net",
        "El valor de venta de la línea, redondeado a céntimos, debe ser mayor que cero.",
        lambda x, _: x.amounts.net < ZERO or x.amounts.igv_base > ZERO,
        over="lines",
    ),
    Rule(
        "2033",
        "amounts.taxes",
        "Los tributos de la línea no pueden ser negativos y admiten hasta 12 enteros.",
        lambda x, _: all(ZERO <= amount <= LARGEST for amount in _tax_amounts(x)) or x.amounts.net < ZERO,
        over="lines",
    ),
    Rule(
        "3223",
        "amounts.isc",
        "El ISC no va con IVAP ni con exportación; quítelo de la línea.",
        lambda x, _: not x.amounts.isc or x.amounts.tribute not in {IVAP, EXPORT},
        over="lines",
    ),
    Rule(
        "2041",
        "isc_system",
        "El sistema del ISC no está en el catálogo 08; use 01 (al valor), 02 (monto fijo) o 03 (precio sugerido).",
        lambda x, _: not x.amounts.isc or is_listed("08", x.isc_system),
        over="lines",
    ),
    Rule(
        "3104",
        "isc_percent",
        "La tasa del ISC no puede ser cero; revise base y monto.",
        lambda x, _: not x.amounts.isc or x.isc_percent > ZERO,
        over="lines",
    ),
    Rule(
        "3108",
        "amounts.isc",
        "El ISC de la línea debe ser su base por su tasa.",
        lambda x, _: _tax_follows(x.amounts.isc_base, x.isc_percent, x.amounts.isc),
        over="lines",
    ),
    Rule(
        "3109",
        "amounts.other",
        "El otro tributo de la línea debe ser su base por su tasa.",
        lambda x, _: _tax_follows(x.amounts.other_base, x.other_percent, x.amounts.other),
        over="lines",
    ),
    Rule(
        "2892",
        "bag_tax",
        "Con ICBPER la cantidad es de bolsas: un entero de hasta 5 cifras, y su monto con hasta 5 decimales.",
        _bags_fit,
        over="lines",
    ),
    Rule(
        "2954",
        "charges",
        "En una línea los descuentos son 00 o 01 y los cargos 47 o 48; los demás van en el total.",
        lambda x, _: all(_goes_on_line(charge.code) for charge in x.amounts.charges),
        over="lines",
    ),
    Rule(
        "2955",
        "charges",
        "Los descuentos y cargos de la línea no pueden ser negativos.",
        lambda x, _: all(charge_fits(charge) for charge in x.amounts.charges),
        over="lines",
    ),
    Rule(
        "3290",
        "charges",
        "El monto del descuento o cargo debe ser su base por su factor; envíe solo dos de los tres.",
        lambda x, _: all(charge_follows(charge) for charge in x.amounts.charges),
        over="lines",
    ),
    Rule(
        "4269",
        "product_code",
        "El código de producto admite hasta 30 caracteres, sin saltos de línea.",
        lambda x, _: not x.product_code or bool(_PRODUCT_CODE.fullmatch(x.product_code)),
        over="lines",
        level=Level.OBSERVATION,
    ),
)
