"""The page as data."""

import json
from dataclasses import replace

import pytest
from page_samples import factura
from test_page_logo import png

from onapi.errors import InvalidDocument
from onapi.page import page_as_json


def test_a_page_is_json() -> None:
    page = factura()
    page = replace(page, issuer=replace(page.issuer, logo=png(2, 2)))
    plain = json.loads(json.dumps(page_as_json(page)))
    assert plain["dated"] == "2026-11-20"
    assert plain["issuer"]["logo"].startswith("iVBOR")
    assert plain["boxes"][0]["fields"][1] == {"label": "RUC", "value": "20987654326"}
    assert [len(row) for row in plain["rows"]] == [7, 7, 7]
    assert page_as_json(factura())["issuer"]["logo"] is None


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(InvalidDocument):
        replace(factura(), rows=(("1", "2"),))


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#1234567", ""])
def test_the_accent_is_six_hexadecimal_digits(accent: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        replace(factura(), accent=accent)
    assert caught.value.key == "invalid_parameter"
