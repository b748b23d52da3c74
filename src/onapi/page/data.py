"""What a printed receipt says, ready to be set: text already formatted, in order, with no tax logic left in it.

A document kind fills a `Page`; a template (A4 today, other papers later) sets the same `Page` on its own paper.
So a kind knows nothing of paper and a template nothing of kinds: a guide or a withholding has other boxes and columns.
"""

import re
from base64 import b64encode
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from onapi.errors import InvalidDocument

Align: TypeAlias = Literal["left", "center", "right"]
Stamp: TypeAlias = Literal["SIN VALOR FISCAL", "ANULADO", "ANULADO · SIN VALOR FISCAL"]
Narrow: TypeAlias = Literal["index", "lead", "figure", "below"]
Relation: TypeAlias = Literal["source", "data", "alternative", "supplement"]

ACCENT = "#1d4e89"
"""Colour of rules and headings where the company chose none."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: what stands at the head of the page."""

    name: str  # razón social
    ruc: str
    trade_name: str = ""
    address: tuple[str, ...] = ()  # one element a line
    phone: str = ""
    email: str = ""
    web: str = ""
    logo: bytes | None = None  # PNG or JPEG, see logo.py


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what it says: "Moneda", "Soles"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Box:
    """A titled group of fields: customer, dates, reference, transport. Two stand side by side unless one is wide."""

    title: str
    fields: tuple[Field, ...]
    wide: bool = False  # takes the whole width of the page


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the line table."""

    label: str
    align: Align = "left"
    flex: int = 0  # share of the width that is left over; 0 = as wide as its content
    main: bool = False  # the description: narrow papers give it a line of its own
    narrow: Narrow = "below"  # narrow papers: before the main one, under it, at the right edge, or below with its label
    before: str = ""  # what narrow papers write before the value: "x "


@dataclass(frozen=True, slots=True)
class Total:
    """A row of the totals: "IGV 18 %", "S/ 36.00"."""

    label: str
    amount: str
    emphasis: bool = False  # the amount to pay


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a sale on credit: "Cuota001", "20/12/2026", "S/ 118.00"."""

    label: str
    due: str
    amount: str


@dataclass(frozen=True, slots=True)
class Page:
    """One printed receipt. Tuples keep the order in which things are read."""

    title: str  # of the PDF file: "Factura F001-123"
    heading: str  # "FACTURA ELECTRÓNICA"
    number: str  # "F001-123"
    dated: date  # issue date: also the date of the PDF file, so that the same page gives the same bytes
    issuer: Issuer
    boxes: tuple[Box, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()  # one cell for each column
    totals: tuple[Total, ...] = ()
    words: str = ""  # from words.py, without "SON:"
    legends: tuple[str, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    notes: tuple[str, ...] = ()
    qr: str | None = None  # the text inside the code
    digest: str = ""  # DigestValue of the signature, base64
    footer: tuple[str, ...] = ()  # "Representación impresa de la …", where to consult it
    stamp: Stamp | None = None  # across the page
    copy_mark: str = ""  # "COPIA EMISOR"
    accent: str = ACCENT  # "#rrggbb"
    language: str = "es-PE"  # BCP 47

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise InvalidDocument("Una línea de la página no tiene una celda por columna.", key="invalid_parameter")
        if not _COLOUR.fullmatch(self.accent):
            raise InvalidDocument("El color no tiene la forma #rrggbb.", key="invalid_parameter", accent=self.accent)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF: the signed XML, the CDR."""

    name: str  # as readers list it: "20123456789-01-F001-123.xml"
    data: bytes
    mime: str = "application/xml"
    description: str = ""
    relation: Relation = "supplement"  # of the file to the page, as PDF/A-3 names it; the signed XML is its source


def page_as_json(page: Page) -> dict[str, Any]:
    """The page as JSON values under the names of its fields: the date as YYYY-MM-DD, the logo as base64."""
    plain = asdict(page)
    plain["dated"] = page.dated.isoformat()
    plain["issuer"]["logo"] = b64encode(page.issuer.logo).decode("ascii") if page.issuer.logo else None
    return plain
