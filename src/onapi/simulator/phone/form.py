"""A form with a file in it, read from memory; the library only finds the parts."""

from dataclasses import dataclass, field
from typing import Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from onapi.simulator.outbox import Content
from onapi.simulator.phone.graph import denied
from onapi.simulator.rest import Ask

_MOST_PARTS: Final = 20


@dataclass(slots=True)
class _Part:
    name: str = ""
    file_name: str | None = None
    media_type: str = ""
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Form:
    """What the library finds in a form, as it tells of it."""

    found: list[_Part] = field(default_factory=list)
    is_whole: bool = False
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)

    @property
    def file(self) -> Content | None:
        """The file, if one came."""
        part = next((each for each in self.found if each.name == "file"), None)
        return Content(part.file_name or "", part.media_type, bytes(part.content)) if part else None

    def text(self, name: str) -> str:
        """A field's text; "" if it did not come."""
        part = next((each for each in self.found if each.name == name and each.file_name is None), None)
        return part.content.decode("utf-8", "replace").strip() if part else ""

    def begun(self) -> None:
        """A part begins."""
        if len(self.found) >= _MOST_PARTS:
            raise denied("100", "The form has too many parts")
        self.found.append(_Part())

    def header_named(self, data: bytes, start: int, end: int) -> None:
        """Some of a header's name."""
        self._header += data[start:end]

    def header_said(self, data: bytes, start: int, end: int) -> None:
        """Some of what it says."""
        self._value += data[start:end]

    def header_over(self) -> None:
        """A header is whole."""
        name, value, part = bytes(self._header).lower(), self._value.decode("latin-1"), self.found[-1]
        if name == b"content-disposition":
            given = parse_options_header(value)[1]
            part.name = given.get(b"name", b"").decode("utf-8", "replace")
            part.file_name = given[b"filename"].decode("utf-8", "replace") if b"filename" in given else None
        elif name == b"content-type":
            part.media_type = value
        self._header, self._value = bytearray(), bytearray()

    def said(self, data: bytes, start: int, end: int) -> None:
        """Some of a part's content."""
        self.found[-1].content += memoryview(data)[start:end]

    def end(self) -> None:
        """The last boundary has come."""
        self.is_whole = True


def read_form(ask: Ask) -> Form:
    """The form of a request; Refused if it is none or breaks off."""
    kind, options = parse_options_header(ask.content_type)
    boundary, parts = options.get(b"boundary"), Form()
    if kind != b"multipart/form-data" or not boundary:
        raise denied("100", "A file is sent up as multipart/form-data")
    told: Any = {
        "on_part_begin": parts.begun,
        "on_header_field": parts.header_named,
        "on_header_value": parts.header_said,
        "on_header_end": parts.header_over,
        "on_part_data": parts.said,
        "on_end": parts.end,
    }
    try:
        parser = MultipartParser(boundary, told)
        parser.write(ask.body)
        parser.finalize()
    except FormParserError as error:
        raise denied("100", "The form cannot be read") from error
    if not parts.is_whole:
        raise denied("100", "The form breaks off")
    return parts
