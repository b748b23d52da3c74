"""Where passwords are hashed: two threads, no more, that give way to everybody else, and a short queue before them."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta
from typing import TypeVar

from onapi.flows.throttle import blocked

_THREADS = 2
_MOST_WAITING = 40  # strangers; with more, the last one would wait longer than clients do
_NICENESS = 10
_RETRY = timedelta(seconds=5)

R = TypeVar("R")


class HashingRoom:
    """A pool of two."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, "passwords", initializer=_give_way)
        self._inside = 0

    async def run(self, check: Callable[[], R], *, is_known: bool) -> R:
        """Do this when there is room; a stranger who finds too many waiting is asked to come back."""
        if not is_known and self._inside >= _MOST_WAITING:
            raise blocked(_RETRY)
        self._inside += 1
        try:
            run = copy_context().run  # the pool's threads do not know by themselves whom they work for
            return await asyncio.get_running_loop().run_in_executor(self._pool, run, check)
        finally:
            self._inside -= 1

    def shutdown(self, *, wait: bool) -> None:
        """Close."""
        self._pool.shutdown(wait=wait)


def _give_way() -> None:
    """Linux schedules threads one by one: a flood of logins takes what the rest of the API leaves."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
