"""Read `multipart/form-data`: a few files and fields, weighed and counted, kept in memory and nowhere else.

The library only finds the parts; the framework's own reader would put them into temporary files, in which a secret has
no place, and leaves one open where a form breaks off.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from onapi.api.bodies import MAX_BYTES, media_type, read_body
from onapi.errors import InvalidDocument, Unreadable
from onapi.intake import read_json
from onapi.rules.rule import Fault

FORM: Final = "multipart/form-data"
_MOST_PARTS: Final = 24
_NAME: Final = b"content-disposition"


@dataclass(slots=True)
class _Parts:
    """What the library finds, as it tells of it."""

    found: dict[str, bytearray] = field(default_factory=dict)
    is_whole: bool = False
    _header: tuple[bytes, bytes] = (b"", b"")
    _disposition: bytes = b""
    _name: str | None = None

    def begun(self) -> None:
        """A part begins; what is said of it follows."""
        self._header, self._disposition, self._name = (b"", b""), b"", None

    def header_named(self, data: bytes, start: int, end: int) -> None:
        """Some of a header's name."""
        self._header = (self._header[0] + data[start:end], self._header[1])

    def header_said(self, data: bytes, start: int, end: int) -> None:
        """Some of what it says."""
        self._header = (self._header[0], self._header[1] + data[start:end])

    def header_over(self) -> None:
        """Of all headers only the one with the name counts."""
        if self._header[0].lower() == _NAME:
            self._disposition = self._header[1]
        self._header = (b"", b"")

    def headers_over(self) -> None:
        """The content begins: its place is made."""
        name = parse_options_header(self._disposition.decode("latin-1"))[1].get(b"name")
        if name is None:
            raise _unreadable()
        self._name = name.decode("utf-8", "replace")
        if self._name in self.found:
            raise _wrong(self._name, "La parte aparece dos veces.")
        if len(self.found) >= _MOST_PARTS:
            raise Unreadable(f"El formulario tiene más de {_MOST_PARTS} partes.", key="malformed_request")
        self.found[self._name] = bytearray()

    def content(self, data: bytes, start: int, end: int) -> None:
        """Some of its content."""
        if self._name is not None:
            self.found[self._name] += memoryview(data)[start:end]

    def end(self) -> None:
        """The last boundary has come."""
        self.is_whole = True


def is_form(request: Request) -> bool:
    """Whether a multipart form was sent."""
    return media_type(request) == FORM


async def read_form(request: Request, *, most_bytes: int = MAX_BYTES) -> dict[str, bytes]:
    """The parts of a form by name, files and fields alike.

    Unreadable (`malformed_request`, `payload_too_large`) where it is no form, breaks off, or is too much;
    InvalidDocument where a part comes twice.
    """
    body = await read_body(request)
    if len(body) > most_bytes:
        raise Unreadable(f"El formulario pesa más de {most_bytes // 1024} KiB.", key="payload_too_large")
    return parts_of(body, request.headers.get("content-type", ""))


def parts_of(body: bytes, content_type: str) -> dict[str, bytes]:
    """The parts of a whole body, by name."""
    parts = _Parts()
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not boundary:
        raise _unreadable()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begun,
                "on_header_field": parts.header_named,
                "on_header_value": parts.header_said,
                "on_header_end": parts.header_over,
                "on_headers_finished": parts.headers_over,
                "on_part_data": parts.content,
                "on_end": parts.end,
            },
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise _unreadable() from error
    if not parts.is_whole:
        raise _unreadable()
    return {name: bytes(content) for name, content in parts.found.items()}


async def read_parts(request: Request, files: frozenset[str]) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files that were asked for and the other parts, by name; `options` is read as JSON.

    Unreadable (`malformed_request`) where it is no form, InvalidDocument where a part comes twice or is no text.
    """
    found = await read_form(request)
    fields: dict[str, Any] = {}
    for name in [name for name in found if name not in files]:
        content = found.pop(name)
        fields[name] = read_json(content) if name == "options" else _text(name, content)
    return found, fields


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _wrong(name, "Debe ser un texto en UTF-8.") from None
    if "\0" in text:
        raise _wrong(name, "Debe ser un texto.")
    return text


def _unreadable() -> Unreadable:
    return Unreadable("El cuerpo multipart no se puede leer, o no está completo.", key="malformed_request")


def _wrong(name: str, sentence: str) -> InvalidDocument:
    fault = Fault("invalid_parameter", f"/{name[:40]}", sentence)
    return InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
