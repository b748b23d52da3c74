"""Work of deliveries and messages, which go out beside the road: put for many at once, put back where it is lost."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from onapi.engine import Work
from onapi.errors import Conflict
from onapi.flows.platform import Platform

_log = structlog.get_logger(__name__)


class Waiting(Protocol):
    """What has work of its own."""

    @property
    def id(self) -> str:
        """Ours."""
        ...


W = TypeVar("W", bound=Waiting)


def put_each(platform: Platform, more: Callable[[Connection, str], Sequence[W]], work_of: Callable[[W], Work]) -> None:
    """Put the work of all there is, a few in each transaction; `more` gives those after an id, none at the end."""
    platform.queue.open()
    last = ""
    while True:
        with platform.database.reading() as connection:
            rows = more(connection, last)
        if not rows:
            return
        with platform.database.transaction() as connection:
            for row in rows:
                platform.queue.put(connection, work_of(row))  # what is there already stays one
        last = rows[-1].id


def put_lost(
    platform: Platform, late: Iterable[W], work_of: Callable[[W], Work], due_now: Callable[[Connection, W], W]
) -> int:
    """Of what is overdue, give new work to that which has none waiting for it; gives how many there were.

    `due_now` makes one due at once, under its next step; Conflict if it moved meanwhile.
    """
    return sum(_put_lost(platform, each, work_of, due_now) for each in late if not platform.queue.holds(work_of(each)))


def _put_lost(platform: Platform, was: W, work_of: Callable[[W], Work], due_now: Callable[[Connection, W], W]) -> bool:
    try:
        with platform.database.transaction() as connection:
            moved = due_now(connection, was)
            platform.queue.put(connection, work_of(moved))
    except Conflict:
        return False
    _log.error("lost work was put back", work=work_of(was).key)
    return True
