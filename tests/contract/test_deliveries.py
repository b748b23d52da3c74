"""Deliveries have a queue and threads of their own: a slow receiver delays neither the roads nor other companies."""

import pytest
from engine_place import Place

from onapi.engine import Kind, Work
from onapi.engine.durable import DELIVERIES_EACH as EACH

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]
SLOW, OTHER = "20000000001", "20000000010"


def piece(key: str, ruc: str, kind: Kind) -> Work:
    """A piece of work that is only written down."""
    return Work(f"cpe:sandbox:{key}", "sandbox", ruc, f"id-of-{key}", 0, kind)


def test_a_slow_receiver_delays_nobody_else(own_place: Place) -> None:
    own_place.start_worker(threads=2, slow_s=8)
    own_place.put(*[piece(f"slow-{n}", SLOW, Kind.DELIVERY) for n in range(40)])
    own_place.until(lambda: len(own_place.under_way("slow")) >= EACH)
    own_place.put(piece("quick-delivery", OTHER, Kind.DELIVERY), piece("quick-sending", SLOW, Kind.ROAD))
    own_place.until(lambda: own_place.count("end", "quick-delivery") == own_place.count("end", "quick-sending") == 1)
    assert own_place.times("end", "slow-") == []  # all of that while each of them still waited
    assert len(own_place.under_way("slow")) == EACH  # of one company no more than these at once


def test_what_a_killed_worker_was_at_is_done_by_another(own_place: Place) -> None:
    worker = own_place.start_worker(slow_s=30)
    own_place.put(piece("slow-killed", SLOW, Kind.DELIVERY))
    own_place.until(lambda: own_place.count("begin", "slow-killed") == 1)
    own_place.kill(worker)
    own_place.start_worker(slow_s=0.1)
    own_place.until(lambda: own_place.count("end", "slow-killed") == 1)
    assert own_place.count("begin", "slow-killed") == 2
