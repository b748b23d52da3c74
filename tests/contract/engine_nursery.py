"""A process that has imported everything and makes workers by forking, so that each is ready in a tenth of the time.

A line on its input is a worker to start, as JSON; it answers with the worker's number. Workers end with it, however it
ends, and it ends with whoever holds its input.
"""

import ctypes
import json
import os
import signal
import sys

import engine_worker

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def give_birth(wanted: dict[str, str]) -> int:
    """A new worker's number; it never comes back from here."""
    number = os.fork()
    if number:
        return number
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    trouble = os.open(wanted.pop("trouble"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(trouble, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    engine_worker.work(**wanted)
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to bury the dead
    for line in sys.stdin:
        sys.stdout.write(f"{give_birth(json.loads(line))}\n")
        sys.stdout.flush()
