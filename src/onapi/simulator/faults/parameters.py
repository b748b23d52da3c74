"""What can be said about a fault beside its number, and how each thing is checked and written the same way.

A parameter with choices may hold several, parted by `|`: which of them happens is drawn.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from onapi.errors import InvalidDocument

LONGEST_S: Final = 31 * 24 * 3600
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?", re.ASCII)
_UNITS: Final = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}  # seconds
_CODE = re.compile(r"\d{1,4}", re.ASCII)
_MOST = 10**9
_STATUSES: Final = range(200, 600)

SPELLINGS: Final = ("usual", "upper", "short", "ns", "bare", "server", "string", "http", "entities", "soap12")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "spelling": SPELLINGS,
    "page": ("empty", "nginx", "maintenance", "json"),
    "by": ("all", "ip", "ruc", "name"),
    "certificate": ("expired", "wrong-host", "untrusted", "none"),
    "where": ("headers", "body"),
    "standing": ("accepted", "voided", "rejected"),
    "way": (
        *("malformed", "namespace", "two-bodies"),
        *("corrupt", "empty", "dummy", "descriptor", "two", "nested", "bomb"),
        *("breaks", "spaces", "truncated"),
        *("continue", "chunked", "gzip"),
        *("blank", "document", "ruc", "skew", "signature", "signer"),
    ),
}
_DURATIONS: Final = ("seconds", "slow", "hold", "younger", "per", "retry_after")
_NUMBERS: Final = ("sigma", "bytes_per_s")
_COUNTS: Final = ("bytes", "polls", "over", "lines")


def senseless(sentence: str, key: str = "") -> InvalidDocument:
    """A wish that makes no sense; `facts["wrong"]` names the key that is wrong."""
    return InvalidDocument(sentence, key="invalid_parameter", wrong=key)


def duration(key: str, value: object) -> float:
    """Seconds from a number or from `90s`, `15m`, `2h`, `1d`, `300ms`."""
    found = None if isinstance(value, bool) else _DURATION.fullmatch(str(value).strip())
    seconds = float(found[1]) * _UNITS[found[2]] if found else -1.0
    if not 0 <= seconds <= LONGEST_S:
        raise senseless(f"{key} es una duración de hasta 31 días: un número de segundos, o 90s, 15m, 2h.", key)
    return seconds


def checked(key: str, value: object) -> str:
    """A parameter's value as it is kept; InvalidDocument when it cannot be."""
    if isinstance(value, dict | list | bool) or value is None:
        raise senseless(f"El valor de {key} no es un texto ni un número.", key)
    check = _CHECKS.get(key)
    if check is None:
        raise senseless(f"No existe el parámetro {key}.", key)
    return "|".join(check(key, part.strip()) for part in str(value).split("|"))


def _duration(key: str, text: str) -> str:
    return "" if not text and key == "retry_after" else f"{duration(key, text):g}"


def _number(key: str, text: str) -> str:
    found = re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII)
    if not found or not 0 < float(text) <= _MOST:
        raise senseless(f"{key} es un número mayor que cero.", key)
    return text


def _count(key: str, text: str) -> str:
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST:
        raise senseless(f"{key} es un número entero.", key)
    return str(int(text))


def _code(key: str, text: str) -> str:
    codes = text.split("+")
    if not all(_CODE.fullmatch(code) for code in codes):
        raise senseless(f"{key} es un código de SUNAT: hasta cuatro cifras.", key)
    return "+".join(codes)


def _status(key: str, text: str) -> str:
    if not _CODE.fullmatch(text) or int(text) not in _STATUSES:
        raise senseless(f"{key} es un estado HTTP: de 200 a 599.", key)
    return text


def _choice(key: str, text: str) -> str:
    if text not in _CHOICES[key]:
        raise senseless(f"{key} es uno de: {', '.join(_CHOICES[key])}.", key)
    return text


def _text(_: str, text: str) -> str:
    return text


_CHECKS: Final[Mapping[str, Callable[[str, str], str]]] = {
    **dict.fromkeys(_DURATIONS, _duration),
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_COUNTS, _count),
    **dict.fromkeys(_CHOICES, _choice),
    "code": _code,
    "state": _code,
    "status": _status,
    "content": _text,
}
