"""JSON as strangers send it: exact decimals in, anything that a careful reader would not swallow out."""

from decimal import Decimal

import pytest

from onapi.errors import Unreadable
from onapi.intake import read_json

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "half an object": b'{"a": 1',
    "a comma too many": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "two values": b"{} {}",
    "a comment": b"{} // x",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a name twice": b'{"a": 1, "b": {"x": 1, "x": 1}}',
    "too deep": b"[" * 33 + b"]" * 33,
    "very deep": b"[" * 100_000,
    "deep in objects": b'{"a":' * 40 + b"1" + b"}" * 40,
    "a long integer": b"1" * 41,
    "a long decimal": b"0." + b"1" * 50,
    "a large exponent": b"1e1000",
    "a huge exponent": b"1e999999999999999999999",
    "a small exponent": b"1e-1000",
    "a leading zero": b"01",
    "Latin-1": '{"a": "ñ"}'.encode("latin-1"),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "half a character": b'{"a": ["\\ud83d"]}',
    "the other half": b'{"a": "\\ude00 x"}',
    "half a character as name": b'{"\\uD83D": 1}',
    "halves in bytes": b'{"a": "\xed\xa0\xbd"}',
    "a control character": b'{"a": "\x01"}',
    "cut in a character": '{"a": "ñ'.encode()[:-1],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_json(HOSTILE[name])
    assert caught.value.key == "malformed_json"
    assert str(caught.value).endswith(".")


def test_it_says_where() -> None:
    with pytest.raises(Unreadable, match="línea 3, columna 9"):
        read_json(b'{\n  "a": 1,\n  "b":  }')


def test_numbers_are_exact() -> None:
    found = read_json(b'{"a": 0.1, "b": 100.00, "c": 1E+2, "d": -7, "e": 12345678901234567890}')
    assert found == {"a": Decimal("0.1"), "b": Decimal(100), "c": Decimal(100), "d": -7, "e": 12345678901234567890}
    assert str(found["b"]) == "100.00"
    assert isinstance(found["d"], int)


def test_sound_things_pass() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}
    assert read_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
    assert read_json('{"a": "😀 ñ"}'.encode()) == {"a": "😀 ñ"}
    assert read_json(b"[" * 32 + b"]" * 32)
    assert read_json(b'{"a": {"x": 1}, "b": {"x": 1}}')
