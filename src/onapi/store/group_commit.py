"""Group commit on SQLite: threads that write at the same moment share one transaction, and one sync of the disk.

SQLite lets one write at a time, and while it waits for the disk nobody else gets on. So the threads of a process line
up here. Who writes together with others leaves the transaction open if another stands in line; the last one commits
for all, and nobody returns before that. Each has a savepoint: whoever fails takes nothing of the others with him.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Engine

_MOST = 8  # in one transaction: other processes want to write, too
_LOOK_S = 1.0


@dataclass(slots=True)
class _Common:
    """A transaction of several."""

    connection: Connection
    size: int = 0
    done: Event = field(default_factory=Event)
    error: Exception | None = None

    @property
    def raw(self) -> Any:  # noqa: ANN401  SQLAlchemy's own type is private
        """SQLite's own connection."""
        return self.connection.connection.dbapi_connection


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
        try:
            common = self._joined()
            try:
                with _savepoint(common.raw):
                    yield common.connection
            except Exception as error:
                if not common.raw.in_transaction:  # for want of room, say, SQLite gives up the whole of it
                    common.error = error
                raise
            finally:
                common.size += 1
                if not self._waiting or common.size >= _MOST or not common.raw.in_transaction:
                    self._conclude()
        finally:
            self._turn.release()
        self._await(common)

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
            except BaseException:
                connection.close()
                raise
            self._open = _Common(connection)
        return self._open

    def _conclude(self) -> None:
        """Commit what is open, if anything is; only in one's turn."""
        common, self._open = self._open, None
        if common is None:
            return
        try:
            if common.error is None:
                common.connection.commit()
        except Exception as error:  # noqa: BLE001  each of them raises it
            common.error = error
            common.raw.rollback()  # SQLAlchemy's own end of a connection would leave it open, for the next to commit
        finally:
            common.connection.close()
            common.done.set()

    def _await(self, common: _Common) -> None:
        while not common.done.wait(_LOOK_S):  # who stood in line went away: whoever notices it commits
            with self._turn:
                if self._open is common:
                    self._conclude()
        if common.error is not None:
            raise common.error


@contextmanager
def _savepoint(raw: Any) -> Iterator[None]:  # noqa: ANN401  SQLAlchemy's own type is private
    raw.execute("SAVEPOINT mine")
    try:
        yield
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK TO mine")
            raw.execute("RELEASE mine")
        raise
    raw.execute("RELEASE mine")
