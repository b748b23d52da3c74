"""The kill points on the wire: before and after the first byte of a send, its last byte, and the head of its answer."""

import threading
from typing import TYPE_CHECKING, Any

from httpcore2._backends.sync import SyncStream

from onapi.gateways.sunat.wire import Call, Wire

if TYPE_CHECKING:
    from chaos_wrap import Trigger

_SENDS = frozenset({"sendBill", "sendSummary", "sendGuide"})


class Progress(threading.local):
    """How far the send of this thread has come; None where it is none."""

    writes: int | None = None
    reads: int = 0


def wrap_socket(trigger: "Trigger") -> None:
    """Watch every send of this process byte by byte."""
    progress = Progress()
    talk, write, read = Wire._talk, SyncStream.write, SyncStream.read

    def watched_talk(self: Wire, client: Any, call: Call) -> Any:
        progress.writes = 0 if call.operation in _SENDS else None
        progress.reads = 0
        try:
            return talk(self, client, call)
        finally:
            progress.writes = None

    def watched_write(self: SyncStream, buffer: bytes, timeout: float | None = None) -> None:
        if progress.writes is None or not buffer:
            return write(self, buffer, timeout)
        progress.writes += 1  # the head is written first, then the body
        if progress.writes == 1:
            trigger.pass_by("K07-", trigger.road)
            is_begun = trigger.pass_by("K07+", trigger.road, lambda: write(self, buffer[:1], timeout))
            return write(self, buffer[is_begun:], timeout)
        is_nearly_done = trigger.pass_by("K08-", trigger.road, lambda: write(self, buffer[:-1], timeout))
        write(self, buffer[-1:] if is_nearly_done else buffer, timeout)
        trigger.pass_by("K08+", trigger.road)
        return None

    def watched_read(self: SyncStream, max_bytes: int, timeout: float | None = None) -> bytes:
        is_first = progress.writes is not None and progress.reads == 0
        progress.reads += 1
        if is_first:
            trigger.pass_by("K09-", trigger.road)
        found = read(self, max_bytes, timeout)
        if is_first:
            trigger.pass_by("K09+", trigger.road)
        return found

    for owner, name, wrapped in (
        (Wire, "_talk", watched_talk),
        (SyncStream, "write", watched_write),
        (SyncStream, "read", watched_read),
    ):
        setattr(owner, name, wrapped)
