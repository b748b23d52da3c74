"""Which messages of WhatsApp one message of ours is, and what each says in the words of the Cloud API.

A message carries one file. The first has the words: as a caption, or as a template with the first page or picture in
its header. WhatsApp takes no XML and no ZIP: an XML goes as plain text under its own name, and of a ZIP with one file
in it, as SUNAT's constancies are, that file goes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from onapi.errors import Unreadable
from onapi.gateways.channels.channel import Paper, Parcel, Template
from onapi.gateways.channels.graph import Upload
from onapi.values.archive import unzip_one

MOST_CAPTION: Final = 1024
MOST_TEXT: Final = 4096
_MOST_NAME: Final = 240
_MiB: Final = 1024 * 1024
_MOST_IMAGE, _MOST_DOCUMENT = 5 * _MiB, 100 * _MiB
_IMAGES: Final = frozenset({"image/png", "image/jpeg"})
PDF: Final = "application/pdf"
_AS_TEXT: Final = frozenset({"text/plain", "text/xml", "application/xml", "text/csv", "application/json"})
_ZIPS: Final = frozenset({"application/zip", "application/x-zip-compressed"})
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_DOCUMENTS: Final = frozenset(
    {
        PDF, "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation",
    }
)  # fmt: skip
_TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?", re.ASCII)
_EMPTY_VARIABLE: Final = "-"  # Meta refuses a template with an empty one
_COMMON: Final[Mapping[str, Any]] = MappingProxyType({"messaging_product": "whatsapp", "recipient_type": "individual"})
_MARK = re.compile(r"onapi:(\d{11}|):([A-Za-z0-9-]{1,64}):([1-9]\d?)/([1-9]\d?)", re.ASCII)


class Unsendable(ValueError):
    """WhatsApp will never take this; the sentence says why in Spanish."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of WhatsApp's."""

    number: int  # from 1
    of: int
    text: str = ""
    file: Upload | None = field(default=None)
    template: Template | None = None

    @property
    def name(self) -> str:
        """Of its file; "" without one."""
        return self.file.name if self.file else ""

    def body(self, media_id: str) -> dict[str, Any]:
        """What is posted, but for whom it is to."""
        if self.template is not None:
            return {**_COMMON, "type": "template", "template": _template(self.template, self.file, media_id)}
        if self.file is None:
            return {**_COMMON, "type": "text", "text": {"body": self.text, "preview_url": "://" in self.text}}
        kind = _kind(self.file)
        return {**_COMMON, "type": kind, kind: {**_media(self.file, media_id), **_caption(self.text)}}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says."""

    ruc: str  # "" where the channel was given none
    message_id: str  # ours
    number: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether its news is that of the whole message."""
        return self.number == self.of


def mark_of(ruc: str, parcel: Parcel, part: Part) -> str:
    """What goes along with a part, and comes back in its news; the same at each attempt."""
    return f"onapi:{ruc}:{parcel.id}:{part.number}/{part.of}"


def read_mark(text: object) -> Mark | None:
    """A mark of ours; None for anything else.

    >>> read_mark("onapi:20000000001:f2b7e9a0:2/3").number
    2
    >>> read_mark("onapi:20000000001:f2b7e9a0:4/3") is None
    True
    """
    found = _MARK.fullmatch(text) if isinstance(text, str) else None
    if found is None or int(found[3]) > int(found[4]):
        return None
    return Mark(found[1], found[2], int(found[3]), int(found[4]))


def parts_of(parcel: Parcel, template: Template | None) -> tuple[Part, ...]:
    """A message as WhatsApp's; Unsendable if it takes one of them in no way."""
    files = [_upload(paper) for paper in parcel.files]
    said: list[tuple[str, Upload | None, Template | None]] = []
    if template is not None:
        first = next((file for file in files if _fits_header(file)), None)
        said.append(("", first, _checked(template)))
        files = [file for file in files if file is not first]
    elif not files or len(parcel.text) > MOST_CAPTION:
        said.append((_text(parcel.text), None, None))
    else:
        said.append((parcel.text, files.pop(0), None))
    said += [("", file, None) for file in files]
    return tuple(Part(number, len(said), *each) for number, each in enumerate(said, start=1))


def _upload(paper: Paper) -> Upload:
    """A file as WhatsApp takes it."""
    kind = paper.media_type.partition(";")[0].strip().lower()
    name, content = paper.name, paper.content
    if kind in _ZIPS:
        try:
            name, content = unzip_one(content)
        except Unreadable as error:
            raise Unsendable(f"WhatsApp no admite archivos ZIP: {_short(paper.name)}.") from error
        kind = "text/plain"
    if kind in _AS_TEXT:
        kind = "text/plain"
    elif kind not in _DOCUMENTS | _IMAGES:
        raise Unsendable(f"WhatsApp no admite archivos de tipo {_short(kind)}: {_short(paper.name)}.")
    most = _MOST_IMAGE if kind in _IMAGES else _MOST_DOCUMENT
    if not 0 < len(content) <= most:
        raise Unsendable(f"WhatsApp admite archivos de hasta {most // _MiB} MiB, y no vacíos: {_short(paper.name)}.")
    return Upload(_short(name.rpartition("/")[2]) or "archivo", kind, content)


def _short(name: str) -> str:
    """A name on one line; of a long one the end, where the suffix is."""
    return "".join(sign for sign in name if sign.isprintable())[-_MOST_NAME:]


def _fits_header(file: Upload) -> bool:
    return file.media_type == PDF or file.media_type in _IMAGES


def _kind(file: Upload) -> str:
    return "image" if file.media_type in _IMAGES else "document"


def _media(file: Upload, media_id: str) -> dict[str, Any]:
    """WhatsApp shows the name of a document, and none of an image."""
    return {"id": media_id} if _kind(file) == "image" else {"id": media_id, "filename": file.name}


def _caption(text: str) -> dict[str, str]:
    return {"caption": text} if text.strip() else {}


def _text(text: str) -> str:
    if not text.strip():
        raise Unsendable("El mensaje no tiene texto ni archivos.")
    if len(text) > MOST_TEXT:
        raise Unsendable(f"WhatsApp admite textos de hasta {MOST_TEXT} caracteres.")
    return text


def _checked(template: Template) -> Template:
    if not _TEMPLATE_NAME.fullmatch(template.name):
        raise Unsendable("El nombre de una plantilla tiene minúsculas, números y guiones bajos.")
    if not _LANGUAGE.fullmatch(template.language):
        raise Unsendable("El idioma de una plantilla se escribe como es o es_PE.")
    return template


def _template(template: Template, file: Upload | None, media_id: str) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if file is not None:
        kind = _kind(file)
        components.append({"type": "header", "parameters": [{"type": kind, kind: _media(file, media_id)}]})
    if template.variables:
        filled = [{"type": "text", "text": " ".join(each.split()) or _EMPTY_VARIABLE} for each in template.variables]
        components.append({"type": "body", "parameters": filled})
    told: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    return {**told, "components": components} if components else told
