"""Phones and addresses: what is one, in which spelling, and how little of it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.values.contact import LONGEST_EMAIL, masked, read_email, read_phone


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("987654321", "+51987654321"),
        ("+51987654321", "+51987654321"),
        ("+14155552671", "+14155552671"),
        ("+12345678", "+12345678"),
        ("+123456789012345", "+123456789012345"),
    ],
)
def test_a_phone(text: str, wanted: str) -> None:
    assert read_phone(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "87654321",
        "887654321",
        "9876543210",
        "51987654321",
        "+0987654321",
        "+1234567",
        "+1234567890123456",
        " 987654321",
        "987654321\n",
        "98765432१",
        "+51 987654321",
        "tel:987654321",
        chr(0xFF19) * 9,
    ],
)
def test_no_phone(text: str) -> None:
    assert read_phone(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ana@cliente.pe", "ana@cliente.pe"),
        ("Ana.Paz+f@Cliente.PE", "Ana.Paz+f@cliente.pe"),
        ("a@b-c.d2.pe", "a@b-c.d2.pe"),
        ("ana@peña.pe", "ana@xn--pea-8ma.pe"),
        (f"{'a' * 64}@b.pe", f"{'a' * 64}@b.pe"),
    ],
)
def test_an_address(text: str, wanted: str) -> None:
    assert read_email(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "ana",
        "ana@",
        "@b.pe",
        "ana@b",
        "ana@@b.pe",
        "ana@b..pe",
        "ana@.pe",
        "ana@b.pe.",
        "ana@-b.pe",
        "a b@c.pe",
        "ana@b.pe\n",
        "ana@b.pe\r\nBcc: x@y.pe",
        ".ana@b.pe",
        "ana.@b.pe",
        "a..b@c.pe",
        "añá@b.pe",
        "ana@1.2.3.4",
        "ana@[1.2.3.4]",
        '"ana"@b.pe',
        "Ana <ana@b.pe>",
        "ana@b.pe,c@d.pe",
        f"{'a' * 65}@b.pe",
        "ana@b\x00.pe",
        "a@\u2028.pe",
        f"a@{'b' * 64}.pe",
        f"a@{'.'.join(['b' * 60] * 5)}.pe",
    ],
)
def test_no_address(text: str) -> None:
    assert read_email(text) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_taken_is_one_plain_word(local: str, domain: str) -> None:
    found = read_email(f"{local}@{domain}")
    assert found is None or (
        found.isascii() and found.isprintable() and " " not in found and len(found) <= LONGEST_EMAIL
    )
    assert found is None or read_email(found) == found


def test_a_mask_tells_too_little_to_write_to() -> None:
    for contact in ("+51987654321", "+12345678", "ana.paz@cliente.pe", "a@b.pe"):
        assert contact not in masked(contact)
        assert read_email(masked(contact)) is None
        assert read_phone(masked(contact)) is None
