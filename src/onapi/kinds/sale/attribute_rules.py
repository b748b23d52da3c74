"""What SUNAT asks of the attributes of lines (catalogue 55): rows of `facts/attributes.tsv`, walked (v20260212)."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from onapi.facts.attributes import Concept, concepts
from onapi.facts.catalog import is_listed
from onapi.kinds.sale.blocks import Attribute
from onapi.kinds.sale.model import Line, Sale
from onapi.rules.rule import Rule
from onapi.rules.shapes import decimals, is_line, is_place
from onapi.values.money import ZERO

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_DAM = re.compile(r"\d{4}-\d{2}-\d{3}-\d{6}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,2})?", re.ASCII)
_CENTS = 2  # decimals
_TONNES = "TNE"
_FIRST_HOME = "3"  # catalogue 27
_LOANS = frozenset({"2100", "2101", "2102"})  # catalogue 51
_INSURANCE = "2104"
_LOAN_CONCEPTS = frozenset({"7004", "7005", "7012"})
_POLICY_CONCEPTS = frozenset({"7013", "7014", "7016"})

Shape = Callable[[Attribute, tuple[str, ...]], bool]


def _has(line: Line, code: str) -> bool:
    return any(attribute.code == code for attribute in line.attributes)


def _codes(line: Line) -> set[str]:
    return {attribute.code for attribute in line.attributes}


def _value(line: Line, code: str) -> str:
    return next((attribute.value for attribute in line.attributes if attribute.code == code), "")


def _is_date(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None and Decimal(text) > ZERO


def _quantity_fits(quantity: Decimal | None, digits: int) -> bool:
    if quantity is None:
        return True
    return quantity >= ZERO and quantity.adjusted() < digits and decimals(quantity) <= _CENTS


_SHAPES: dict[str, Shape] = {
    "line": lambda a, limits: is_line(a.value, int(limits[0]), int(limits[1])),
    "catalog": lambda a, number: is_listed(number[0], a.value),
    "place": lambda a, _: is_place(a.value),
    "date": lambda a, _: _is_date(a.value),
    "month": lambda a, _: _MONTH.fullmatch(a.value) is not None,
    "choice": lambda a, values: a.value in values,
    "dam": lambda a, _: _DAM.fullmatch(a.value) is not None,
    "digits": lambda a, most: a.days is None or 0 < a.days < 10 ** int(most[0]),
    "amount": lambda a, _: _is_amount(a.value),
    "positive": lambda a, digits: bool(a.quantity) and _quantity_fits(a.quantity, int(digits[0])),
    "number": lambda a, digits: _quantity_fits(a.quantity, int(digits[0])),
}


def _fits(attribute: Attribute, concept: Concept) -> bool:
    """Its part has the right shape; whether it is there at all is another rule's."""
    if not concept.shape or (concept.part and getattr(attribute, concept.part) in {None, ""}):
        return True
    name, *arguments = concept.shape.split()
    return _SHAPES[name](attribute, tuple(arguments))


def _checked(sale: Sale, attribute: Attribute) -> Concept | None:
    """What SUNAT checks of an attribute in a document of this kind."""
    found = concepts().get(attribute.code)
    return found if found is not None and sale.id.doctype in found.kinds else None


def _every(holds: Callable[[Attribute, Concept], bool]) -> Callable[[Line, Sale], bool]:
    """A test of every attribute of a line that SUNAT checks; most lines have none."""

    def every(line: Line, sale: Sale) -> bool:
        if not line.attributes:
            return True
        found = ((attribute, _checked(sale, attribute)) for attribute in line.attributes)
        return all(concept is None or holds(attribute, concept) for attribute, concept in found)

    return every


def _complete(rule: str) -> Callable[[Line, Sale], bool]:
    return _every(lambda a, concept: concept.missing != rule or getattr(a, concept.part) not in {None, ""})


def _shaped(rule: str) -> Callable[[Line, Sale], bool]:
    return _every(lambda a, concept: concept.remark != rule or _fits(a, concept))


def _asking(concept: Concept) -> Rule[Sale]:
    """The rule that asks for a concept, by what makes SUNAT ask."""
    cause, *wanted = concept.asked_by.split()
    named = f"el atributo {concept.code} ({concept.name})"
    code, asked = concept.code, frozenset(wanted)
    if cause == "some":
        sentence = f"La operación {' o '.join(wanted)} necesita {named} en al menos una línea."
        return Rule(
            concept.asked, "lines", sentence, lambda s: s.operation not in asked or any(_has(x, code) for x in s.lines)
        )
    causes: dict[str, tuple[str, Callable[[Line, Sale], bool]]] = {
        "operation": (
            f"La operación {' o '.join(wanted)} necesita {named} en cada línea.",
            lambda x, s: s.operation not in asked or _has(x, code),
        ),
        "product": (
            f"El producto {' o '.join(wanted)} necesita {named} en su línea.",
            lambda x, _: x.sunat_code not in asked or _has(x, code),
        ),
        "first_home": (
            f"Con primera vivienda (7002 igual a 3) la línea necesita {named}.",
            lambda x, _: x.sunat_code not in asked or _has(x, code) or _value(x, "7002") != _FIRST_HOME,
        ),
        "beside": (
            f"Una venta al Estado necesita {named} junto a los demás (5000 a 5003).",
            lambda x, _: not x.attributes or _has(x, code) or asked.isdisjoint(_codes(x)),
        ),
    }
    sentence, holds = causes[cause]
    return Rule(concept.asked, "attributes", sentence, holds, over="lines")


def _stay_ends_later(line: Line, _: Sale) -> bool:
    if not line.attributes:
        return True
    days = {attribute.code: attribute.start for attribute in line.attributes}
    came, left = days.get("4003"), days.get("4004")
    return came is None or left is None or left >= came


def _loan_told(sale: Sale) -> bool:
    return sale.operation not in _LOANS or any(_codes(line) >= _LOAN_CONCEPTS for line in sale.lines)


def _policy_told(line: Line, sale: Sale) -> bool:
    if sale.operation != _INSURANCE or _value(line, "7015") not in {"1", "2"}:
        return True
    return _codes(line) >= _POLICY_CONCEPTS


def _of_line(code: str, sentence: str, holds: Callable[[Line, Sale], bool]) -> Rule[Sale]:
    return Rule(code, "attributes", sentence, holds, over="lines")


ATTRIBUTE_RULES: tuple[Rule[Sale], ...] = (
    *(_asking(concept) for concept in concepts().values() if concept.asked),
    _of_line("3064", "Un atributo de la línea no trae su valor; ponga `value` (7019: `cantidad`).", _complete("3064")),
    _of_line("3065", "Un atributo de la línea es una fecha y no la trae; ponga `fecInicio`.", _complete("3065")),
    _of_line("3172", "Un atributo de la línea es una hora y no la trae; ponga `horaInicio`.", _complete("3172")),
    _of_line(
        "3135", "Un atributo no trae su cifra; ponga `cantidad` en el 3006 y `duracion` en el 4005.", _complete("3135")
    ),
    _of_line("3243", "El atributo 7014 no trae el inicio de la cobertura; ponga `fecInicio`.", _complete("3243")),
    _of_line(
        "4366",
        "El atributo 7014 no trae el fin de la cobertura; ponga `fecFin`.",
        _every(lambda a, _: a.code != "7014" or a.end is not None),
    ),
    _of_line("4280", "El valor de un atributo no tiene la forma de su código; vea el catálogo 55.", _shaped("4280")),
    _of_line(
        "4281", "La cifra de un atributo admite hasta 12 enteros y 2 decimales; los días, 4 dígitos.", _shaped("4281")
    ),
    _of_line("4202", "La declaración aduanera (7021) es como 0001-12-123-123456.", _shaped("4202")),
    _of_line("4282", "La salida del hospedaje (4004) no puede ser anterior al ingreso (4003).", _stay_ends_later),
    _of_line(
        "3115",
        "La cantidad de la especie vendida (3006) va en toneladas; use la unidad TNE.",
        _every(lambda a, _: a.code != "3006" or a.quantity is None or a.unit == _TONNES),
    ),
    Rule(
        "3241",
        "lines",
        "Un crédito (2100, 2101 o 2102) necesita una línea con los atributos 7004, 7005 y 7012.",
        _loan_told,
    ),
    _of_line("2898", "Este seguro necesita en su línea los atributos 7013, 7014 y 7016.", _policy_told),
    _of_line(
        "2899",
        "Este seguro necesita en su línea el número de póliza (atributo 7013).",
        lambda x, s: s.operation != _INSURANCE or _value(x, "7015") != "3" or _has(x, "7013"),
    ),
)
