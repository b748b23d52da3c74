"""The ZIP of a CDR, spoilt: each way that ZIPs of SUNAT have been seen to be, and some that an attacker would try."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final, cast

from onapi.values.archive import unzip_one, zip_one

_BOMB_BYTES: Final = 12 * 1024 * 1024


def repacked(archive: bytes, way: str) -> bytes:
    """The ZIP, spoilt in this way."""
    name, content = unzip_one(archive)
    return _WAYS[way](archive, name, content)


def _corrupt(archive: bytes, name: str, content: bytes) -> bytes:
    """Bytes in the middle of what is packed are turned over: the sum at its end no longer fits."""
    del content
    at = archive.index(name.encode()) + len(name) + 40
    return archive[:at] + bytes(byte ^ 0xFF for byte in archive[at : at + 8]) + archive[at + 8 :]


def _empty(*_: object) -> bytes:
    return _written({})


def _dummy(*_: object) -> bytes:
    return _written({"dummy/": b""})


class _Pipe(io.RawIOBase):
    """A place that can only be written to: `zipfile` then puts sizes and sums behind the content."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        """It is all it can."""
        return True

    def write(self, data: object) -> int:
        """Add some bytes."""
        added = bytes(cast("bytes", data))
        self.content += added
        return len(added)


def _descriptor(archive: bytes, name: str, content: bytes) -> bytes:
    del archive
    pipe = _Pipe()
    with zipfile.ZipFile(cast("io.BytesIO", pipe), "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return bytes(pipe.content)


def _two(archive: bytes, name: str, content: bytes) -> bytes:
    del archive
    return _written({name: content, f"copia-{name}": content})


def _nested(archive: bytes, name: str, content: bytes) -> bytes:
    del content
    return zip_one(f"{name.rpartition('.')[0]}.zip", archive)


def _bomb(archive: bytes, name: str, content: bytes) -> bytes:
    del archive
    return zip_one(name, content + b" " * _BOMB_BYTES)


def _written(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


_WAYS: Final[Mapping[str, Callable[[bytes, str, bytes], bytes]]] = {
    "corrupt": _corrupt,
    "empty": _empty,
    "dummy": _dummy,
    "descriptor": _descriptor,
    "two": _two,
    "nested": _nested,
    "bomb": _bomb,
}
