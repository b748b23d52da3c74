"""Look at what is kept of a receipt: record, history, XML, CDR, page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onapi.cdr import Cdr, read_cdr
from onapi.errors import NotFound
from onapi.flows.platform import Platform
from onapi.kinds import KINDS
from onapi.kinds.kind import PrintContext
from onapi.lifecycle import State
from onapi.page.data import Attachment
from onapi.page.pdf import render
from onapi.store import documents, submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment, Scope
from onapi.values.xmltree import parse_xml

_NO_VALUE = "SIN VALOR FISCAL"
_LOOKUP = "Consulte su validez en www.sunat.gob.pe con su clave SOL u opción sin clave SOL."


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt and where it stands."""

    document: StoredDocument
    submission: Submission


def find(platform: Platform, receipt: ReceiptId) -> Kept:
    """What is kept of a receipt; NotFound if nothing is."""
    scope = platform.scope(receipt.ruc)
    with platform.database.reading() as connection:
        document = documents.find(connection, scope, receipt)
        if document is None:
            raise NotFound(f"No se tiene {receipt.file_name}.", key="document_not_found")
        return Kept(document, submissions.of_document(connection, scope, document.id))


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
    stamp = None if document.scope.environment is Environment.PRODUCTION else _NO_VALUE
    context = PrintContext(digest=document.digest, qr=document.qr or "", stamp=stamp, lookup=_LOOKUP)
    source = Attachment(f"{document.receipt.file_name}.xml", xml, relation="source")
    return render(kind.page(kind.read(parse_xml(xml)), context), template, attachments=(source,))


def settled_among(platform: Platform, owners: Mapping[str, Scope]) -> set[str]:
    """Which of these submissions have come to their end."""
    final = [state.value for state in State if state.is_final]
    with platform.database.reading() as connection:
        return submissions.final_among(connection, owners, final)
