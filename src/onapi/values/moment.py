"""Days and instants as Peru counts them. The clock itself is always an argument: `now: datetime`, aware."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")


def in_lima(moment: datetime) -> datetime:
    """The same instant on a clock in Lima; a moment without zone is taken as Lima's."""
    return moment.replace(tzinfo=LIMA) if moment.tzinfo is None else moment.astimezone(LIMA)


def end_of_day(day: date) -> datetime:
    """The last second of a day in Lima.

    >>> end_of_day(date(2026, 11, 23)).isoformat()
    '2026-11-23T23:59:59-05:00'
    """
    return datetime.combine(day, time(23, 59, 59), LIMA)


def stamp(moment: datetime) -> str:
    """RFC 3339 in Lima's offset, to the second: how the API writes instants."""
    return in_lima(moment).isoformat(timespec="seconds")


def read_moment(text: str) -> datetime:
    """An instant from RFC 3339, or midnight in Lima of a bare date; ValueError if it is neither.

    >>> read_moment("2026-11-20T23:30:00Z").date().isoformat()
    '2026-11-20'
    """
    try:
        return in_lima(datetime.fromisoformat(text))
    except OverflowError as error:
        raise ValueError(f"beyond the calendar: {text}") from error


def moment_text(day: date, hour: time | None) -> str:
    """A day, or RFC 3339 in Lima's offset where its hour is known.

    >>> moment_text(date(2026, 11, 20), time(10, 15))
    '2026-11-20T10:15:00-05:00'
    """
    return stamp(datetime.combine(day, hour, LIMA)) if hour is not None else day.isoformat()
