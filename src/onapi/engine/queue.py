"""Where work is put, in the transaction that makes it necessary.

A piece of work names a submission (a delivery, a message) and its step; its id is the natural key and step, so
enqueuing twice gives one. Work is done at least once: whoever does it looks first at what is written. The next piece is
enqueued in the transaction that records the last one's result. Each company has a partition, so that the burst of one
does not delay another; within it the most urgent goes first.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine

from onapi.engine.library import (
    APPLICATION,
    DELIVERIES,
    DELIVERY,
    MESSAGE,
    MESSAGES,
    QUEUE,
    VERSION,
    WORKFLOW,
    connections,
    take_care,
)

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

UNHURRIED: Final = 2**31 - 1  # the priority of what has no deadline; the smaller goes first
_WAITING: Final = frozenset({"ENQUEUED", "PENDING", "DELAYED"})


def urgency(deadline: datetime | None) -> int:
    """The priority of what has to be done by a moment: minutes since 1970, so the nearest goes first."""
    return UNHURRIED if deadline is None else min(max(int(deadline.timestamp() // 60), 1), UNHURRIED)


class Kind(StrEnum):
    """What a piece of work is about; each kind has a queue and threads of its own."""

    ROAD = "road"  # a document on its way to SUNAT
    DELIVERY = "delivery"  # news on its way to somebody's address
    MESSAGE = "message"  # a message on its way to a person


# the queue and the workflow of each kind
PLACES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.ROAD: (QUEUE, WORKFLOW),
    Kind.DELIVERY: (DELIVERIES, DELIVERY),
    Kind.MESSAGE: (MESSAGES, MESSAGE),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One step of one submission, of one delivery, or of one message."""

    key: str  # natural key: cpe:{environment}:{ruc}:{doctype}:{series}-{number}, or hook|msg:{environment}:{ruc}:{id}
    environment: str
    ruc: str
    submission_id: str  # or the delivery's id, or the message's
    step: int
    kind: Kind = Kind.ROAD

    @property
    def id(self) -> str:
        """The name of this step; what is enqueued twice under one is one piece of work."""
        return f"{self.key}:{self.step}"


class WorkQueue:
    """Where work is put; it shares the caller's transaction.

    The library takes a second to import. `warm` does that beside the start of the process; who comes earlier waits.
    """

    def __init__(self, shared: Engine) -> None:
        """`shared` are the connections of the store."""
        self._connections = connections(shared)
        self._opening = threading.Lock()
        self._opened: DBOSClient | None = None

    def warm(self) -> None:
        """Open the queue in the background."""
        threading.Thread(target=self._client, daemon=True).start()

    def put(self, connection: Connection, work: Work, *, delay_s: float = 0, priority: int = UNHURRIED) -> None:
        """Have the work done, once the transaction commits and the delay has passed; `urgency` gives the priority."""
        queue_name, workflow_name = PLACES[work.kind]
        options: EnqueueOptions = {
            "workflow_name": workflow_name,
            "queue_name": queue_name,
            "queue_partition_key": f"{work.environment}:{work.ruc}",
            "workflow_id": work.id,
            "app_version": VERSION,
            "priority": priority,
        }
        if delay_s:
            options["delay_seconds"] = delay_s
        self._client().enqueue_in_transaction(
            connection, options, work.environment, work.ruc, work.submission_id, work.step, work.key
        )

    def holds(self, work: Work) -> bool:
        """True while the work waits or is under way."""
        found = self._client().list_workflows(workflow_ids=[work.id], load_input=False)
        return any(status.status in _WAITING for status in found)

    def open(self) -> None:
        """Open the queue now; call it before a transaction that will put something, never inside."""
        self._client()

    def close(self) -> None:
        """Give the connections back."""
        with self._opening:
            if self._opened is not None:
                self._opened.destroy()
            self._connections.dispose()

    def _client(self) -> "DBOSClient":
        from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer  # noqa: PLC0415  a second of imports, see above

        with self._opening:
            if self._opened is None:
                DBOS.migrate(self._connections.url.render_as_string(hide_password=False))
                take_care(self._connections)
                self._opened = DBOSClient(
                    system_database_engine=self._connections,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=APPLICATION,
                    lazy=True,
                )
            return self._opened
