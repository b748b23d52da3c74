"""A document without number, or with `#` for one: it asks for the next of its series."""

from collections.abc import Mapping
from typing import Any, Final

_ASKS: Final = frozenset({"", "#"})
_NAMES: Final = ("correlativo", "number")


def wants_number(document: Mapping[str, Any]) -> bool:
    """Whether no field of the document says its number."""
    return all(_asks(document.get(name)) for name in _NAMES)


def with_number(document: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The document with this number."""
    return {name: value for name, value in document.items() if name not in _NAMES} | {_NAMES[0]: str(number)}


def _asks(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in _ASKS)
