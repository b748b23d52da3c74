"""A document in the public vocabulary to a trama: every value has its place, so that nothing gets lost."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from onapi.errors import InvalidDocument
from onapi.intake.trama.fields import join_fields
from onapi.intake.trama.layout import Layout, Shape, Slot
from onapi.intake.trama.records import AT_DAY, HEADER, LAYOUTS, VERSION, kind_of, layouts_of
from onapi.rules.rule import Fault
from onapi.values.moment import read_moment

_OF_NO_ACCOUNT: Final = ("/ublVersion", "/version")  # no vocabulary has a use for them
_FLAGS: Final = {"true": "S", "1": "S", "false": "N", "0": "N"}
_BATCHES: Final = frozenset({"RC", "RA", "RR"})  # known by their date

_Leaves = dict[str, Any]  # JSON pointer -> text, number or list of them


def write_trama(document: Mapping[str, Any], *, external_id: str = "") -> str:
    """The trama of a document with canonical names, as the families' own writers give it.

    Numbers may be Decimals, integers or text. InvalidDocument names every field that has no place in the trama.
    """
    kind = kind_of(str(document.get("tipoDoc") or ""))
    leaves = dict(_leaves(document, ""))
    header = _open(leaves, kind) | {"@version": VERSION, "@external": external_id}
    rows = [
        (rank, number, fields)
        for rank, laid in _ranked(kind)
        for number, fields in _rows(document, laid, leaves, header)
    ]
    if lost := [pointer for pointer in leaves if pointer not in _OF_NO_ACCOUNT]:
        sentence = "Este campo no tiene lugar en la trama."
        faults = tuple(Fault("unknown_field", pointer, sentence) for pointer in lost)
        raise InvalidDocument("El documento no cabe en una trama.", key="validation_failed", faults=faults)
    rows.sort(key=lambda row: row[:2])
    return "".join(f"{join_fields(fields)}\n" for _, _, fields in rows)


def _ranked(kind: str) -> Iterator[tuple[int, Layout]]:
    """The kind's layouts; sub-records stand with the line they are part of."""
    first: dict[str, int] = {}
    for rank, laid in enumerate(laid for laid in LAYOUTS if kind in laid.kinds):
        yield first.setdefault(laid.lines, rank) if laid.lines else rank, laid


def _leaves(value: object, pointer: str) -> Iterator[tuple[str, Any]]:
    """Every value that says something, with its JSON pointer; a list of texts is one value."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(_leaves(inside, f"{pointer}/{name}") for name, inside in value.items())
    elif isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
        yield from chain.from_iterable(_leaves(item, f"{pointer}/{n}") for n, item in enumerate(value))
    elif value is not None and value not in ("", [], ()):
        yield pointer, value


def _open(leaves: _Leaves, kind: str) -> dict[str, str]:
    """The hour of the document, taken out of its date; a batch's series is its date."""
    dated = f"/{layouts_of(HEADER, kind)[0].slots[AT_DAY].name}"
    said = str(leaves.get(dated, ""))
    try:
        moment = read_moment(said)
    except ValueError:
        return {"@hour": ""}  # whoever reads it will say what is wrong
    leaves[dated] = moment.date().isoformat()
    if kind in _BATCHES:
        leaves.setdefault("/serie", leaves[dated].replace("-", ""))
    bare = said == leaves[dated]
    return {"@hour": "" if bare else moment.time().isoformat(timespec="seconds")}


def _rows(
    document: Mapping[str, Any], laid: Layout, leaves: _Leaves, header: Mapping[str, str]
) -> Iterator[tuple[int, list[str]]]:
    """The records of one layout, each with the number of its line; their values are taken out of the leaves."""
    for number, pointer in _places(document, laid.place.split("/") if laid.place else [], ""):
        marks = {Shape.NUMBER: str(number), Shape.LETTER: laid.letters[0]}
        values = [_text(slot, leaves, f"{pointer}/{slot.name}", header) for slot in laid.slots]
        if laid.is_listed or any(values):
            said = [marks.get(slot.shape, value) for slot, value in zip(laid.slots, values, strict=True)]
            yield number, [laid.code, *said]


def _places(value: object, steps: list[str], pointer: str, number: int = 0) -> Iterator[tuple[int, str]]:
    """Where a layout's place is found: the number of the outermost list's element, and the JSON pointer."""
    if not steps:
        yield number, pointer
        return
    name, _, mark = steps[0].partition("[")
    inside = value.get(name) if isinstance(value, Mapping) else None
    if not mark:
        yield from _places(inside, steps[1:], f"{pointer}/{name}", number)
    elif isinstance(inside, (list, tuple)):
        for n, item in enumerate(inside):
            if isinstance(item, Mapping):
                yield from _places(item, steps[1:], f"{pointer}/{name}/{n}", number or n + 1)


def _text(slot: Slot, leaves: _Leaves, pointer: str, header: Mapping[str, str]) -> str:
    """A value as the trama says it; what cannot be said stays among the leaves."""
    if slot.shape is Shape.HEADER:
        return header[slot.name]
    said = _said(slot, leaves.get(pointer)) if slot.name else None
    if said is None:
        return ""
    del leaves[pointer]
    return said


def _said(slot: Slot, value: object) -> str | None:
    """A value as its field says it; None for one that the field cannot say."""
    if slot.shape is Shape.FLAG:
        return _FLAGS.get(str(value).lower())
    if isinstance(value, (list, tuple)):
        fits = slot.shape is Shape.LIST and all(isinstance(item, str) and ";" not in item for item in value)
        return ";".join(value) if fits else None
    if isinstance(value, Decimal):
        return format(value, "f")
    fits = isinstance(value, (str, int)) and not isinstance(value, bool)
    return slot.short(str(value).strip()) if fits else None
