"""Several write in one transaction: all of it is there before anybody returns, and who fails takes nothing with him."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

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


def write(database: Database, n: int) -> list[int]:
    """Write a row; gives what another connection sees once it is done."""
    with database.common() as connection:
        connection.exec_driver_sql("INSERT INTO rows VALUES (?)", (n,))
    return rows(database)


def rows(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.exec_driver_sql(FIND).scalars())


def at_once(database: Database, *writers: Callable[[], Any]) -> list["Future[Any]"]:
    """Have them all stand in line before the first may write."""
    pool = ThreadPoolExecutor(len(writers))
    with database.transaction():
        told = []
        for place, each in enumerate(writers, start=1):
            told.append(pool.submit(each))
            wait_for(lambda place=place: _line(database)._waiting == place)  # type: ignore[misc]  bound while it is so
    pool.shutdown()
    return told


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _line(database: Database) -> Any:
    return database._line


def test_those_in_line_share_a_commit_and_see_their_rows_after_it(database: Database, commits: list[int]) -> None:
    told = at_once(database, *[lambda n=n: write(database, n) for n in range(MANY)])  # type: ignore[misc]  as above
    assert commits == [0, MOST, 2 * MOST, MANY]  # the first is that of who held the line up
    assert all(n in each.result() for n, each in enumerate(told))


def test_who_fails_takes_nothing_of_the_others_with_him(database: Database, commits: list[int]) -> None:
    def fail() -> None:
        with database.common() as connection:
            connection.exec_driver_sql("INSERT INTO rows VALUES (7)")
            raise RuntimeError("as asked")

    first, failing, last = at_once(database, lambda: write(database, 1), fail, lambda: write(database, 2))
    with pytest.raises(RuntimeError, match="as asked"):
        failing.result()
    assert (first.result(), last.result(), commits) == ([1, 2], [1, 2], [0, 2])


def test_the_last_in_line_commits_for_the_others_though_he_fails(database: Database) -> None:
    def fail() -> None:
        with database.common() as connection:
            connection.exec_driver_sql("INSERT INTO rows VALUES ('no number')")

    first, failing = at_once(database, lambda: write(database, 1), fail)
    assert failing.exception() is not None
    assert first.result() == [1]


def test_a_commit_that_fails_is_told_to_all_of_them(database: Database) -> None:
    def refuse(_: Any) -> None:
        raise OperationalError("COMMIT", None, RuntimeError("disk is full"))

    def last() -> None:
        with database.common() as connection:
            connection.exec_driver_sql("INSERT INTO rows VALUES (2)")
            event.listen(database.engine, "commit", refuse)

    told = at_once(database, lambda: write(database, 1), last)
    event.remove(database.engine, "commit", refuse)
    assert [type(each.exception()) for each in told] == [OperationalError, OperationalError]
    assert rows(database) == []
    assert write(database, 3) == [3]


def test_what_sqlite_gives_up_in_the_middle_is_told_to_those_before_too(database: Database) -> None:
    """For want of room it undoes the whole transaction; a commit after that would say nothing and keep nothing."""

    def give_up() -> None:
        with database.common() as connection:
            connection.connection.dbapi_connection.execute("ROLLBACK")  # type: ignore[union-attr]  it is open
            raise OperationalError("INSERT", None, RuntimeError("database or disk is full"))

    before, middle, after = at_once(database, lambda: write(database, 1), give_up, lambda: write(database, 2))
    assert [type(each.exception()) for each in (before, middle)] == [OperationalError, OperationalError]
    assert after.result() == [2]


def test_who_writes_alone_first_commits_what_others_left_open(database: Database, commits: list[int]) -> None:
    def alone() -> list[int]:
        with database.transaction() as connection:
            seen = list(connection.exec_driver_sql(FIND).scalars())
            connection.exec_driver_sql("INSERT INTO rows VALUES (2)")
        return seen

    first, second = at_once(database, lambda: write(database, 1), alone)
    assert (first.result(), second.result(), commits) == ([1], [1], [0, 1, 2])


def test_nobody_waits_for_ever_for_one_who_left_the_line(database: Database) -> None:
    _line(database)._waiting += 1
    assert write(database, 1) == [1]
