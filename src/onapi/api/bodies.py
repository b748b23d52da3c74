"""Read a request's body: size, content type, JSON, and its shape, with every fault as a JSON pointer."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ValidationError

from onapi.errors import InvalidDocument, Unreadable
from onapi.intake import read_json
from onapi.rules.rule import Fault

MAX_BYTES = 10 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 50
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

M = TypeVar("M", bound=BaseModel)


async def read_body(request: Request) -> bytes:
    """The whole body; refused as soon as it is known to be too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


async def read_object(request: Request, *, forms: bool = False) -> dict[str, Any]:
    """A JSON object, or with `forms` a posted form."""
    kind = media_type(request)
    body = await read_body(request)
    if forms and kind == _FORM:
        return _form(body)
    if kind not in {"application/json", ""}:
        raise Unreadable(f"No se admite el tipo de contenido «{kind}».", key="unsupported_media_type")
    found = read_json(body)
    if not isinstance(found, dict):
        raise Unreadable("El cuerpo debe ser un objeto JSON.", key="malformed_json")
    if _ODD.search(body):
        _refuse_no_text(found)
    return found


def _form(body: bytes) -> dict[str, Any]:
    try:
        found = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise Unreadable(f"El formulario tiene más de {_MOST_FIELDS} campos.", key="malformed_json") from error
    _refuse_no_text(found)
    return found


def _refuse_no_text(found: Mapping[str, Any]) -> None:
    """Escapes can hold what is no text: half of a surrogate pair, and NUL, which no database and no XML takes."""
    text = json.dumps(found, ensure_ascii=False, default=str)
    if "\\u0000" in text or _HALF.search(text):
        raise Unreadable("El cuerpo contiene caracteres que no son texto.", key="malformed_json")


def media_type(request: Request) -> str:
    """The content type, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def shaped(model: type[M], value: dict[str, Any]) -> M:
    """The object as a model; InvalidDocument names every field that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = tuple(_fault(item["loc"], item["type"], item.get("input")) for item in error.errors())
        raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=faults) from None


def _fault(place: Iterable[int | str], kind: str, given: object) -> Fault:
    received = (
        str(given)[:100] if isinstance(given, (str, int)) and kind not in {"missing", "string_too_short"} else None
    )
    pointer = "".join(f"/{part}" for part in place)
    hidden = None if "password" in pointer or "oken" in pointer else received
    code = "required" if kind == "missing" else kind
    return Fault(code, pointer, _SENTENCES.get(kind, "El valor no tiene la forma esperada."), received=hidden)


def _too_large() -> Unreadable:
    return Unreadable("El cuerpo pesa más de 10 MiB.", key="payload_too_large")
