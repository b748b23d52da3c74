"""In which language an error is told: Spanish, or English for who asks for it; `code` is the same in both.

English is there by code: title, action and a sentence of what the code means. The sentence that was built for this very
call is Spanish and stays, as `detailEs`; SUNAT's own words are never translated.
"""

import re
from typing import Any, Final

from starlette.requests import Request

from onapi.api.problem_codes import Problem
from onapi.api.problem_words import words_of

SPANISH, ENGLISH = "es", "en"
_WEIGHT: Final = re.compile(r";\s*q=([01](?:\.\d{0,3})?)", re.ASCII)
_MOST_PARTS: Final = 16
_MESSAGES_EN: Final = {
    "required": "This value is required.",
    "extra_forbidden": "This field does not exist.",
    "string_type": "It must be a text.",
    "string_too_short": "It must not be empty.",
    "string_too_long": "It is too long.",
    "literal_error": "The value is none of those allowed.",
    "int_parsing": "It must be a whole number.",
    "int_type": "It must be a whole number.",
    "bool_parsing": "It must be true or false.",
    "invalid_parameter": "The value breaks the rule of this parameter.",
    "ruc_check_digit": "The check digit of the RUC is wrong.",
    "totals_mismatch": "The amount does not follow from the lines.",
}


def language_of(request: Request) -> str:
    """`en` where the caller prefers English to Spanish by his `Accept-Language`, else `es`."""
    weights: dict[str, float] = {}
    for part in request.headers.get("accept-language", "").lower().split(",")[:_MOST_PARTS]:
        name = part.partition(";")[0].strip().partition("-")[0]
        found = _WEIGHT.search(part)
        weights[name] = max(weights.get(name, 0.0), float(found[1]) if found else 1.0)
    return ENGLISH if weights.get(ENGLISH, 0.0) > weights.get(SPANISH, 0.0) else SPANISH


def told_in(language: str, code: str, known: Problem, detail: str) -> dict[str, Any]:
    """Title, detail and action of a problem."""
    if language == SPANISH:
        return {"title": known.title, "detail": detail, "action": known.action}
    words = words_of(code)
    return {"title": words.title_en, "detail": words.cause_en, "action": words.action_en, "detailEs": detail}


def message_in(language: str, code: str, message: str) -> str:
    """The message of one of `errors`: in English where its code alone says enough."""
    return message if language == SPANISH else _MESSAGES_EN.get(code, message)
