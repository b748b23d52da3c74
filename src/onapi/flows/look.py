"""Look at what is kept of a receipt: record, history, XML, CDR. Its page is printed (see `print`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from onapi.cdr import Cdr, read_cdr
from onapi.errors import NotFound
from onapi.facts.codes import Outcome
from onapi.flows.kept import Surroundings
from onapi.flows.platform import Platform
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS
from onapi.lifecycle import State
from onapi.store import members, receipts, submissions
from onapi.store.acting import acting_for_all
from onapi.store.members import Member
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine
from onapi.values.number import BATCHES, ReceiptId
from onapi.values.scope import Scope
from onapi.values.xmltree import parse_xml

_REPORT, _VOID = "1", "3"  # catalogue 19
_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.OBSERVED})
_NEVER_CARRIED = frozenset({"09", "31"}) | BATCHES


def find(platform: Platform, receipt: ReceiptId) -> Kept:
    """What is kept of a receipt; NotFound if nothing is."""
    scope = platform.scope(receipt.ruc)
    with platform.database.reading() as connection:
        found = receipts.find(connection, scope, receipt)
    if found is None:
        raise NotFound(f"No se tiene {receipt.file_name}.", key="document_not_found")
    return found


def surroundings_of(platform: Platform, kept: Kept) -> Surroundings:
    """What decides about a receipt beside its own road; nothing is asked where no batch can have named it."""
    if _is_alone(kept):
        return Surroundings()
    with platform.database.reading() as connection:
        return surroundings_seen(connection, kept)


def surroundings_seen(connection: Connection, kept: Kept) -> Surroundings:
    """The same, as an open transaction sees it."""
    if _is_alone(kept):
        return Surroundings()
    rows = members.of_document(connection, kept.document.scope, kept.document.id)
    return surroundings_in([(row, _batch(connection, kept.document.scope, row)) for row in rows])


def _is_alone(kept: Kept) -> bool:
    """Whether no batch can have named it."""
    is_never = kept.document.receipt.doctype in _NEVER_CARRIED
    return is_never or kept.submission.state in {State.READY, State.SENDING, State.WAITING}


def surroundings_in(found: Sequence[tuple[Member, Kept]]) -> Surroundings:
    """Of all batches that a receipt was ever in, those that decide about it."""
    reports = [each for row, each in found if row.status_code == _REPORT and _tells(row, each)]
    return Surroundings(_last(reports), _last(each for row, each in found if row.status_code == _VOID))


def batch_of(platform: Platform, kept: Kept) -> Kept | None:
    """The resumen that reports it, if one does."""
    return surroundings_of(platform, kept).summary


def _tells(row: Member, batch: Kept) -> bool:
    """Whether a resumen tells SUNAT of a receipt, or did; one that it refused does not."""
    return row.closed_at is None or batch.submission.outcome in _TAKEN


def _batch(connection: Connection, scope: Scope, row: Member) -> Kept:
    found = receipts.get(connection, scope, row.batch_document_id)
    if found is None:
        raise AssertionError("a member of no batch")  # the database holds a foreign key on it
    return found


def _last(batches: Iterable[Kept]) -> Kept | None:
    return max(batches, key=lambda each: (each.document.created_at, each.document.id), default=None)


def again(platform: Platform, kept: Kept) -> Kept:
    """The same receipt as it stands now."""
    with platform.database.reading() as connection:
        return Kept(kept.document, submissions.get(connection, kept.document.scope, kept.submission.id))


def history(platform: Platform, kept: Kept) -> Sequence[HistoryLine]:
    """Every move of its road."""
    with platform.database.reading() as connection:
        return submissions.history(connection, kept.document.scope, kept.submission.id)


def xml_of(platform: Platform, kept: Kept) -> bytes:
    """The signed XML, the very bytes that went to SUNAT."""
    return platform.blobs.get(kept.document.xml)


def cdr_of(platform: Platform, kept: Kept) -> tuple[bytes, Cdr]:
    """The CDR as SUNAT sent it, and what it says; NotFound while there is none."""
    if kept.submission.cdr is None:
        raise NotFound("SUNAT todavía no entregó la constancia de este comprobante.", key="cdr_not_available")
    archive = platform.blobs.get(kept.submission.cdr)
    return archive, read_cdr(archive)


def content_of(platform: Platform, kept: Kept) -> dict[str, Any]:
    """What its XML says, in the public vocabulary."""
    kind = KINDS[kept.document.receipt.doctype]
    return VOCABULARIES[kind.code].write(kind.read(parse_xml(xml_of(platform, kept))))


@acting_for_all("callers of all companies wait for their own, and one look serves them")
def settled_among(platform: Platform, owners: Mapping[str, Scope]) -> set[str]:
    """Which of these submissions have come to their end."""
    final = [state.value for state in State if state.is_final]
    with platform.database.reading() as connection:
        return submissions.final_among(connection, owners, final)
