"""A worker in a process of its own; it writes down what it does, so that a test can count it."""

import os
import sys
import threading
import time

from onapi.engine import Work, Worker

URL, NAME, LOG = sys.argv[1:]  # of the database, of the worker, of the file to write to
SLOW_S = 4


def do(work: Work) -> None:
    """Write the work down; work whose key asks for it takes its time between its two lines."""
    _write(f"begin {work.key} {work.step} {time.time()}")
    if "slow" in work.key:
        time.sleep(SLOW_S)
    if "fails" in work.key:
        raise RuntimeError("as asked")
    _write(f"end {work.key} {work.step} {work.environment}/{work.ruc}/{work.submission_id}")


def _write(line: str) -> None:
    """One line, whole, whatever else writes at the same time."""
    handle = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


if __name__ == "__main__":
    Worker(URL, NAME, do, tidy=lambda: None, threads=4).start()
    _write("ready")
    threading.Event().wait()
