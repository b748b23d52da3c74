"""Which logos the page takes."""

import struct
import zlib

import pytest

from onapi.errors import InvalidDocument
from onapi.page import logo_svg
from onapi.page.logo import MAX_LOGO_BYTES


def png(width: int, height: int) -> bytes:
    """A PNG in one colour."""

    def block(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xe6\x78\x14" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", rows) + block(b"IEND", b"")


def jpeg_head(width: int, height: int) -> bytes:
    """The start of a JPEG: an application segment, then the frame that states its size."""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + b"\xff\xc2" + frame


def test_png_and_jpeg_are_wrapped_at_their_size() -> None:
    assert 'viewBox="0 0 20 10"' in logo_svg(png(20, 10))
    assert "data:image/png;base64,iVBOR" in logo_svg(png(20, 10))
    assert 'viewBox="0 0 640 480"' in logo_svg(jpeg_head(640, 480))
    assert "data:image/jpeg;base64,/9j/" in logo_svg(jpeg_head(640, 480))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png(5, 5)[:20],
        jpeg_head(5, 5)[:12],
        b"\xff\xd8\xff",
        png(0, 5),
        png(5, 5) + bytes(MAX_LOGO_BYTES),
        png(1, 1)[:16] + struct.pack(">II", 100_000, 100_000) + png(1, 1)[24:],
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidDocument) as caught:
        logo_svg(data)
    assert caught.value.key == "invalid_parameter"
