"""Start a cell, hand it one task, take back its answer, and leave nothing of it behind.

A task is a function of a module of ours, from bytes to bytes. Its process begins with an empty environment, imports the
task, then gives up everything but its memory (see `inside`) and only then reads the data. The whole process group is
killed when its time is over, when it answers too much, and at the end in any case.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from threading import BoundedSemaphore, Timer
from typing import Final

from onapi.errors import Forbidden, InvalidDocument, Misconfigured, OnapiError, Throttled, Unreadable

UNREADABLE: Final = "unreadable_file"
MIB: Final = 1024 * 1024
ANSWERED, REFUSED = b"+", b"-"  # the first byte that comes out
Task = Callable[[bytes], bytes]

_AT_ONCE = 4  # cells of one process: each may take its whole memory
_RAISED: Final = {kind.__name__: kind for kind in (InvalidDocument, Unreadable, Forbidden, Misconfigured)}
_places = BoundedSemaphore(_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may take; more, and its process is killed."""

    memory_bytes: int = 512 * MIB  # address space, the interpreter included
    cpu_s: int = 10
    wall_s: int = 20
    most_in_bytes: int = 8 * MIB
    most_out_bytes: int = 16 * MIB


def run(task: Task, data: bytes, limits: Limits | None = None, *, key: str = UNREADABLE) -> bytes:
    """What the task makes of the data.

    An error of ours that the task raises comes out as it is. A task that dies, hangs or takes too much is an
    InvalidDocument with the given key; Throttled if no place is free within its time.
    """
    limits = limits or Limits()
    if len(data) > limits.most_in_bytes:
        sentence = f"El archivo pesa más de {limits.most_in_bytes // 1024} KiB."
        raise InvalidDocument(sentence, key=key, why="input")
    if not _places.acquire(timeout=limits.wall_s):
        raise Throttled("Se están leyendo demasiados archivos a la vez.", retry_after_s=5)
    try:
        out, why = _talk(_order(task, limits), data, limits)
    finally:
        _places.release()
    return read_answer(out, why, key)


def _order(task: Task, limits: Limits) -> bytes:
    name = f"{task.__module__}:{task.__qualname__}"
    return json.dumps({"task": name, **asdict(limits)}).encode("ascii") + b"\n"


def _talk(order: bytes, data: bytes, limits: Limits) -> tuple[bytes, str]:
    """What came out, and why nothing more did: "time", "output", "death", or nothing."""
    over: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "onapi.cell"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        cwd=os.sep,
        start_new_session=True,
    ) as child:

        def stop() -> None:
            over.append("time")
            _kill(child)

        clock = Timer(limits.wall_s, stop)
        clock.start()
        try:
            out = _exchanged(child, order + data, limits.most_out_bytes)
        finally:
            clock.cancel()
            _kill(child)
    if over:
        return b"", "time"
    return (b"", "output") if len(out) > limits.most_out_bytes else (out, "" if out else "death")


def _exchanged(child: "subprocess.Popen[bytes]", given: bytes, most: int) -> bytes:
    """All that it says, up to one byte more than is wanted; a child that reads nothing is ended by the clock."""
    if child.stdin is None or child.stdout is None:
        raise AssertionError("a cell without pipes")
    with suppress(BrokenPipeError):
        child.stdin.write(given)
        child.stdin.close()
    return child.stdout.read(most + 1)


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Its process group: whatever it has started goes with it. Nobody has waited for it yet, so its id is its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        child.kill()


def environment() -> dict[str, str]:
    """Nothing of ours but the way to our code: settings and secrets of the parent stay with it."""
    roads = os.pathsep.join(os.path.abspath(road) for road in sys.path if road)  # noqa: PTH100  as the interpreter writes it
    return {"PYTHONPATH": roads, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def read_answer(out: bytes, why: str, key: str) -> bytes:
    """What a task said: its answer, or the error that it raised; nothing at all is an error, too."""
    mark, said = out[:1], out[1:]
    if mark == ANSWERED:
        return said
    if mark == REFUSED:
        raise _raised(said, key)
    if why == "time":
        raise InvalidDocument("El archivo no se pudo leer en el tiempo permitido.", key=key, why=why)
    raise InvalidDocument("El archivo está dañado o pide más de lo permitido para leerlo.", key=key, why=why or "death")


def _raised(said: bytes, key: str) -> OnapiError:
    """The error that the task raised, told by its kind, its key and its sentence."""
    try:
        told = json.loads(said)
        kind, raised = _RAISED.get(str(told["kind"]), InvalidDocument), str(told["key"])
        return kind(str(told["sentence"])[:1000], key=raised)
    except (ValueError, KeyError, TypeError):
        return InvalidDocument("El archivo está dañado.", key=key, why="answer")
