"""JSON text to values and back: decimals stay exact, and what a careful reader would not swallow is refused."""

import json
import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

from onapi.errors import Unreadable

MAX_DEPTH = 32
MAX_NAMES = 1000  # of one object
MAX_PARTS = 200_000  # commas and brackets, those in strings included: a thousand lines have a tenth of it
MAX_WIDE_BYTES = 4 * 1024 * 1024  # of a text with a character beyond Latin: each of its others takes four bytes then
_LONGEST_NAME = 200
_LONGEST_NUMBER = 40  # digits; the largest amount SUNAT takes has 24
_WIDE = re.compile(rb"[\xc4-\xff]|\\u(?!00)")
_BRACKETS = re.compile(r"[\[\]{}]")
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_BEYOND = Decimal(f"1E{2 * _LONGEST_NUMBER}")
_MARK = secrets.token_hex(8)  # no text of a user can hold it
_MARKED = re.compile(rf'"{_MARK}(-?[0-9.]+)"')
_BROKEN = "El cuerpo no es un JSON válido"


def read_json(data: bytes) -> Any:  # noqa: ANN401  JSON is any of six types
    """The value that the bytes hold; Unreadable(key="malformed_json") says where they break."""
    if len(data) > MAX_WIDE_BYTES and _WIDE.search(data):
        raise Unreadable("Un JSON de más de 4 MiB solo admite caracteres latinos.", key="malformed_json")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("El cuerpo no está en UTF-8.", key="malformed_json") from error
    _refuse_bulk(text)
    _refuse_depth(text)
    try:
        value = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        where = f"línea {error.lineno}, columna {error.colno}"
        raise Unreadable(f"{_BROKEN} ({where}).", key="malformed_json") from error
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(value)
    return value


def _refuse_bulk(text: str) -> None:
    """Every value costs more memory than the text that it stands in; so they are counted before any is made."""
    if sum(text.count(each) for each in ",[]{}") > MAX_PARTS:
        raise Unreadable("El JSON tiene demasiados valores.", key="malformed_json")


def _refuse_depth(text: str) -> None:
    """Nesting is counted before parsing, brackets in strings included: no honest receipt comes near the limit."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for character in _BRACKETS.findall(text):
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Unreadable(f"El JSON anida más de {MAX_DEPTH} niveles.", key="malformed_json")
        elif character in "]}":
            depth -= 1


def _decimal(digits: str) -> Decimal:
    _refuse_length(digits)
    try:
        value = Decimal(digits)
    except InvalidOperation:
        value = _BEYOND  # an exponent that no computer counts to
    if not -_LONGEST_NUMBER < value.adjusted() < _LONGEST_NUMBER:
        raise Unreadable("Un número del JSON es demasiado grande.", key="malformed_json")
    return value


def _integer(digits: str) -> int:
    _refuse_length(digits)
    return int(digits)


def _refuse_length(digits: str) -> None:
    if len(digits) > _LONGEST_NUMBER:
        raise Unreadable(f"Un número del JSON tiene más de {_LONGEST_NUMBER} cifras.", key="malformed_json")


def _refuse_half_characters(value: object) -> None:
    """A surrogate without its other half is no character: no file, database or XML could hold it."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise Unreadable("El JSON trae medio carácter Unicode, sin su otra mitad.", key="malformed_json") from error


def _refuse_constant(name: str) -> None:
    raise Unreadable(f"{name} no es un número de JSON.", key="malformed_json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_NAMES:
        raise Unreadable(f"Un objeto del JSON tiene más de {MAX_NAMES} campos.", key="malformed_json")
    found = dict(pairs)
    if any(len(name) > _LONGEST_NAME for name in found):
        raise Unreadable(f"Un campo del JSON tiene un nombre de más de {_LONGEST_NAME} letras.", key="malformed_json")
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"El campo «{twice}» aparece dos veces.", key="malformed_json")
    return found


def write_json(value: object, *, indent: int | None = None) -> str:
    """JSON with exact amounts: a Decimal goes out as a number with its own digits, never through a float."""
    tight = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, separators=tight, indent=indent, default=_marked)
    return _MARKED.sub(r"\1", text)


def _marked(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    raise TypeError(f"{type(value).__name__} has no JSON form")
