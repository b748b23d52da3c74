"""A `Page` to PDF: the typesetter sets it with a template of `templates/` and the fonts of `fonts/`, nothing else.

The page goes in as JSON beside the template: its text is data and never markup, and the typesetter sees no file but
those handed to it. What comes out is PDF/A-3a (for archives, with the signed XML inside) and PDF/UA-1 (for screen
readers), and the same page always gives the same bytes.
"""

import json
import re
import threading
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from onapi.errors import InvalidDocument, OnapiError
from onapi.page.data import Attachment, Page, page_as_json
from onapi.page.glyphs import FONTS, printable
from onapi.page.logo import logo_svg
from onapi.page.qr import qr_svg

TEMPLATES = {"A4": "a4.typ"}
"""Names of the public contract to files of `templates/`; a further paper is a further file and row."""

_TEMPLATES = Path(__file__).with_name("templates")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OF_THIS_THREAD = threading.local()  # a compiler that two threads enter at once fails: "Already borrowed"


def render(page: Page, template: str = "A4", *, attachments: tuple[Attachment, ...] = ()) -> bytes:
    """The page as PDF, on the paper that `template` names, with files inside it.

    InvalidDocument(key="invalid_parameter") if there is no such template, the logo cannot be read or a file's name
    is no plain name; OnapiError if the template is wrong.
    """
    files = _project(page, template, attachments)
    try:
        try:
            return _compile(files, page.dated, "a-3a", "ua-1")
        except typst.TypstError:
            # Version 0.15 finds fault with its own tags where a table breaks oddly: then print without that claim.
            return _compile(files, page.dated, "a-3b")
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


def _project(page: Page, template: str, attachments: tuple[Attachment, ...]) -> dict[str, bytes]:
    """Every file the typesetter may see, by name."""
    if template not in TEMPLATES:
        raise InvalidDocument("No hay una plantilla con ese nombre.", key="invalid_parameter", template=template)
    data = _printable(page_as_json(page))
    files = {"main.typ": _source(TEMPLATES[template]), "parts.typ": _source("parts.typ")}
    if page.qr is not None:
        files["qr.svg"] = qr_svg(page.qr).encode()
    if page.issuer.logo:
        files["logo.svg"] = logo_svg(page.issuer.logo).encode()
    data["attachments"] = [_described(attachment) for attachment in attachments]
    # Numbers, since the typesetter takes files of UTF-8 text alone: 0.2 ms for each KB of a CDR.
    files |= {f"attachment-{at}.json": json.dumps(list(one.data)).encode() for at, one in enumerate(attachments)}
    return files | {"page.json": json.dumps(data).encode()}


def _described(attachment: Attachment) -> dict[str, str]:
    if not _FILE_NAME.fullmatch(attachment.name):
        raise InvalidDocument("El archivo adjunto no tiene un nombre simple.", key="invalid_parameter")
    return {
        "name": attachment.name,
        "mime": attachment.mime,
        "description": printable(attachment.description or attachment.name),
        "relation": attachment.relation,
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
