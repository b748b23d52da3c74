"""Readings that only guías ask for: lists of texts, switches, codes whose leading zero got lost on the way."""

from collections.abc import Iterator
from typing import Any

from onapi.intake.reader import Notes, Reader

_YES = frozenset({"true", "1", "si", "sí"})
_LONGEST_LIST = 99
_CODE_DIGITS = 2
_ESTABLISHMENT_DIGITS = 4
_UBIGEO_DIGITS = 6


def child_or_empty(reader: Reader, key: str) -> Reader:
    """An object inside; an empty one where it is absent, so that its fields are absent too."""
    return reader.child(key) or Reader({}, reader.at(key), Notes())


def flag(reader: Reader, key: str) -> bool:
    """A switch: true, 1 or "1"; anything else leaves it off."""
    reader.skip(key)
    value, _ = _raw(reader, key)
    return value is True or str(value).strip().lower() in _YES


def texts_or_objects(reader: Reader, *keys: str) -> Iterator[str | Reader]:
    """The items of a list that takes texts as well as objects; one item may stand without its list."""
    key = reader.name_of(*keys)
    reader.skip(*keys)
    value, notes = _raw(reader, key)
    listed = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    if len(listed) > _LONGEST_LIST:
        reader.fault(key, "too_long", f"Admite hasta {_LONGEST_LIST} elementos.")
        return
    for n, item in enumerate(listed):
        if isinstance(item, dict):
            yield Reader(item, f"{reader.at(key)}/{n}", notes)
        else:
            yield Reader({str(n): item}, reader.at(key), notes).text(str(n), required=True)


def code(reader: Reader, *keys: str) -> str:
    """A code of two digits; a number brings back the zero it lost."""
    return _padded(reader.text(*keys), _CODE_DIGITS)


def ubigeo(reader: Reader) -> str:
    """Six digits of INEI."""
    return _padded(reader.text("ubigeo", "ubigueo"), _UBIGEO_DIGITS, least=_UBIGEO_DIGITS - 1)


def establishment(reader: Reader, key: str) -> str:
    """Four digits of an annex; more zeros before them do no harm."""
    text = reader.text(key)
    found = _padded(text.lstrip("0") or "0", _ESTABLISHMENT_DIGITS) if text else ""
    if found and not (found.isascii() and found.isdigit() and len(found) == _ESTABLISHMENT_DIGITS):
        reader.fault(key, "invalid_format", "El código de local debe tener 4 dígitos.")
        return ""
    return found


def _padded(text: str, digits: int, least: int = 1) -> str:
    return text.zfill(digits) if text.isascii() and text.isdigit() and len(text) >= least else text


def _raw(reader: Reader, key: str) -> tuple[Any, Notes]:
    """What stands at a key, whatever it is, and where to note faults of it."""
    return reader._value.get(key), reader._notes  # noqa: SLF001 - the reader has no list of texts and no switch
