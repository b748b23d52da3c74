"""Legal windows: how many days, which code, by document, series and day."""

from datetime import date

import pytest

from onapi.facts import window

NOW = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("doctype", "series", "what", "limit"),
    [
        ("01", "F001", "send", (3, "2108", "ERROR")),
        ("07", "FC01", "send", (3, "2108", "ERROR")),
        ("08", "FD01", "send", (3, "2108", "ERROR")),
        ("07", "E001", "send", (3, "2108", "ERROR")),
        ("03", "B001", "send", (7, "4443", "OBSERV")),
        ("03", "B001", "send_individually", (5, "1079", "ERROR")),
        ("07", "BC01", "send_individually", (5, "1079", "ERROR")),
        ("08", "EB01", "send_individually", (5, "1079", "ERROR")),
        ("03", "B001", "summary", (7, "4443", "OBSERV")),
        ("08", "BD01", "summary", (7, "4443", "OBSERV")),
        ("RC", "", "send", (7, "4443", "OBSERV")),
        ("RC", "", "void", (7, "2957", "ERROR")),
        ("01", "F001", "void", (7, "2957", "ERROR")),
        ("03", "B001", "void", (7, "2957", "ERROR")),
        ("RA", "20261122", "send", (7, "2957", "ERROR")),
        ("RR", "", "send", (None, "", "")),
        ("20", "R001", "void", (None, "", "")),
        ("20", "R001", "send", (7, "2600", "ERROR")),
        ("40", "P001", "send", (7, "2600", "ERROR")),
        ("04", "L001", "send", (1, "2108", "ERROR")),
        ("04", "L001", "void", (7, "2958", "ERROR")),
        ("09", "T001", "send", (1, "2108", "ERROR")),
        ("31", "V001", "send", (1, "2108", "ERROR")),
        ("09", "T001", "future", (0, "2329", "ERROR")),
        ("01", "F001", "future", (2, "2329", "ERROR")),
        ("08", "BD01", "future", (2, "2329", "ERROR")),
        ("RC", "", "future", (0, "2236", "ERROR")),
        ("RA", "", "future", (0, "2301", "ERROR")),
        ("01", "0001", "send", (None, "", "")),  # paper of a contingency
        ("03", "0001", "void", (None, "", "")),
        ("01", "0001", "future", (2, "2329", "ERROR")),
    ],
)
def test_a_window(doctype: str, series: str, what: str, limit: tuple[int | None, str, str]) -> None:
    found = window(doctype, series, what, NOW)
    assert (found.days, found.code, found.level) == limit
    assert found.source


def test_days_count_from_the_day_after() -> None:
    friday = date(2026, 2, 27)
    assert window("01", "F001", "send", friday).last_day(friday) == date(2026, 3, 2)


def test_no_limit_has_no_last_day() -> None:
    found = window("RR", "", "send", NOW)
    assert found.last_day(NOW) == date.max
    assert found.latest_issue_date(NOW) == date.max


def test_how_far_ahead() -> None:
    assert window("01", "F001", "future", NOW).latest_issue_date(NOW) == date(2026, 11, 24)
    assert window("09", "T001", "future", NOW).latest_issue_date(NOW) == NOW


def test_a_window_changes_on_a_day() -> None:
    assert window("04", "L001", "void", date(2026, 12, 31)).days == 7
    assert window("04", "L001", "void", date(2027, 1, 1)).days == 5


@pytest.mark.parametrize(
    ("doctype", "series", "what", "on"),
    [
        ("01", "F001", "summary", NOW),
        ("01", "F001", "fly", NOW),
        ("99", "X001", "send", NOW),
        ("09", "T001", "void", NOW),
        ("01", "F001", "send", date(2010, 1, 1)),
    ],
)
def test_no_window(doctype: str, series: str, what: str, on: date) -> None:
    with pytest.raises(KeyError, match=f"no window to {what} a document {doctype}"):
        window(doctype, series, what, on)
