"""Keep a receipt that was issued elsewhere: by the former provider, in SUNAT's portal. Nothing goes to SUNAT.

Its XML is kept as it came; what its CDR says of it is its state. Without one it is only kept: nobody here knows what
SUNAT holds, unless SUNAT is asked, and it is sent only if somebody asks for that.
"""

import hashlib
from datetime import date, datetime
from typing import Final

from onapi.errors import Conflict, NotFound
from onapi.flows import look
from onapi.flows.deadlines import deadline_of
from onapi.flows.examine_xml import Given, Seen, examine
from onapi.flows.issue import enrolled
from onapi.flows.move import move, open_road, supersede
from onapi.flows.platform import Platform
from onapi.flows.repeat import Issued, is_free
from onapi.flows.store_elsewhere import ELSEWHERE, adopt, ask_elsewhere, proved
from onapi.library.draw import qr_of
from onapi.lifecycle import Event, State, can_happen
from onapi.store import documents
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.number import ReceiptId
from onapi.values.party import Party

CHANNEL: Final = "external"


def store(platform: Platform, given: Given) -> Issued:
    """Keep it; the same XML again is a replay, to which a CDR that was missing is added."""
    enrolled(platform, given.ruc)
    seen = examine(given)
    if (known := _known(platform, seen.id)) and not is_free(known):
        return _again(platform, known, given, seen)
    drawn = _drawn(platform, given, seen, known)
    try:
        _keep(platform, given, seen, drawn, known)
    except Conflict:
        first = _known(platform, seen.id)
        if first is None or (known and first.document.id == known.document.id):
            raise
        return _again(platform, first, given, seen)
    kept = look.find(platform, seen.id)
    if given.check_sunat and seen.verdict is None:
        ask_elsewhere(platform, kept)
        kept = look.again(platform, kept)
    return Issued(kept.document, kept.submission, given.xml)


def _known(platform: Platform, receipt: ReceiptId) -> Kept | None:
    try:
        return look.find(platform, receipt)
    except NotFound:
        return None


def _again(platform: Platform, known: Kept, given: Given, seen: Seen) -> Issued:
    """The same XML: a replay, which takes the proof that was missing. Another one is a conflict."""
    if known.document.xml != hashlib.sha256(given.xml).hexdigest():
        sentence = f"{seen.id.label} ya existe con otro contenido."
        raise Conflict(sentence, document=known.document, submission=known.submission)
    state = State(known.submission.state)
    lacks = known.submission.cdr is None and (state is State.SETTLED or can_happen(state, Event.ADOPT))
    if lacks and seen.verdict is not None and given.cdr is not None:
        adopt(platform, known, seen.verdict, given.cdr, CHANNEL)
        known = look.again(platform, known)
    return Issued(known.document, known.submission, given.xml, replayed=True)


def _drawn(platform: Platform, given: Given, seen: Seen, known: Kept | None) -> tuple[StoredDocument, Submission]:
    scope, digest, now = platform.scope(given.ruc), seen.digest, platform.clock()
    document = StoredDocument(
        id=platform.new_id(),
        scope=scope,
        receipt=seen.id,
        revision=known.document.revision + 1 if known else 1,
        origin=ELSEWHERE,
        input_format="xml",
        external_id=given.external_id,
        fingerprint=hashlib.sha256(given.xml).hexdigest(),
        issue_date=digest.issue_date,
        currency=digest.currency,
        total=digest.total,
        customer=_customer(digest.customer),
        digest=seen.hash,
        qr=qr_of(digest, seen.hash),
        xml=platform.blobs.put(given.xml),
        warnings=seen.warnings,
        created_at=now,
        source=given.source,
        pdf=platform.blobs.put(given.pdf) if given.pdf is not None else None,
    )
    road = Submission(
        id=platform.new_id(),
        document_id=document.id,
        scope=scope,
        route=seen.kind.route,
        state=State.READY,  # without a next action: it is sent only if somebody asks for that
        deadline=_deadline(platform, seen.id, digest.counted_from or digest.issue_date),
        updated_at=now,
    )
    return document, road


def _customer(party: Party | None) -> dict[str, str] | None:
    if party is None:
        return None
    return {"id_type": party.id_type, "id_number": party.id_number, "name": party.name}


def _deadline(platform: Platform, receipt: ReceiptId, since: date) -> datetime | None:
    """Told while it can still be met: whether what is older was reported in time, nobody here knows."""
    last = deadline_of(receipt, since)
    return last if last is not None and last > platform.clock() else None


def _keep(
    platform: Platform, given: Given, seen: Seen, drawn: tuple[StoredDocument, Submission], known: Kept | None
) -> None:
    """Document, road and verdict in one transaction."""
    document, road = drawn
    scope, now = document.scope, platform.clock()
    changes = proved(platform, seen.verdict, given.cdr, CHANNEL) if seen.verdict and given.cdr else {}
    platform.queue.open()
    with platform.database.transaction() as connection:
        if known is not None:
            supersede(platform, connection, known.submission)
        documents.add(connection, scope, document)
        open_road(platform, connection, road)
        if changes and seen.verdict:
            line = HistoryLine(now, Event.ADOPT, State.SETTLED, seen.verdict.code, seen.verdict.description)
            move(platform, connection, road, line, state=State.SETTLED, step=1, **changes)
