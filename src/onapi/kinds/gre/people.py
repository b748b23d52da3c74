"""Identity and name of a person on a guía: the questions that SUNAT asks of each under codes of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from onapi.kinds.gre.conditions import id_fits, is_identity, is_line_or_nothing
from onapi.kinds.gre.model import Guide
from onapi.rules.rule import Rule
from onapi.values.party import Party

LONGEST_NAME = 250
WRONG_NAME = "El nombre o razón social admite hasta 250 caracteres en una sola línea."
_WRONG_NUMBER = (
    "El número no corresponde a su tipo de documento: RUC de 11 dígitos, DNI de 8, otros hasta 15 caracteres."
)
_WRONG_TYPE = "El tipo de documento de identidad no está en el catálogo 06; use 6 (RUC), 1 (DNI), 4 o 7."
_NO_NAME = "Falta el nombre o razón social."
_NO_NUMBER = "Falta el número del documento de identidad."
_NO_TYPE = "Falta el tipo de documento de identidad (catálogo 06)."

Holds = Callable[[Guide], bool]


@dataclass(frozen=True, slots=True)
class Codes:
    """SUNAT's codes for one person's faults; "" where it has none."""

    no_number: str = ""
    no_type: str = ""
    wrong_type: str = ""
    wrong_number: str = ""
    no_name: str = ""
    wrong_name: str = ""


def always(_: Guide) -> bool:
    """Whatever the guía."""
    return True


def reason_in(*reasons: str) -> Holds:
    """For guías of these reasons."""
    return lambda guide: guide.shipment.reason in reasons


def identity_rules(
    path: str,
    who: Callable[[Guide], Party | None],
    codes: Codes,
    when: Holds = always,
    named_when: Holds | None = None,
) -> tuple[Rule[Guide], ...]:
    """The rules on somebody who is there: what must be said where `when` (a name: `named_when`) holds, and how."""

    def asked(test: Callable[[Party], bool], case: Holds) -> Holds:
        return lambda guide: (person := who(guide)) is None or not case(guide) or test(person)

    rows: tuple[tuple[str, str, str, Holds], ...] = (
        (codes.no_number, "id_number", _NO_NUMBER, asked(lambda p: bool(p.id_number), when)),
        (codes.no_type, "id_type", _NO_TYPE, asked(lambda p: not p.id_number or bool(p.id_type), when)),
        (codes.wrong_type, "id_type", _WRONG_TYPE, asked(lambda p: not p.id_type or is_identity(p.id_type), when)),
        (codes.wrong_number, "id_number", _WRONG_NUMBER, asked(lambda p: id_fits(p.id_type, p.id_number), always)),
        (codes.no_name, "name", _NO_NAME, asked(lambda p: not p.id_number or bool(p.name), named_when or when)),
        (codes.wrong_name, "name", WRONG_NAME, asked(lambda p: is_line_or_nothing(p.name, 1, LONGEST_NAME), always)),
    )
    return tuple(Rule(code, f"{path}.{field}", sentence, holds) for code, field, sentence, holds in rows if code)
