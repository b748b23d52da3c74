"""Hands stay, give way, are replaced when they die, and are gone when their parent is."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from standing_tasks import behave, count

from onapi.cell.standing import Staff
from onapi.errors import OnapiError

HERE = Path(__file__).parent


@pytest.fixture
def staff() -> Iterator[Staff]:
    made = Staff(count, most=2)
    yield made
    made.close()


@pytest.fixture
def odd() -> Iterator[Staff]:
    made = Staff(behave, most=1, wall_s=3)
    yield made
    made.close()


def told(staff: Staff, data: bytes = b"x") -> tuple[int, int, int]:
    who, often, nice, _ = staff.do(data).split(b" ", 3)
    return int(who), int(often), int(nice)


def test_one_hand_does_one_task_after_another_and_gives_way(staff: Staff) -> None:
    first, again = told(staff), told(staff)
    assert first[0] == again[0] != os.getpid()
    assert (first[1], again[1]) == (1, 2)
    assert first[2] > os.nice(0)


def test_much_goes_there_and_back(staff: Staff) -> None:
    data = os.urandom(3_000_000)
    assert staff.do(data).split(b" ", 3)[3] == data


def test_two_at_once_and_no_third(staff: Staff) -> None:
    seen: set[int] = set()
    threads = [threading.Thread(target=lambda: seen.add(told(staff)[0])) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(seen) <= 2


def test_one_that_died_is_replaced_and_nobody_notices(staff: Staff) -> None:
    first = told(staff)[0]
    os.kill(first, signal.SIGKILL)
    time.sleep(0.1)
    second = told(staff)
    assert (second[0] != first, second[1]) == (True, 1)


def test_what_nobody_foresaw_is_told_without_its_words(odd: Staff) -> None:
    with pytest.raises(OnapiError) as found:
        odd.do(b"bug")
    assert str(found.value.facts["why"]).startswith("KeyError standing_tasks.py:")
    assert "JUAN" not in f"{found.value} {found.value.facts}"
    assert odd.do(b"fine") == b"fine"


def test_an_error_of_ours_comes_out_as_it_is(odd: Staff) -> None:
    with pytest.raises(OnapiError, match="No hay") as found:
        odd.do(b"ours")
    assert found.value.key == "pdf_not_available"


@pytest.mark.parametrize(("what", "why"), [(b"hang", "time"), (b"die", "death")])
def test_one_that_hangs_or_dies_over_it_ends_in_an_error_and_the_next_is_served(
    odd: Staff, what: bytes, why: str
) -> None:
    with pytest.raises(OnapiError) as found:
        odd.do(what)
    assert found.value.facts["why"] == why
    assert odd.do(b"fine") == b"fine"


def test_nothing_to_do_ends_it() -> None:
    staff = Staff(count, most=1, idle_s=0)
    first = told(staff)[0]
    deadline = time.monotonic() + 10
    while _runs(first) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(first)
    assert told(staff)[0] != first
    staff.close()


def test_it_does_not_outlive_its_parent() -> None:
    """Not even one that was killed."""
    program = (
        "import time\nfrom standing_tasks import count\nfrom onapi.cell.standing import Staff\n"
        "print(Staff(count).do(b'x').split()[0].decode(), flush=True)\ntime.sleep(60)\n"
    )
    road = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": road}) as parent:
        assert parent.stdout is not None
        hand = int(parent.stdout.readline())
        assert _runs(hand)
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(hand) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(hand)


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
