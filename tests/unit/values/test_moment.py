"""Instants on a clock in Lima."""

from datetime import UTC, date, datetime

import pytest

from onapi.values.moment import end_of_day, in_lima, read_moment, stamp


@pytest.mark.parametrize(
    ("text", "lima"),
    [
        ("2026-11-20T10:15:00-05:00", "2026-11-20T10:15:00-05:00"),
        ("2026-11-21T04:59:59Z", "2026-11-20T23:59:59-05:00"),
        ("2026-11-21T05:00:00Z", "2026-11-21T00:00:00-05:00"),
        ("2026-11-20T10:15:00.123456", "2026-11-20T10:15:00-05:00"),
        ("2026-11-20", "2026-11-20T00:00:00-05:00"),
    ],
)
def test_an_instant_in_lima(text: str, lima: str) -> None:
    assert stamp(read_moment(text)) == lima


@pytest.mark.parametrize("text", ["", "ayer", "2026-13-01", "2026-02-29", "0001-01-01T00:00:00+14:00", "20/11/2026"])
def test_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_moment(text)


def test_a_day_ends_in_lima() -> None:
    assert end_of_day(date(2026, 11, 23)).astimezone(UTC) == datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)
    assert in_lima(datetime(2026, 11, 23, 12, 0)).isoformat() == "2026-11-23T12:00:00-05:00"  # noqa: DTZ001 - on purpose
