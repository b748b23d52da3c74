"""The QR of a receipt: its text and its pictures."""

import struct
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import segno
from lxml import etree

from onapi.errors import InvalidDocument
from onapi.page import qr_png, qr_svg, qr_text
from onapi.page.qr import QUIET_ZONE

SALE: dict[str, Any] = {
    "ruc": "20123456786",
    "doc_type": "01",
    "series": "F001",
    "number": 123,
    "igv": Decimal(36),
    "total": Decimal("236.005"),
    "issued": date(2026, 11, 20),
    "customer_id_type": "6",
    "customer_id": "20987654326",
}
TEXT = "20123456786|01|F001|123|36.00|236.01|2026-11-20|6|20987654326|"


def test_nine_fields_each_closed_by_a_bar() -> None:
    assert qr_text(**SALE) == TEXT


def test_digest_is_the_tenth_field() -> None:
    assert qr_text(**SALE, digest="n4bQ/+=") == TEXT + "n4bQ/+=|"


def test_a_field_with_the_bar_is_refused() -> None:
    with pytest.raises(InvalidDocument) as caught:
        qr_text(**SALE | {"customer_id": "1|2"})
    assert caught.value.key == "invalid_parameter"


def test_level_is_q_and_text_is_utf_8() -> None:
    expected = segno.make("Ñandú " + TEXT, error="q", boost_error=False, micro=False, encoding="utf-8")
    width = int(expected.symbol_size(border=QUIET_ZONE)[0])
    png = qr_png("Ñandú " + TEXT, width)
    assert struct.unpack(">II", png[16:24]) == (width, width)
    assert expected.error == "Q"


def test_svg_is_a_white_square_with_black_modules_and_no_fixed_size() -> None:
    root = etree.fromstring(qr_svg(TEXT).encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    side = segno.make(TEXT, error="q", boost_error=False, micro=False).symbol_size(border=QUIET_ZONE)[0]
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert root.get("width") is None
    assert {path.get("fill") or path.get("stroke") for path in root} == {"#fff", "#000"}


@pytest.mark.parametrize("size", [128, 512, 1024])
def test_png_is_as_large_as_whole_pixels_allow(size: int) -> None:
    png = qr_png(TEXT, size)
    assert png.startswith(b"\x89PNG")
    (width,) = struct.unpack(">I", png[16:20])
    side = segno.make(TEXT, error="q", boost_error=False, micro=False).symbol_size(border=QUIET_ZONE)[0]
    assert size - side < width <= size


def test_png_too_small_to_read_is_refused() -> None:
    with pytest.raises(InvalidDocument):
        qr_png(TEXT, 20)


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(InvalidDocument):
        qr_svg("x" * 5000)
