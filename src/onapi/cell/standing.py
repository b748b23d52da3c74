"""Hands that stay: processes of ours that do one task after another, beside this one and behind it in the line.

They take work that is ours off this process: its threads would wait for one another (the interpreter runs one at a
time), and a hand gives way to it (`nice`). What a stranger made goes into a cell (see `run`), which dies after it.

A hand starts with the first order, ends by itself when nothing comes for a while or its parent is gone, and is killed
when an order takes too long. One that died is replaced, and its order is given once more.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, LifoQueue
from threading import Timer
from typing import Final

from onapi.cell.run import Task, environment, read_answer
from onapi.errors import OnapiError, Throttled

BROKEN: Final = b"!"  # then where and what, instead of an answer
_WAIT_S: Final = 20.0
_HEAD: Final = 8  # bytes that tell how long what follows is


class Staff:
    """At most so many hands for one task; the one that rested least is asked first, so that the others can end."""

    def __init__(self, task: Task, *, most: int = 2, wall_s: float = 30.0, idle_s: int = 300) -> None:
        name = f"{task.__module__}:{task.__qualname__}"
        self._command = [sys.executable, "-P", "-m", "onapi.cell.shift", name, str(idle_s)]
        self._wall_s = wall_s
        self._resting: LifoQueue[Hand | None] = LifoQueue()
        for _ in range(most):
            self._resting.put(None)

    def do(self, data: bytes, *, key: str = "internal_error") -> bytes:
        """What the task makes of the data; errors of ours that it raises come out as they are.

        Throttled if no hand is free in time; OnapiError if the task fails in a way nobody foresaw.
        """
        try:
            hand = self._resting.get(timeout=_WAIT_S)
        except Empty:
            raise Throttled("Hay demasiado trabajo de este tipo a la vez.", retry_after_s=5) from None
        try:
            hand, said = self._asked(hand, data)
        finally:
            self._resting.put(None if hand is None or hand.is_gone else hand)
        if said[:1] in {BROKEN, b""}:
            why = said[1:].decode("utf-8", "replace") or ("time" if hand.is_late else "death")
            raise OnapiError("El trabajo no se pudo terminar.", why=why)
        return read_answer(said, "", key)

    def _asked(self, hand: "Hand | None", data: bytes) -> "tuple[Hand, bytes]":
        """What one says, and who that is; one that rested may have ended meanwhile, and a new one is asked then."""
        if hand is not None:
            said = hand.ask(data, self._wall_s)
            if said or hand.is_late:
                return hand, said
        hand = Hand(self._command)
        return hand, hand.ask(data, self._wall_s)

    def close(self) -> None:
        """Let all go that rest; one that is at work ends after it, for want of orders."""
        with suppress(Empty):
            while True:
                if hand := self._resting.get_nowait():
                    hand.end()


class Hand:
    """One process, and the two pipes to it."""

    def __init__(self, command: list[str]) -> None:
        self.is_late = self.is_gone = False
        self._child = subprocess.Popen(  # noqa: S603  our own interpreter and our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd=os.sep,
            start_new_session=True,  # what ends this process lets it finish, and then it finds its input closed
        )

    def ask(self, data: bytes, wall_s: float) -> bytes:
        """Its answer, with the mark of what it is in front; b"" if it is no more, or too slow and killed for that."""
        clock = Timer(wall_s, self._stop)
        clock.daemon = True
        clock.start()
        try:
            said = self._exchanged(data)
        except OSError:
            said = b""
        finally:
            clock.cancel()
        if said[:1] in {BROKEN, b""}:
            self.end()
        return said

    def _exchanged(self, data: bytes) -> bytes:
        if self._child.stdin is None or self._child.stdout is None:
            raise AssertionError("a hand without pipes")
        self._child.stdin.write(framed(data))
        self._child.stdin.flush()
        return read_frame(self._child.stdout.read) or b""

    def _stop(self) -> None:
        self.is_late = True
        self._child.kill()

    def end(self) -> None:
        """Close its pipes, and see it out."""
        self.is_gone = True
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        self._child.kill()
        self._child.wait()


def framed(data: bytes) -> bytes:
    """The data with its length before it."""
    return len(data).to_bytes(_HEAD, "big") + data


def read_frame(read: Callable[[int], bytes]) -> bytes | None:
    """The next one; None at the end, or where it was cut off."""
    head = read(_HEAD)
    if len(head) < _HEAD:
        return None
    size = int.from_bytes(head, "big")
    data = read(size)
    return data if len(data) == size else None
