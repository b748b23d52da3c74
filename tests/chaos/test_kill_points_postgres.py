"""The same deaths on PostgreSQL, and those of the database server itself, at once and without a farewell.

Of the server's deaths a few of the points stand for the rest, but in the long run.
"""

import random

import pytest
from chaos_death import SEEDS, begin, finish, id_of, kill_there, words
from chaos_points import POINTS, Point
from chaos_run import IS_LONG
from chaos_stage import Stage, is_alive, until

from postgres_server import OwnServer

FEW = {"K01+", "K02+", "K05-", "K06+", "K08+", "K10+", "K12-", "K17-", "K18-", "K19-"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", POINTS, ids=id_of)
def test_so_it_is_on_postgres(on_postgres: Stage, point: Point, seed: int, chance: random.Random) -> None:
    del seed  # it is in the test's name, from which chance comes
    kill_there(on_postgres, point, chance)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", [x for x in POINTS if IS_LONG or x.name in FEW], ids=id_of)
def test_the_database_server_killed_there_loses_nothing(
    on_postgres: Stage, own_postgres: OwnServer, point: Point, seed: int, chance: random.Random
) -> None:
    del seed  # as above
    stage = on_postgres
    orders, pending = begin(stage, point, chance, own_postgres._process.pid)
    until(lambda: stage.has_fired, lambda: words(stage, orders))
    own_postgres._process.wait(20)
    own_postgres.start()
    finish(stage, orders, pending)
    assert all(is_alive(pid) for pid in stage.pids.values()), "a process did not survive its database"
