"""Who goes first: one company's burst does not delay another's document, and the nearest deadline goes first."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from engine_place import Place, work

from onapi.engine import urgency
from onapi.engine.durable import share_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]

BURST = 2000
SHARE = 3  # of four threads, what one company may have
A, B = "20000000001", "20000000002"


def test_a_burst_of_one_company_does_not_delay_another(own_place: Place) -> None:
    place = own_place
    place.start_worker(threads=4, slow_s=0.3)
    place.put(*[work(f"slow-{n}", ruc=A) for n in range(BURST)])
    place.until(lambda: len(place.times("begin", "slow-")) >= 3)
    for n in range(5):
        asked = time.time()
        place.put(work(f"quick-{n}", ruc=B))
        place.until(lambda n=n: place.count("end", f"quick-{n}") == 1)  # type: ignore[misc]  bound while it is so
        begun = place.times("begin", f"quick-{n}")[0]
        overtook = [at for at in place.times("begin", "slow-") if asked < at < begun]
        assert len(overtook) <= 3 * SHARE, overtook  # however slow the machine, it is the turn of the other soon
    assert len(place.times("begin", "slow-")) < BURST / 2  # the burst is still there


def test_the_nearest_deadline_goes_first_and_no_deadline_last(own_place: Place) -> None:
    place, now = own_place, datetime.now(UTC)
    deadlines = {f"due-{hours:03}": now + timedelta(hours=hours) for hours in (72, 1, 24, 6, 48, 2)}
    with place.database.transaction() as connection:
        place.queue.put(connection, work("due-never"))
        for key, deadline in deadlines.items():
            place.queue.put(connection, work(key), priority=urgency(deadline))
        place.queue.put(connection, work("due--past"), priority=urgency(now - timedelta(days=9)))
    place.start_worker(threads=1)
    place.until(lambda: len(place.times("end", "due-")) == 8)
    begun = [line.split()[1].rpartition(":")[2] for line in place.lines() if line.startswith("begin ")]
    assert begun == sorted(begun)


def test_many_bursts_share_the_threads(own_place: Place) -> None:
    """Eight companies with work for minutes: soon most of them are served in turn, not the two that came first."""
    place = own_place
    companies = [f"2000000{n:04}" for n in range(8)]
    place.put(*[work(f"slow-{ruc}-{n}", ruc=ruc) for ruc in companies for n in range(200)])
    place.start_worker(threads=8, slow_s=0.3)
    place.until(lambda: len(place.times("begin", "slow-")) >= 100)
    begun = [line.split("-")[1] for line in place.lines() if line.startswith("begin ")]
    served = Counter(begun[60:100])
    assert len(served) >= 6, served  # a share of six of the eight threads would serve two or three


@pytest.mark.parametrize(
    ("threads", "companies", "share"), [(24, 0, 18), (24, 1, 18), (24, 2, 8), (24, 5, 4), (24, 100, 1), (1, 1, 1)]
)
def test_the_more_companies_the_smaller_the_share_of_each(threads: int, companies: int, share: int) -> None:
    assert share_of(threads, companies) == share
