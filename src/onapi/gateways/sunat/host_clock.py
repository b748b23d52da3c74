"""What time a host of SUNAT says it is, from the Date header of any answer: to tell whether our own clock is right."""

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

_MOST_S = 5.0


def host_time(address: str) -> datetime | None:
    """The host's time now, to the second; None if it is out of reach or does not say. Never raises."""
    with suppress(httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        with httpx2.Client(timeout=_MOST_S, follow_redirects=False) as client:
            told = client.head(address, headers={"User-Agent": "onapi"}).headers.get("Date", "")
        return parsedate_to_datetime(told).astimezone(UTC) if told else None
    return None
