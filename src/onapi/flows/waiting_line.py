"""Who comes next among the boletas and notes that wait for a resumen diario, and who leaves the line without one.

Those that were refused together stay together, in smaller groups, and do not spoil the others' resumen. A note waits
for the boleta that it modifies: SUNAT takes it once it knows that one, or in the same resumen.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from onapi.errors import Conflict, OnapiError
from onapi.facts.codes import Outcome
from onapi.flows import carry
from onapi.flows.platform import Platform
from onapi.kinds.batch.model import BOLETA
from onapi.kinds.sale.model import Sale
from onapi.library.summary_line import fits_summary, read_for_summary
from onapi.lifecycle import State
from onapi.store import documents, members, submissions
from onapi.store.documents import StoredDocument, WaitingDay
from onapi.store.submissions import Submission
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

MOST_LINES = 500  # rule of the sheet; SUNAT takes no more in one resumen
_PARTS = 4  # what was refused goes again in so many parts
_FIRST_TRY = 1  # `tries` counts from 1, or 0 where nothing has happened to it yet
_UNFIT = "not_for_summary"  # ours: SUNAT was never asked
_UNFIT_WORDS = "SUNAT no lo toma en un resumen diario; corríjalo, o envíelo solo con integrator/retry si está a tiempo."
_UNTOLD = frozenset({State.READY, State.SENDING, State.TICKETED, State.UNKNOWN, State.WAITING, State.GATHERED})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A boleta or note that waits, and what it says, as far as a resumen tells it."""

    document: StoredDocument
    submission: Submission
    sale: Sale

    @property
    def modified(self) -> ReceiptId | None:
        """The boleta that a note modifies."""
        told = self.sale.modified
        series, _, number = told.number.partition("-") if told else ("", "", "")
        if told is None or told.doctype != BOLETA or not number.isdecimal():
            return None
        return ReceiptId(self.document.receipt.ruc, BOLETA, series, int(number))


def next_group(platform: Platform, day: WaitingDay, due: datetime | None) -> Sequence[Waiting]:
    """At most 500 of a day; only those due by a moment, if asked. Whatever fits in no resumen leaves the line here."""
    with platform.database.reading() as connection:
        found = documents.waiting_for_summary(connection, day.scope, day.issue_date, day.currency, MOST_LINES, due=due)
        stands = submissions.of_documents(connection, day.scope, [each.id for each in found])
        chosen = _together(connection, day.scope, found, {each.document_id: each.tries for each in stands})
    by_document = {each.document_id: each for each in stands}
    return _in_order(platform, list(_read(platform, chosen, by_document)))


def _together(
    connection: Connection, scope: Scope, found: Sequence[StoredDocument], tries: Mapping[str, int]
) -> Sequence[StoredDocument]:
    """Those that were never refused; after them a part of those that the same resumen was refused for."""
    fewest = max(min(tries.values(), default=0), _FIRST_TRY)
    chosen = [each for each in found if max(tries[each.id], _FIRST_TRY) == fewest]
    if not chosen or fewest == _FIRST_TRY:
        return chosen
    closed = [row for row in members.of_document(connection, scope, chosen[0].id) if row.closed_at is not None]
    last = max(closed, key=lambda row: (row.closed_at, row.batch_document_id))
    refused = {row.document_id for row in members.of_batch(connection, scope, last.batch_document_id)}
    return [each for each in chosen if each.id in refused][: max(1, -(-len(refused) // _PARTS))]


def put_aside(platform: Platform, waiting: Waiting, code: str, words: str) -> None:
    """No resumen can take it: somebody has to mend it."""
    changes = {"outcome": Outcome.HELD, "code": code, "description": words, "next_action_at": None}
    with suppress(Conflict), platform.database.transaction() as connection:
        carry.refuse(platform, connection, waiting.submission, words, changes)
    _log.error("a boleta fits in no resumen", document=waiting.document.receipt.file_name, code=code, words=words)


def tell(platform: Platform, found: Sequence[Waiting], words: str) -> None:
    """Say in each record why they still wait; once, however often it is tried."""
    untold = [each.submission for each in found if each.submission.last_error != words]
    with suppress(Conflict), platform.database.transaction() as connection:
        for scope in {each.scope for each in untold}:
            submissions.move_many(connection, scope, [(was, {"last_error": words}) for was in untold], platform.clock())


def _read(platform: Platform, chosen: Sequence[StoredDocument], stands: Mapping[str, Submission]) -> Iterator[Waiting]:
    """Each with what it says; one whose file is not there stays behind alone."""
    for document in chosen:
        try:
            waiting = Waiting(document, stands[document.id], read_for_summary(platform.blobs.get(document.xml)))
        except OnapiError as error:
            _log.error("a boleta cannot be read", document=document.receipt.file_name, words=str(error))
            continue
        if fits_summary(document.receipt, waiting.sale):
            yield waiting
        else:
            put_aside(platform, waiting, _UNFIT, _UNFIT_WORDS)


def _in_order(platform: Platform, found: list[Waiting]) -> Sequence[Waiting]:
    """Without the notes whose boleta SUNAT does not know yet and is not told in the same resumen."""
    here = {each.document.receipt for each in found}
    asked = {name for each in found if (name := each.modified) is not None and name not in here}
    if not asked:
        return found
    scope = found[0].document.scope
    with platform.database.reading() as connection:
        known = documents.find_many(connection, scope, asked)
        stands = submissions.of_documents(connection, scope, [each.id for each in known.values()])
    untold = {each.document_id for each in stands if each.state in _UNTOLD}
    early = {name for name, document in known.items() if document.id in untold}
    return [each for each in found if each.modified not in early]
