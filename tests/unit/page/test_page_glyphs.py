"""Which signs the fonts can show, and what stands for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.page.glyphs import BOX, FONTS, _coverage, _fonts, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ñandú ¿qué? — €", "Ñandú ¿qué? — €"),
        ("Ελλάδα мир שלום سلام", "Ελλάδα мир שלום سلام"),
        ("✔ ★ 😀", "✔ ★ 😀"),
        ("你好", BOX * 2),
        ("e\u0301", "é"),
        ("a\tb\x07c", "a b c"),
        ("dos\nlíneas", "dos\nlíneas"),
        ("\u202eal revés\u202c\ufeff\u200d", "al revés"),
        ("\ud800", BOX),
        ("\u4f60\u0301", BOX),
        ("", ""),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_what_comes_out_can_be_shown_and_stays(text: str) -> None:
    shown = printable(text)
    inter, fallback = _fonts()
    assert all(sign == "\n" or ord(sign) in inter | fallback for sign in shown)
    assert printable(shown) == shown


def test_every_weight_of_the_face_shows_the_same_signs() -> None:
    assert [len(font) for font in _fonts()] == [2505, 5918]  # counted once with another reader of fonts
    regular, *others = (_coverage(path.read_bytes()) for path in sorted(FONTS.glob("Inter-*.otf"), reverse=True))
    assert len(others) == 2
    assert all(other >= regular for other in others)
    assert {ord(sign) for sign in "AZaz09áéíóúñÑ€°º№"} <= regular
    assert 0x4F60 not in regular
