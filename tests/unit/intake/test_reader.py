"""Typed fields out of a JSON object: every fault is noted with its pointer, and reading goes on."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.intake.reader import Notes, Reader


def _read(**fields: Any) -> tuple[Reader, Notes]:
    notes = Notes()
    return Reader(fields, "/document", notes), notes


def _found(notes: Notes) -> list[tuple[str, str, str | None]]:
    return [(fault.code, fault.path, fault.received) for fault in notes.faults]


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), ("  a ", "a"), (7, "7"), (Decimal("7.50"), "7.5"), (Decimal("1E+3"), "1000"), (None, "?"), ("", "?")],
)
def test_a_text(value: Any, text: str) -> None:
    reader, notes = _read(x=value)
    assert reader.text("x", default="?") == text
    assert not notes.faults


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "invalid_type"),
        ([], "invalid_type"),
        ({}, "invalid_type"),
        ("x" * 2001, "too_long"),
        ("a\x00b", "invalid_format"),
        ("a\x1bb", "invalid_format"),
    ],
)
def test_no_text(value: Any, code: str) -> None:
    reader, notes = _read(x=value)
    assert reader.text("x") == ""
    assert [(fault.code, fault.path) for fault in notes.faults] == [(code, "/document/x")]


@pytest.mark.parametrize("value", ["1.50", " 1.50 ", Decimal("1.50"), "+1.50"])
def test_an_amount(value: Any) -> None:
    reader, notes = _read(x=value)
    assert reader.amount("x") == Decimal("1.50")
    assert not notes.faults


@pytest.mark.parametrize(
    "value", ["1,50", "1e3", "NaN", "\u0661", ".5", "5.", "S/ 5", True, [], {}, "1" * 21, "--1", "0x1"]
)
def test_no_amount(value: Any) -> None:
    reader, notes = _read(x=value)
    assert reader.amount("x") is None
    assert [fault.code for fault in notes.faults] == ["invalid_number"]


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("2026-11-20", date(2026, 11, 20), None),
        ("2026-11-20T10:15:00-05:00", date(2026, 11, 20), time(10, 15)),
        ("2026-11-21T03:00:00Z", date(2026, 11, 20), time(22, 0)),
        ("2026-11-20 10:15:30.9", date(2026, 11, 20), time(10, 15, 30)),
    ],
)
def test_a_moment(text: str, day: date, hour: time | None) -> None:
    reader, notes = _read(x=text)
    assert reader.moment("x") == (day, hour)
    assert not notes.faults


@pytest.mark.parametrize(
    "text", ["20/11/2026", "2026-02-30", "hoy", "2026-11-20T25:00:00Z", "0001-01-01T00:00:00+09:00"]
)
def test_no_moment(text: str) -> None:
    reader, notes = _read(x=text)
    assert reader.moment("x") == (None, None)
    assert _found(notes) == [("invalid_date", "/document/x", text)]


def test_what_is_missing_is_said_under_its_first_name() -> None:
    reader, notes = _read()
    reader.text("ubigeo", "ubigueo", required=True)
    reader.amount("monto", required=True)
    reader.day("fecha", required=True)
    assert _found(notes) == [("required", f"/document/{key}", None) for key in ("ubigeo", "monto", "fecha")]


def test_an_alias_is_answered_under_its_own_name() -> None:
    reader, notes = _read(ubigueo=True)
    reader.text("ubigeo", "ubigueo")
    reader.finish()
    assert _found(notes) == [("invalid_type", "/document/ubigueo", "True")]
    assert notes.unknown == []


def test_objects_and_lists_inside() -> None:
    reader, notes = _read(a={"b": 1}, c=[{"d": 2}, 3, {"e": 4}])
    child = reader.child("a")
    assert child is not None
    assert child.text("b") == "1"
    items = list(reader.items("c"))
    assert [item.pointer for item in items] == ["/document/c/0", "/document/c/2"]
    assert _found(notes) == [("invalid_type", "/document/c/1", None)]


def test_what_is_no_object_and_no_list() -> None:
    reader, notes = _read(a=[1], c={"d": 2}, e=[{}, {}, {}])
    assert reader.child("a") is None
    assert list(reader.items("c")) == []
    assert list(reader.items("e", most=2)) == []
    assert [fault.code for fault in notes.faults] == ["invalid_type", "invalid_type", "too_long"]


def test_fields_nobody_read_are_told_and_those_skipped_are_not() -> None:
    reader, notes = _read(a=1, b=2, c=3)
    reader.text("a")
    reader.skip("b")
    reader.finish()
    assert notes.unknown == ["/document/c"]


def test_a_long_value_is_told_short() -> None:
    reader, notes = _read(x="9" * 500)
    reader.amount("x")
    assert len(notes.faults[0].received or "") == 100
