"""Tell a request that came before from a new one: by the number it bears, or by the key it is known again by.

The same content is a replay: nothing is made, nothing is sent. Other content is a conflict, unless SUNAT refused to
register what is kept: then the number is free, and what comes now takes its place.
"""

from dataclasses import dataclass, field

from onapi.errors import Conflict
from onapi.facts.codes import Outcome
from onapi.flows.platform import Platform
from onapi.library.receipt import Receipt
from onapi.lifecycle import State
from onapi.store import documents, receipts
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

KEY, REFERENCE = "key:", "ref:"  # an Idempotency-Key; the caller's own reference, where the number is left to us


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of a request."""

    document: StoredDocument
    submission: Submission
    xml: bytes = field(repr=False)
    replayed: bool = False


def known_by(platform: Platform, scope: Scope, request_key: str | None) -> ReceiptId | None:
    """The receipt that a request of this key got before; None if it is new, or bears no key."""
    if not request_key:
        return None
    with platform.database.reading() as connection:
        document = documents.find_by_key(connection, scope, request_key)
    return document.receipt if document else None


def before(platform: Platform, scope: Scope, receipt: Receipt) -> Issued | Kept | None:
    """What is kept under its number: a replay, or one whose number is free; Conflict for any other."""
    kept = _kept(platform, scope, receipt.digest.id)
    if kept is None:
        return None
    if kept.document.fingerprint == receipt.fingerprint:
        return _replay(platform, kept)
    if is_free(kept):
        return kept
    raise Conflict(
        f"{kept.document.receipt.label} ya existe con otro contenido; use otro número o consulte el registro.",
        key="document_already_exists",
        document=kept.document,
        submission=kept.submission,
    )


def again(platform: Platform, scope: Scope, known: ReceiptId, receipt: Receipt, request_key: str) -> Issued | Kept:
    """What a key stands for, to a request that bears it again; Conflict if its content is another.

    A reference may come with corrected content while the number is free, as the number itself may.
    """
    kept = _kept(platform, scope, known)
    if kept is None:
        raise AssertionError("a key without its document")  # both stand in one row
    if kept.document.fingerprint == receipt.fingerprint:
        return _replay(platform, kept)
    if request_key.startswith(REFERENCE) and is_free(kept) and receipt.digest.id == known:
        return kept
    name = "Idempotency-Key" if request_key.startswith(KEY) else "externalId"
    raise Conflict(
        f"Con este {name} ya se emitió {known.label} con otro contenido; use uno nuevo para otro comprobante.",
        key="idempotency_conflict",
        document=kept.document,
        submission=kept.submission,
    )


def is_free(kept: Kept) -> bool:
    """Whether its number may be used for other content: SUNAT did not register it."""
    submission, receipt = kept.submission, kept.document.receipt
    is_rejected = submission.state == State.SETTLED and submission.outcome == Outcome.REJECTED
    return submission.state == State.HELD or (is_rejected and receipt.is_free_when_rejected)


def _kept(platform: Platform, scope: Scope, receipt: ReceiptId) -> Kept | None:
    with platform.database.reading() as connection:
        return receipts.find(connection, scope, receipt)


def _replay(platform: Platform, kept: Kept) -> Issued:
    return Issued(kept.document, kept.submission, platform.blobs.get(kept.document.xml), replayed=True)
