"""Several write in one transaction: all of it is there before anybody returns, and who fails takes nothing with him."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError, OperationalError

from onapi.store import Database, open_database

MANY, MOST = 20, 8  # who write; how many of them share a transaction
FIND = "SELECT n FROM rows ORDER BY n"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with found.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE rows (n INTEGER PRIMARY KEY)")
    yield found
    found.close()


@pytest.fixture
def commits(database: Database) -> list[int]:
    """How many rows there were at each commit."""
    found: list[int] = []

    @event.listens_for(database.engine, "commit")
    def _noted(connection: Any) -> None:
        found.append(connection.connection.dbapi_connection.execute("SELECT COUNT(*) FROM rows").fetchone()[0])

    return found


def rows(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.exec_driver_sql(FIND).scalars())


def in_line(database: Database, *bodies: Callable[[Connection], Any]) -> list["Future[Any]"]:
    """Have each write together with the one before: it comes into line while that one writes."""
    pool, told = ThreadPoolExecutor(len(bodies)), []

    def write_one(place: int) -> Any:
        try:
            with database.common() as connection:
                try:
                    return bodies[place](connection)
                finally:
                    call_next(place + 1)
        finally:
            seen[place] = rows(database)

    def call_next(place: int) -> None:
        if place < len(bodies):
            told.append(pool.submit(write_one, place))
            wait_for(lambda: _line(database)._waiting == 1)

    seen: dict[int, list[int]] = {}
    told.append(pool.submit(write_one, 0))
    wait_for(lambda: len(told) == len(bodies))
    pool.shutdown()
    for each, place in zip(told, range(len(bodies)), strict=True):
        each.seen = seen[place]  # type: ignore[attr-defined]  what another connection sees once it has returned
    return told


def row(n: object) -> Callable[[Connection], Any]:
    return lambda connection: connection.exec_driver_sql("INSERT INTO rows VALUES (?)", (n,))


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _line(database: Database) -> Any:
    return database._line


def test_those_in_line_share_a_commit_and_see_their_rows_after_it(database: Database, commits: list[int]) -> None:
    told = in_line(database, *[row(n) for n in range(MANY)])
    assert commits == [MOST, 2 * MOST, MANY]
    assert all(each.exception() is None and n in each.seen for n, each in enumerate(told))  # type: ignore[attr-defined]  set above


def test_who_fails_takes_nothing_of_the_others_with_him(database: Database, commits: list[int]) -> None:
    def fail(connection: Connection) -> None:
        row(7)(connection)
        raise RuntimeError("as asked")

    told = in_line(database, row(1), fail, row(2))
    assert [type(each.exception()) for each in told] == [type(None), RuntimeError, type(None)]
    assert (rows(database), commits) == ([1, 2], [2])


def test_who_finds_his_row_taken_sees_it_once_he_is_told(database: Database, commits: list[int]) -> None:
    """Whoever comes second looks at what the first one wrote: it must be there by then."""
    _, second, _ = in_line(database, row(1), row(1), row(2))
    assert isinstance(second.exception(), IntegrityError)
    assert (second.seen, commits) == ([1, 2], [2])  # type: ignore[attr-defined]  set above


def test_the_last_in_line_commits_for_the_others_though_he_fails(database: Database) -> None:
    first, failing = in_line(database, row(1), row("no number"))
    assert isinstance(failing.exception(), IntegrityError)
    assert (first.exception(), rows(database)) == (None, [1])


def test_a_commit_that_fails_is_told_to_all_of_them(database: Database) -> None:
    def refuse(_: Any) -> None:
        raise OperationalError("COMMIT", None, RuntimeError("disk is full"))

    def last(connection: Connection) -> None:
        row(2)(connection)
        event.listen(database.engine, "commit", refuse)

    told = in_line(database, row(1), last)
    event.remove(database.engine, "commit", refuse)
    assert [type(each.exception()) for each in told] == [OperationalError, OperationalError]
    assert rows(database) == []
    with database.common() as connection:
        row(3)(connection)
    assert rows(database) == [3]


@pytest.mark.parametrize("is_told", [True, False])
def test_what_sqlite_gives_up_in_the_middle_is_told_to_those_before_too(database: Database, *, is_told: bool) -> None:
    """For want of room it undoes the whole transaction; a commit after that would say nothing and keep nothing."""

    def give_up(connection: Connection) -> None:
        connection.connection.dbapi_connection.execute("ROLLBACK")  # type: ignore[union-attr]  it is open
        if is_told:
            raise OperationalError("INSERT", None, RuntimeError("database or disk is full"))

    told = in_line(database, row(1), give_up, row(2))
    assert [type(each.exception()) for each in told] == [OperationalError, OperationalError, type(None)]
    assert rows(database) == [2]


def test_a_connection_that_is_lost_is_told_to_all_of_them(database: Database) -> None:
    def lose(connection: Connection) -> None:
        connection.invalidate()
        raise KeyboardInterrupt

    told = in_line(database, row(1), lose, row(2))
    assert [type(each.exception()) for each in told] == [OperationalError, KeyboardInterrupt, type(None)]
    assert rows(database) == [2]


def test_who_writes_alone_first_commits_what_others_left_open(database: Database, commits: list[int]) -> None:
    def alone() -> list[int]:
        with database.transaction() as connection:
            seen = list(connection.exec_driver_sql(FIND).scalars())
            row(2)(connection)
        return seen

    with ThreadPoolExecutor(1) as pool:
        with database.common() as connection:
            row(1)(connection)
            told = pool.submit(alone)
            wait_for(lambda: _line(database)._waiting == 1)
        assert (told.result(), commits) == ([1], [1, 2])


def test_nobody_waits_for_ever_for_one_who_left_the_line(database: Database) -> None:
    _line(database)._waiting += 1
    with database.common() as connection:
        row(1)(connection)
    assert rows(database) == [1]
