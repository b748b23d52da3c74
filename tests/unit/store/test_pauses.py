"""A company that SUNAT does not let in is stopped once, however many say so, and one caller tries the door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from onapi.store import Database, pauses
from onapi.store.acting import acting_for_all
from onapi.values.scope import Environment, Scope

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINE, OTHERS = Scope(Environment.SANDBOX, "20000000001"), Scope(Environment.SANDBOX, "20000000010")


@acting_for_all("tests")
def begin(database: Database, seconds: int, door: str = "sol") -> None:
    with database.transaction() as connection:
        pauses.begin(connection, MINE, door, "0102", NOW + timedelta(seconds=seconds))


def test_many_that_are_refused_at_the_same_moment_begin_one_pause(database: Database) -> None:
    together = Barrier(8)

    def refused(n: int) -> None:
        for door in range(25):
            together.wait(20)
            begin(database, n, f"door-{door}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(refused, range(8)))
    with database.reading() as connection:
        found = pauses.all_of(connection, Environment.SANDBOX)
    assert sorted(each.door for each in found) == sorted(f"door-{door}" for door in range(25))
    assert all(NOW <= each.since <= NOW + timedelta(seconds=7) for each in found)


def test_a_probe_that_failed_again_does_not_begin_anew(database: Database) -> None:
    begin(database, 0)
    begin(database, 900)
    with database.reading() as connection:
        found = pauses.find(connection, MINE, "sol")
        assert found is not None
        assert (found.since, found.probed_at) == (NOW, NOW + timedelta(seconds=900))
        assert pauses.find(connection, MINE, "gre") is None
        assert pauses.find(connection, OTHERS, "sol") is None


def test_one_caller_of_many_gets_the_probe(database: Database) -> None:
    begin(database, 0)
    with database.reading() as connection:
        found = pauses.find(connection, MINE, "sol")
    assert found is not None

    @acting_for_all("tests")
    def claim(n: int) -> bool:
        with database.transaction() as connection:
            return pauses.claim(connection, found, NOW + timedelta(seconds=900 + n))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(24))) == 1


def test_what_has_ended_is_gone(database: Database) -> None:
    begin(database, 0)
    with database.transaction() as connection:
        assert pauses.end(connection, MINE, "sol")
        assert not pauses.end(connection, MINE, "sol")
    with database.reading() as connection:
        assert not pauses.all_of(connection, Environment.SANDBOX)
