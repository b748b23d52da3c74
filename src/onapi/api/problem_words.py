"""What stands beside a code in the table of problems: why it happens, what we do by ourselves, the English texts.

Codes of ours have a row in `facts/problem_words.tsv`. Codes `sunat_2800` are SUNAT's own, told by `library/explain.py`.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from onapi.api.problem_codes import PROBLEMS, Problem
from onapi.facts.codes import CODE_LENGTH, Outcome
from onapi.facts.table import read
from onapi.library.explain import explain

OF_SUNAT: Final = "sunat_"
_SUNAT_CODE: Final = re.compile(rf"{OF_SUNAT}\d{{{CODE_LENGTH}}}", re.ASCII)
_REFUSAL: Final = 422
_TITLES: Final = {
    Outcome.ACCEPTED: ("SUNAT aceptó el comprobante", "SUNAT accepted the receipt"),
    Outcome.OBSERVED: ("SUNAT aceptó el comprobante con observaciones", "SUNAT accepted the receipt with remarks"),
    Outcome.REJECTED: ("SUNAT rechazó el comprobante", "SUNAT rejected the receipt"),
    Outcome.HELD: ("SUNAT no registró el comprobante", "SUNAT did not register the receipt"),
    Outcome.PASSING: ("SUNAT no pudo atender", "SUNAT could not attend"),
    Outcome.UNKNOWN: ("No se sabe si SUNAT lo registró", "It is not known whether SUNAT registered it"),
}
_ACTIONS_EN: Final = {
    Outcome.ACCEPTED: "Nothing is left to do.",
    Outcome.OBSERVED: "The receipt is valid; correct the remark in the next ones.",
    Outcome.REJECTED: "Correct what SUNAT names; numberState says whether the number may be used again.",
    Outcome.HELD: "Correct what SUNAT names and send the same number.",
    Outcome.PASSING: "Wait; it is sent again by itself.",
    Outcome.UNKNOWN: "Wait; SUNAT is asked. Do not issue another number.",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a code, beside its Spanish title and action."""

    since: str  # version of the API
    title_en: str
    action_en: str
    cause: str  # Spanish
    cause_en: str
    does: str  # Spanish: what OnAPI does by itself


def problem_of(code: str) -> Problem:
    """Status, title and action of a code, ours or `sunat_NNNN`; KeyError for no code."""
    if not _SUNAT_CODE.fullmatch(code):
        return PROBLEMS[code]
    found = explain(code.removeprefix(OF_SUNAT))
    return Problem(_REFUSAL, _TITLES[found.outcome][0], found.remedy, retryable=False)


def words_of(code: str) -> Words:
    """The other texts of a code; one that nobody has told yet speaks with its title and action alone."""
    if _SUNAT_CODE.fullmatch(code):
        found = explain(code.removeprefix(OF_SUNAT))
        said = f"SUNAT answered code {found.code}; its own words, in Spanish, are in sunat.message."
        title, action = _TITLES[found.outcome][1], _ACTIONS_EN[found.outcome]
        return Words(found.source, title, action, found.cause, said, found.does)
    known = PROBLEMS[code]
    return told().get(code) or Words("", known.title, known.action, known.title, known.title, "")


def sunat_code_of(code: str) -> str:
    """SUNAT's four digits in `sunat_2800`; "" for a code of ours, such as `sunat_unavailable`."""
    return code.removeprefix(OF_SUNAT) if _SUNAT_CODE.fullmatch(code) else ""


def is_code(code: str) -> bool:
    """Whether a page tells of it."""
    return code in PROBLEMS or _SUNAT_CODE.fullmatch(code) is not None


@cache
def told() -> dict[str, Words]:
    """The rows of the table."""
    return {code: Words(*texts) for code, *texts in read("problem_words.tsv").rows}
