"""What became of documents, as it is announced: each change of their public status, in the transaction that makes it.

The news carry the receipt's record, the one that the API answers with.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from onapi.flows.announce import News, announce_all, subscribers
from onapi.flows.look import surroundings_seen
from onapi.flows.platform import Platform
from onapi.lifecycle import State
from onapi.store import documents
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission

_VOID_REJECTED = "document.void_rejected"
_BY_STATE: Mapping[str, str] = {
    State.HELD: "document.failed",
    State.UNKNOWN: "document.unknown",
    State.GATHERED: "document.in_summary",
    State.VOIDING: "document.void_pending",
    State.VOIDED: "document.voided",
}


def announce_move(platform: Platform, connection: Connection, was: Submission, moved: Submission) -> None:
    """Tell of one document that moved; nothing where its public status, and what proves it, is what it was."""
    announce_moves(platform, connection, [(was, moved)])


def announce_moves(platform: Platform, connection: Connection, pairs: Sequence[tuple[Submission, Submission]]) -> None:
    """Tell of documents of one company that moved with the batch they stand in: each as it was, and as it is."""
    told = [(was, moved, kind) for was, moved in pairs if (kind := _kind(was, moved))]
    if not told or not subscribers(platform, connection, told[0][0].scope):
        return
    scope, news = told[0][0].scope, list[News]()
    for was, moved, kind in told:
        document = documents.get(connection, scope, was.document_id)
        if document is not None:
            news += _news(platform, connection, Kept(document, moved), was, kind)
    announce_all(platform, connection, scope, news)


def _news(platform: Platform, connection: Connection, kept: Kept, was: Submission, kind: str) -> Iterator[News]:
    document, moved = kept.document, kept.submission
    data = platform.record_of(kept, platform.clock(), surroundings_seen(connection, kept))
    yield News(kind, data, document.id, moved.step)
    if was.ticket and was.state != moved.state and State(moved.state) in {State.SETTLED, State.HELD}:
        yield News("ticket.resolved", data, document.id, moved.step)


def _kind(was: Submission, moved: Submission) -> str:
    """The kind of event; empty where nothing is said.

    What is settled may still get the proof that it lacked, and with it another outcome.
    """
    if moved.state != State.SETTLED:
        return _BY_STATE.get(moved.state, "") if moved.state != was.state else ""
    if was.state == State.SETTLED and (was.cdr is None, was.outcome) == (moved.cdr is None, moved.outcome):
        return ""
    if was.state == State.VOIDING:
        return _VOID_REJECTED
    return f"document.{moved.outcome.lower()}" if moved.outcome else ""
