"""ZIP files that mean harm, that are damaged, and the odd ones that SUNAT really sends (guarantee H03)."""

import io
import struct
import zipfile
from collections.abc import Callable
from stat import S_IFLNK

from onapi.values.archive import MAX_BYTES

XML = b"<Invoice>" + b"<cbc:ID>F001-1</cbc:ID>" * 20 + b"</Invoice>"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def streamed(*files: tuple[str, bytes]) -> bytes:
    """A ZIP written to a pipe: lengths follow the content (data descriptors)."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return pipe.getvalue()


def _kernel(many: int, each: int) -> bytes:
    """The better bomb: several rows of the directory for one deflated kernel of zeros."""
    kernel = zipped(("0.xml", bytes(each)))
    start, end = kernel.index(b"PK\1\2"), kernel.index(b"PK\5\6")
    rows = b"".join(kernel[start:end].replace(b"0.xml", b"%d.xml" % n) for n in range(many))
    head = bytearray(kernel[end:])
    struct.pack_into("<2H2L", head, 8, many, many, len(rows), start)
    return kernel[:start] + rows + bytes(head)


def _crowd(told: int) -> bytes:
    """65,536 rows of the directory, of which the summary tells so many."""
    data = zipped(("a.xml", XML))
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    rows = data[start:end] * 65_536
    head = bytearray(data[end:])
    struct.pack_into("<2H2L", head, 8, told, told, len(rows), start)
    return data[:start] + rows + bytes(head)


def _zip64(*, sizes: bool) -> bytes:
    """A ZIP64 whose extra field, or whose second summary, tells of 16 EiB."""
    data = bytearray(zipped(("a.xml", XML)))
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    if sizes:
        extra = struct.pack("<HHQQ", 1, 16, 2**64 - 1, 2**64 - 1)
        row = bytearray(data[start:end])
        struct.pack_into("<2L", row, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<H", row, 30, len(extra))
        head = bytearray(data[end:])
        struct.pack_into("<L", head, 12, len(row) + len(extra))
        return bytes(data[:start]) + bytes(row) + extra + bytes(head)
    second = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, end - start, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    head = bytearray(data[end:])
    struct.pack_into("<2H2L", head, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return bytes(data[:end]) + second + locator + bytes(head)


def _link() -> bytes:
    info = zipfile.ZipInfo("a.xml")
    info.create_system, info.external_attr = 3, (S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def _encrypted() -> bytes:
    data = bytearray(zipped(("a.xml", XML)))
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + at] |= 1
    return bytes(data)


def _bomb(size: int) -> bytes:
    return zipped(("a.xml", bytes(size)))


def _overlapping() -> bytes:
    """Two rows of the directory, one content."""
    data = zipped(("a.xml", XML))
    start = data.index(b"PK\1\2")
    row, end = data[start : data.index(b"PK\5\6")], data[data.index(b"PK\5\6") :]
    twin = row.replace(b"a.xml", b"b.xml")
    head = bytearray(end)
    struct.pack_into("<2H2L", head, 8, 2, 2, 2 * len(row), start)
    return data[:start] + row + twin + bytes(head)


def _quoted() -> bytes:
    """The overlap bomb: the second file's header stands inside the first one's content, each name in its place."""
    inner = zipped(("b.xml", XML), method=zipfile.ZIP_STORED)
    inner_local = inner[: inner.index(b"PK\1\2")]
    outer = zipped(("a.xml", inner_local), method=zipfile.ZIP_STORED)
    start = outer.index(b"PK\1\2", len(inner_local))
    second = bytearray(inner[inner.index(b"PK\1\2") : inner.index(b"PK\5\6")])
    struct.pack_into("<L", second, 42, outer.index(b"PK\3\4", 4))
    row, head = outer[start : outer.rindex(b"PK\5\6")], bytearray(outer[outer.rindex(b"PK\5\6") :])
    struct.pack_into("<2H2L", head, 8, 2, 2, len(row) + len(second), start)
    return outer[:start] + row + bytes(second) + bytes(head)


def _forged(field: str, value: int) -> bytes:
    """A length or sum that the directory and the header agree on, and the content does not."""
    at = {"crc": 14, "packed": 18, "size": 22}[field]
    data = bytearray(zipped(("a.xml", XML)))
    struct.pack_into("<L", data, at, value)
    struct.pack_into("<L", data, data.index(b"PK\1\2") + at + 2, value)
    return bytes(data)


def _flip() -> bytes:
    data = bytearray(zipped(("a.xml", XML), method=zipfile.ZIP_STORED))
    data[40] ^= 1
    return bytes(data)


def _liar() -> bytes:
    """Directory and header that disagree."""
    data = bytearray(zipped(("a.xml", XML)))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, len(XML) + 1)
    return bytes(data)


DANGEROUS: dict[str, Callable[[], bytes]] = {
    "parent": lambda: zipped(("../a.xml", XML)),
    "parent inside": lambda: zipped(("x/../a.xml", XML)),
    "absolute": lambda: zipped(("/a.xml", XML)),
    "drive": lambda: zipped(("C:a.xml", XML)),
    "backslash": lambda: zipped(("..\\a.xml", XML)),
    "symlink": _link,
    "encrypted": _encrypted,
    "quoted overlap": _quoted,
    "too large": lambda: zipped(("a.xml", bytes(MAX_BYTES + 1)), method=zipfile.ZIP_STORED),
    "too dense": lambda: _bomb(1_000_000),
    "too many": lambda: zipped(*((f"{n}.xml", b"") for n in range(9))),
    "65,535 entries": lambda: zipped(*((f"{n}", b"") for n in range(3)))[:-14] + b"\xff" * 4 + bytes(10),
    "data in a folder": lambda: zipped(("a.xml", XML), ("dummy/", XML)),
    "many names for one kernel": lambda: _kernel(8, 200_000),
    "too many names for one kernel": lambda: _kernel(200, 200_000),
    "65,536 entries told": lambda: _crowd(65_535),
    "ZIP64 of 16 EiB": lambda: _zip64(sizes=True),
    "ZIP64 of a billion entries": lambda: _zip64(sizes=False),
    "a bomb of ten MiB": lambda: _bomb(MAX_BYTES),
    "ZIP64 length": lambda: _forged("packed", 0xFFFFFFFF),
}
CORRUPT: dict[str, Callable[[], bytes]] = {
    "no ZIP": lambda: b"<html>mantenimiento</html>",
    "half": lambda: zipped(("a.xml", XML))[:60],
    "without end": lambda: zipped(("a.xml", XML))[:-1],
    "with a tail": lambda: zipped(("a.xml", XML)) + b"x",
    "one byte of content": _flip,
    "sum": lambda: _forged("crc", 1),
    "longer than told": lambda: _forged("size", len(XML) - 1),
    "shorter than told": lambda: _forged("size", len(XML) + 1),
    "cut content": lambda: _forged("packed", 10),
    "disagreement": _liar,
    "two rows for one content": _overlapping,
    "65,536 entries hidden": lambda: _crowd(1),
    "65,536 entries, none told": lambda: _crowd(0),
}
PASSING: dict[str, Callable[[bytes, str], bytes]] = {  # with this content under this name
    "plain": lambda content, name: zipped((name, content)),
    "upper case": lambda content, name: zipped((name.upper(), content)),
    "dummy folder": lambda content, name: zipped(("dummy/", b""), (name, content)),
    "stored": lambda content, name: zipped((name, content), method=zipfile.ZIP_STORED),
    "data descriptor": lambda content, name: streamed((name, content)),
    "data descriptor and folder": lambda content, name: streamed(("dummy/", b""), (name, content)),
}
