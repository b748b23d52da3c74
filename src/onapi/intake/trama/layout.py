"""What a record of the trama is: two letters, a place in the document, and fields in a fixed order.

A layout is written as one line of names, in the order of its fields after the type:

* `address/ubigeo` a value, from the layout's place on; names with `;` are lists, with `?` yes or no,
* `#` the line's own number, or in a sub-record the number of the line it belongs to,
* `*` the letter that tells this layout from others of its type, `-` a field without meaning in this kind,
* `tipo(P=Principal,S=Secundario)` a value with short forms, `@hour` and its like what only the header has.

Its place is a path too: "" is the document itself, `details[]` a new line, `details[#]/atributos[]` a new part of one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_WORDS: Final = re.compile(r"(\w+)=([^,)]+)")


class Shape(StrEnum):
    """How a field is written."""

    TEXT = "text"
    LIST = "list"  # parted by ;
    FLAG = "flag"  # S or N
    NUMBER = "number"  # of a line
    LETTER = "letter"
    NOTHING = "nothing"
    HEADER = "header"  # a field of OP that is no value of the document


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a record."""

    name: str  # in JSON, from the layout's place on
    shape: Shape = Shape.TEXT
    words: Mapping[str, str] = field(default_factory=dict)  # short form in the trama -> value in JSON

    def short(self, value: str) -> str:
        """A value as the trama says it."""
        return next((letter for letter, word in self.words.items() if word == value), value)


@dataclass(frozen=True, slots=True)
class Layout:
    """A record of some document kinds. Field 1 is its type, so slot 0 is field 2."""

    code: str
    text: str  # Spanish: what it is
    kinds: frozenset[str]
    place: str  # path in the document
    slots: tuple[Slot, ...]
    letters: tuple[str, ...] = ("",)  # that choose it; the first is the one we write

    @property
    def is_listed(self) -> bool:
        """May stand several times: each makes an element of a list."""
        return self.place.endswith("[]")

    @property
    def lines(self) -> str:
        """The list whose line the record is, or is part of; "" if it has no line number."""
        return re.split(r"\[[]#]", self.place)[0] if self.number_at is not None else ""

    @property
    def is_line(self) -> bool:
        """It is the line itself."""
        return self.number_at is not None and "[#]" not in self.place

    @property
    def number_at(self) -> int | None:
        """Which slot holds the line's number."""
        return self._index(Shape.NUMBER)

    @property
    def letter_at(self) -> int | None:
        """Which slot holds the letter."""
        return self._index(Shape.LETTER)

    def _index(self, shape: Shape) -> int | None:
        return next((n for n, slot in enumerate(self.slots) if slot.shape is shape), None)


_MARKS: Final = {"#": Shape.NUMBER, "*": Shape.LETTER, "-": Shape.NOTHING}
_ENDS: Final = {";": Shape.LIST, "?": Shape.FLAG}


def layout(code: str, text: str, kinds: Iterable[str], place: str, names: str, *, letters: str = "") -> Layout:
    """A layout from its line of names, chosen by one of these letters."""
    return Layout(code, text, frozenset(kinds), place, tuple(map(_slot, names.split())), tuple(letters) or ("",))


def _slot(name: str) -> Slot:
    if name in _MARKS:
        return Slot("", _MARKS[name])
    if name.startswith("@"):
        return Slot(name, Shape.HEADER)
    if name[-1] in _ENDS:
        return Slot(name[:-1], _ENDS[name[-1]])
    bare, _, words = name.partition("(")
    return Slot(bare, words=dict(_WORDS.findall(words)))
