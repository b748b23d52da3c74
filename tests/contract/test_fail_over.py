"""Several workers, cruelly treated: nothing is lost, and no step's result is committed twice."""

import os
import random
import signal
import time
from math import inf

import pytest
from engine_place import Place, work
from sqlalchemy import text

STEPS = 3  # of each road
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]


def test_what_a_killed_worker_had_begun_another_ends(own_place: Place) -> None:
    place = own_place
    first = place.start_worker(lease_s=6000, slow_s=inf)  # so long that only its death can tell
    place.put(work("done-before"))
    place.until(lambda: place.count("end", "done-before") == 1 and not place.queue.holds(work("done-before")))
    place.put(*[work(f"slow-{n}") for n in range(3)])
    place.until(lambda: len(place.times("begin", "slow-")) == 3)
    place.put(work("left-waiting"), delay_s=1)
    place.kill(first)
    place.start_worker(slow_s=0.1)
    place.until(lambda: len(place.times("end", "slow-")) == 3 and place.count("end", "left-waiting") == 1)
    assert place.count("begin", "done-before") == 1  # what was done stays done
    assert [place.count("begin", f"slow-{n}") for n in range(3)] == [2, 2, 2]


def test_each_step_is_committed_once_though_workers_die(own_place: Place) -> None:
    place, many = own_place, 60
    workers = [place.start_worker(threads=6, slow_s=0.15) for _ in range(2)]
    place.open_roads(many)
    dice = random.Random(4)  # noqa: S311  the moments to kill at, the same in every run
    for _ in range(3):
        time.sleep(0.2 + 0.5 * dice.random())
        victim = dice.randrange(2)
        place.kill(workers[victim])
        workers[victim] = place.start_worker(threads=6, slow_s=0.15)
    place.until(lambda: set(place.steps().values()) == {STEPS})
    place.assert_each_step_once(many, STEPS)


def test_a_worker_that_slept_past_its_lease_commits_nothing_twice(own_place: Place) -> None:
    place, many = own_place, 12
    sleeper = place.start_worker(slow_s=inf)
    place.open_roads(many)
    place.until(lambda: len(place.times("calls", "road")) == 3)  # each of them in the middle of its call
    os.kill(sleeper, signal.SIGSTOP)
    place.start_worker(slow_s=0.05)
    place.until(lambda: set(place.steps().values()) == {STEPS})
    done = place.commits()
    os.kill(sleeper, signal.SIGCONT)
    place.open_gate()
    place.until(lambda: len(place.times("conflict", "road")) == 3)
    assert place.commits() == done
    place.until(lambda: place.leases() == 2)  # it lives again, with a lease like the other
    place.put(*[work(f"afterwards-{n}") for n in range(30)])
    place.until(lambda: all(place.count("end", f"afterwards-{n}") for n in range(30)))
    assert place.commits() == done
    place.assert_each_step_once(many, STEPS)


def test_two_workers_share_the_work(own_place: Place) -> None:
    place, many = own_place, 60
    for _ in range(2):
        place.start_worker(threads=8, slow_s=0.1, lease_s=600)
    place.open_roads(many)
    place.until(lambda: set(place.steps().values()) == {STEPS})
    place.assert_each_step_once(many, STEPS)
    with place.database.reading() as connection:
        shares = connection.execute(text("SELECT COUNT(*) FROM events WHERE event = 'DONE' GROUP BY message"))
        assert len(shares.scalars().all()) == 2
    assert not [line for line in place.lines() if line.startswith("conflict")]
