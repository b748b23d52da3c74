"""ZIP files: what we write never changes, what we read cannot hurt (guarantee H03)."""

import io
import zipfile
import zlib
from time import process_time

import pytest
from hostile_zip import CORRUPT, DANGEROUS, XML, streamed, zipped
from hypothesis import given
from hypothesis import strategies as st

from onapi.errors import Unreadable
from onapi.values.archive import unzip_one, zip_one


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
        zipped(("R-1.XML", XML)),
        zipped(("dummy/", b""), ("R-1.XML", XML)),
        zipped(("R-1.XML", XML), method=zipfile.ZIP_STORED),
        streamed(("R-1.XML", XML)),
        streamed(("dummy/", b""), ("R-1.XML", XML)),
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
    data = zipped(("factura.txt", XML))
    assert unzip_one(data, suffix="") == ("factura.txt", XML)
    assert _reason(data) == "no_file"


@pytest.mark.parametrize("case", DANGEROUS)
def test_danger_is_refused_without_inflating(case: str) -> None:
    data = DANGEROUS[case]()
    started = process_time()
    assert _reason(data) == "dangerous"
    assert process_time() - started < 0.5


@pytest.mark.parametrize("case", CORRUPT)
def test_damage_is_told_apart(case: str) -> None:
    assert _reason(CORRUPT[case]()) == "corrupt"


def test_duplicates_are_refused() -> None:
    data = zipped(("a.xml", XML), ("b.xml", XML))
    assert _reason(data.replace(b"b.xml", b"a.xml")) == "dangerous"


def test_nothing_one_and_many_are_told_apart() -> None:
    assert _reason(b"") == "empty"
    assert _reason(zipped()) == "no_file"
    assert _reason(zipped(("dummy/", b""))) == "no_file"
    assert _reason(zipped(("a.xml", XML), ("b.xml", XML))) == "many_files"
    assert _reason(zipped(("inner.zip", zipped(("a.xml", XML))))) == "no_file"


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
