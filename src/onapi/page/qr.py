"""The QR code of a printed receipt: SUNAT's text, and its picture as SVG or PNG.

The text has nine fields, each closed by a bar, and the digest as an optional tenth; error level Q, UTF-8, black on
white, with a quiet zone. Source: SUNAT's annexes on the printed representation; practice adds the bar at the end.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import segno

from onapi.errors import InvalidDocument

QUIET_ZONE = 4  # modules on each side, as ISO/IEC 18004 asks; at any usual size that is more than SUNAT's 1 mm

_BAR = "|"
_CENT = Decimal("0.01")


def qr_text(
    *,
    ruc: str,
    doc_type: str,
    series: str,
    number: int | str,
    igv: Decimal,
    total: Decimal,
    issued: date,
    customer_id_type: str,
    customer_id: str,
    digest: str = "",
) -> str:
    """The text of the QR of a sale: codes of catalogues 01 and 06, amounts with two decimals, date as in the XML.

    `digest` is the DigestValue of the signature in base64; without it the text ends after the customer's number.
    InvalidDocument if a field holds the bar that separates them.
    """
    amounts = (f"{amount.quantize(_CENT, ROUND_HALF_UP)}" for amount in (igv, total))
    fields = [ruc, doc_type, series, str(number), *amounts, issued.isoformat(), customer_id_type, customer_id]
    fields += [digest] if digest else []
    if any(_BAR in field for field in fields):
        raise InvalidDocument("Un dato del código QR contiene el separador «|».", key="invalid_parameter")
    return "".join(field + _BAR for field in fields)


def qr_svg(text: str) -> str:
    """The QR of a text as an SVG picture that takes any size; its quiet zone is part of it."""
    out = BytesIO()
    _code(text).save(out, kind="svg", border=QUIET_ZONE, omitsize=True, xmldecl=False, nl=False, light="white")
    return out.getvalue().decode("utf-8")


def qr_png(text: str, size: int = 512) -> bytes:
    """The QR of a text as the largest PNG of whole pixels a module that is at most `size` pixels wide.

    InvalidDocument if not even one pixel a module fits.
    """
    code = _code(text)
    scale = size // int(code.symbol_size(border=QUIET_ZONE)[0])
    if scale < 1:
        raise InvalidDocument("El código QR no cabe en ese tamaño.", key="invalid_parameter", size=size)
    out = BytesIO()
    code.save(out, kind="png", scale=scale, border=QUIET_ZONE)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    try:
        return segno.make(text, error="q", boost_error=False, micro=False, encoding="utf-8")
    except segno.DataOverflowError as error:
        raise InvalidDocument("El texto es demasiado largo para un código QR.", key="invalid_parameter") from error
