"""One page from its parts: what a hand is ordered to set, and the setting itself. No store, no clock, no settings.

An order travels to another process as JSON; everything that shows on the page stands in it, and nothing else.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from onapi import __version__
from onapi.cdr import read_cdr
from onapi.errors import NotFound, OnapiError
from onapi.kinds import KINDS
from onapi.kinds.kind import PrintContext
from onapi.page.data import Attachment, Page
from onapi.page.pdf import render
from onapi.values.xmltree import parse_xml

_SOURCES = Path(__file__).parents[1]
_BYTES = ("xml", "cdr", "logo")


@dataclass(frozen=True, slots=True)
class Order:
    """A page to set."""

    doctype: str
    name: str  # of the receipt's files, without ending
    template: str
    context: PrintContext
    copy_mark: str = ""
    accent: str = ""
    phone: str = ""  # of the issuer, where the XML tells none
    email: str = ""
    xml: bytes = field(default=b"", repr=False)
    cdr: bytes = field(default=b"", repr=False)  # as it is kept: ZIP or XML; b"" while there is none
    logo: bytes = field(default=b"", repr=False)

    def packed(self) -> bytes:
        """As a hand takes it."""
        told = asdict(self)
        return json.dumps(told | {name: b64encode(told[name]).decode("ascii") for name in _BYTES}).encode()


def unpacked(data: bytes) -> Order:
    """What `packed` made."""
    told = json.loads(data)
    context = PrintContext(**told.pop("context"))
    return Order(**told | {name: b64decode(told[name]) for name in _BYTES}, context=context)


def composed(data: bytes) -> bytes:
    """The task of a hand: a packed order to a PDF."""
    return set_page(unpacked(data))


def set_page(order: Order) -> bytes:
    """The PDF. NotFound (`pdf_not_available`) says why the XML has no page."""
    return render(page_of(order), order.template, attachments=attachments_of(order))


def page_of(order: Order) -> Page:
    """What the page says."""
    kind = KINDS[order.doctype]
    try:
        page = kind.page(kind.read(parse_xml(order.xml)), order.context)
    except OnapiError as error:
        raise NotFound(f"El XML no se puede imprimir: {error}", key="pdf_not_available") from error
    logo, known = order.logo or page.issuer.logo, page.issuer
    issuer = replace(known, logo=logo, phone=known.phone or order.phone, email=known.email or order.email)
    return replace(page, issuer=issuer, accent=order.accent or page.accent, copy_mark=order.copy_mark)


def attachments_of(order: Order) -> tuple[Attachment, ...]:
    """The files inside the PDF: the signed XML, which it shows, and what SUNAT answered."""
    return tuple(_attached(order))


def _attached(order: Order) -> Iterator[Attachment]:
    yield Attachment(f"{order.name}.xml", order.xml, description="XML firmado", relation="source")
    with suppress(OnapiError):  # what was kept from elsewhere may be no CDR
        if order.cdr:
            answer = read_cdr(order.cdr).xml
            yield Attachment(f"R-{order.name}.xml", answer, description="Constancia de recepción de SUNAT")


@cache
def product() -> str:
    """Changes with whatever of this program decides how a page looks: versions, templates, fonts, kinds."""
    found = hashlib.sha256(f"{__version__} {version('typst')} {[one.name for one in fields(Page)]}".encode())
    for room in ("page", "kinds"):
        for path in sorted((_SOURCES / room).rglob("*.*")):
            if path.suffix in {".py", ".typ"}:
                found.update(path.read_bytes())
            elif path.suffix != ".pyc":
                found.update(f"{path.name} {path.stat().st_size}".encode())
    return found.hexdigest()
