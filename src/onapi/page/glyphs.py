"""What the page's fonts can show: text is made printable before it is set.

PDF/A forbids a sign without a glyph, and a receipt must print whatever its customer is called. So signs that no font
of `fonts/` has become a box, and signs that show nothing or turn the direction of reading are left out. Only the
picture changes: the signed XML inside the PDF keeps the text as it was.

>>> printable("Ñandú 你")
'Ñandú □'
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from struct import calcsize, iter_unpack, unpack_from
from typing import Any

FONTS = Path(__file__).with_name("fonts")
"""The folder of the only fonts that the page uses."""

BOX = "\N{WHITE SQUARE}"

_SEGMENTS, _GROUPS = 4, 12  # the two forms of character map in use; OpenType specification, table "cmap"


def printable(text: str) -> str:
    """The text in composed form, with every sign that no font shows replaced by `BOX`; line breaks stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(cluster) for cluster in _clusters(unicodedata.normalize("NFC", text)))


def _clusters(text: str) -> list[str]:
    """Signs with the marks that stand on them."""
    found: list[str] = []
    for sign in text:
        if found and unicodedata.category(sign) in {"Mn", "Mc", "Me"}:
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _shown(cluster: str) -> str:
    base = cluster[0]
    if base == "\n" or base.isspace():
        return "\n" if base == "\n" else " "
    kind = unicodedata.category(base)
    if kind in {"Cc", "Cf"}:
        return " " if kind == "Cc" else ""
    # One font has to show a sign and its marks together: they are drawn as one.
    if any(font.issuperset(map(ord, cluster)) for font in _fonts()):
        return cluster
    return base if any(ord(base) in font for font in _fonts()) and kind[0] != "M" else BOX


@cache
def _fonts() -> tuple[frozenset[int], ...]:
    """The code points of each font that every page can fall back on."""
    return tuple(_coverage((FONTS / name).read_bytes()) for name in ("Inter-Regular.otf", "DejaVuSans.ttf"))


def _coverage(font: bytes) -> frozenset[int]:
    """Code points with a glyph, from the character maps of an OpenType or TrueType file."""
    tables = dict(_rows(">4s4xI4x", font, 12, unpack_from(">H", font, 4)[0]))
    at = tables[b"cmap"]
    maps = {at + where for (where,) in _rows(">4xI", font, at + 4, unpack_from(">H", font, at + 2)[0])}
    return frozenset(point for one in maps for point in _points(font, one))


def _rows(form: str, font: bytes, at: int, count: int) -> Iterator[tuple[Any, ...]]:
    return iter_unpack(form, font[at : at + count * calcsize(form)])


def _points(font: bytes, at: int) -> set[int]:
    form = unpack_from(">H", font, at)[0]
    if form == _GROUPS:
        count = unpack_from(">I", font, at + 12)[0]
        return {point for first, last in _rows(">II4x", font, at + 16, count) for point in range(first, last + 1)}
    return _segment_points(font, at) if form == _SEGMENTS else set()


def _segment_points(font: bytes, at: int) -> set[int]:
    count = unpack_from(">H", font, at + 6)[0] // 2
    column = f">{count}H"
    ends = unpack_from(column, font, at + 14)
    starts, deltas, offsets = (unpack_from(column, font, at + 16 + 2 * count * row) for row in (1, 2, 3))
    found = set()
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            where = at + 16 + 6 * count + 2 * index + offsets[index] + 2 * (point - first)
            glyph = unpack_from(">H", font, where)[0] if offsets[index] else point + deltas[index] & 0xFFFF
            found |= {point} if glyph else set()
    return found
