"""The logo of a company: which pictures the page takes, told from their first bytes.

Only PNG and JPEG: both are pictures and nothing else (an SVG can name files and fonts). Bytes and pixels are limited,
since a small file can unfold into gigabytes.
"""

from base64 import b64encode

from onapi.errors import InvalidDocument

MAX_LOGO_BYTES = 512 * 1024
MAX_LOGO_PIXELS = 4_000_000  # 2000 x 2000: twice what 60 mm of paper can show at 600 dpi

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_PNG_HEAD_BYTES = 33  # signature and the IHDR block
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15: frames that state a size


def logo_svg(data: bytes) -> str:
    """The logo (PNG or JPEG bytes) wrapped as an SVG picture of its own size.

    InvalidDocument(key="invalid_parameter") if it is of another form, damaged at its head, or too large.
    """
    size = _png_size(data) or _jpeg_size(data)
    if size is None:
        raise InvalidDocument("El logotipo no es una imagen PNG o JPEG.", key="invalid_parameter")
    width, height = size
    if len(data) > MAX_LOGO_BYTES or not 0 < width * height <= MAX_LOGO_PIXELS:
        raise InvalidDocument("El logotipo es demasiado grande.", key="invalid_parameter", width=width, height=height)
    form = "png" if data.startswith(_PNG) else "jpeg"
    picture = f"data:image/{form};base64,{b64encode(data).decode('ascii')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{picture}"/></svg>'
    )


def _png_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < _PNG_HEAD_BYTES:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header; the segments before it are skipped by their stated length."""
    if not data.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004  0xFF opens every segment of a JPEG
        if data[at + 1] in _SIZE_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
