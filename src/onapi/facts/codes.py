"""SUNAT's return codes: their words, and what each of them does to a document.

The class of a code is data: a row of `outcomes.tsv` gives it to a range or to a single code, and the narrowest row
wins. `codes.tsv` carries it beside each of the 2,148 codes SUNAT has published. Nobody looks for words in a message.

The class depends on the place too, and the place wins. It holds for a code that stands in a SOAP fault, in the
`ResponseCode` of a CDR or in a ticket's answer. The same code in a `Note` of a CDR is always an observation, whatever
its number: SUNAT sends codes under 4000 there (3030 was seen), and lists some of them as observations (`used_as`).

>>> return_code("1033").outcome
<Outcome.UNKNOWN: 'UNKNOWN'>
>>> return_code("0102").message
'Usuario o contrasena incorrectos'
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from onapi.facts.table import read

CODE_LENGTH = 4  # digits of a return code


class Outcome(StrEnum):
    """What an answer of SUNAT makes of a document.

    Whether its number is used up: yes when ACCEPTED, OBSERVED or REJECTED, no when HELD or PASSING; when UNKNOWN
    nobody but SUNAT knows.
    """

    ACCEPTED = "ACCEPTED"  # SUNAT has it and is content
    OBSERVED = "OBSERVED"  # SUNAT has it and notes something; it is as good as accepted
    REJECTED = "REJECTED"  # SUNAT refused it for good: a new document with a new number, never the same again
    HELD = "HELD"  # SUNAT took nothing: a person mends data or credentials, then the same number goes
    PASSING = "PASSING"  # SUNAT took nothing, same bytes may go again
    UNKNOWN = "UNKNOWN"  # SUNAT may hold it: ask before anything else is done


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A code SUNAT answers with."""

    code: str  # four digits; "0" for acceptance; as it came when it is no number
    message: str  # SUNAT's own words; "" when the code is in none of its lists
    outcome: Outcome  # where it stands as the answer; in a Note it is an observation
    used_as: str = ""  # "ERROR" or "OBSERV", as the validation sheets use it; "" if none does
    levels: str = ""  # the same, sheet by sheet: "01=ERROR 03=OBSERV"; see `level`
    twin: str = ""  # code of the same rule at the other level: 4288 observes in a boleta what 3271 refuses in a factura

    def level(self, doctype: str) -> str:
        """Give "ERROR" or "OBSERV", as the sheet of a document type ("01", "RC", "general") has it; else ""."""
        pairs = (pair.split("=") for pair in self.levels.split())
        return next((level for name, level in pairs if name == doctype), "")


def return_code(code: str) -> ReturnCode:
    """Give what SUNAT's lists say about a code; never raises.

    Takes "100", "0100" and " 0100 " alike. A code of no list has no words and the class of its range; what is no
    number of up to four digits is UNKNOWN.
    """
    key = _four_digits(code)
    return _codes().get(key) or ReturnCode(key, "", outcome_of(key))


def outcome_of(code: str) -> Outcome:
    """Read the class of a code in `outcomes.tsv`: the narrowest row that holds it, else UNKNOWN."""
    key = _four_digits(code)
    if not (key.isascii() and key.isdigit() and len(key) <= CODE_LENGTH):
        return Outcome.UNKNOWN
    number = int(key)
    rows = [(last - first, outcome) for first, last, outcome in _outcomes() if first <= number <= last]
    return min(rows)[1] if rows else Outcome.UNKNOWN


def search_codes(words: str) -> tuple[ReturnCode, ...]:
    """Find every code whose message has all these words, or begins with these digits, in order of code.

    Accents and capitals do not matter; a part of a word is enough.

    >>> [found.code for found in search_codes("contraseña incorrectos")]
    ['0102']
    """
    wanted = _plain(words).split()
    if not wanted:
        return ()
    return tuple(code for text, code in _searchable() if all(_matches(word, text, code.code) for word in wanted))


def _matches(word: str, text: str, code: str) -> bool:
    """Say whether a plain word is in the text, or is the beginning of the code."""
    return word in text or (word.isdigit() and (code.startswith(word) or code == word.zfill(CODE_LENGTH)))


def _four_digits(code: str) -> str:
    """Spell a code as `codes.tsv` does."""
    text = code.strip()
    if not (text.isascii() and text.isdigit()):
        return text
    return text.lstrip("0").zfill(CODE_LENGTH) if text.strip("0") else "0"


def _plain(text: str) -> str:
    """Strip accents and capitals from a text."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@cache
def _codes() -> dict[str, ReturnCode]:
    outcomes = {outcome.value: outcome for outcome in Outcome}
    rows = read("codes.tsv").rows
    return {
        code: ReturnCode(code, message, outcomes[outcome], used_as, levels, twin)
        for code, outcome, used_as, levels, twin, message, _ in rows
    }


@cache
def _searchable() -> tuple[tuple[str, ReturnCode], ...]:
    return tuple((_plain(code.message), code) for code in _codes().values())


@cache
def _outcomes() -> tuple[tuple[int, int, Outcome], ...]:
    return tuple((int(first), int(last), Outcome(outcome)) for first, last, outcome, _ in read("outcomes.tsv").rows)
