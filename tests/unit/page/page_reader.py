"""Reads back what a PDF of ours says: its text by page and the files inside it, slowly and only for tests.

It knows as much of the format as the typesetter uses: one cross-reference table, deflated streams, fonts with a
table back to Unicode.
"""

import re
import zlib

LITERAL = rb"(?:\\.|[^\\()])*"
for _ in range(6):  # a literal holds unescaped brackets where they are balanced
    LITERAL = rb"(?:\\.|[^\\()]|\(" + LITERAL + rb"\))*"
TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((" + LITERAL + rb")\)|\b(BT|ET)\b", re.DOTALL)
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
PAGE = b"<</Type/Page/"
CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Reader:
    """The objects of one PDF."""

    def __init__(self, pdf: bytes) -> None:
        offsets = sorted(int(at) for at in re.findall(rb"(\d{10}) \d{5} n", pdf))
        ends = [*offsets[1:], pdf.rfind(b"\nxref")]
        self.objects: dict[int, bytes] = {}
        for at, end in zip(offsets, ends, strict=True):
            number, _, rest = pdf[at:end].partition(b" 0 obj\n")
            self.objects[int(number)] = rest

    def stream(self, number: int) -> bytes:
        """The unpacked stream of an object."""
        head, _, data = self.objects[number].partition(b"stream\n")
        found = re.search(rb"/Length (\d+)", head)
        assert found
        data = data[: int(found[1])]
        return zlib.decompress(data) if b"/FlateDecode" in head else data

    def reference(self, name: bytes, text: bytes) -> int:
        """The number of the object that `name` refers to in a text."""
        found = re.search(name + rb"\s?(\d+) 0 R", text)
        assert found, name
        return int(found[1])

    def pages(self) -> list[str]:
        """The text of each page, one line for each run of signs."""
        kids = re.search(rb"/Kids\s?\[([^\]]*)\]", next(o for o in self.objects.values() if b"/Type/Pages" in o))
        assert kids
        return [self._page(self.objects[int(number)]) for number in re.findall(rb"(\d+) 0 R", kids[1])]

    def starts(self) -> set[tuple[float, float]]:
        """Where runs of upright text start, in points from the left and the lower edge, on all pages."""
        drawn = b"".join(self.stream(self.reference(rb"/Contents", o)) for o in self.objects.values() if PAGE in o)
        blocks = re.findall(rb"1 0 0 -1 (\S+) (\S+) cm\S*(?: \S+){5}\nBT(.*?)ET\n", drawn, re.DOTALL)
        return {
            (float(x) + float(more), float(y))
            for x, y, block in blocks
            for more in re.findall(rb"-1 ([\d.-]+) \S+ Tm", block)
        }

    def _page(self, page: bytes) -> str:
        resources = self.objects[self.reference(rb"/Resources", page)]
        fonts = {name: self._signs(int(number)) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
        said, inside = "", False  # strings outside of BT and ET name languages
        signs: dict[bytes, str] = {}
        for font, text, edge in TOKEN.findall(self.stream(self.reference(rb"/Contents", page))):
            signs = fonts[font] if font else signs
            inside = edge == b"BT" if edge else inside
            codes = ESCAPE.sub(_unescaped, text) if inside else b""
            said += "".join(signs[codes[at : at + 2]] for at in range(0, len(codes), 2))
            said += "\n" if edge == b"ET" else ""
        return said

    def _signs(self, font: int) -> dict[bytes, str]:
        table = self.stream(self.reference(rb"/ToUnicode", self.objects[font]))
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
        return {bytes.fromhex(a.decode()): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs}

    def files(self) -> dict[str, bytes]:
        """The files inside the PDF by name."""
        specs = [one for one in self.objects.values() if b"/Type/Filespec" in one]
        return {
            one.split(b"/UF(")[1].split(b")")[0].decode(): self.stream(self.reference(rb"/UF", one)) for one in specs
        }


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, sign = found.groups()
    return bytes([int(octal, 8)]) if octal else CONTROL.get(sign, sign)


def plain(text: str) -> str:
    """A text without its spaces: lines break where the paper wants."""
    return re.sub(r"\s+", "", text)


def pdf_text(pdf: bytes) -> str:
    """All pages as one text without spaces."""
    return plain("".join(Reader(pdf).pages()))
