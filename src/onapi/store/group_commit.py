"""Group commit on SQLite: threads that write at the same moment share one transaction, and one sync of the disk.

SQLite lets one write at a time, and while it waits for the disk nobody else gets on. So the threads of a process line
up here. Who writes together with others leaves the transaction open if another stands in line; the last one commits
for all, and nobody returns before that, not even who failed: what stood in his way is there for him to see. Each has a
savepoint, so that whoever fails takes nothing of the others with him.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

_MOST = 8  # in one transaction: other processes want to write, too
_LOOK_S = 1.0


@dataclass(slots=True)
class _Common:
    """A transaction of several."""

    connection: Connection
    raw: Any  # SQLite's own connection
    size: int = 0
    done: Event = field(default_factory=Event)
    is_kept: bool = False
    error: SQLAlchemyError | None = None  # why it is not

    @property
    def is_open(self) -> bool:
        """False once SQLite gave it up, as it does for want of room, or the connection is lost."""
        return not self.connection.invalidated and bool(self.raw.in_transaction)


class GroupCommit:
    """The line of one process's writers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn, self._counting = Lock(), Lock()
        self._waiting = 0
        self._open: _Common | None = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The turn to write, for a transaction of one's own."""
        self._line_up()
        try:
            self._conclude()
            yield
        finally:
            self._turn.release()

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """A part in a common transaction; it is on the disk once this ends. Raises what its commit raises."""
        self._line_up()
        common = None
        try:
            try:
                common = self._joined()
                with _savepoint(common):
                    yield common.connection
            except SQLAlchemyError as error:
                if common and not common.is_open:
                    common.error = error
                raise
            finally:
                self._hand_over(common)
        finally:
            if common:
                self._wait_for(common)
        if not common.is_kept:
            raise common.error or OperationalError("COMMIT", None, RuntimeError("the transaction was given up"))

    def _line_up(self) -> None:
        with self._counting:
            self._waiting += 1
        self._turn.acquire()
        with self._counting:
            self._waiting -= 1

    def _joined(self) -> _Common:
        if self._open is None:
            connection = self._engine.connect()
            try:
                connection.begin()
                self._open = _Common(connection, connection.connection.dbapi_connection)
            finally:
                if self._open is None:
                    connection.close()
        return self._open

    def _hand_over(self, common: _Common | None) -> None:
        """Give the turn to the next; who is the last commits."""
        try:
            if common:
                common.size += 1
                if not self._waiting or common.size >= _MOST or not common.is_open:
                    self._conclude()
        finally:
            self._turn.release()

    def _conclude(self) -> None:
        """Commit what is open, if anything is; only in one's turn."""
        common, self._open = self._open, None
        if common is None:
            return
        try:
            if common.is_open:
                common.connection.commit()
                common.is_kept = True
        except SQLAlchemyError as error:
            common.error = error
        finally:
            try:
                if common.is_open:  # SQLAlchemy would leave it so after a failed commit, for the next to commit
                    common.raw.rollback()
                common.connection.close()
            finally:
                common.done.set()

    def _wait_for(self, common: _Common) -> None:
        while not common.done.wait(_LOOK_S):  # who stood in line went away: whoever notices it commits
            with self._turn:
                if self._open is common:
                    self._conclude()


@contextmanager
def _savepoint(common: _Common) -> Iterator[None]:
    common.raw.execute("SAVEPOINT mine")
    is_well = False
    try:
        yield
        is_well = True
    finally:
        if common.is_open:
            if not is_well:
                common.raw.execute("ROLLBACK TO mine")
            common.raw.execute("RELEASE mine")
