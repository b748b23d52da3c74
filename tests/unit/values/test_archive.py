"""ZIP files: what we write never changes, what we read cannot hurt (guarantee H03)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from stat import S_IFLNK
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.errors import Unreadable
from onapi.values.archive import MAX_BYTES, unzip_one, zip_one

XML = b"<Invoice>" + b"<cbc:ID>F001-1</cbc:ID>" * 20 + b"</Invoice>"


def _zip(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def _streamed(*files: tuple[str, bytes]) -> bytes:
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


def _reason(data: bytes, **how: str) -> object:
    with pytest.raises(Unreadable) as caught:
        unzip_one(data, **how)
    assert caught.value.key == "malformed_zip"
    return caught.value.facts["reason"]


def test_the_same_content_makes_the_same_bytes() -> None:
    first = zip_one("a.xml", XML)
    assert first == zip_one("a.xml", XML)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        (info,) = archive.infolist()
        assert (info.filename, info.date_time, archive.read(info)) == ("a.xml", (1980, 1, 1, 0, 0, 0), XML)


def test_folders_go_before_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_one("a.xml", XML, folders=("dummy",)))) as archive:
        assert archive.namelist() == ["dummy/", "a.xml"]
        assert archive.testzip() is None


@given(st.binary(max_size=2000))
def test_what_is_zipped_is_unzipped(content: bytes) -> None:
    assert unzip_one(zip_one("a.xml", content)) == ("a.xml", content)


@pytest.mark.parametrize(
    "data",
    [
        _zip(("R-1.XML", XML)),
        _zip(("dummy/", b""), ("R-1.XML", XML)),
        _zip(("R-1.XML", XML), method=zipfile.ZIP_STORED),
        _streamed(("R-1.XML", XML)),
        _streamed(("dummy/", b""), ("R-1.XML", XML)),
    ],
    ids=["upper case", "dummy folder", "stored", "data descriptor", "data descriptor and folder"],
)
def test_what_sunat_sends_is_read(data: bytes) -> None:
    assert unzip_one(data) == ("R-1.XML", XML)


def test_a_folder_that_promises_a_descriptor_and_has_none_is_read() -> None:
    data = bytearray(zip_one("R-1.XML", XML, folders=("dummy/",)))
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + at] |= 8
    assert unzip_one(bytes(data)) == ("R-1.XML", XML)


def test_any_name_is_taken_when_asked() -> None:
    data = _zip(("factura.txt", XML))
    assert unzip_one(data, suffix="") == ("factura.txt", XML)
    assert _reason(data) == "no_file"


def _link() -> bytes:
    info = zipfile.ZipInfo("a.xml")
    info.create_system, info.external_attr = 3, (S_IFLNK | 0o777) << 16
    return _zip((info, b"/etc/passwd"))


def _encrypted() -> bytes:
    data = bytearray(_zip(("a.xml", XML)))
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + at] |= 1
    return bytes(data)


def _bomb(size: int) -> bytes:
    return _zip(("a.xml", bytes(size)))


def _overlapping() -> bytes:
    """Two rows of the directory, one content."""
    data = _zip(("a.xml", XML))
    start = data.index(b"PK\1\2")
    row, end = data[start : data.index(b"PK\5\6")], data[data.index(b"PK\5\6") :]
    twin = row.replace(b"a.xml", b"b.xml")
    head = bytearray(end)
    struct.pack_into("<2H2L", head, 8, 2, 2, 2 * len(row), start)
    return data[:start] + row + twin + bytes(head)


def _quoted() -> bytes:
    """The overlap bomb: the second file's header stands inside the first one's content, each name in its place."""
    inner = _zip(("b.xml", XML), method=zipfile.ZIP_STORED)
    inner_local = inner[: inner.index(b"PK\1\2")]
    outer = _zip(("a.xml", inner_local), method=zipfile.ZIP_STORED)
    start = outer.index(b"PK\1\2", len(inner_local))
    second = bytearray(inner[inner.index(b"PK\1\2") : inner.index(b"PK\5\6")])
    struct.pack_into("<L", second, 42, outer.index(b"PK\3\4", 4))
    row, head = outer[start : outer.rindex(b"PK\5\6")], bytearray(outer[outer.rindex(b"PK\5\6") :])
    struct.pack_into("<2H2L", head, 8, 2, 2, len(row) + len(second), start)
    return outer[:start] + row + bytes(second) + bytes(head)


def _forged(field: str, value: int) -> bytes:
    """A length or sum that the directory and the header agree on, and the content does not."""
    at = {"crc": 14, "packed": 18, "size": 22}[field]
    data = bytearray(_zip(("a.xml", XML)))
    struct.pack_into("<L", data, at, value)
    struct.pack_into("<L", data, data.index(b"PK\1\2") + at + 2, value)
    return bytes(data)


def _flip() -> bytes:
    data = bytearray(_zip(("a.xml", XML), method=zipfile.ZIP_STORED))
    data[40] ^= 1
    return bytes(data)


def _liar() -> bytes:
    """Directory and header that disagree."""
    data = bytearray(_zip(("a.xml", XML)))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, len(XML) + 1)
    return bytes(data)


DANGEROUS: dict[str, Callable[[], bytes]] = {
    "parent": lambda: _zip(("../a.xml", XML)),
    "parent inside": lambda: _zip(("x/../a.xml", XML)),
    "absolute": lambda: _zip(("/a.xml", XML)),
    "drive": lambda: _zip(("C:a.xml", XML)),
    "backslash": lambda: _zip(("..\\a.xml", XML)),
    "symlink": _link,
    "encrypted": _encrypted,
    "quoted overlap": _quoted,
    "too large": lambda: _zip(("a.xml", bytes(MAX_BYTES + 1)), method=zipfile.ZIP_STORED),
    "too dense": lambda: _bomb(1_000_000),
    "too many": lambda: _zip(*((f"{n}.xml", b"") for n in range(9))),
    "65,535 entries": lambda: _zip(*((f"{n}", b"") for n in range(3)))[:-14] + b"\xff" * 4 + bytes(10),
    "data in a folder": lambda: _zip(("a.xml", XML), ("dummy/", XML)),
    "ZIP64 length": lambda: _forged("packed", 0xFFFFFFFF),
}
CORRUPT: dict[str, Callable[[], bytes]] = {
    "no ZIP": lambda: b"<html>mantenimiento</html>",
    "half": lambda: _zip(("a.xml", XML))[:60],
    "without end": lambda: _zip(("a.xml", XML))[:-1],
    "with a tail": lambda: _zip(("a.xml", XML)) + b"x",
    "one byte of content": _flip,
    "sum": lambda: _forged("crc", 1),
    "longer than told": lambda: _forged("size", len(XML) - 1),
    "shorter than told": lambda: _forged("size", len(XML) + 1),
    "cut content": lambda: _forged("packed", 10),
    "disagreement": _liar,
    "two rows for one content": _overlapping,
}


@pytest.mark.parametrize("case", DANGEROUS)
def test_danger_is_refused_without_inflating(case: str) -> None:
    data = DANGEROUS[case]()
    started = perf_counter()
    assert _reason(data) == "dangerous"
    assert perf_counter() - started < 0.5


@pytest.mark.parametrize("case", CORRUPT)
def test_damage_is_told_apart(case: str) -> None:
    assert _reason(CORRUPT[case]()) == "corrupt"


def test_duplicates_are_refused() -> None:
    data = _zip(("a.xml", XML), ("b.xml", XML))
    assert _reason(data.replace(b"b.xml", b"a.xml")) == "dangerous"


def test_nothing_one_and_many_are_told_apart() -> None:
    assert _reason(b"") == "empty"
    assert _reason(_zip()) == "no_file"
    assert _reason(_zip(("dummy/", b""))) == "no_file"
    assert _reason(_zip(("a.xml", XML), ("b.xml", XML))) == "many_files"
    assert _reason(_zip(("inner.zip", _zip(("a.xml", XML))))) == "no_file"


@given(st.data())
def test_no_damage_passes_for_another_content(data: st.DataObject) -> None:
    good = bytearray(zip_one("a.xml", XML, folders=("dummy/",)))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        content = unzip_one(bytes(good), suffix="")[1]
    except Unreadable:
        return
    assert zlib.crc32(content) == zlib.crc32(XML) or content == b""
