"""Look at what is kept of a receipt: record, history, XML, CDR, page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from onapi.cdr import Cdr, read_cdr
from onapi.errors import NotFound
from onapi.facts.codes import Outcome
from onapi.flows.platform import Platform
from onapi.kinds import KINDS
from onapi.kinds.kind import PrintContext
from onapi.lifecycle import State
from onapi.page.data import Attachment
from onapi.page.pdf import render
from onapi.store import documents, members, submissions
from onapi.store.documents import StoredDocument
from onapi.store.members import Member
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.number import BATCHES, ReceiptId
from onapi.values.scope import Environment, Scope
from onapi.values.xmltree import parse_xml

_NO_VALUE = "SIN VALOR FISCAL"
_VOIDED = "ANULADO"
_LOOKUP = "Consulte su validez en www.sunat.gob.pe con su clave SOL u opción sin clave SOL."

_REPORT, _VOID = "1", "3"  # catalogue 19
_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.OBSERVED})
_NEVER_CARRIED = frozenset({"09", "31"}) | BATCHES


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt and where it stands."""

    document: StoredDocument
    submission: Submission


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The batches that a receipt stands in."""

    summary: Kept | None = None  # reports it
    voiding: Kept | None = None  # voids it


def find(platform: Platform, receipt: ReceiptId) -> Kept:
    """What is kept of a receipt; NotFound if nothing is."""
    scope = platform.scope(receipt.ruc)
    with platform.database.reading() as connection:
        document = documents.find(connection, scope, receipt)
        if document is None:
            raise NotFound(f"No se tiene {receipt.file_name}.", key="document_not_found")
        return Kept(document, submissions.of_document(connection, scope, document.id))


def surroundings_of(platform: Platform, kept: Kept) -> Surroundings:
    """What decides about a receipt beside its own road; nothing is asked where no batch can have named it."""
    document = kept.document
    is_alone = document.receipt.doctype in _NEVER_CARRIED
    if is_alone or kept.submission.state in {State.READY, State.SENDING, State.WAITING}:
        return Surroundings()
    with platform.database.reading() as connection:
        rows = members.of_document(connection, document.scope, document.id)
        found = [(row, _batch(connection, document.scope, row)) for row in rows]
    reports = [each for row, each in found if row.status_code == _REPORT and _tells(row, each)]
    return Surroundings(_last(reports), _last(each for row, each in found if row.status_code == _VOID))


def batch_of(platform: Platform, kept: Kept) -> Kept | None:
    """The resumen that reports it, if one does."""
    return surroundings_of(platform, kept).summary


def _tells(row: Member, batch: Kept) -> bool:
    """Whether a resumen tells SUNAT of a receipt, or did; one that it refused does not."""
    return row.closed_at is None or batch.submission.outcome in _TAKEN


def _batch(connection: Connection, scope: Scope, row: Member) -> Kept:
    document = documents.get(connection, scope, row.batch_document_id)
    if document is None:
        raise AssertionError("a member of no batch")  # the database holds a foreign key on it
    return Kept(document, submissions.of_document(connection, scope, document.id))


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


def pdf_of(platform: Platform, kept: Kept, template: str) -> bytes:
    """The printed page, set from the stored XML."""
    document = kept.document
    xml = xml_of(platform, kept)
    kind = KINDS[document.receipt.doctype]
    stamp = _VOIDED if kept.submission.state == State.VOIDED else None
    stamp = stamp if document.scope.environment is Environment.PRODUCTION else stamp or _NO_VALUE
    context = PrintContext(digest=document.digest, qr=document.qr or "", stamp=stamp, lookup=_LOOKUP)
    source = Attachment(f"{document.receipt.file_name}.xml", xml, relation="source")
    return render(kind.page(kind.read(parse_xml(xml)), context), template, attachments=(source,))


def settled_among(platform: Platform, owners: Mapping[str, Scope]) -> set[str]:
    """Which of these submissions have come to their end."""
    final = [state.value for state in State if state.is_final]
    with platform.database.reading() as connection:
        return submissions.final_among(connection, owners, final)
