"""A trama to the document that JSON would say, and where in the file each of its values stood.

What is wrong is told as `line:n/field:m`, counting the type as field 1. Lines of the document may come in any order;
their own numbers say which is first, and which one a sub-record is part of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from onapi.errors import InvalidDocument, Unreadable
from onapi.intake.trama.fields import split_fields
from onapi.intake.trama.layout import Layout, Shape, Slot
from onapi.intake.trama.records import (
    AT_DAY,
    AT_DOCTYPE,
    AT_EXTERNAL_ID,
    AT_HOUR,
    AT_VERSION,
    CODES,
    HEADER,
    VERSION,
    kind_of,
    layouts_of,
)
from onapi.rules.rule import Fault

MAX_CHARACTERS: Final = 2 * 1024 * 1024  # a thousand lines with all that may be said of each take a quarter
MAX_LINES: Final = 10_000
_TYPE: Final = 2  # what is added to the index of a slot to count the type as field 1
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_NUMBER: Final = re.compile(r"0*[1-9]\d{0,3}", re.ASCII)  # of a line
_VALUES: Final = frozenset({Shape.TEXT, Shape.LIST, Shape.FLAG})
_FLAGS: Final = {"S": True, "N": False}
_BEYOND: Final = Slot("", Shape.NOTHING)  # a field that the record does not have


@dataclass(slots=True)
class Trama:
    """A trama as JSON document, and where each of its values stood."""

    document: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)  # JSON pointer in the document -> line:n/field:m
    external_id: str | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # line:n/field:m of values that have no meaning

    def place_of(self, pointer: str) -> str:
        """Where a JSON pointer of the document stood; the nearest thing known, else the first line."""
        if not pointer.startswith("/"):
            return pointer
        while pointer:
            if pointer in self.origins:
                return self.origins[pointer]
            pointer = pointer.rpartition("/")[0]
        return "line:1"


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of the file."""

    line: int  # from 1
    code: str
    values: tuple[str, ...]  # after the type

    def at(self, index: int | None) -> str:
        """The value of a slot; "" where the line ends before it."""
        return self.values[index] if index is not None and index < len(self.values) else ""

    def where(self, index: int | None = None) -> str:
        """The place of a slot; without one, that of the type."""
        return f"line:{self.line}/field:{1 if index is None else index + _TYPE}"


def read_trama(text: str, doctype: str = "") -> Trama:
    """Read a trama; `doctype` is the kind that came beside it, for a header that names none.

    Unreadable(key="malformed_trama") without a header or beyond our limits, InvalidDocument with every wrong line.
    """
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        raise Unreadable(f"La trama tiene más de 2 MiB o de {MAX_LINES} líneas.", key="malformed_trama")
    found = Trama()
    records = list(_records(text, found))
    if not records or records[0].code != HEADER:
        raise Unreadable("La trama debe empezar con un registro OP.", key="malformed_trama")
    records[0] = _opened(records[0], found)
    _Reading(found, records, doctype).fill()
    if found.faults:
        faults = tuple(sorted(found.faults, key=lambda fault: [int(n) for n in _DIGITS.findall(fault.path)]))
        raise InvalidDocument("La trama tiene registros no válidos.", key="validation_failed", faults=faults)
    return found


def _records(text: str, found: Trama) -> Iterator[_Record]:
    """Every line that says something, its escapes resolved; a carriage return at its end is as good as a blank."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            fields, wrong = split_fields(line)
            places = (f"line:{number}/field:{place}" for place in wrong)
            found.faults.extend(Fault("malformed_trama", at, "Tras \\ solo puede ir |, \\ o n.") for at in places)
            yield _Record(number, fields[0], fields[1:])


class _Reading:
    """One trama on its way into a document."""

    def __init__(self, found: Trama, records: list[_Record], doctype: str) -> None:
        self._found = found
        self._kind = kind_of(records[0].at(AT_DOCTYPE) or doctype)
        self._records = [(record, laid) for record in records if (laid := self._layout(record))]
        self._indexes: dict[str, dict[int, int]] = {}  # list -> number of a line -> its index
        self._own: dict[int, int] = {}  # line of the file -> index of the document's line that it is
        self._seen: set[tuple[str, str]] = set()

    def fill(self) -> None:
        """Put every record into the document."""
        self._number_lines()
        for record, laid in self._records:
            pointer = self._pointer(record, laid)
            if pointer is not None and self._is_first(record, laid, pointer):
                self._fill(record, laid, pointer)

    def _blame(self, code: str, where: str, sentence: str, expected: str | None = None, received: str = "") -> None:
        self._found.faults.append(Fault(code, where, sentence, expected=expected, received=received[:100] or None))

    def _layout(self, record: _Record) -> Layout | None:
        """How a record of this document kind is to be read."""
        fitting = layouts_of(record.code, self._kind)
        if not fitting:
            known = record.code in CODES
            why = f"no va en el comprobante {self._kind}" if known else "no existe"
            code = "misplaced_record" if known else "unknown_record"
            self._blame(code, record.where(), f"El registro {record.code[:10]} {why}.", received=record.code)
            return None
        at = fitting[0].letter_at
        letter = record.at(at)
        chosen = next((laid for laid in fitting if letter in laid.letters), None)
        if chosen is None:
            allowed = ", ".join(letter for laid in fitting for letter in laid.letters)
            self._blame("invalid_format", record.where(at), f"Debe ser {allowed}.", allowed, letter)
        return chosen

    def _number_lines(self) -> None:
        """Make the document's lines, in the order of their numbers; one without follows the line before it."""
        lines: dict[str, dict[int, _Record]] = {}
        for record, laid in self._records:
            if not laid.is_line:
                continue
            own = lines.setdefault(laid.lines, {})
            said = self._number(record, laid) if record.at(laid.number_at) else next(reversed(own), 0) + 1
            if said in own:
                self._blame("repeated_line", record.where(laid.number_at), f"Ya hay una línea {said}.")
            elif said:
                own[said] = record
        for name, own in lines.items():
            self._found.document[name] = [{} for _ in own]
            self._indexes[name] = {number: index for index, number in enumerate(sorted(own))}
            self._own |= {own[number].line: index for number, index in self._indexes[name].items()}

    def _number(self, record: _Record, laid: Layout) -> int | None:
        said = record.at(laid.number_at)
        if _NUMBER.fullmatch(said):
            return int(said)
        sentence = "Debe ser el número de una línea, desde 1."
        self._blame("invalid_number", record.where(laid.number_at), sentence, received=said)
        return None

    def _line_of(self, record: _Record, laid: Layout) -> int | None:
        """Which of the document's lines a record is, or is part of."""
        if laid.is_line:
            return self._own.get(record.line)
        number = self._number(record, laid)
        index = self._indexes.get(laid.lines, {}).get(number or 0)
        if number and index is None:
            said = str(number)
            self._blame("unknown_line", record.where(laid.number_at), f"No hay una línea {said}.", received=said)
        return index

    def _pointer(self, record: _Record, laid: Layout) -> str | None:
        """Where in the document a record goes; a list gets another element."""
        pointer = f"/{laid.place}" if laid.place else ""
        if laid.lines:
            index = self._line_of(record, laid)
            if index is None:
                return None
            pointer = pointer.replace("[]" if laid.is_line else "[#]", f"/{index}", 1)
        if not pointer.endswith("[]"):
            return pointer
        holder, name = _reach(self._found.document, pointer[:-2])
        items = holder.setdefault(name, [])
        items.append({})
        return f"{pointer[:-2]}/{len(items) - 1}"

    def _is_first(self, record: _Record, laid: Layout, pointer: str) -> bool:
        """What may stand once only stands once."""
        key = (f"{laid.code}{laid.letters[0]}", pointer)
        if key in self._seen:
            sentence = f"El registro {laid.code} no puede repetirse aquí."
            self._blame("repeated_record", record.where(), sentence)
            return False
        self._seen.add(key)
        return True

    def _fill(self, record: _Record, laid: Layout, pointer: str) -> None:
        """Put each value under its name; empty ones are as absent as a JSON field would be."""
        origins = self._found.origins
        origins.setdefault(pointer, f"line:{record.line}")
        for index, value in enumerate(record.values):
            slot = laid.slots[index] if index < len(laid.slots) else _BEYOND
            if slot.shape in _VALUES:
                name = f"{pointer}/{slot.name}"
                origins.setdefault(name, record.where(index))
                if value:
                    self._put(slot, name, value, record.where(index))
            elif value and slot.shape is Shape.NOTHING:
                self._found.warnings.append(record.where(index))

    def _put(self, slot: Slot, pointer: str, value: str, where: str) -> None:
        """Put one value, as JSON says it; a list may have been begun by other records."""
        holder, name = _reach(self._found.document, pointer)
        if slot.shape is Shape.LIST:
            holder.setdefault(name, []).extend(part.strip() for part in value.split(";") if part.strip())
        elif slot.shape is Shape.TEXT:
            holder[name] = slot.words.get(value, value)
        elif value in _FLAGS:
            holder[name] = _FLAGS[value]
        else:
            self._blame("invalid_format", where, "Debe ser S o N.", "S, N", value)


def _opened(record: _Record, found: Trama) -> _Record:
    """The header with day and hour in one field, as JSON has them; what is no value of the document is taken aside."""
    if record.at(AT_VERSION) != VERSION:
        sentence = f"La versión de la trama debe ser {VERSION}."
        found.faults.append(Fault("invalid_format", record.where(AT_VERSION), sentence, expected=VERSION))
    found.external_id = record.at(AT_EXTERNAL_ID) or None
    day, hour = record.at(AT_DAY), record.at(AT_HOUR)
    if hour and not day:
        found.warnings.append(record.where(AT_HOUR))
    moment = f"{day}T{hour}" if day and hour else day
    return replace(record, values=(*record.values[:AT_DAY], moment, *record.values[AT_HOUR:]))


def _reach(document: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """The object around a place, made where it is missing, and the place's own name in it."""
    *path, last = pointer.strip("/").split("/")
    holder: Any = document
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
    return holder, last
