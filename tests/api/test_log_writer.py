"""The log's thread: nobody waits for it, what does not fit is dropped and counted, and trouble does not end it."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from onapi.api.request_log import Call
from onapi.api.request_log_writer import LogWriter
from onapi.store.request_log import Asked, Line


class Kept:
    """A log in memory, which can be made to fail or to be slow."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.dropped: list[date] = []
        self.trouble: Exception | None = None
        self.wait_s = 0.0

    def add(self, lines: Sequence[Line]) -> None:
        """Keep these, late or not at all."""
        time.sleep(self.wait_s)
        if self.trouble:
            raise self.trouble
        self.lines += lines

    def read(self, _asked: Asked, _limit: int) -> Sequence[Line]:
        """All."""
        return self.lines

    def drop_before(self, day: date) -> None:
        """Note it."""
        self.dropped.append(day)

    def close(self) -> None:
        """Nothing to do."""


class Clock:
    """A clock that tests move."""

    now = datetime(2026, 11, 20, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment."""
        return self.now


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(kept: Kept, clock: Clock) -> Iterator[LogWriter]:
    numbers = count(1)
    found = LogWriter(
        kept, environment="sandbox", days=30, clock=clock, new_id=lambda: f"{next(numbers)}", username_of=lambda _: None
    )
    yield found
    found.stop()


def call(body: bytes = b"", path: str = "/nada") -> Call:
    scope: dict[str, Any] = {"method": "POST", "path": path, "query_string": b"", "headers": []}
    found = Call(datetime(2026, 11, 20, 15, tzinfo=UTC), scope, "127.0.0.1", "r1", 404)
    found.take(body)
    return found


def test_what_is_heard_is_written_soon(writer: LogWriter, kept: Kept) -> None:
    writer.start()
    writer.heard(call())
    assert kept.lines == []
    writer.flush()
    assert [(line.path, line.status, line.id) for line in kept.lines] == [("/[redacted]", 404, "1")]
    assert (writer.lines, writer.dropped, writer.waiting) == (1, 0, 0)


def test_what_does_not_fit_is_dropped_at_once_and_counted(writer: LogWriter) -> None:
    began = time.thread_time()
    for _ in range(6000):
        writer.heard(call())
    assert time.thread_time() - began < 1
    assert (writer.waiting, writer.dropped) == (5000, 1000)


def test_large_bodies_do_not_fill_the_memory(writer: LogWriter) -> None:
    body = bytes(64 * 1024)
    for _ in range(1000):
        writer.heard(call(body))
    assert writer.waiting == 512
    assert writer.dropped == 488


@pytest.mark.parametrize(
    "trouble", [OperationalError("x", {}, Exception("disk full")), OSError(28, "full"), KeyError("x")]
)
def test_trouble_is_counted_and_passes(writer: LogWriter, kept: Kept, trouble: Exception) -> None:
    writer.start()
    kept.trouble = trouble
    writer.heard(call())
    writer.flush()
    kept.trouble = None
    writer.heard(call())
    writer.flush()
    assert (writer.dropped, len(kept.lines)) == (1, 1)


def test_what_waits_is_written_at_the_end(writer: LogWriter, kept: Kept) -> None:
    writer.start()
    kept.wait_s = 0.05
    for _ in range(500):
        writer.heard(call())
    writer.stop()
    assert len(kept.lines) == 500


def test_old_days_go_once_a_day(writer: LogWriter, kept: Kept, clock: Clock) -> None:
    writer.start()
    writer.flush(0.1)
    deadline = time.monotonic() + 5
    while not kept.dropped and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kept.dropped == [date(2026, 10, 22)]
    clock.now += timedelta(days=1)
    writer.heard(call())
    writer.flush()
    assert kept.dropped == [date(2026, 10, 22), date(2026, 10, 23)]


def test_probes_are_not_written(writer: LogWriter) -> None:
    for path in ("/livez", "/readyz", "/metrics", "/docs", "/openapi.json"):
        writer.heard(call(path=path))
    assert writer.waiting == 0


def test_the_body_is_let_go_where_it_is_never_recorded() -> None:
    found = call(b'{"password": "x"}')
    found.scope["route"] = type("Route", (), {"path": "/integrator/authenticate"})
    found.end(0.1)
    assert (found.body, found.taken, found.size) == ([], 0, 17)
    long = call(bytes(70_000))
    long.scope["route"] = type("Route", (), {"path": "/integrator/sendMessage"})
    long.end(0.1)
    assert (long.body, long.size) == ([], 70_000)
