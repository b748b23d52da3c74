"""A `Page` to PDF: the typesetter sets it with a template of `templates/` and the fonts of `fonts/`, nothing else.

The page goes in as JSON beside the template: its text is data and never markup, and the typesetter sees no file but
those handed to it. What comes out is PDF/A-3a (for archives, with the signed XML inside) and PDF/UA-1 (for screen
readers), and the same page always gives the same bytes.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from onapi.errors import InvalidDocument, OnapiError
from onapi.page.data import Attachment, Page, page_as_json
from onapi.page.glyphs import FONTS, printable
from onapi.page.logo import logo_svg
from onapi.page.qr import QUIET_ZONE, qr_svg

TEMPLATES = {"A4": "a4.typ", "A5": "a5.typ", "ticket80": "ticket80.typ", "ticket58": "ticket58.typ"}
"""Names of the public contract to files of `templates/`; a further paper is a further file and row."""

_SHARED = ("parts.typ", "sheet.typ", "table.typ", "ticket.typ")  # what templates import
_TEMPLATES = Path(__file__).with_name("templates")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DIGIT = re.compile(r"\d")
_CANDIDATES = 12  # of the longest texts of a column, so many are measured
_OF_THIS_THREAD = threading.local()  # a compiler that two threads enter at once fails: "Already borrowed"


def render(page: Page, template: str = "A4", *, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """The page as PDF, on the paper that `template` names, with files inside it.

    InvalidDocument(key="invalid_parameter") if there is no such template, the logo cannot be read or a file's name
    is no plain name; OnapiError if the template is wrong.
    """
    files = project(page, template_source(template), attachments)
    with _told(page):
        try:
            return _compile(files, page.dated, "a-3a", "ua-1")
        except typst.TypstError:
            # Version 0.15 finds fault with its own tags where a table breaks oddly: then print without that claim.
            return _compile(files, page.dated, "a-3b")


def draw(page: Page, template: str = "A4", *, ppi: float = 72) -> list[bytes]:
    """The same pages as pictures (PNG), `ppi` dots to the inch; fails as `render` does."""
    files = project(page, template_source(template))
    with _told(page):
        made: Any = _compiler().compile(files, format="png", ppi=ppi)  # type: ignore[type-var]  # as in _compile
    return made if isinstance(made, list) else [made]


def template_source(template: str) -> bytes:
    """The text of one of our templates; InvalidDocument(key="invalid_parameter") if there is none of that name."""
    if template not in TEMPLATES:
        raise InvalidDocument("No hay una plantilla con ese nombre.", key="invalid_parameter", template=template)
    return _source(TEMPLATES[template])


def project(page: Page, main: bytes, attachments: tuple[Attachment, ...] = ()) -> dict[str, bytes]:
    """Every file the typesetter may see, by name; `main` is the text of the template, ours or a company's own."""
    data = _printable(page_as_json(page))
    data["issuer"]["logo"] = bool(page.issuer.logo)
    data["qr"] = data["qr"] or None
    data["widest"] = [_widest(data["rows"], at) for at in range(len(page.columns))]
    files = {"main.typ": main} | {name: _source(name) for name in _SHARED}
    if page.qr:
        picture = qr_svg(page.qr)
        files["qr.svg"], data["quiet"] = picture.encode(), _quiet(picture)
    if page.issuer.logo:
        files["logo.svg"] = logo_svg(page.issuer.logo).encode()
    data["attachments"] = [_described(attachment) for attachment in attachments]
    for at, one in enumerate(attachments):
        files |= _packed(f"attachment-{at}", one.data)
    return files | {"page.json": json.dumps(data).encode()}


def _quiet(picture: str) -> float:
    """How much of the side of a code's picture is white before its black begins."""
    side = picture.partition('viewBox="0 0 ')[2].partition(" ")[0]
    return QUIET_ZONE / int(side)


def _widest(rows: list[list[str]], at: int) -> list[str]:
    """Of a column, the texts that can be its widest: figures of one length and shape are equally wide."""
    firsts = {row[at].partition("\n")[0] for row in rows}
    shapes = {_DIGIT.sub("0", first): first for first in sorted(firsts)}
    return [shapes[shape] for shape in sorted(shapes, key=len, reverse=True)[:_CANDIDATES]]


@contextmanager
def _told(page: Page) -> Iterator[None]:
    """The typesetter's faults in our own words."""
    try:
        yield
    except typst.TypstError as error:
        if page.issuer.logo and "image" in error.message:
            raise InvalidDocument("El logotipo no se puede leer.", key="invalid_parameter") from error
        raise OnapiError("La página no se pudo componer.", reason=error.message) from error


def _compile(files: dict[str, bytes], dated: date, *standards: "typst.PDFStandard") -> bytes:
    """One run of the typesetter; its clock is the page's date, so that the same page gives the same bytes."""
    midday = datetime.combine(dated, time(12), UTC)
    made: bytes = _compiler().compile(  # type: ignore[type-var, assignment]  # the stubs lack files given as a mapping
        files, format="pdf", pdf_standards=list(standards), timestamp=midday
    )
    return made


def _packed(name: str, data: bytes) -> dict[str, bytes]:
    """A file for the typesetter, which takes UTF-8 text alone: other bytes go as numbers, at 0.2 ms for each KB."""
    if _is_plain(data):
        return {f"{name}.txt": data}
    return {f"{name}.json": json.dumps(list(data)).encode()}


def _is_plain(data: bytes) -> bool:
    """Whether the typesetter takes these bytes as they are."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _described(attachment: Attachment) -> dict[str, str | bool]:
    if not _FILE_NAME.fullmatch(attachment.name):
        raise InvalidDocument("El archivo adjunto no tiene un nombre simple.", key="invalid_parameter")
    return {
        "name": attachment.name,
        "mime": attachment.mime,
        "description": printable(attachment.description or attachment.name),
        "relation": attachment.relation,
        "plain": _is_plain(attachment.data),
    }


def _printable(value: Any) -> Any:  # noqa: ANN401  JSON values of any depth
    """The same JSON with every text made printable."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {name: _printable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_printable(inner) for inner in value]
    return value


def _compiler() -> typst.Compiler:
    """The compiler of the running thread."""
    if not hasattr(_OF_THIS_THREAD, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        _OF_THIS_THREAD.compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    compiler: typst.Compiler = _OF_THIS_THREAD.compiler
    return compiler


@cache
def _source(name: str) -> bytes:
    return (_TEMPLATES / name).read_bytes()
