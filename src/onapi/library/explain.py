"""What one of SUNAT's return codes means, what to do, and what we do by ourselves: one answer for pages and commands.

Three sources, the nearest first: a row of `facts/remedies.tsv` about the code; the sentences of our own rules, which
say where and what to do; SUNAT's sheets, which say who judges it. What is left is told by the range of the code.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from onapi.facts.codes import CODE_LENGTH, Outcome, ReturnCode, return_code
from onapi.facts.remedies import Remedy, published, remedy_of, source_of
from onapi.facts.sheets import sheet
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS
from onapi.rules.rule import Level
from onapi.values.number import ReceiptId

_NUMBERS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.ACCEPTED: "El número queda usado.",
        Outcome.OBSERVED: "El número queda usado: el comprobante es válido.",
        Outcome.REJECTED: "El número queda usado.",
        Outcome.HELD: "El número sigue libre: SUNAT no registró nada.",
        Outcome.PASSING: "El número sigue reservado para este comprobante: SUNAT no registró nada.",
        Outcome.UNKNOWN: "No se sabe todavía: el número queda reservado hasta que SUNAT lo aclare.",
    }
)
_DOES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.ACCEPTED: "Guarda la constancia y da el comprobante por aceptado.",
        Outcome.OBSERVED: "Guarda la constancia con la observación; no reenvía nada.",
        Outcome.REJECTED: "Guarda la constancia de rechazo y no reenvía nunca.",
        Outcome.HELD: "Deja el comprobante en FAILED y espera su corrección; no reenvía por sí solo.",
        Outcome.PASSING: "Envía los mismos bytes otra vez, con esperas que se doblan de cinco segundos a diez minutos.",
        Outcome.UNKNOWN: "Pregunta a SUNAT qué tiene; no reenvía a ciegas.",
    }
)
_ALL_USED, _ALL_FREE = frozenset({False}), frozenset({True})
_ENDS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.OBSERVED: "El comprobante vale; corríjalo en los siguientes.",
        Outcome.HELD: "Envíe el comprobante corregido con el mismo número.",
    }
)
_LAST_OF_QUERIES: Final = 15
_ASKED_NUMBER: Final = "La respuesta es de una consulta: el número queda como estaba."
_USED: Final = "Si SUNAT ya lo rechazó, emita un comprobante nuevo con otro número."
_FREE: Final = "Si SUNAT ya lo rechazó, envíelo corregido con el mismo número."
_EITHER: Final = "Si SUNAT ya lo rechazó: 01, 03, 04, 07 y 08 con otro número; los demás, corregidos, con el mismo."
_FREE_NUMBER: Final = "El número sigue libre: SUNAT acepta este tipo otra vez, corregido, con el mismo número."
_EITHER_NUMBER: Final = (
    "El número queda usado en 01, 03, 04, 07 y 08; en los demás tipos SUNAT acepta el mismo, corregido."
)
_CHECKED: Final = "OnAPI lo revisa antes de enviar: responde 422 con el campo, y el número no se usa."
_REMARKED: Final = "OnAPI lo revisa antes de enviar: lo pone en warnings y envía el comprobante."
_JUDGED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "signature": (
            "La firma digital o su certificado no es como SUNAT la pide.",
            "Use un certificado vigente de la empresa emisora. Un XML firmado no se altera después.",
        ),
        "transport": (
            "Se refiere al nombre del archivo, al envío o a su fecha, no al contenido.",
            "Revise la fecha de emisión y el plazo de envío; OnAPI pone el nombre del archivo.",
        ),
        "register": (
            "SUNAT comparó este dato con sus padrones y registros, y no lo aceptó.",
            "Verifique en SUNAT el RUC, el permiso o el comprobante de que se trata, y corrija el dato.",
        ),
        "reading": (
            "El dato no tiene la forma que admite este tipo de comprobante.",
            "OnAPI lo señala al leer la petición: corrija el campo que nombra errors.",
        ),
        "built": (
            "El XML no lleva este dato como SUNAT lo pide.",
            "OnAPI lo escribe bien: ocurre con un XML de otro programa. Corríjalo allí, o envíe JSON.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """A rule of ours that bears the code: where it looks, what it says, of which documents."""

    field: str  # JSON pointer in the caller's words; `n` stands for any line
    sentence: str
    level: Level
    doctypes: tuple[str, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One code, told; every text is Spanish."""

    code: str
    title: str  # SUNAT's own words
    outcome: Outcome
    cause: str
    remedy: str
    number: str  # what becomes of the document's number
    does: str  # what OnAPI does by itself
    levels: tuple[tuple[str, str], ...]  # SUNAT's sheets that use it, and as what: ("01", "ERROR")
    places: tuple[Place, ...]
    twin: str
    source: str

    @property
    def is_of_query(self) -> bool:
        """Whether it answers a question about a document, not the document."""
        return 0 < int(self.code) <= _LAST_OF_QUERIES


@cache
def explain(code: str) -> Explained:
    """What a code means; KeyError for what is no code of up to four digits. One that is on no list is told by range."""
    found = return_code(code)
    key = found.code.zfill(CODE_LENGTH)
    row, places = remedy_of(key), _places().get(key, ())
    cause, remedy = _told(found, row, places)
    return Explained(
        code=key,
        title=found.message or "SUNAT no publica este código en sus listas",
        outcome=found.outcome,
        cause=cause,
        remedy=remedy,
        number=_number(found, places),
        does=_does(found, row, places),
        levels=tuple((name, level) for name, _, level in (pair.partition("=") for pair in found.levels.split())),
        places=places,
        twin=found.twin,
        source=source_of(key),
    )


def explained() -> Iterable[Explained]:
    """Every code that SUNAT publishes, in order."""
    return (explain(code) for code in published())


def _told(found: ReturnCode, row: Remedy, places: tuple[Place, ...]) -> tuple[str, str]:
    """Cause and remedy, from the nearest source."""
    if not row.is_general:
        return row.cause, row.remedy
    if places:
        return _from_rules(found, places)
    end = _end(found, places)
    for judge, (cause, remedy) in _JUDGED.items():
        if judge in _judges().get(found.code, ()):
            return cause, f"{remedy} {end}".strip()
    said = f" SUNAT dice: «{found.message.rstrip('.')}»." if found.message else ""
    return f"{row.cause}{said}", f"{row.remedy} {end}" if found.outcome is Outcome.REJECTED else row.remedy


def _from_rules(found: ReturnCode, places: tuple[Place, ...]) -> tuple[str, str]:
    """Our sentences say what is wrong, and after a semicolon what to do."""
    said = [place.sentence.rstrip(".").partition("; ") for place in places]
    causes = dict.fromkeys(f"{cause}." for cause, _, _ in said)
    remedies = dict.fromkeys(f"{remedy[0].upper()}{remedy[1:]}." for _, _, remedy in said if remedy)
    fields = ", ".join(dict.fromkeys(place.field or "/" for place in places))
    first = " ".join(remedies) or f"Corrija {fields}."
    return " ".join(causes), f"{first} {_end(found, places)}".strip()


def _end(found: ReturnCode, places: tuple[Place, ...]) -> str:
    """What the remedy ends with: under which number the corrected document goes."""
    if found.outcome is not Outcome.REJECTED:
        return _ENDS.get(found.outcome, "")
    return {_ALL_USED: _USED, _ALL_FREE: _FREE}.get(_freedom(found, places), _EITHER)


def _number(found: ReturnCode, places: tuple[Place, ...]) -> str:
    """What becomes of the number."""
    if 0 < int(found.code) <= _LAST_OF_QUERIES:
        return _ASKED_NUMBER
    if found.outcome is not Outcome.REJECTED:
        return _NUMBERS[found.outcome]
    return {_ALL_USED: _NUMBERS[found.outcome], _ALL_FREE: _FREE_NUMBER}.get(_freedom(found, places), _EITHER_NUMBER)


def _freedom(found: ReturnCode, places: tuple[Place, ...]) -> frozenset[bool]:
    """Whether a rejected number is free, for each kind that the code is about; for all where none is told."""
    told = {pair.partition("=")[0] for pair in found.levels.split()} | {name for row in places for name in row.doctypes}
    kinds = (told & set(KINDS)) or set(KINDS)
    return frozenset(ReceiptId("", doctype, "", 1).is_free_when_rejected for doctype in kinds)


def _does(found: ReturnCode, row: Remedy, places: tuple[Place, ...]) -> str:
    after = row.does or _DOES[found.outcome]
    levels = {place.level for place in places}
    if not levels:
        return after
    before = _CHECKED if Level.ERROR in levels else _REMARKED
    return f"{before} Si SUNAT lo responde: {after[0].lower()}{after[1:]}"


@cache
def _places() -> Mapping[str, tuple[Place, ...]]:
    """Every rule by its code; the same sentence at the same place is one, of several documents."""
    found: dict[str, dict[tuple[str, str, Level, date | None], list[str]]] = defaultdict(dict)
    for kind in KINDS.values():
        for rule in kind.rules:
            path = f"{rule.over}[0].{rule.path}".rstrip(".") if rule.over else rule.path
            field = VOCABULARIES[kind.code].pointer(path, "").replace("/0", "/n")
            kinds = found[rule.code].setdefault((field, rule.sentence, rule.level, rule.since), [])
            if kind.code not in kinds:
                kinds.append(kind.code)
    return {
        code: tuple(Place(field, text, level, tuple(of), day) for (field, text, level, day), of in rows.items())
        for code, rows in found.items()
    }


@cache
def _judges() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for doctype in KINDS:
        for row in sheet(doctype):
            found[row.code].add(row.judged)
    return {code: frozenset(judges) for code, judges in found.items()}
