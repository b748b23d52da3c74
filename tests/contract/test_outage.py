"""The database goes down under the workers, without a word, and comes back."""

import time
from pathlib import Path

import pytest
from engine_place import Nursery, open_place

from postgres_server import database, own_server

STEPS = 3  # of each road
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]


def test_the_database_breaks_down_at_once_and_the_work_goes_on(tmp_path: Path, nursery: Nursery) -> None:
    server, many = own_server(), 80
    try:
        with database("postgresql", tmp_path, lambda: server) as url, open_place(url, tmp_path, nursery) as place:
            for _ in range(2):
                place.start_worker(threads=6, slow_s=0.1)
            place.open_roads(many)
            for _ in range(3):
                time.sleep(0.5)
                server.break_down()
                time.sleep(0.3)
                server.start()
            assert set(place.steps().values()) != {STEPS}  # there is something left to do
            place.until(lambda: set(place.steps().values()) == {STEPS})
            place.assert_each_step_once(many, STEPS)
    finally:
        server.stop()
