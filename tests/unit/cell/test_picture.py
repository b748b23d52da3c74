"""Pictures are drawn again, or refused with a sentence: bombs, disguises, metadata."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from onapi import cell
from onapi.cell.picture import MOST_BYTES, MOST_SIDE, cleaned
from onapi.errors import InvalidDocument

LIMITS = cell.Limits(cpu_s=5, wall_s=20)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, form, **more)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge, of a few kilobytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9))


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        (picture("PNG", "RGBA"), "RGBA"),
        (picture("PNG", "P"), "RGB"),
        (picture("PNG", "L"), "L"),
        (picture("PNG", "I;16"), "RGB"),
        (picture("JPEG", "CMYK"), "RGB"),
        (picture("JPEG", "L"), "L"),
        (picture("WEBP"), "RGB"),
        (picture("WEBP", "RGBA", lossless=True), "RGBA"),
        (picture("WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")] * 50), "RGB"),
        (picture("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")] * 50), "RGB"),
    ],
)
def test_it_is_drawn_again(data: bytes, mode: str) -> None:
    found = Image.open(BytesIO(cell.run(cleaned, data, LIMITS)))
    assert (found.mode, found.size, getattr(found, "n_frames", 1)) == (mode, (60, 40), 1)


def test_nothing_is_kept_but_points() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "SECRETO", 6
    data = picture("JPEG", exif=exif, comment=b"SECRETO", icc_profile=b"SECRETO" * 20) + b"<script>SECRETO</script>"
    out = cell.run(cleaned, data, LIMITS)
    assert b"SECRETO" not in out
    assert Image.open(BytesIO(out)).size == (40, 60)  # upright, as EXIF said


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_no_place_profile_or_comment_is_kept(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRETO"
    exif.get_ifd(0x8825).update({1: "S", 2: (12.0, 2.0, 36.0), 3: "W", 4: (77.0, 1.0, 42.0)})
    more: dict[str, Any] = {"exif": exif, "icc_profile": b"SECRETO" * 20}
    if form == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", "SECRETO")
        words.add_itxt("XML:com.adobe.xmp", "SECRETO")
        more["pnginfo"] = words
    if form == "WEBP":
        more["xmp"] = b"SECRETO"
    polyglot = picture(form, **more) + b"<svg onload=SECRETO><?php SECRETO ?>PK\x03\x04SECRETO"
    out = cell.run(cleaned, polyglot, LIMITS)
    found = Image.open(BytesIO(out))
    assert b"SECRETO" not in out
    assert not dict(found.getexif())
    assert not {"exif", "icc_profile", "comment", "xmp", "XML:com.adobe.xmp", "Comment"} & found.info.keys()


def frames(many: int) -> bytes:
    """An animated PNG that says it has so many frames, and has them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 0, 0, 0, 0))
    data = zlib.compress(b"\0" * 61 * 40)
    parts = [b"\x89PNG\r\n\x1a\n", head, chunk(b"acTL", struct.pack(">II", many, 0))]
    for number in range(many):
        control = struct.pack(">5I2H2B", max(0, 2 * number - 1), 60, 40, 0, 0, 1, 10, 0, 0)
        parts.append(chunk(b"fcTL", control))
        parts.append(chunk(b"fdAT", struct.pack(">I", 2 * number) + data) if number else chunk(b"IDAT", data))
    return b"".join([*parts, chunk(b"IEND", b"")])


def test_of_ten_thousand_frames_one_is_drawn() -> None:
    found = Image.open(BytesIO(cell.run(cleaned, frames(10_000), LIMITS)))
    assert (found.size, getattr(found, "n_frames", 1)) == ((60, 40), 1)


def test_a_large_one_is_made_smaller() -> None:
    noise = Image.effect_noise((2000, 1500), 90)
    out = BytesIO()
    noise.save(out, "PNG")
    found = cell.run(cleaned, out.getvalue(), LIMITS)
    assert len(found) <= MOST_BYTES
    assert max(Image.open(BytesIO(found)).size) <= MOST_SIDE


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "vacío"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG ni WebP"),
        (picture("GIF"), "JPEG ni WebP"),
        (picture("TIFF"), "JPEG ni WebP"),
        (picture("PNG")[:50], "dañada"),
        (picture("JPEG")[:300], ""),
        (bomb(5000, 4900), "24 millones"),
        (bomb(100_000, 100_000), "24 millones"),
        (bomb(4000, 4000), "dañada"),
        (b"RIFF\x24\0\0\0WEBPVP8L" + struct.pack("<I", 0x17) + b"\x2f\xff\xff\xff\x0f" + bytes(18), ""),
        (picture("WEBP", size=(600, 400))[:60], ""),
    ],
    ids=[
        "nothing",
        "svg",
        "gif",
        "tiff",
        "cut png",
        "cut jpeg",
        "many points",
        "too many",
        "less than it says",
        "large webp",
        "cut webp",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, word: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        cell.run(cleaned, data, LIMITS, key="unreadable_image")
    assert caught.value.key == "unreadable_image"
    assert word in str(caught.value)
