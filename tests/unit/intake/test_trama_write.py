"""Documents as trama: every value of every kind has one place and comes back from it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onapi.errors import InvalidDocument
from onapi.intake.trama import read_trama, write_trama
from onapi.intake.trama.layout import Layout, Shape, Slot
from onapi.intake.trama.records import KINDS, LAYOUTS

TEXTS = st.text(st.one_of(st.sampled_from("|\\\n;#ñ \r"), st.characters(exclude_categories=["Cs"])), max_size=12).map(
    str.strip
)


def layouts_in(kind: str) -> list[Layout]:
    """What a document of a kind can say, the header and a container without seals left out."""
    return [laid for laid in LAYOUTS if kind in laid.kinds and laid.code not in {"OP", "CO"}]


def put(document: dict[str, Any], place: str, name: str, value: Any, index: int) -> None:
    """Put a value into the element that a layout's place names; `index` says which line."""
    holder: Any = document
    for step in place.split("/") if place else []:
        key, _, mark = step.partition("[")
        holder = holder.setdefault(key, [] if mark else {})
        if mark:
            line = index if mark == "#]" or "[#]" not in place else 0
            holder.extend({} for _ in range(line + 1 - len(holder)))
            holder = holder[line]
    *path, last = name.split("/")
    for step in path:
        holder = holder.setdefault(step, {})
    holder[last] = value


def value_for(slot: Slot, text: str) -> Any:
    """A value of the slot's sort."""
    if slot.shape is Shape.FLAG:
        return bool(len(text) % 2)
    if slot.shape is Shape.LIST:
        return [part.strip() for part in text.split(";") if part.strip()]
    return next(iter(slot.words.values())) if slot.words else text


def said(document: Any) -> Any:
    """A document without what says nothing."""
    if isinstance(document, dict):
        return {name: inside for name, value in document.items() if (inside := said(value)) not in ("", [], {}, None)}
    return [said(item) for item in document] if isinstance(document, list) else document


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_at_once_comes_back(kind: str) -> None:
    document: dict[str, Any] = {"tipoDoc": kind}
    for laid in layouts_in(kind):
        for slot in laid.slots:
            for index in (0, 1) if "[" in laid.place and slot.name else (0,) if slot.name else ():
                put(document, laid.place, slot.name, value_for(slot, f"{laid.place}:{slot.name} {index}"), index)
    read = read_trama(write_trama(document))
    assert read.document == document
    assert not read.warnings


@settings(deadline=None, derandomize=True, database=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KINDS), st.data())
def test_any_texts_in_any_places_come_back(kind: str, data: st.DataObject) -> None:
    document: dict[str, Any] = {"tipoDoc": kind}
    for laid in data.draw(st.lists(st.sampled_from(layouts_in(kind)), unique_by=id, max_size=6)):
        for slot in laid.slots:
            if slot.name and (text := data.draw(TEXTS)):
                lines = 3 if "[" in laid.place else 1
                put(document, laid.place, slot.name, value_for(slot, text), data.draw(st.integers(0, lines - 1)))
    assert said(read_trama(write_trama(document)).document) == said(document)


@pytest.mark.parametrize("value", [Decimal("100.00"), "100.00"])
def test_numbers_are_written_with_all_their_digits(value: Decimal | str) -> None:
    assert "\nTT|100.00\n" in write_trama({"tipoDoc": "01", "mtoOperGravadas": value})


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("1E+3"), "1000"), (Decimal("1E-7"), "0.0000001"), (12, "12"), (0, "0")]
)
def test_a_number_is_never_written_with_an_exponent(value: Any, text: str) -> None:
    assert write_trama({"tipoDoc": "01", "mtoOperGravadas": value}).splitlines()[1] == f"TT|{text}"


@pytest.mark.parametrize(
    ("moment", "day", "hour"),
    [
        ("2026-11-20", "2026-11-20", ""),
        ("2026-11-20T10:15:00-05:00", "2026-11-20", "|10:15:00"),
        ("2026-11-20T10:15:00", "2026-11-20", "|10:15:00"),
        ("2026-11-21T03:00:00Z", "2026-11-20", "|22:00:00"),
        ("2026-11-20T00:00:00-05:00", "2026-11-20", "|00:00:00"),
        ("mañana", "mañana", ""),
    ],
)
def test_a_moment_is_written_as_day_and_hour_in_lima(moment: str, day: str, hour: str) -> None:
    assert write_trama({"tipoDoc": "01", "fechaEmision": moment}) == f"OP|1|01||||{day}{hour}\n"


def test_parts_of_a_line_stand_below_it() -> None:
    lines = [{"descripcion": name, "atributos": [{"code": name}], "cargos": [{"codTipo": name}]} for name in "AB"]
    text = write_trama({"tipoDoc": "01", "details": lines, "observacion": "x"})
    assert [row[:4] for row in text.splitlines()] == ["OP|1", "IT|1", "IA|1", "IC|1", "IT|2", "IA|2", "IC|2", "OB|x"]


def test_what_says_nothing_is_not_written() -> None:
    empty = {"client": {}, "legends": [], "observacion": "", "detraccion": None, "cargos": [], "ublVersion": "2.1"}
    assert write_trama({"tipoDoc": "01", "serie": "F001", **empty}) == "OP|1|01||F001\n"


def test_outer_blanks_are_not_written() -> None:
    assert write_trama({"tipoDoc": "01", "observacion": "  uno dos\n"}) == "OP|1|01\nOB|uno dos\n"


def test_an_empty_line_is_still_a_line() -> None:
    text = write_trama({"tipoDoc": "01", "details": [{}, {"descripcion": "B"}]})
    assert text == "OP|1|01\nIT|1\nIT|2||B\n"
    assert read_trama(text).document["details"] == [{}, {"descripcion": "B"}]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"color": "azul"}, "/color"),
        ({"details": [{"cantidad": 1}, {"color": "azul"}]}, "/details/1/color"),
        ({"client": "ANA"}, "/client"),
        ({"observacion": ["a", "b"]}, "/observacion"),
        ({"observacion": True}, "/observacion"),
        ({"observacion": 1.5}, "/observacion"),
        ({"observacion": date(2026, 11, 20)}, "/observacion"),
        ({"envio": {"modTraslado": "01"}}, "/envio/modTraslado"),
        ({"tipoDoc": "09", "envio": {"indicadores": ["A;B"]}}, "/envio/indicadores"),
        ({"tipoDoc": "09", "envio": {"indTransbordo": "quizás"}}, "/envio/indTransbordo"),
    ],
)
def test_what_has_no_place_is_never_lost_in_silence(said: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        write_trama({"tipoDoc": "01", **said})
    assert [(fault.code, fault.path) for fault in refused.value.facts["faults"]] == [("unknown_field", pointer)]
