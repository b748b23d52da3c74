"""What it costs to put work into the queue and to take it out, with a long queue and with many companies in it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from databases import ROOT, each_database
from figures import percentile, show

from onapi.engine import UNHURRIED, Work, Worker, WorkQueue
from onapi.engine.library import QUEUE
from onapi.store import open_database

_DONE = 600
_CASES = (("1 company", 1, 10_000), ("20 companies", 20, 10_000), ("500 companies", 500, 500))
_SINGLY = 300  # of them, each in a transaction of its own
_ALONE = "20999999999"


def _measure(sort: str, url: str, name: str, companies: int, many: int) -> None:
    """Fill the queue, let a worker take from it, and meanwhile put single works of another company."""
    database = open_database(url, durable=False)
    queue = WorkQueue(database.engine)
    queue.open()
    puts: list[float] = []

    def put(ruc: str, number: int) -> None:
        started = time.perf_counter()
        with database.transaction() as connection:
            work = Work(f"cpe:sandbox:{name}:{ruc}-{number}", "sandbox", ruc, "s", 0)
            queue.put(connection, work, priority=UNHURRIED - number)
        puts.append((time.perf_counter() - started) * 1000)

    with database.transaction() as connection:
        for number in range(_SINGLY, many):
            ruc = f"20{number % companies:09}"
            queue.put(connection, Work(f"cpe:sandbox:{name}:{ruc}-{number}", "sandbox", ruc, "s", 0))
    for number in range(_SINGLY):
        put(f"20{number % companies:09}", number)
    title = f"{sort}, {name}, {many} works"
    show(f"put and commit, p95: {title}", [percentile(puts, 0.95)], "ms")
    begun: dict[str, float] = {}
    done = threading.Semaphore(0)

    def do(work: Work) -> None:
        begun[work.key] = time.monotonic()
        done.release()
        time.sleep(0.05)

    claims, lists = _watch()
    worker = Worker(database.engine, "bench", do, tidy=lambda: None)
    worker.start()
    started = time.monotonic()
    for _ in range(min(many, _DONE)):
        done.acquire()
    rate = min(many, _DONE) / (time.monotonic() - started)
    show(f"claim, p50: {title}", [percentile(claims, 0.5)], "ms")
    show(f"claim, p95: {title}", [percentile(claims, 0.95)], "ms")
    show(f"list of companies, p95: {title}", [percentile(lists, 0.95)], "ms")
    show(f"taken up by one worker: {title}", [rate], "works/s")
    waits: list[float] = []
    for number in range(10):
        asked = time.monotonic()
        put(_ALONE, number)
        key = f"cpe:sandbox:{name}:{_ALONE}-{number}"
        while key not in begun:
            time.sleep(0.002)
        waits.append((begun[key] - asked) * 1000)
    show(f"one work of another company waits: {title}", waits, "ms")


def _watch() -> tuple[list[float], list[float]]:
    """Time the library's two questions, milliseconds each."""
    from dbos._sys_db import SystemDatabase  # noqa: PLC0415  a second of imports

    claims: list[float] = []
    lists: list[float] = []

    def timed(name: str, into: list[float], counts: Callable[..., bool]) -> None:
        plain = getattr(SystemDatabase, name)

        def call(self: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401  - whatever the library passes
            started = time.perf_counter()
            found = plain(self, *args, **more)
            if counts(args[0], found):
                into.append((time.perf_counter() - started) * 1000)
            return found

        setattr(SystemDatabase, name, call)

    timed("start_queued_workflows", claims, lambda queue, found: queue.name == QUEUE and bool(found[0]))
    timed("get_queue_partitions", lists, lambda queue, _: queue == QUEUE)
    return claims, lists


def run() -> None:
    """Print every figure; each case in a process of its own, since the library is one to a process."""
    for name, companies, many in _CASES:
        for sort, url in each_database():
            command = [sys.executable, __file__, sort, url, name, str(companies), str(many)]
            subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=True)


if __name__ == "__main__":
    sort_, url_, name_, companies_, many_ = sys.argv[1:]
    _measure(sort_, url_, name_, int(companies_), int(many_))
    sys.stdout.flush()
    os._exit(0)  # what is left in the queue is left
