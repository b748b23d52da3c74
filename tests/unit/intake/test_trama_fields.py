"""The letters of the trama: escapes both ways, and the encodings it may come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.errors import Unreadable
from onapi.intake.trama import decode_trama
from onapi.intake.trama.fields import join_fields, split_fields

TEXTS = st.text(st.one_of(st.sampled_from("|\\n\n;# \r"), st.characters(exclude_categories=["Cs"])), max_size=20)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("OB", ("OB",)),
        ("OB|", ("OB",)),
        ("OB||", ("OB", "")),
        ("OB| uno |dos", ("OB", "uno", "dos")),
        (r"OB|a\|b|c\\|d\ne", ("OB", "a|b", "c\\", "d\ne")),
        (r"OB|\\n|\\\n", ("OB", "\\n", "\\")),
        (r"OB|\\|\|", ("OB", "\\", "|")),
    ],
)
def test_a_line_is_taken_apart(line: str, fields: tuple[str, ...]) -> None:
    assert split_fields(line) == (fields, ())


@pytest.mark.parametrize(("line", "wrong"), [(r"OB|\t", (2,)), (r"\OB|a|\N|\ ", (1, 3, 4)), ("OB|a\\", (2,))])
def test_a_wrong_escape_is_named_by_its_field(line: str, wrong: tuple[int, ...]) -> None:
    assert split_fields(line)[1] == wrong


@given(st.lists(TEXTS, min_size=1))
def test_what_is_joined_is_taken_apart_again(texts: list[str]) -> None:
    line = join_fields(["OB", *texts])
    assert "\n" not in line
    fields, wrong = split_fields(line)
    expected = [text.strip() for text in ["OB", *texts]]
    assert not wrong
    assert list(fields) + [""] * (len(expected) - len(fields)) == expected


@given(st.lists(TEXTS))
def test_no_line_ends_with_an_empty_field(texts: list[str]) -> None:
    line = join_fields(["OB", *texts])
    assert line == "OB" or not line.endswith("|") or line.endswith(r"\|")


def test_a_file_is_utf_8_with_or_without_mark() -> None:
    assert decode_trama("OB|Año".encode()) == decode_trama("OB|Año".encode("utf-8-sig")) == "OB|Año"


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-1", " latin-1 "])
def test_a_file_is_latin_1_where_that_is_said(charset: str) -> None:
    assert decode_trama("OB|Año".encode("iso-8859-1"), charset) == "OB|Año"
    with pytest.raises(Unreadable) as refused:
        decode_trama("OB|Año".encode("iso-8859-1"))
    assert refused.value.key == "malformed_trama"


def test_another_encoding_is_none_of_ours() -> None:
    with pytest.raises(Unreadable) as refused:
        decode_trama(b"OP", "koi8-r")
    assert refused.value.key == "unsupported_media_type"
