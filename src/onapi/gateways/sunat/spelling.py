"""The one place that finds a return code in SUNAT's writing. A number among other words is no code.

SUNAT's servers spell the same code as `soap-env:Client.0109`, `SOAP-ENV:Server.0137`, `a:Client.0103`, `ns0:0103`,
`Server.200` or `0109` alone; in faultcode or, some of them, in faultstring; in JSON as text or as number, with or
without the zero in front; and in the words of a processed ticket as `2335 - …` or `… INFO : 2335 (nodo: …`.
"""

import re

_SUFFIX = re.compile(r"(?:^|[.:])\s*(\d{3,4})\s*$", re.ASCII)
_ALONE = re.compile(r"\s*(\d{3,4})\s*", re.ASCII)
_STATUS = re.compile(r"\s*(\d{1,4})\s*", re.ASCII)
_LEADING = re.compile(r"\s*(\d{4})\s*[-:]\s", re.ASCII)
_BEFORE_NODE = re.compile(r"[:\s](\d{4})\s*\(nodo:", re.ASCII)
_DIGITS = 4


def code_of_fault(faultcode: str, faultstring: str) -> str:
    """The four digits that end a faultcode, or that are a faultstring; "" if neither holds any."""
    found = _SUFFIX.search(faultcode) or _ALONE.fullmatch(faultstring)
    return found[1].zfill(_DIGITS) if found else ""


def code_alone(written: object) -> str:
    """The four digits of a code that stands alone, as text or as number; "" if it is anything else."""
    return _whole(_ALONE, written)


def status_code(written: object) -> str:
    """The four digits of a status, which may be as short as `0`; "" if it is anything else."""
    return _whole(_STATUS, written)


def code_in_words(words: str) -> str:
    """The code that a sentence about a processed file is about, where SUNAT's own form marks it; else ""."""
    found = _ALONE.fullmatch(words) or _LEADING.match(words) or _BEFORE_NODE.search(words)
    return found[1].zfill(_DIGITS) if found else ""


def _whole(shape: re.Pattern[str], written: object) -> str:
    if not isinstance(written, str | int):
        return ""
    text = written if isinstance(written, str) else str(written).zfill(3 if shape is _ALONE else 1)
    found = shape.fullmatch(text)
    return found[1].zfill(_DIGITS) if found else ""
