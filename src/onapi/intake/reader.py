"""Read typed fields out of a JSON object, noting every fault with its JSON pointer instead of stopping at the first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from onapi.rules.rule import Fault, Level
from onapi.ubl.element import is_xml_text
from onapi.values.moment import read_moment
from onapi.values.money import plain

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)
_LONGEST_TEXT = 2000
_MOST_UNKNOWN = 1000


@dataclass(slots=True)
class Notes:
    """What reading found: faults, and fields that nobody asked for."""

    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # JSON pointers


class Reader:
    """One JSON object. Getters give None or "" for what is absent; `finish` notes the fields left unread."""

    def __init__(self, value: dict[str, Any], pointer: str, notes: Notes) -> None:
        self._value = value
        self.pointer = pointer
        self._notes = notes
        self._read: set[str] = set()  # of the fields that are there

    def fault(
        self, key: str, code: str, sentence: str, *, expected: str | None = None, level: Level = Level.ERROR
    ) -> None:
        """Note that a field is wrong."""
        received = self._value.get(key)
        shown = str(received)[:100] if received is not None and not isinstance(received, (dict, list)) else None
        self._notes.faults.append(Fault(code, self.at(key), sentence, level, expected, shown))

    def at(self, key: str) -> str:
        """The JSON pointer of a field."""
        return f"{self.pointer}/{key}"

    def has(self, *keys: str) -> bool:
        """True if one of these fields is there and not null."""
        return any(self._value.get(key) is not None for key in keys)

    def name_of(self, *keys: str) -> str:
        """Which of several spellings the sender used; the first if none."""
        return next((key for key in keys if self._value.get(key) is not None), keys[0])

    def text(self, *keys: str, required: bool = False, default: str = "") -> str:
        """A text; numbers are taken as their digits. The first key is the canonical one, the rest are aliases."""
        key, value = self._take(keys)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.fault(key, "required", "Falta este dato obligatorio.")
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            self.fault(key, "invalid_type", "Debe ser un texto.")
            return default
        found = plain(value) if isinstance(value, Decimal) else str(value).strip()
        if len(found) > _LONGEST_TEXT:
            self.fault(key, "too_long", f"Admite hasta {_LONGEST_TEXT} caracteres.")
            return default
        if not is_xml_text(found):
            self.fault(key, "invalid_format", "Quite los caracteres de control: un XML no los admite.")
            return default
        return found

    def amount(self, *keys: str, required: bool = False) -> Decimal | None:
        """A number, exact, from a JSON number or a decimal string."""
        key, value = self._take(keys)
        if value is None or value == "":
            if required:
                self.fault(key, "required", "Falta este dato obligatorio.")
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        if isinstance(value, float) and isfinite(value):  # of a caller in Python: the digits that he sees
            return Decimal(repr(value))
        if isinstance(value, str) and _PLAIN_DECIMAL.fullmatch(value.strip()):
            try:
                return Decimal(value.strip())
            except InvalidOperation:
                pass
        self.fault(key, "invalid_number", "Debe ser un número, con punto decimal y sin separador de miles.")
        return None

    def day(self, *keys: str, required: bool = False) -> date | None:
        """A date; an instant is moved to Lima first."""
        return self.moment(*keys, required=required)[0]

    def moment(self, *keys: str, required: bool = False) -> tuple[date | None, time | None]:
        """A date, and its time of day in Lima where one was given."""
        key, text = self.name_of(*keys), self.text(*keys, required=required)
        if not text:
            return None, None
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text), None
            found: datetime = read_moment(text)
        except ValueError:
            self.fault(key, "invalid_date", "Debe ser una fecha AAAA-MM-DD o RFC 3339.")
            return None, None
        return found.date(), found.time().replace(microsecond=0)

    def child(self, *keys: str) -> "Reader | None":
        """An object inside this one."""
        key, value = self._take(keys)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, "invalid_type", "Debe ser un objeto.")
            return None
        return Reader(value, self.at(key), self._notes)

    def items(self, *keys: str, most: int = 999) -> Iterator["Reader"]:
        """The objects of a list."""
        key, value = self._take(keys)
        if value is None:
            return
        if not isinstance(value, list):
            self.fault(key, "invalid_type", "Debe ser una lista.")
            return
        if len(value) > most:
            self.fault(key, "too_long", f"Admite hasta {most} elementos.")
            return
        for n, item in enumerate(value):
            if isinstance(item, dict):
                yield Reader(item, f"{self.at(key)}/{n}", self._notes)
            else:
                self._notes.faults.append(Fault("invalid_type", f"{self.at(key)}/{n}", "Debe ser un objeto."))

    def skip(self, *keys: str) -> None:
        """Fields known and of no account."""
        self._read.update(keys)

    def finish(self) -> None:
        """Note the fields that nothing read; of a document that is full of them, the first."""
        if len(self._notes.unknown) < _MOST_UNKNOWN:
            self._notes.unknown.extend(self.at(key) for key in self._value if key not in self._read)

    def _take(self, keys: tuple[str, ...]) -> tuple[str, Any]:
        """The first of several spellings that says something; most fields of a receipt are not there."""
        values = self._value
        present = [key for key in keys if key in values]
        if not present:
            return keys[0], None
        self._read.update(present)
        for key in present:
            if (value := values[key]) is not None:
                return key, value
        return keys[0], None
