"""Numbers come without gap and without repeat, whoever takes them and whatever fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from store_rows import MINE, OTHERS, document, enrol, keep

from onapi.store import Database, documents, numbers

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "src"
PROCESSES, EACH, KILLS = 16, 500, 6


def test_a_series_begins_at_one_and_goes_on(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        for like in (document(1, OTHERS), document(2, series="B002"), document(3, doctype="07", series="F001")):
            keep(connection, like)  # the same numbers in other series
    for wanted in (1, 2, 3):
        with database.transaction() as connection:
            assert numbers.take(connection, MINE, "01", "F001") == wanted
    with database.transaction() as connection:
        others = [(MINE, "01", "F002"), (MINE, "03", "B001"), (OTHERS, "01", "F001"), (MINE, "RC", "20261120")]
        assert [numbers.take(connection, *each) for each in others] == [1, 1, 1, 1]
        assert numbers.take(connection, MINE, "RC", "20261120") == 2


def test_what_is_rolled_back_is_not_consumed(database: Database) -> None:
    for _ in range(3):
        with database.transaction() as connection:
            assert numbers.take(connection, MINE, "01", "F001") == 1
            connection.rollback()
    with database.transaction() as connection:
        assert [numbers.take(connection, MINE, "01", "F001") for _ in range(2)] == [1, 2]


def test_numbers_that_callers_chose_are_stepped_over(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        keep(connection, document(7))
        keep(connection, document(900, OTHERS))
    with database.transaction() as connection:
        assert numbers.take(connection, MINE, "03", "B001") == 8  # after the highest that is kept
        keep(connection, document(8))
        keep(connection, document(9))
        keep(connection, document(50))
        keep(connection, document(10, series="B002"))
        assert numbers.take(connection, MINE, "03", "B001") == 10  # the first that is free, not after the highest
        for n in range(10, 50):
            keep(connection, document(n))
        keep(connection, document(51))
        assert numbers.take(connection, MINE, "03", "B001") == 52
        keep(connection, document(52))
        assert numbers.take(connection, MINE, "03", "B001") == 53
        assert numbers.take(connection, OTHERS, "03", "B001") == 901
        assert documents.numbers_in(connection, MINE, "03", "B001") == list(range(7, 53))
        assert documents.series_in(connection, MINE) == [("03", "B001"), ("03", "B002")]
        assert documents.numbers_in(connection, MINE, "03", "B009") == []


@pytest.mark.slow
@pytest.mark.xdist_group("program")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="takers are forked")
def test_eight_thousand_numbers_by_sixteen_processes_of_which_some_are_killed(url: str, database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE taken (number INTEGER, taker INTEGER)"))  # nothing refuses a repeat
    command = [sys.executable, str(HERE / "number_taker.py"), url, *map(str, (PROCESSES, EACH, KILLS))]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(command, env=env, check=False, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    with database.reading() as connection:
        found = connection.execute(text("SELECT number FROM taken ORDER BY number")).scalars().all()
    assert found == list(range(1, PROCESSES * EACH + 1))
    with database.transaction() as connection:
        assert numbers.take(connection, MINE, "01", "F001") == PROCESSES * EACH + 1
    print(f"{done.stdout.strip()} numbers/s")  # noqa: T201  a figure for who looks; a busy machine may not fail for it
