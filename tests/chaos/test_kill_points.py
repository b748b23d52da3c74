"""kill -9 at each of the forty points of the road, in each process that passes it.

Documents of every road are under way when it strikes. The process is started again, everything comes to rest, and the
invariants are held against SUNAT's ledger.
"""

import random
from itertools import chain

import pytest
from chaos_death import SEEDS, id_of, kill_there
from chaos_points import POINTS, Point
from chaos_stage import Stage
from chaos_wrap import find


def test_the_table_names_the_forty_points() -> None:
    wanted = {f"K{number:02}{side}" for number in range(1, 21) for side in "-+"}
    assert len(wanted) == 40
    assert {point.name for point in POINTS} == wanted


def test_every_place_of_the_table_is_in_the_product() -> None:
    for place in chain.from_iterable(point.places for point in POINTS):
        assert callable(find(place)[2]), place


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("point", POINTS, ids=id_of)
def test_a_process_killed_there_loses_nothing(on_sqlite: Stage, point: Point, seed: int, chance: random.Random) -> None:
    del seed  # it is in the test's name, from which chance comes
    kill_there(on_sqlite, point, chance)
