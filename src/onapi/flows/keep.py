"""Keep a signed receipt: document, bytes, road and work in one transaction, with the next number where it has none.

A 2xx means that nothing of it can be lost, and a number taken for a receipt that is not kept goes back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from onapi.engine import urgency
from onapi.errors import Conflict, InvalidDocument
from onapi.flows import carry
from onapi.flows.carry import Carried
from onapi.flows.move import open_road, supersede
from onapi.flows.notify import keep_notices
from onapi.flows.platform import Platform, work_of
from onapi.lifecycle import State
from onapi.rules.rule import Fault
from onapi.store import documents, notices, numbers
from onapi.store.documents import StoredDocument
from onapi.store.notices import Notice
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission
from onapi.values.number import BATCHES, MAX_BATCH, MAX_CORRELATIVE
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Drawn:
    """A signed receipt, ready to be kept."""

    document: StoredDocument
    submission: Submission
    xml: bytes = field(repr=False)
    carried: tuple[Carried, ...] = ()
    notices: tuple[Notice, ...] = ()  # who is told once it is accepted


def keep(platform: Platform, drawn: Drawn, before: Kept | None = None) -> Drawn:
    """Keep it, in the place of one that SUNAT did not register where there is one; Conflict if the number is taken."""
    platform.queue.open()
    drawn = _with_blob(platform, drawn)
    if before is not None:
        drawn = replace(drawn, document=replace(drawn.document, revision=before.document.revision + 1))
    with platform.database.common() as connection:
        if before is not None:
            _supersede(platform, connection, before)
            notices.take(connection, before.document.scope, [before.document.id])  # nobody is told of it any more
        _add(platform, connection, drawn)
    return drawn


def keep_next(
    platform: Platform, scope: Scope, doctype: str, series: str, draw: Callable[[Connection, int], Drawn]
) -> Drawn:
    """Keep it under the next number of its series; `draw` makes it for a number.

    It is made for the number that is likely to come, and once more if another caller took that one meanwhile.
    """
    platform.queue.open()
    with platform.database.reading() as connection:
        likely = next_number(connection, scope, doctype, series)
        drawn = _with_blob(platform, draw(connection, likely))
    with platform.database.common() as connection:
        number = numbers.take(connection, scope, doctype, series)
        if number != likely:
            drawn = _with_blob(platform, draw(connection, _in_range(doctype, series, number)))
        _add(platform, connection, drawn)
    return drawn


def next_number(connection: Connection, scope: Scope, doctype: str, series: str) -> int:
    """The number that is likely to come next; it is not taken. InvalidDocument if the series has come to its end."""
    return _in_range(doctype, series, numbers.peek(connection, scope, doctype, series))


def _supersede(platform: Platform, connection: Connection, before: Kept) -> None:
    """If somebody released it meanwhile, this fails and nothing of ours is kept."""
    try:
        supersede(platform, connection, before.submission)
    except Conflict as conflict:
        sentence = f"{before.document.receipt.label} está otra vez en camino a SUNAT; espere su veredicto."
        raise Conflict(sentence, key="in_progress") from conflict


def _add(platform: Platform, connection: Connection, drawn: Drawn) -> None:
    document, submission = drawn.document, drawn.submission
    try:
        documents.add(connection, document.scope, document)
    except Conflict as conflict:
        sentence = f"Otra petición guarda a la vez {document.receipt.label}; repita la suya."
        raise Conflict(sentence, key="in_progress") from conflict
    open_road(platform, connection, submission)
    keep_notices(connection, document.scope, document.id, drawn.notices)
    carry.bind(platform, connection, document, drawn.carried)
    if submission.state == State.READY and submission.next_action_at is not None:
        platform.queue.put(connection, work_of(document, submission), priority=urgency(submission.deadline))


def _with_blob(platform: Platform, drawn: Drawn) -> Drawn:
    return replace(drawn, document=replace(drawn.document, xml=platform.blobs.put(drawn.xml)))


def _in_range(doctype: str, series: str, number: int) -> int:
    if number > (MAX_BATCH if doctype in BATCHES else MAX_CORRELATIVE):
        sentence = f"La serie {series} llegó a su último número; use otra serie."
        fault = Fault("series_exhausted", "/document/serie", sentence, received=series)
        raise InvalidDocument(sentence, key="validation_failed", faults=(fault,))
    return number
