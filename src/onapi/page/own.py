"""A page set with a template of the company's own: a stranger's program, so it runs in a cell and nowhere else.

It sees what `docs/how-to/templates.md` tells and no other file: `page.json`, `qr.svg` and `logo.svg` where there are
such. Title, language and the files inside the PDF are put around it, so that a template is about looks alone.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, Final

import typst

from onapi.errors import InvalidDocument
from onapi.page.data import Attachment, Page
from onapi.page.glyphs import FONTS
from onapi.page.pdf import project

FAULT: Final = "template_invalid"
"""The key of what is wrong in a template; the sentence begins with the line where it is."""

_TEMPLATE: Final = "template.typ"
_MAIN: Final = b"""#let sheet = json("page.json")
#let (language, ..region) = sheet.language.split("-")
#set document(title: sheet.title, author: sheet.issuer.name)
#set text(font: ("Inter", "DejaVu Sans"), lang: language, region: region.at(0, default: none))
#for (at, file) in sheet.attachments.enumerate() {
  let name = "attachment-" + str(at)
  let data = if file.plain { read(name + ".txt", encoding: none) } else { bytes(json(name + ".json")) }
  pdf.attach(file.name, data, relationship: file.relation, mime-type: file.mime, description: file.description)
}
#include "template.typ"
"""
_SEEN: Final = re.compile(r"main\.typ|page\.json|qr\.svg|logo\.svg|attachment-\d+\.(txt|json)")  # and no part of ours
_PLACE: Final = re.compile(r"┌─ \S*template\.typ:(\d+):(\d+)")
_WORDS: Final = (  # what the typesetter says at length, or in a way that helps nobody here
    (re.compile(r"failed to (download|load) package.*|package not found.*", re.DOTALL), "no se pueden usar paquetes"),
    (
        re.compile(r"failed to load file.*|file not found.*|path .* would escape.*|cannot access file.*", re.DOTALL),
        "no se puede leer ese archivo; solo page.json, y qr.svg y logo.svg si los hay",
    ),
)
_WARM: Final = 'Aa *Aa* _Aa_ #text(weight: 500)[Aa] #text(weight: 600)[Aa] #text(font: "DejaVu Sans")[Aa □]'


def order(source: bytes, pages: Mapping[str, Page], attachments: tuple[Attachment, ...] = ()) -> bytes:
    """What a cell is told: the template, the pages that it sets one by one under their names, the files inside."""
    told = [
        {"name": name, "dated": page.dated.isoformat(), "files": _files(page, attachments)}
        for name, page in pages.items()
    ]
    return json.dumps({"template": b64encode(source).decode("ascii"), "pages": told}).encode("ascii")


def _files(page: Page, attachments: tuple[Attachment, ...]) -> dict[str, str]:
    found = project(page, _MAIN, attachments)
    return {name: data.decode() for name, data in found.items() if _SEEN.fullmatch(name)}


def composed(data: bytes) -> bytes:
    """The task of a cell: every page is set, the last one is given back as PDF.

    InvalidDocument(key="template_invalid") says the line, what is wrong there, and on the page of what.
    """
    told = json.loads(data)
    template = _text(b64decode(told["template"]))
    made = b""
    for each in told["pages"]:
        made = _set(template, each)
    return made


def _text(source: bytes) -> bytes:
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise InvalidDocument(f"Línea {line}: el archivo no es texto UTF-8.", key=FAULT) from None
    return source


def _set(template: bytes, page: dict[str, Any]) -> bytes:
    files = {name: text.encode() for name, text in page["files"].items()} | {_TEMPLATE: template}
    midday = datetime.combine(datetime.fromisoformat(page["dated"]), time(12), UTC)
    try:
        try:
            return _compile(files, midday, "a-3b")
        except typst.TypstError:  # beautiful and unfit for archives is better than nothing
            return _compile(files, midday)
    except typst.TypstError as error:
        raise InvalidDocument(_sentence(error, page["name"]), key=FAULT) from None


def ready() -> None:
    """What a cell does before it gives up files and threads: the typesetter has read its fonts and started its own."""
    _compiler()


def _compile(files: dict[str, bytes], midday: datetime, *standards: "typst.PDFStandard") -> bytes:
    made: bytes = _compiler().compile(  # type: ignore[type-var, assignment]  # the stubs lack files given as a mapping
        files, format="pdf", pdf_standards=list(standards), timestamp=midday
    )
    return made


def _sentence(error: typst.TypstError, name: str) -> str:
    """Where and what, in the typesetter's own words."""
    found = _PLACE.search(error.diagnostic)
    where = f"Línea {found[1]}, columna {found[2]}: " if found else ""
    said = error.message + "".join(f" ({hint})" for hint in error.hints[:2])
    for pattern, words in _WORDS:
        said = words if pattern.match(said) else said
    return f"{where}{said}; al componer {name}."[:900]


@cache
def _compiler() -> typst.Compiler:
    """Warm, with a folder of fonts as all that it could see of the disk."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    made = typst.Compiler(root=str(FONTS), font_paths=fonts, ignore_system_fonts=True)
    made.compile(_WARM.encode(), format="pdf")
    return made
