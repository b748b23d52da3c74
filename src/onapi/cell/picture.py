"""A picture drawn again: a PNG or JPEG without comments, places, profiles or anything that hides behind it.

Meant for a cell: a picture of a few bytes can unfold into gigabytes, and decoders are old C. Only PNG, JPEG and WebP
are opened, and a WebP becomes a PNG; an SVG is a program that names files. Of an animation the first frame is kept.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, PngImagePlugin, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from onapi.errors import InvalidDocument

PNG, JPEG, WEBP = "PNG", "JPEG", WebPImagePlugin.WebPImageFile.format
MOST_PIXELS: Final = 24_000_000
MOST_SIDE: Final = 1200  # 60 mm of paper at 500 dpi
MOST_BYTES: Final = 512 * 1024  # what the page takes
_KEY: Final = "unreadable_image"
_LEAST_SIDE = 64
_MODES: Final = {PNG: ("L", "LA", "RGB", "RGBA", "P", "1"), JPEG: ("L", "RGB")}
Image.preinit()  # its decoders are imported now, and what reads EXIF: a cell opens no file later
TiffImagePlugin.WRITE_LIBTIFF = False
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024


def cleaned(data: bytes) -> bytes:
    """The picture drawn again, upright, at most 1200 points wide and high and 512 KiB long.

    InvalidDocument(key="unreadable_image") if it is of another form, damaged, or of more than 24 million points.
    """
    if len(data) == 0:
        raise InvalidDocument("El archivo de la imagen está vacío.", key=_KEY)
    try:
        with Image.open(BytesIO(data), formats=(PNG, JPEG, WEBP)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _too_large()
            form = JPEG if opened.format == JPEG else PNG
            opened.load()
            picture = _plain(ImageOps.exif_transpose(opened), form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise InvalidDocument("La imagen no es PNG, JPEG ni WebP (un SVG no se admite).", key=_KEY) from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError) as error:
        raise InvalidDocument("La imagen está dañada.", key=_KEY) from error
    return _small_enough(picture, form)


def _plain(picture: Image.Image, form: str) -> Image.Image:
    """Points and nothing else, in colours that every reader knows."""
    mode = picture.mode
    if mode == "P" or mode not in _MODES[form]:
        mode = "RGBA" if form == PNG and picture.has_transparency_data else "RGB"
        picture = picture.convert(mode)
    plain = Image.new(mode, picture.size)
    plain.paste(picture)
    return plain


def _small_enough(picture: Image.Image, form: str) -> bytes:
    side = MOST_SIDE
    while True:
        picture.thumbnail((side, side))
        out = BytesIO()
        if form == PNG:
            picture.save(out, PNG, optimize=True)
        else:
            picture.save(out, JPEG, quality=88)
        if out.tell() <= MOST_BYTES or side <= _LEAST_SIDE:
            return out.getvalue()
        side = side * 3 // 4


def _too_large() -> InvalidDocument:
    return InvalidDocument("La imagen tiene más de 24 millones de puntos; redúzcala.", key=_KEY)
