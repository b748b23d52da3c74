"""What SUNAT asks of the goods that travel: how many, in which unit, what they are."""

import re
from collections.abc import Callable

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.conditions import (
    ABROAD,
    DECLARATIONS,
    FOREIGN_GOODS,
    IMPORT,
    MANIFEST,
    OTHER,
    SINCE_2026,
    UNTIL_2026,
    goods_are_due,
    has_guide,
    is_abroad,
    is_appointed,
    is_declared,
    is_electronic,
    is_foreign,
    is_line_or_nothing,
    is_manifest_container,
    is_number,
    is_whole,
)
from onapi.kinds.gre.model import WHOLE_GOODS, Guide, Line
from onapi.rules.rule import Rule

_WHOLE, _DECIMALS = 12, 10  # digits of a quantity
_WHOLE_OF_MANIFEST = 10
_SHORTEST, _LONGEST = 3, 500
_LONGEST_CODE = 30
_UNIT_OF_MANIFEST = "U"
_SUNAT_CODE = re.compile(r"(?!0+$)\d{1,8}", re.ASCII)
_GTIN = re.compile(r"[0-9A-Za-z]{1,14}", re.ASCII)
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_PRINTED_OR_SMALL = ("03", "12", "48")
_NO_QUANTITY = "Falta la cantidad, mayor que cero."
_NO_DESCRIPTION = "Falta la descripción del bien."

LineTest = Callable[[Line, Guide], bool]


def _counts(guide: Guide) -> bool:
    """Lines of a remitente bear a quantity, by the rules before June 2026."""
    return not is_whole(guide) and not is_manifest_container(guide)


def _counts_2026(guide: Guide) -> bool:
    return _counts(guide) and guide.shipment.reason not in {IMPORT, FOREIGN_GOODS}


def _describes_2026(guide: Guide) -> bool:
    return not is_whole(guide) and not is_appointed(guide)


def _has_lines(guide: Guide) -> bool:
    """Only a whole declaration or an appointment tells the goods in the guía's stead.

    Since June 2026 SUNAT might take an import in part without any; we do not, for nothing would say what travels.
    """
    return bool(guide.lines) or is_whole(guide) or is_appointed(guide)


def _quantity_fits(line: Line, guide: Guide) -> bool:
    quantity = line.quantity
    if quantity is None:
        return True
    if not guide.is_carriers and guide.relates_to(MANIFEST):
        return is_manifest_container(guide) or is_number(quantity, _WHOLE_OF_MANIFEST, 0)
    return is_number(quantity, _WHOLE, _DECIMALS)


def _unit_is_listed(line: Line, guide: Guide) -> bool:
    if not line.unit:
        return True
    if guide.is_carriers:
        return is_listed("65" if is_declared(guide) else "03", line.unit)
    if is_whole(guide) or is_abroad(guide):
        return True
    return is_listed("03", line.unit) or (guide.shipment.reason == OTHER and is_listed("65", line.unit))


def _unit_is_of_customs(line: Line, guide: Guide) -> bool:
    if is_foreign(guide) and guide.relates_to(MANIFEST):
        return is_manifest_container(guide) or not line.unit or line.unit == _UNIT_OF_MANIFEST
    asked = guide.shipment.reason in ABROAD and not is_whole(guide) and guide.relates_to(*DECLARATIONS)
    return not asked or not line.unit or is_listed("65", line.unit)


def _are_told_elsewhere(guide: Guide) -> bool:
    """Another electronic document lists all goods, so the transportista need not."""
    listed = any(x.doctype in {"01", "04"} and is_electronic(x.number) for x in guide.related) or is_declared(guide)
    return has_guide(guide, electronic=True) or (listed and guide.has(WHOLE_GOODS))


def _annotation_is_due(guide: Guide) -> bool:
    """A printed document lists the goods: a word on them is expected."""
    printed = any(x.doctype in {"01", "04"} and not is_electronic(x.number) for x in guide.related)
    whole = guide.has(WHOLE_GOODS) and (printed or guide.relates_to(*_PRINTED_OR_SMALL))
    return has_guide(guide, electronic=False) or guide.relates_to("82") or whole


def _has_goods(guide: Guide) -> bool:
    return any(line.quantity is not None and line.quantity > 0 for line in guide.lines)


def _line(code: str, path: str, sentence: str, holds: LineTest) -> Rule[Guide]:
    return Rule(code, path, sentence, holds, over="lines")


LINES: tuple[Rule[Guide], ...] = (
    _line(
        "2780",
        "quantity",
        "La cantidad debe ser mayor que cero, con hasta 12 enteros y 10 decimales; entera, con un manifiesto.",
        _quantity_fits,
    ),
    _line(
        "4320",
        "unit",
        "La unidad no está en el catálogo 03 (en el 65, con una declaración aduanera); use NIU, KGM u otra.",
        _unit_is_listed,
    ),
    _line(
        "4084",
        "description",
        "La descripción tiene de 3 a 500 caracteres.",
        lambda x, _: not x.description or _SHORTEST <= len(x.description) <= _LONGEST,
    ),
    _line(
        "4085",
        "product_code",
        "El código del bien admite hasta 30 caracteres en una sola línea.",
        lambda x, _: is_line_or_nothing(x.product_code, 1, _LONGEST_CODE),
    ),
    _line(
        "3002",
        "sunat_code",
        "El código de producto SUNAT debe tener hasta 8 dígitos.",
        lambda x, _: not x.sunat_code or _SUNAT_CODE.fullmatch(x.sunat_code) is not None,
    ),
    _line(
        "3373",
        "sunat_code",
        "El código de producto SUNAT no está en el catálogo 25.",
        lambda x, _: not x.sunat_code or is_listed("25", x.sunat_code),
    ),
    _line(
        "3375",
        "gtin",
        "El código GTIN admite hasta 14 letras y números.",
        lambda x, _: not x.gtin or _GTIN.fullmatch(x.gtin) is not None,
    ),
    _line(
        "4335",
        "gtin",
        "El código GTIN tiene 8, 12, 13 o 14 dígitos.",
        lambda x, _: not x.gtin or len(x.gtin) in _GTIN_LENGTHS,
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    Rule("2580", "lines", "Faltan los bienes a trasladar.", _has_lines),
    _line(
        "2883",
        "unit",
        "Falta la unidad de medida (catálogo 03).",
        lambda x, g: not _counts(g) or x.quantity is None or bool(x.unit),
    ),
    _line(
        "3446",
        "unit",
        "En comercio exterior la unidad es del catálogo 65; con un manifiesto de carga, U.",
        _unit_is_of_customs,
    ),
    *(
        Rule(code, path, sentence, holds, over=over, since=since, until=until)
        for counts, describes, since, until in (
            (_counts, lambda g: not is_whole(g), None, UNTIL_2026),
            (_counts_2026, _describes_2026, SINCE_2026, None),
        )
        for code, path, sentence, over, holds in (
            ("2580", "quantity", _NO_QUANTITY, "lines", lambda x, g, due=counts: not due(g) or bool(x.quantity)),
            (
                "2781",
                "description",
                _NO_DESCRIPTION,
                "lines",
                lambda x, g, due=describes: not due(g) or bool(x.description),
            ),
        )
    ),
)

OF_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    Rule(
        "3435",
        "lines",
        "Faltan los bienes a transportar: ningún documento relacionado los detalla.",
        lambda g: not goods_are_due(g) or _has_goods(g),
    ),
    Rule(
        "4434",
        "lines",
        "Los bienes ya constan en el documento relacionado; no es necesario detallarlos.",
        lambda g: not _are_told_elsewhere(g) or not _has_goods(g),
    ),
    _line("2580", "quantity", _NO_QUANTITY, lambda x, g: not goods_are_due(g) or x.quantity is not None),
    _line(
        "2883",
        "unit",
        "Falta la unidad de medida (catálogo 03).",
        lambda x, g: not goods_are_due(g) or x.quantity is None or bool(x.unit),
    ),
    _line("2781", "description", _NO_DESCRIPTION, lambda x, g: not goods_are_due(g) or bool(x.description)),
    Rule(
        "3458",
        "annotation",
        "La anotación va sólo si otro documento detalla los bienes: guía impresa (09), mudanza (82) o traslado total.",
        lambda g: not g.annotation or _annotation_is_due(g),
    ),
    Rule(
        "4429",
        "annotation",
        "Falta una anotación sobre los bienes que constan en el documento relacionado.",
        lambda g: not _annotation_is_due(g) or bool(g.annotation),
    ),
    Rule(
        "4430",
        "annotation",
        "La anotación sobre los bienes tiene de 3 a 500 caracteres.",
        lambda g: not g.annotation or _SHORTEST <= len(g.annotation) <= _LONGEST,
    ),
)
