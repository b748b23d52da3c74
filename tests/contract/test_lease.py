"""Leases: who is dead is known soon, and nobody is buried alive by one who was himself away."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from onapi.engine.lease import Lease, _is_gone, _place, _process
from onapi.engine.library import connections
from onapi.store import open_database


@dataclass
class Two:
    """Two processes on one database."""

    mine: Lease
    other: Lease


@pytest.fixture
def two(url: str) -> Iterator[Two]:
    """Each with its own connections and a short lease."""
    found = Two(*(Lease(connections(open_database(url).engine), name, 1.0) for name in ("a", "b")))
    yield found
    found.mine.engine.dispose()
    found.other.engine.dispose()


def test_a_lease_that_is_not_renewed_runs_out(two: Two) -> None:
    mine, other = two.mine, two.other
    mine.renew()
    other.renew()
    begun = time.monotonic()
    while other.id not in mine.without({mine.id, other.id}):
        assert time.monotonic() - begun < 120
        mine.renew()
        mine.bury()
        time.sleep(0.05)
    assert time.monotonic() - begun > 0.9
    assert mine.without({mine.id, other.id}) == {other.id}
    other.renew()  # it was not dead
    assert mine.without({mine.id, other.id}) == set()
    other.end()
    assert mine.without({mine.id, other.id, "nobody"}) == {other.id, "nobody"}


def test_who_was_out_of_touch_judges_nobody(two: Two) -> None:
    two.mine.renew()
    two.other.renew()
    time.sleep(1.2)  # as long as the database was away, for both
    two.mine.renew()
    two.mine.bury()
    assert two.mine.without({two.other.id}) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the end of a lease alone tells")
def test_the_dead_of_this_machine_are_known_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        here, process = _place(), _process(child.pid)
        assert not _is_gone(here, process)
        assert _is_gone(here, f"{child.pid}-1")  # the number came again
        for place, name in (("", process), ("another machine", process), (here, "")):
            assert not _is_gone(place, name)
        child.kill()
        deadline = time.monotonic() + 20
        while not _is_gone(here, process):  # though nobody has buried it yet
            assert time.monotonic() < deadline
        child.wait()
        assert _is_gone(here, process)
