"""RUC, DNI and other documents of identity."""

import pytest

from onapi.values.identity import is_dni, is_other_document, is_ruc, is_ruc_shape, ruc_check_digit

# Public institutions, as printed on any receipt of theirs: SUNAT, and the tax number of a bank.
KNOWN = ("20131312955", "20100047218")


@pytest.mark.parametrize("ruc", [*KNOWN, "20000000001", "20000000010", "10000000006"])
def test_a_ruc(ruc: str) -> None:
    assert is_ruc(ruc)


@pytest.mark.parametrize("ruc", KNOWN)
def test_any_other_last_digit_is_wrong(ruc: str) -> None:
    others = {f"{ruc[:10]}{digit}" for digit in "0123456789"} - {ruc}
    assert not [other for other in others if is_ruc(other)]


@pytest.mark.parametrize("text", ["", "2000000000", "200000000010", "30000000001", "2000000000A", "\uff120000000001"])
def test_no_ruc_at_all(text: str) -> None:
    assert not is_ruc_shape(text)
    assert not is_ruc(text)


def test_ten_becomes_zero_and_eleven_one() -> None:
    assert (ruc_check_digit("2000000001"), ruc_check_digit("2000000006")) == ("0", "1")


@pytest.mark.parametrize(
    ("text", "good"), [("12345678", True), ("00000001", True), ("00000000", False), ("1234567", False)]
)
def test_dni(text: str, good: bool) -> None:  # noqa: FBT001 - the column of a table
    assert is_dni(text) is good


@pytest.mark.parametrize(
    ("text", "good"), [("A-12", True), ("X" * 15, True), ("X" * 16, False), ("", False), ("A B", False), ("ñ", False)]
)
def test_other_documents(text: str, good: bool) -> None:  # noqa: FBT001 - the column of a table
    assert is_other_document(text) is good
