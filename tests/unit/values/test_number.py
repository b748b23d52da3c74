"""Series and numbers, and the names that follow from them."""

import pytest

from onapi.values.number import DOCTYPES, ReceiptId, is_series, is_series_for


def test_names_of_a_factura() -> None:
    receipt = ReceiptId("20000000001", "01", "F001", 123)
    assert (receipt.file_name, receipt.label) == ("20000000001-01-F001-123", "F001-123")


def test_names_of_a_summary() -> None:
    receipt = ReceiptId("20000000001", "RC", "20261122", 1)
    assert (receipt.file_name, receipt.label) == ("20000000001-RC-20261122-1", "RC-20261122-1")


@pytest.mark.parametrize(
    ("doctype", "good", "bad"),
    [
        ("01", ("F001", "FZZZ"), ("B001", "E001", "F01", "f001", "F0011", "F00Ñ", "")),
        ("03", ("B001",), ("F001", "EB01")),
        ("07", ("F001", "B001"), ("E001",)),
        ("RC", ("20261122",), ("B001", "2026112")),
        ("99", (), ("F001",)),
    ],
)
def test_series_of_a_kind(doctype: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert all(is_series_for(doctype, series) for series in good)
    assert not any(is_series_for(doctype, series) for series in bad)


def test_any_series_includes_those_of_the_portal() -> None:
    assert all(is_series(series) for series in ("E001", "EB01", "F001", "20261122"))
    assert not is_series("X001")
    assert set(DOCTYPES) >= {"01", "03", "07", "08", "09", "20", "31", "40", "RC", "RA", "RR"}
