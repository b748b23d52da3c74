"""From a complete receipt to what is kept of it: signed bytes, document, and a road with its deadline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from onapi.errors import InvalidDocument
from onapi.flows.carried import carried_by
from onapi.flows.carry import Carried
from onapi.flows.deadlines import deadline_of
from onapi.flows.enrol import signer_of
from onapi.flows.keep import Drawn
from onapi.flows.platform import Platform
from onapi.flows.sender import summary_time
from onapi.library.receipt import Receipt
from onapi.lifecycle import State
from onapi.lifecycle.schedule import SummaryTime
from onapi.rules.rule import Fault
from onapi.sign.certificate import rucs_of
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import Signed
from onapi.store.companies import Company
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.contact import read_email
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the issuer asks for beside the receipt itself."""

    external_id: str | None = None
    request_key: str | None = None  # who asks again with it gets what he got before
    send: bool = True
    in_summary: bool = False  # boletas and their notes
    notes: tuple[dict[str, str], ...] = ()  # warnings about the request itself
    pointer: str = ""  # where the document stands in the request
    place_of: Callable[[str], str] = str  # where a pointer stands in what came: a line of a trama


def draw_up(
    platform: Platform,
    connection: Connection,
    company: Company,
    receipt: Receipt,
    wishes: Wishes,
    *,
    carried: Sequence[Carried] | None = None,
) -> Drawn:
    """Sign it and open its road; nothing is kept yet. InvalidDocument, Conflict where it cannot be issued.

    `carried` are the receipts of ours in a batch, where whoever made it knows them.
    """
    signed = signed_by(platform, company, receipt)
    if carried is None:
        carried = carried_by(connection, company.scope, receipt, wishes.place_of, wishes.pointer)
    document = _document(platform, company.scope, receipt, signed, wishes)
    submission = _submission(platform, document, receipt, wishes, summary_time(platform, company))
    return Drawn(document, submission, signed.xml, tuple(carried))


def signed_by(platform: Platform, company: Company, receipt: Receipt) -> Signed:
    """Signed with the company's certificate; what came signed must bear one of its own, and stays as it is."""
    if not receipt.is_signed:
        return receipt.sign(signer_of(platform, company))
    if receipt.digest.id.ruc != company.scope.ruc:
        fault = Fault("ruc_differs", "/ruc", "El XML es de otro RUC emisor.", expected=receipt.digest.id.ruc)
        raise InvalidDocument(fault.sentence, key="validation_failed", faults=(fault,))
    if receipt.errors:
        key = "signature_invalid" if receipt.errors[0].code == "signature_invalid" else "validation_failed"
        raise InvalidDocument(receipt.errors[0].sentence, key=key, faults=receipt.errors)
    verified = verify_signature(receipt.given_xml)
    if company.scope.ruc not in rucs_of(verified.certificate):
        raise InvalidDocument("El certificado del XML no es del RUC emisor.", key="certificate_ruc_mismatch")
    return Signed(receipt.given_xml, verified.digest_value)


def _document(platform: Platform, scope: Scope, receipt: Receipt, signed: Signed, wishes: Wishes) -> StoredDocument:
    digest = receipt.digest
    return StoredDocument(
        id=platform.new_id(),
        scope=scope,
        receipt=digest.id,
        revision=1,
        origin="API",
        input_format=receipt.form,
        external_id=wishes.external_id,
        request_key=wishes.request_key,
        fingerprint=receipt.fingerprint,
        issue_date=digest.issue_date,
        currency=digest.currency,
        total=digest.total,
        customer=_customer(digest.customer),
        digest=signed.digest,
        qr=receipt.qr(signed),
        xml="",
        warnings=receipt.warnings + wishes.notes,
        created_at=platform.clock(),
        boleta_mode="summary" if wishes.in_summary else "individual",
    )


def _customer(customer: Any) -> dict[str, str] | None:  # noqa: ANN401  a party of any kind's own
    if customer is None:
        return None
    email = read_email(getattr(customer, "email", "") or "")
    told = {"email": email} if email else {}  # where the receipt goes if nobody says another address
    return {"id_type": customer.id_type, "id_number": customer.id_number, "name": customer.name, **told}


def _submission(
    platform: Platform, document: StoredDocument, receipt: Receipt, wishes: Wishes, hour: SummaryTime
) -> Submission:
    now = platform.clock()
    since = receipt.digest.counted_from or document.issue_date
    return Submission(
        id=platform.new_id(),
        document_id=document.id,
        scope=document.scope,
        route=receipt.kind.route,
        state=State.WAITING if wishes.in_summary else State.READY,
        next_action_at=_first_action(document, now, wishes, hour),
        deadline=deadline_of(document.receipt, since, in_summary=wishes.in_summary),
        updated_at=now,
    )


def _first_action(document: StoredDocument, now: datetime, wishes: Wishes, hour: SummaryTime) -> datetime | None:
    if not wishes.send:
        return None
    return hour.after(document.issue_date, now) if wishes.in_summary else now
