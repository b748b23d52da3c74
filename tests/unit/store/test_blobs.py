"""Files by content: written once, found by their digest, never changed."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onapi.errors import NotFound
from onapi.store import Blobs


def test_a_file_is_found_by_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path / "blobs"))
    name = blobs.put(b"<Invoice/>")
    assert name == hashlib.sha256(b"<Invoice/>").hexdigest()
    assert blobs.get(name) == b"<Invoice/>"
    assert [file.name for file in (tmp_path / "blobs").rglob("*") if file.is_file()] == [name]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(blobs.put, [b"x" * 10_000] * 40))
    assert len(names) == 1
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1
    assert blobs.get(names.pop()) == b"x" * 10_000


@pytest.mark.parametrize("name", ["0" * 64, hashlib.sha256(b"").hexdigest()])
def test_what_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Blobs(str(tmp_path)).get(name)


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    assert blobs.get(blobs.put(b"")) == b""


def test_a_torn_file_of_the_same_name_is_written_again(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    name = blobs.put(b"whole")
    file = next(path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(b"")  # what a power cut may leave
    assert blobs.put(b"whole") == name
    assert blobs.get(name) == b"whole"
