"""The page about templates: its example is one that is taken, and it tells of every field."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from onapi.errors import InvalidDocument
from onapi.flows import page_templates
from onapi.kinds import KINDS
from onapi.page.data import Box, Column, Field, Instalment, Issuer, Page, Total
from onapi.page.own import order

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "templates.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"^```typst\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_example_is_taken_for_every_kind() -> None:
    assert set(page_templates.try_out(EXAMPLE.encode())) == set(KINDS)


def test_an_example_that_fails_would_be_seen() -> None:
    with pytest.raises(InvalidDocument, match="Línea"):
        page_templates.try_out(EXAMPLE.replace("sheet.words", "sheet.word").encode())


@pytest.mark.parametrize("kind", [Page, Issuer, Box, Field, Column, Total, Instalment], ids=lambda kind: kind.__name__)
def test_every_field_is_told(kind: type) -> None:
    told = {name for row in re.findall(r"^\|.*\|$", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert {field.name for field in fields(kind)} - told == set()


def test_what_a_template_sees_is_what_is_told() -> None:
    """The files by name, and each field of the data."""
    (page,) = list(page_templates.sample_pages().values())[-2:-1]
    seen = order(b"", {"x": page}).decode()
    for name in ("page.json", "qr.svg", "logo.svg"):
        assert f'"{name}"' in seen
        assert f"`{name}`" in PAGE
    assert "parts.typ" not in seen
    assert "ticket.typ" not in seen


def test_bounds_are_told() -> None:
    assert f"hasta {page_templates.MOST_TEMPLATES}, de {page_templates.MOST_BYTES // 1024} KiB" in PAGE
    assert "768 MiB y 10 segundos" in PAGE
