"""The printed representation of a receipt: amount in words, QR code, and pages as PDF."""

from onapi.page.data import (
    ACCENT,
    Align,
    Attachment,
    Box,
    Column,
    Field,
    Instalment,
    Issuer,
    Page,
    Relation,
    Stamp,
    Total,
    page_as_json,
)
from onapi.page.logo import logo_svg
from onapi.page.pdf import TEMPLATES, render
from onapi.page.qr import qr_png, qr_svg, qr_text
from onapi.page.words import amount_in_words

__all__ = [
    "ACCENT",
    "TEMPLATES",
    "Align",
    "Attachment",
    "Box",
    "Column",
    "Field",
    "Instalment",
    "Issuer",
    "Page",
    "Relation",
    "Stamp",
    "Total",
    "amount_in_words",
    "logo_svg",
    "page_as_json",
    "qr_png",
    "qr_svg",
    "qr_text",
    "render",
]
