"""What a task takes: each runs in a process of its own, forked from one that has imported everything already.

CPU is that of the task alone; memory is how far its process grew at its worst. Time on the wall says nothing: machines
are busy.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

MIB: Final = 1024 * 1024
MOST_CPU_S: Final = 0.5  # on a processor of today that has nothing else to do
_ROUNDS, _USUAL_S = 1_000_000, 0.016  # what an empty loop takes there
MOST_GROWTH_BYTES: Final = 64 * MIB
_PATIENCE_S: Final = 60
_PRELOADED: Final = ["hostile_doors"]


@dataclass(frozen=True)
class Taken:
    """What a task said, or the error it raised, and what it took."""

    said: str  # its repr; of an error of ours `key: sentence`
    is_refused: bool
    cpu_s: float
    growth_bytes: int

    @property
    def is_modest(self) -> bool:
        """Within the limits for one hostile input."""
        return self.cpu_s <= most_cpu_s() and self.growth_bytes <= MOST_GROWTH_BYTES


def most_cpu_s() -> float:
    """What a task may take here and now: a slow machine, or a busy one, takes as much longer for an empty loop."""
    return MOST_CPU_S * max(1.0, max(_loop_s() for _ in range(3)) / _USUAL_S)


def _loop_s() -> float:
    begun = time.process_time()
    for _ in range(_ROUNDS):
        pass
    return time.process_time() - begun


def measured(task: Callable[..., Any], *given: Any) -> Taken:
    """Run a function of an importable module in a child, and what it took."""
    context = multiprocessing.get_context("forkserver")
    _prepare()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_inside, args=(theirs, task, given), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(_PATIENCE_S):
            raise AssertionError("it hangs")
        found = ours.recv()
    except EOFError:
        child.join(5)
        raise AssertionError(f"it died: {child.exitcode}") from None
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()
    assert isinstance(found, Taken), found
    return found


@cache
def _prepare() -> None:
    """Start the process that all others are forked from; until Python 3.13 it looks nowhere but in PYTHONPATH."""
    roads, before = os.pathsep.join(road for road in sys.path if road), os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = roads
    try:
        multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _inside(answers: Connection, task: Callable[..., Any], given: tuple[Any, ...]) -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the highest mark begins anew
    before, used = status_of("self")["VmRSS"], _cpu_s()
    try:
        said, is_refused = repr(task(*given))[:2000], False
    except Exception as error:  # noqa: BLE001  whatever it is, the parent judges it
        key = getattr(error, "key", None)
        said, is_refused = f"{key or type(error).__name__}: {error}"[:2000], key is not None
    cpu_s, growth = _cpu_s() - used, status_of("self")["VmHWM"] - before
    answers.send(Taken(said, is_refused, cpu_s, growth))


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def status_of(process: int | str) -> dict[str, int]:
    """The sizes of a process that Linux knows, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return {
        name: int(size.split()[0]) * 1024 for name, _, size in (line.partition(":") for line in lines) if "kB" in size
    }
