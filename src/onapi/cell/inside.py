"""The inside of a cell: import the task, make it ready, give everything up, read the data, do the work, answer.

After `give_up` the process can open no file, no socket and no pipe (it may have no further descriptor), write to no
file, start no process, and take no more memory and processor time than it was given. As root it becomes nobody first;
where the system lets it, it leaves the network altogether. What the platform does not know is left out: the time limit
of the parent holds everywhere.
"""

import ctypes
import importlib
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from onapi.cell.run import ANSWERED, REFUSED
from onapi.errors import OnapiError

if sys.platform != "win32":
    import resource

_NOBODY = 65534
_NEW_NETWORK, _NEW_USERS = 0x4000_0000, 0x1000_0000  # CLONE_NEWNET, CLONE_NEWUSER of linux/sched.h
_DIE_WITH_PARENT, _NOT_DUMPABLE, _NO_NEW_PRIVILEGES = (1, 9), (4, 0), (38, 1)  # prctl: option and argument
_MOST_ORDER = 4096


def work() -> None:
    """One task, from standard input to standard output."""
    with os.fdopen(0, "rb", closefd=False) as into, os.fdopen(1, "wb", closefd=False) as out:
        order = json.loads(into.readline(_MOST_ORDER))
        task = task_of(order["task"])
        make_ready(task)
        give_up(order["memory_bytes"], order["cpu_s"])
        out.write(answer_of(task, into.read()))


def make_ready(task: Callable[[bytes], bytes]) -> None:
    """What the module of a task wants done before everything is given up, if it says so with a `ready` of its own."""
    getattr(sys.modules[task.__module__], "ready", _nothing)()


def _nothing() -> None:
    pass


def answer_of(task: Callable[[bytes], bytes], data: bytes) -> bytes:
    """What a task makes of the data, or the error of ours that it raises, with the mark of which."""
    try:
        return ANSWERED + task(data)
    except OnapiError as error:
        told = {"kind": type(error).__name__, "key": error.key, "sentence": str(error)}
        return REFUSED + json.dumps(told).encode("ascii")


def task_of(name: str) -> Callable[[bytes], bytes]:
    """The function that an order names: `module:function`."""
    module, _, function = name.partition(":")
    found: Callable[[bytes], bytes] = getattr(importlib.import_module(module), function)
    return found


def give_up(memory_bytes: int, cpu_s: int) -> None:
    """Keep the memory, the processor for so long, and the two pipes that are open; no way leads back."""
    if sys.platform.startswith("linux"):
        _leave()
    if sys.platform != "win32":
        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CPU, cpu_s),
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_NOFILE, 0),  # those that are open stay open
        ):
            with suppress(ValueError, OSError):  # one that this system does not let be set
                resource.setrlimit(what, (most, most))


def _leave() -> None:
    """Leave the network and root's powers; the parent's death becomes one's own."""
    libc = ctypes.CDLL(None, use_errno=True)
    is_root = os.geteuid() == 0
    libc.unshare(_NEW_NETWORK if is_root else _NEW_NETWORK | _NEW_USERS)  # a wish: containers often forbid it
    if is_root:
        with suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    for option, argument in (_DIE_WITH_PARENT, _NOT_DUMPABLE, _NO_NEW_PRIVILEGES):
        libc.prctl(option, argument, 0, 0, 0)
