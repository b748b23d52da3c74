"""A line of the trama to its fields and back: bars part them, a backslash makes a bar or a line break text."""

import codecs
from collections.abc import Iterable
from typing import Final

from onapi.errors import Unreadable

_TEXTS: Final = {"|": "|", "\\": "\\", "n": "\n"}  # what stands after a backslash
_ESCAPES: Final = str.maketrans({"|": r"\|", "\\": r"\\", "\n": r"\n"})
_CHARSETS: Final = {"utf-8": "utf-8", "utf8": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}


def decode_trama(data: bytes, charset: str | None = None) -> str:
    """The text that the bytes hold: UTF-8, with or without mark, or ISO-8859-1 where `charset` says so.

    Unreadable(key="malformed_trama") if they are in another encoding, "unsupported_media_type" if it names another one.
    """
    named = _CHARSETS.get((charset or "utf-8").strip().lower())
    if named is None:
        raise Unreadable("La trama debe estar en UTF-8 o ISO-8859-1.", key="unsupported_media_type")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(named)
    except UnicodeDecodeError as error:
        raise Unreadable("La trama no está en UTF-8; si está en ISO-8859-1, dígalo.", key="malformed_trama") from error


def split_fields(line: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    r"""The fields of a line, the type first, without outer blanks; and which of them, from 1, have a wrong escape.

    >>> split_fields("OB|uno \\| dos|")
    (('OB', 'uno | dos'), ())
    """
    fields: list[str] = []
    wrong: list[int] = []
    current: list[str] = []
    characters = iter(line)
    for character in characters:
        if character == "|":
            fields.append("".join(current).strip())
            current = []
        elif character == "\\":
            following = next(characters, "")
            if following not in _TEXTS:
                wrong.append(len(fields) + 1)
            current.append(_TEXTS.get(following, ""))
        else:
            current.append(character)
    if current or not fields:
        fields.append("".join(current).strip())
    return tuple(fields), tuple(wrong)


def join_fields(fields: Iterable[str]) -> str:
    r"""A line of fields; empty ones at its end are left out.

    >>> join_fields(["OB", "uno | dos", "", ""])
    'OB|uno \\| dos'
    """
    said = list(fields)
    while said and not said[-1]:
        said.pop()
    return "|".join(field.translate(_ESCAPES) for field in said)
