"""What SUNAT asks of each line of a sale: what is sold, how many, at what value (sheets of v20260212)."""

from datetime import date
from functools import lru_cache

from onapi.facts.catalog import is_listed
from onapi.kinds.sale.model import Line, Sale
from onapi.kinds.sale.sorts import NOTE_KINDS
from onapi.rules.rule import Rule
from onapi.rules.shapes import decimals, fits, is_line_or_nothing
from onapi.tax.tribute import FREE
from onapi.values.money import ZERO

_MOST_DIGITS = 12  # before the point
_MOST_DECIMALS = 10
_LONGEST_DESCRIPTION = 500
_LEAST_IN_NOTE = 3  # characters of a description
_CODE_LENGTH = 8
_NO_PRODUCT = frozenset({"00000000", "99999999"})
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_PRODUCT_LISTS = ("25", "25.1", "25.2", "25.3")
_LAST_4332 = date(2026, 1, 30)  # control de cambios: 3496 takes the place of 4332 and 4337
_FIRST_3496 = date(2026, 1, 31)
_LAST_REMARK = date(2026, 12, 31)
_FIRST_REFUSAL = date(2027, 1, 1)  # cambios-posteriores
_PRODUCT = "El código de producto SUNAT no existe; use los ocho dígitos del catálogo 25, o quítelo."


def _quantity_fits(line: Line) -> bool:
    quantity = line.quantity
    return quantity >= ZERO and quantity.adjusted() < _MOST_DIGITS and decimals(quantity) <= _MOST_DECIMALS


def _note_quantity_fits(line: Line, sale: Sale) -> bool:
    del sale
    return _quantity_fits(line) and line.quantity > ZERO


@lru_cache(maxsize=4096)
def _is_product(code: str) -> bool:
    """Eight digits that one of the lists has, or those that stand for none of them."""
    shaped = len(code) == _CODE_LENGTH and code.isascii() and code.isdigit()
    return shaped and (code in _NO_PRODUCT or any(is_listed(number, code) for number in _PRODUCT_LISTS))


def _is_detailed(line: Line, _: Sale) -> bool:
    return len(line.sunat_code) != _CODE_LENGTH or not line.sunat_code.endswith("0000")


def _product_known(line: Line, _: Sale) -> bool:
    return not line.sunat_code or _is_product(line.sunat_code)


def _reference_worth_it(line: Line, _: Sale) -> bool:
    amounts = line.amounts
    return amounts.tribute != FREE or amounts.igv_base > ZERO or amounts.unit_price <= ZERO


_PRODUCTS: tuple[Rule[Sale], ...] = (
    Rule(
        "4269",
        "product_code",
        "El código de producto admite hasta 30 caracteres, sin saltos de línea.",
        lambda x, _: is_line_or_nothing(x.product_code, 1, 30),
        over="lines",
    ),
    Rule(
        "4234",
        "product_code",
        "El código de producto admite hasta 30 caracteres, sin saltos de línea.",
        lambda x, _: is_line_or_nothing(x.product_code, 1, 30),
        over="lines",
        only=NOTE_KINDS,
    ),
    Rule("3496", "sunat_code", _PRODUCT, _product_known, over="lines", since=_FIRST_3496, until=_LAST_REMARK),
    Rule("3496", "sunat_code", _PRODUCT, _product_known, over="lines", since=_FIRST_REFUSAL),
    Rule(
        "4332",
        "sunat_code",
        _PRODUCT,
        lambda x, _: not x.sunat_code or is_listed("25", x.sunat_code),
        over="lines",
        until=_LAST_4332,
    ),
    Rule(
        "4337",
        "sunat_code",
        "El código de producto SUNAT es de un grupo; use uno detallado hasta la clase, que no termine en 0000.",
        _is_detailed,
        over="lines",
        until=_LAST_4332,
    ),
    Rule(
        "4335",
        "gtin",
        "El código GTIN debe tener 8, 12, 13 o 14 dígitos.",
        lambda x, _: not x.gtin or len(x.gtin) in _GTIN_LENGTHS,
        over="lines",
    ),
)

LINE_RULES: tuple[Rule[Sale], ...] = (
    Rule(
        "2936",
        "unit",
        "La unidad de medida no está en el catálogo 03; use NIU para bienes o ZZ para servicios.",
        lambda x, _: is_listed("03", x.unit),
        over="lines",
    ),
    Rule("2024", "quantity", "La cantidad no puede ser cero.", lambda x, _: bool(x.quantity), over="lines"),
    Rule(
        "2025",
        "quantity",
        "La cantidad debe ser mayor que cero, con hasta 12 enteros y 10 decimales.",
        lambda x, _: _quantity_fits(x),
        over="lines",
    ),
    Rule(
        "2139",
        "quantity",
        "La cantidad debe ser mayor que cero, con hasta 12 enteros y 10 decimales.",
        _note_quantity_fits,
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
        "4084",
        "description",
        "La descripción debe tener de 3 a 500 caracteres.",
        lambda x, _: _LEAST_IN_NOTE <= len(x.description) <= _LONGEST_DESCRIPTION,
        over="lines",
        only=NOTE_KINDS,
    ),
    Rule(
        "2369",
        "amounts.unit_value",
        "El valor unitario no puede ser negativo y admite hasta 12 enteros.",
        lambda x, _: fits(x.amounts.unit_value),
        over="lines",
    ),
    Rule(
        "2367",
        "amounts.unit_price",
        "El precio unitario no puede ser negativo y admite hasta 12 enteros; el descuento supera el precio.",
        lambda x, _: fits(x.amounts.unit_price),
        over="lines",
    ),
    Rule(
        "2370",
        "amounts.net",
        "El valor de venta de la línea no puede ser negativo; el descuento supera su valor.",
        lambda x, _: fits(x.amounts.net),
        over="lines",
    ),
    Rule(
        "3224",
        "amounts.unit_price",
        "Lo gratuito vale menos de un céntimo; suba su valor referencial o la cantidad.",
        _reference_worth_it,
        over="lines",
    ),
    *_PRODUCTS,
)
