"""Who is alive: each worker process holds a row that it renews, and what a process left behind goes to the others.

A lease runs out by the database's clock, since those of machines differ. A process on the same machine that has died is
known at once. Whoever was out of touch with the database himself does not judge others until he has been in touch for
as long as a lease runs: after an outage all come back before anybody is declared dead. One that was declared dead and
was not takes its row again; what it had begun is by then begun by another too, and the store lets one of them win.
"""

import os
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import BigInteger, Connection, Engine, String, column, delete, func, insert, select, table, update

LEASE_S = 10.0  # renewed five times as often

_leases = table(
    "leases",
    column("id", String),
    column("name", String),
    column("place", String),
    column("process", String),
    column("expires_ms", BigInteger),
)


@dataclass(slots=True)
class Lease:
    """The row of this process."""

    engine: Engine
    name: str  # for people; several processes may bear one
    lease_s: float = LEASE_S
    id: str = field(default_factory=lambda: str(uuid4()))
    _last: float = float("-inf")
    _steady_since: float = 0.0

    def renew(self) -> None:
        """Take the row, or keep it for another while; call it five times in each lease."""
        begun = time.monotonic()
        if begun - self._last > self.lease_s / 2:
            self._steady_since = begun
        with self.engine.begin() as connection:
            expires = {"expires_ms": _now_ms(connection) + int(self.lease_s * 1000)}
            if connection.execute(update(_leases).where(_leases.c.id == self.id).values(expires)).rowcount == 0:
                mine = {"id": self.id, "name": self.name, "place": _place(), "process": _process(os.getpid())}
                connection.execute(insert(_leases).values(mine | expires))
        self._last = begun

    def bury(self) -> None:
        """Remove the rows of the dead."""
        with self.engine.begin() as connection:
            now_ms = _now_ms(connection)
            rows = connection.execute(select(_leases).where(_leases.c.id != self.id)).all()
            for row in rows:
                if self._is_late(row.expires_ms, now_ms) or _is_gone(row.place, row.process):
                    as_seen = (_leases.c.id == row.id, _leases.c.expires_ms == row.expires_ms)
                    connection.execute(delete(_leases).where(*as_seen))

    def without(self, holders: Collection[str]) -> set[str]:
        """Which of these processes hold no lease: the dead, whose work is for others to do."""
        with self.engine.connect() as connection:
            return set(holders) - set(connection.execute(select(_leases.c.id)).scalars())

    def end(self) -> None:
        """Give the row up: what is unfinished may be taken at once."""
        with self.engine.begin() as connection:
            connection.execute(delete(_leases).where(_leases.c.id == self.id))

    def _is_late(self, expires_ms: int, now_ms: int) -> bool:
        return expires_ms < now_ms and time.monotonic() - self._steady_since > self.lease_s


def _now_ms(connection: Connection) -> int:
    if connection.dialect.name != "postgresql":
        return time.time_ns() // 1_000_000  # one file, one machine, one clock
    return int(connection.execute(select(func.extract("epoch", func.clock_timestamp()) * 1000)).scalar_one())


def _place() -> str:
    """The table of processes that our number is of: this start of this machine, or one container on it."""
    with suppress(OSError):
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}/{Path('/proc/self/ns/pid').readlink()}"
    return ""


def _process(number: int) -> str:
    """A process's number and the moment it began, since numbers come again; empty for one that has ended."""
    with suppress(OSError):
        state, *rest = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return "" if state in "ZX" else f"{number}-{rest[18]}"
    return ""


def _is_gone(place: str, process: str) -> bool:
    """True only if the process was of this machine and has surely ended."""
    if not place or place != _place() or not process:
        return False
    number = int(process.partition("-")[0])
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _process(number) != process
