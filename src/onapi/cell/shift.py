"""`python -m onapi.cell.shift TASK IDLE_S`: the inside of a hand (`standing`); started by it, never by a person.

One order after another from standard input; it ends when that is closed, or when nothing comes for so long.
"""

import os
import select
import sys
import traceback
from types import TracebackType

from onapi.cell.inside import answer_of, task_of
from onapi.cell.standing import BROKEN, framed, read_frame

_BEHIND = 10  # of the 20 steps by which a process can stand behind the others


def work(name: str, idle_s: int) -> None:
    """Do what is ordered until nobody orders any more."""
    task = task_of(name)
    if sys.platform != "win32":
        os.nice(_BEHIND)
    sys.excepthook = _told
    with os.fdopen(0, "rb", buffering=0, closefd=False) as into:
        while _comes(idle_s) and (data := read_frame(lambda size: _whole(into.read, size))) is not None:
            _say(answer_of(task, data))


def _comes(idle_s: int) -> bool:
    """Whether an order comes in time; where pipes cannot be watched, it is waited for as long as it takes."""
    return sys.platform == "win32" or bool(select.select([0], [], [], idle_s)[0])


def _whole(read: object, size: int) -> bytes:
    """So many bytes from a pipe that gives what it has; fewer at its end."""
    parts, missing = [], size
    while missing and (part := read(missing)):  # type: ignore[operator]  # the reader of a file
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _say(answer: bytes) -> None:
    """The answer, whole."""
    left = memoryview(framed(answer))
    while left:
        left = left[os.write(1, left) :]


def _told(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: kind and place, without its words, which may be a customer's."""
    last = traceback.extract_tb(trace)[-1:]
    place = f" {os.path.basename(last[0].filename)}:{last[0].lineno}" if last else ""  # noqa: PTH119  a name alone
    _say(BROKEN + f"{kind.__name__}{place}".encode())


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
