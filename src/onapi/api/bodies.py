"""Read a request's body: size, time, content type, JSON, and its shape, with every fault as a JSON pointer.

A field that its shape declares with `repr=False` is a secret: what came in it, or in a field that does not exist (a
secret under a wrong name), is never said back.
"""

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.requests import ClientDisconnect

from onapi.errors import InvalidDocument, Unreadable
from onapi.intake import read_json
from onapi.rules.rule import Fault

MAX_BYTES = 10 * 1024 * 1024
SMALL_BYTES = 64 * 1024  # what has no file in it
_BODY = "onapi_body"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 50
_MOST_FAULTS = 100
_PATIENCE_S = 20.0  # for a body to begin, and after that
_SLOWEST = 16 * 1024  # bytes a second: who sends less holds a place for nothing
_ODD = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")  # escapes that need a second look
_HALF = re.compile("[\ud800-\udfff]")
_SENTENCES = {
    "missing": "Falta este dato obligatorio.",
    "extra_forbidden": "Este campo no existe.",
    "string_type": "Debe ser un texto.",
    "string_too_short": "No puede estar vacío.",
    "string_too_long": "Es demasiado largo.",
    "literal_error": "El valor no es uno de los permitidos.",
    "int_parsing": "Debe ser un número entero.",
    "int_type": "Debe ser un número entero.",
    "bool_parsing": "Debe ser true o false.",
}
_BLANKS = b" \t\r\n\v\f"
_UNTOLD = frozenset({"missing", "string_too_short", "extra_forbidden"})

M = TypeVar("M", bound=BaseModel)


async def read_body(request: Request, *, most_bytes: int = MAX_BYTES) -> bytes:
    """The whole body, which may be asked for again; refused as soon as it is known to be too large or too slow."""
    known: bytes | None = getattr(request.state, _BODY, None)
    if known is None:
        known = await _received(request, most_bytes)
        setattr(request.state, _BODY, known)
    if len(known) > most_bytes:
        raise _too_large(most_bytes)
    return known


async def _received(request: Request, most_bytes: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > len(str(MAX_BYTES)) or int(declared) > most_bytes):
        raise _too_large(most_bytes)
    begun, body = asyncio.get_running_loop().time(), bytearray()
    try:
        async with asyncio.timeout_at(begun + _PATIENCE_S) as limit:
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    raise _too_large(most_bytes)
                limit.reschedule(begun + _PATIENCE_S + len(body) / _SLOWEST)
    except TimeoutError:
        raise Unreadable("El cuerpo no llegó completo a tiempo.", key="malformed_request") from None
    except ClientDisconnect:
        raise Unreadable("La conexión se cerró antes de que llegara el cuerpo.", key="malformed_request") from None
    return bytes(body)


async def read_object(request: Request, *, forms: bool = False, most_bytes: int = SMALL_BYTES) -> dict[str, Any]:
    """A JSON object, or with `forms` a posted form; one that may hold a file says how much it takes."""
    kind = media_type(request)
    body = await read_body(request, most_bytes=most_bytes)
    if forms and kind == _FORM:
        return _form(body)
    if kind not in {"application/json", ""}:
        raise Unreadable(f"No se admite el tipo de contenido «{kind[:100]}».", key="unsupported_media_type")
    found = read_json(body)
    if not isinstance(found, dict):
        raise Unreadable("El cuerpo debe ser un objeto JSON.", key="malformed_json")
    if _ODD.search(body):
        _refuse_no_text(found)
    return found


def _form(body: bytes) -> dict[str, Any]:
    if len(body) > SMALL_BYTES:
        raise _too_large(SMALL_BYTES)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Unreadable(f"El formulario tiene más de {_MOST_FIELDS} campos.", key="malformed_request") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("Un campo del formulario aparece dos veces.", key="malformed_request")
    _refuse_no_text(found)
    return found


def _refuse_no_text(found: Mapping[str, Any]) -> None:
    """Escapes can hold what is no text: half of a surrogate pair, and NUL, which no database and no XML takes."""
    text = json.dumps(found, ensure_ascii=False, default=str)
    if "\\u0000" in text or _HALF.search(text):
        raise Unreadable("El cuerpo contiene caracteres que no son texto.", key="malformed_json")


def from_base64(text: str, what: str) -> bytes:
    """Bytes of base64; line breaks and a `data:` prefix are tolerated."""
    try:
        plain = text.rpartition("base64,")[2].encode("ascii").translate(None, _BLANKS)
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"{what} no es base64 válido.", key="malformed_base64") from error


def media_type(request: Request) -> str:
    """The content type, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def shaped(model: type[M], value: dict[str, Any]) -> M:
    """The object as a model; InvalidDocument names the fields that do not fit, a hundred at most."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)[:_MOST_FAULTS]
        faults = tuple(_fault(model, item["loc"], item["type"], item.get("input")) for item in found)
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=faults) from None


def _fault(model: type[BaseModel], place: tuple[int | str, ...], kind: str, given: object) -> Fault:
    is_told = isinstance(given, (str, int)) and kind not in _UNTOLD and not _is_secret(model, place)
    code = "required" if kind == "missing" else kind
    sentence = _SENTENCES.get(kind, "El valor no tiene la forma esperada.")
    return Fault(code, "".join(f"/{part}" for part in place), sentence, received=str(given)[:100] if is_told else None)


def _is_secret(model: type[BaseModel], place: tuple[int | str, ...]) -> bool:
    """Whether a field stands in one that is declared with `repr=False`, in this shape or in those inside of it."""
    fields = model.model_fields
    found = (
        next((each for name, each in fields.items() if str(place[0]) in _names(name, each)), None) if place else None
    )
    if found is None:
        return False
    inside: Any = found.annotation
    is_shape = isinstance(inside, type) and issubclass(inside, BaseModel)
    return not found.repr or (is_shape and _is_secret(inside, place[1:]))


def _names(name: str, field: FieldInfo) -> set[str]:
    """Every name by which a field may come."""
    alias = field.validation_alias
    return {name, *(str(each) for each in (alias.choices if isinstance(alias, AliasChoices) else [alias]) if each)}


def _too_large(most_bytes: int) -> Unreadable:
    size = f"{most_bytes // 1024**2} MiB" if most_bytes >= 1024**2 else f"{most_bytes // 1024} KiB"
    return Unreadable(f"El cuerpo pesa más de {size}.", key="payload_too_large")
