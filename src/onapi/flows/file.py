"""A file that goes out: under which name, of which type, and the types there are."""

from dataclasses import dataclass, field
from typing import Final, Literal

FileKind = Literal["xml", "cdr", "pdf"]
XML: Final = "application/xml"
ZIP: Final = "application/zip"
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class File:
    """A file to give out."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    warnings: tuple[dict[str, str], ...] = ()  # code and message: what is not as its owner wanted it
