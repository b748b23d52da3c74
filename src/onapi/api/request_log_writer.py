"""The log's own thread: it redacts what was heard and writes it in batches, after the answers have gone.

What comes faster than it can be written is dropped and counted: a caller never waits for the log.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from onapi.api.request_log import Call
from onapi.flows.redact_bodies import shown_body
from onapi.flows.redact_requests import shown_headers, shown_path, shown_query
from onapi.store import Database, gauges
from onapi.store.request_log import Line, RequestLog
from onapi.values.moment import in_lima

_EVERY_S: Final = 0.5
_BATCH: Final = 200
_MOST_WAITING: Final = 5000
_MOST_BYTES: Final = 32 * 1024 * 1024  # of bodies that wait
_SAY_AGAIN_S: Final = 60.0
_LONGEST_METHOD: Final = 8
_TROUBLE: Final = (SQLAlchemyError, OSError, LookupError, ValueError, TypeError, AttributeError, RecursionError)

_log = structlog.get_logger(__name__)


def username_in(database: Database) -> Callable[[str], str | None]:
    """A way to ask for the name of a credential."""

    def username_of(credential_id: str) -> str | None:
        with database.reading() as connection:
            return gauges.username(connection, credential_id)

    return username_of


class LogWriter:
    """Takes calls from the request path without waiting; writes them by itself."""

    def __init__(
        self,
        log: RequestLog,
        *,
        environment: str,
        days: int,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        username_of: Callable[[str], str | None],
    ) -> None:
        self.log, self._environment, self._days = log, environment, days
        self._clock, self._new_id = clock, new_id
        self._username_of = lru_cache(4096)(username_of)
        self._waiting: deque[Call] = deque()
        self._bytes = 0
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._idle = threading.Condition()
        self._written = self._taken = 0
        self._thread: threading.Thread | None = None
        self._quiet_until = 0.0
        self._tidied: object = None
        self.known: Collection[str] = frozenset()  # words that an address without route may show
        self.dropped = 0
        self.lines = 0

    @property
    def waiting(self) -> int:
        """How many calls wait to be written."""
        return len(self._waiting)

    def heard(self, call: Call) -> None:
        """Take a call, or count it as dropped."""
        if not call.is_logged:
            return
        if len(self._waiting) >= _MOST_WAITING or self._bytes + call.taken > _MOST_BYTES:
            self.dropped += 1
            return
        self._bytes += call.taken
        self._taken += 1
        self._waiting.append(call)
        if len(self._waiting) == _BATCH:
            self._wake.set()

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(5)
        self.log.close()

    def flush(self, seconds: float = 2.0) -> None:
        """Wait until what has been heard so far is written."""
        taken = self._taken
        self._wake.set()
        with self._idle:
            self._idle.wait_for(lambda: self._written >= taken, seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(_EVERY_S)
            self._wake.clear()
            self._tidy()
            while self._waiting:
                self._write()
        while self._waiting:
            self._write()

    def _write(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        self._bytes -= sum(call.taken for call in batch)
        try:
            self.log.add([self._line(call) for call in batch])
            self.lines += len(batch)
        except _TROUBLE:
            self.dropped += len(batch)
            self._complain()
        with self._idle:
            self._written += len(batch)
            self._idle.notify_all()

    def _complain(self) -> None:
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + _SAY_AGAIN_S
            _log.exception("the request log cannot be written", dropped=self.dropped)

    def _tidy(self) -> None:
        """Once a day forget what is too old."""
        today = in_lima(self._clock()).date()
        if today == self._tidied:
            return
        self._tidied = today
        try:
            self.log.drop_before(today - timedelta(days=self._days - 1))
        except _TROUBLE:
            self._complain()

    def _line(self, call: Call) -> Line:
        scope, principal = call.scope, call.scope.get("onapi.principal")
        headers = shown_headers(scope["headers"])
        body, truncated = shown_body(call.sort, str(headers.get("content-type", "")), b"".join(call.body), call.size)
        path = shown_path(scope["path"], call.route, self.known)
        return Line(
            at=call.at,
            id=self._new_id(),
            environment=self._environment,
            ruc=_company(call, body),
            credential_id=principal.credential_id if principal else None,
            method=scope["method"] if scope["method"].isalpha() and len(scope["method"]) <= _LONGEST_METHOD else "?",
            path=path,
            status=call.status,
            duration_ms=round(call.seconds * 1000),
            request_id=call.request_id,
            client_ip=call.client_ip,
            user=self._username_of(principal.credential_id) if principal else None,
            query=shown_query(scope["query_string"]),
            body_truncated=truncated,
            headers=headers,
            body=body,
        )


def _company(call: Call, body: object) -> str | None:
    """The company a call is about; only one that the caller may act for, lest strangers write in its log."""
    principal = call.scope.get("onapi.principal")
    named = call.scope.get("path_params", {}).get("ruc") or (body.get("ruc") if isinstance(body, dict) else None)
    return named if principal and isinstance(named, str) and named in principal.rucs else None
