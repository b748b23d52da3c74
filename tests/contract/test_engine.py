"""What flows may ask of the engine: work enqueued in a transaction shares its fate, is done once, and survives us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from onapi.engine import Work, WorkQueue
from onapi.store import Database, open_database
from onapi.store.database import migrate

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"
PATIENCE_S = 60

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]


def work(key: str, step: int = 0) -> Work:
    return Work(f"cpe:sandbox:{key}", "sandbox", "20000000001", f"id-of-{key}", step)


@dataclass
class Place:
    """A database, a queue on it, and workers that write down what they do."""

    url: str
    database: Database
    queue: WorkQueue
    log: Path
    started: list[subprocess.Popen[bytes]]

    def start_worker(self, name: str = "worker-1") -> subprocess.Popen[bytes]:
        """Start a worker and wait until it can work."""
        ready = self.lines().count("ready")
        command = [sys.executable, str(HERE / "engine_worker.py"), self.url, name, str(self.log)]
        env = {**os.environ, "PYTHONPATH": str(SOURCE)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.started.append(process)
        self.until(lambda: self.lines().count("ready") > ready)
        return process

    def put(self, *pieces: Work, delay_s: float = 0) -> None:
        """Enqueue in one transaction."""
        with self.database.transaction() as connection:
            for piece in pieces:
                self.queue.put(connection, piece, delay_s=delay_s)

    def lines(self) -> list[str]:
        """What was written down."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def count(self, what: str, key: str) -> int:
        """How often work of a key began or ended."""
        return sum(line.startswith(f"{what} cpe:sandbox:{key} ") for line in self.lines())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; AssertionError after a generous while."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, self.lines()
            time.sleep(0.05)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("engine")
    url = f"sqlite:///{folder / 'onapi.sqlite3'}"
    migrate(url)
    queue = WorkQueue(url)
    queue.open()
    found = Place(url, open_database(url), queue, folder / "log", [])
    found.start_worker()
    yield found
    for process in found.started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(20)
    queue.close()
    found.database.close()


def test_work_shares_the_fate_of_its_transaction(place: Place) -> None:
    with place.database.engine.connect() as connection:
        place.queue.put(connection, work("rolled-back"))
        connection.rollback()
    with place.database.transaction() as connection:
        place.queue.put(connection, work("open"))
        time.sleep(1)
        assert place.count("begin", "open") == 0  # not committed, not seen
    place.until(lambda: place.count("end", "open") == 1)
    assert place.count("begin", "rolled-back") == 0


def test_the_same_work_twice_is_done_once(place: Place) -> None:
    place.put(work("twice"), work("twice"))
    place.put(work("twice"))
    place.until(lambda: place.count("end", "twice") == 1)
    place.put(work("twice"))  # done already
    place.put(work("twice", 1))
    place.until(lambda: place.count("end", "twice") == 2)
    place.put(*[work(f"many-{n}") for n in range(30)])
    place.until(lambda: all(place.count("end", f"many-{n}") for n in range(30)))
    assert [place.count("begin", f"many-{n}") for n in range(30)] == [1] * 30
    assert place.count("begin", "twice") == 2


def test_work_carries_what_was_put_in(place: Place) -> None:
    place.put(work("carried", 7))
    place.until(lambda: "end cpe:sandbox:carried 7 sandbox/20000000001/id-of-carried" in place.lines())


def test_work_waits_as_long_as_asked(place: Place) -> None:
    begun = time.time()
    place.put(work("delayed"), delay_s=2)
    place.put(work("at-once"))
    place.until(lambda: place.count("end", "delayed") == 1)
    at = next(float(line.split()[3]) for line in place.lines() if line.startswith("begin cpe:sandbox:delayed "))
    assert at - begun >= 2
    assert place.lines().index("end cpe:sandbox:at-once 0 sandbox/20000000001/id-of-at-once") < len(place.lines()) - 1


def test_the_queue_knows_what_it_holds(place: Place) -> None:
    place.put(work("held"), delay_s=3600)
    assert place.queue.holds(work("held"))
    assert not place.queue.holds(work("held", 1))
    place.put(work("fails"))
    place.until(lambda: place.count("begin", "fails") == 1 and not place.queue.holds(work("fails")))


def test_work_of_a_killed_worker_is_done_after_its_restart(place: Place) -> None:
    place.put(work("done-before"), work("slow"))
    place.until(lambda: place.count("begin", "slow") == place.count("end", "done-before") == 1)
    place.put(work("left-waiting"), delay_s=1)
    os.kill(place.started[-1].pid, signal.SIGKILL)
    place.started[-1].wait(20)
    assert place.count("end", "slow") == 0
    place.start_worker()
    place.until(lambda: place.count("end", "slow") == 1 and place.count("end", "left-waiting") == 1)
    assert place.count("begin", "slow") == 2
    assert place.count("begin", "done-before") == 1  # what was done stays done
