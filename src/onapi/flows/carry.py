"""What a batch carries: receipts that we hold and that a resumen reports, or a voiding names.

Each stands in at most one batch that SUNAT has not judged. They are bound when the batch is kept, and follow its
verdict in the transaction that records it. Five hundred of them move in a few statements.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from onapi.engine import urgency
from onapi.errors import Conflict
from onapi.facts.codes import Outcome
from onapi.flows.announce_moves import announce_moves
from onapi.flows.author import signed
from onapi.flows.hear import PRESENTED_BEFORE, Happening
from onapi.flows.notify import notify_moves
from onapi.flows.pause import CREDENTIAL_CODES
from onapi.flows.platform import Platform, work_of
from onapi.kinds import KINDS
from onapi.lifecycle import Event, State, next_state
from onapi.store import documents, members, submissions
from onapi.store.documents import StoredDocument
from onapi.store.members import Member
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.xmltree import parse_xml

REPORT, CHANGE, VOID = "1", "2", "3"  # catalogue 19
ALREADY_TOLD = frozenset({"2282", "2987"})  # SUNAT has the boleta already: then nobody may say that its number is free
# about the sender or his certificate and not about any line: a smaller resumen would fare no better
ABOUT_SENDER = frozenset({"0154", "1078", "1080", "2325", "2326", "2327", "2328"})
_EVENT_OF: Mapping[str, Event] = {REPORT: Event.GATHER, VOID: Event.VOID}
_CHANGED = "CHANGE"  # a line of history and no move: the receipt stands as it stood
_NOT_JUDGED: Mapping[str, object] = dict.fromkeys(("outcome", "code", "description", "channel", "last_error"))

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """A receipt that we hold, and what the batch says of it."""

    line: int  # from 1
    status_code: str
    document: StoredDocument
    submission: Submission


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What SUNAT said of a batch, for those in it."""

    platform: Platform
    connection: Connection
    batch: StoredDocument
    judged: Submission
    happening: Happening

    @property
    def words(self) -> str:
        """What the history of a member tells of it."""
        return f"{self.batch.receipt.label}: {self.happening.words}"

    def move(self, found: Iterable[Submission], event: Event, changes: Mapping[str, object]) -> None:
        """Move members alike: nothing of their own is to be done next unless `changes` say so."""
        moves = [(was, {"next_action_at": None, **changes}) for was in found]
        told, now = self.happening.code or None, self.platform.clock()
        _move(self.platform, self.connection, moves, event, now, code=told, words=self.words)


def bind(platform: Platform, connection: Connection, batch: StoredDocument, carried: Sequence[Carried]) -> None:
    """Put receipts into a batch that is being kept; Conflict if one of them moved, or stands in another."""
    if not carried:
        return
    now, words = platform.clock(), f"Incluido en {batch.receipt.label}."
    rows = [Member(each.document.id, each.status_code, each.line) for each in carried]
    try:
        members.add(connection, batch.scope, batch.id, rows)
        for status, event in _EVENT_OF.items():
            found = [each.submission for each in carried if each.status_code == status]
            _move(platform, connection, [(was, _bound(was, event)) for was in found], event, now, words=words)
    except Conflict as conflict:
        sentence = "Otro envío tomó a la vez alguno de estos comprobantes; espere su veredicto."
        raise Conflict(sentence, key="in_progress") from conflict
    changed = [each.submission for each in carried if each.status_code == CHANGE]
    lines = [(was.id, signed(HistoryLine(now, _CHANGED, was.state, None, words))) for was in changed]
    submissions.note_many(connection, batch.scope, lines)


def _bound(was: Submission, event: Event) -> Mapping[str, object]:
    """What changes in a receipt that is put into a batch; in WAITING, `tries` counts its refusals from 1."""
    if event is Event.VOID:
        return {"next_action_at": None}
    tries = max(was.tries, 1) if was.state == State.WAITING else 1
    return {"next_action_at": None, "obstacle": None, "tries": tries, **_NOT_JUDGED}


def follow(
    platform: Platform, connection: Connection, batch: StoredDocument, judged: Submission, happening: Happening
) -> None:
    """Let what a batch carries follow its verdict; nothing where SUNAT has not judged it yet."""
    is_over = judged.state in {State.SETTLED, State.HELD} and judged.code not in CREDENTIAL_CODES
    if not is_over:
        return
    rows = members.of_batch(connection, batch.scope, batch.id)
    if not rows:
        return
    members.close(connection, batch.scope, batch.id, platform.clock())
    found = submissions.of_documents(connection, batch.scope, [row.document_id for row in rows])
    reported = [each for each in found if each.state == State.GATHERED]
    voided = [each for each in found if each.state == State.VOIDING]
    verdict = _Verdict(platform, connection, batch, judged, happening)
    if judged.outcome in {Outcome.ACCEPTED, Outcome.OBSERVED}:
        verdict.move(voided, Event.VOIDED, {})
        verdict.move(reported, Event.CDR, _proof(judged))
        return
    verdict.move(voided, Event.KEPT, {})
    if reported:
        _let_go(verdict, reported)


def _proof(judged: Submission) -> Mapping[str, object]:
    """The batch's verdict as that of its members: its constancia is theirs."""
    return {
        "outcome": Outcome.ACCEPTED,
        "code": judged.code,
        "description": judged.description,
        "channel": judged.channel,
        "cdr": judged.cdr,
        "cdr_issued_at": judged.cdr_issued_at,
        "last_error": None,
    }


def _let_go(verdict: _Verdict, reported: Sequence[Submission]) -> None:
    """The batch came to nothing. What stood alone in it is what SUNAT refused; others wait for a smaller one."""
    happening, platform = verdict.happening, verdict.platform
    now = platform.clock()
    if happening.code in ABOUT_SENDER:
        _log.error("a resumen was refused for its sender", batch=verdict.batch.receipt.file_name, words=verdict.words)
        later = now + timedelta(seconds=platform.pace.probe_s)
        _free(verdict, reported, later, lambda was: was.tries)
    elif happening.code in PRESENTED_BEFORE:  # about the batch's name alone: the next one has another
        _free(verdict, reported, now, lambda was: was.tries)
    elif len(reported) > 1 or _lines_in(platform, verdict.batch) > 1:
        _free(verdict, reported, now, lambda was: was.tries + 1)
    elif happening.code in ALREADY_TOLD:
        _ask_about(verdict, reported[0], now)
    else:
        refusal = {"outcome": Outcome.HELD, "code": happening.code or None, "description": happening.words}
        verdict.move(reported, Event.REFUSED, refusal)


def _free(
    verdict: _Verdict, found: Sequence[Submission], again_at: datetime, tries_of: Callable[[Submission], int]
) -> None:
    """Have them wait for another resumen."""
    error = f"{verdict.happening.code} {verdict.happening.words}".strip()
    moves = [(was, {"next_action_at": again_at, "tries": tries_of(was), "last_error": error}) for was in found]
    told, now = verdict.happening.code or None, verdict.platform.clock()
    _move(verdict.platform, verdict.connection, moves, Event.FREE, now, code=told, words=verdict.words)


def _ask_about(verdict: _Verdict, was: Submission, now: datetime) -> None:
    """SUNAT says that it has it: it is asked what it has."""
    verdict.move([was], Event.SILENCE, {"next_action_at": now, "sent_at": now})
    connection, scope = verdict.connection, was.scope
    document = documents.get(connection, scope, was.document_id)
    if document is not None:
        work = work_of(document, submissions.get(connection, scope, was.id))
        verdict.platform.queue.put(connection, work, priority=urgency(was.deadline))


def _lines_in(platform: Platform, batch: StoredDocument) -> int:
    """How many lines a batch has, those of receipts that we do not hold too."""
    return len(KINDS[batch.receipt.doctype].read(parse_xml(platform.blobs.get(batch.xml))).lines)


def _move(
    platform: Platform,
    connection: Connection,
    moves: Sequence[tuple[Submission, Mapping[str, object]]],
    event: Event,
    now: datetime,
    *,
    words: str,
    code: str | None = None,
) -> None:
    """Move receipts of one company by one event, each with its changes; Conflict if any moved meanwhile."""
    if not moves:
        return
    scope = moves[0][0].scope
    states = [next_state(State(was.state), event) for was, _ in moves]
    pairs: list[tuple[Submission, dict[str, Any]]] = [
        (was, {"tries": 1, **changes, "state": state, "step": was.step + 1})
        for (was, changes), state in zip(moves, states, strict=True)
    ]
    submissions.move_many(connection, scope, pairs, now)
    moved = [(was, replace(was, **row, updated_at=now)) for was, row in pairs]
    announce_moves(platform, connection, moved)
    notify_moves(platform, connection, moved)
    lines = [
        (was.id, signed(HistoryLine(now, event, state, code, words)))
        for (was, _), state in zip(moves, states, strict=True)
    ]
    submissions.note_many(connection, scope, lines)


def refuse(
    platform: Platform, connection: Connection, was: Submission, words: str, changes: Mapping[str, object]
) -> None:
    """A receipt that no batch can take; Conflict if it moved meanwhile."""
    code = str(changes.get("code") or "") or None
    _move(platform, connection, [(was, changes)], Event.REFUSED, platform.clock(), code=code, words=words)
