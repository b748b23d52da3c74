"""Issue a receipt: from its written form to a signed document, kept, with its road to SUNAT open.

Document, bytes and work are kept in one transaction: a 2xx means that nothing of it can be lost. Whatever is wrong is
said before anything is stored, and no number is consumed.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from onapi.errors import Conflict, InvalidDocument
from onapi.facts.windows import window
from onapi.flows.enrol import signer_of
from onapi.flows.look import Kept
from onapi.flows.platform import Platform, work_of
from onapi.kinds.kind import Kind, Route, TotalsMode
from onapi.library.forms import Told, without_signature
from onapi.library.receipt import Receipt, receipt_of
from onapi.lifecycle import State
from onapi.rules.rule import Fault
from onapi.sign.certificate import rucs_of
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import Signed
from onapi.store import companies, documents, submissions
from onapi.store.companies import Company
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.moment import end_of_day
from onapi.values.scope import Scope

_CONNECTED = frozenset({Route.BILL})


@dataclass(frozen=True, slots=True)
class Request:
    """A receipt as the caller sent it, with what he asks for."""

    ruc: str
    told: Told
    external_id: str | None = None
    totals: TotalsMode = TotalsMode.CHECK
    send: bool = True
    dry_run: bool = False
    resign: bool = False  # XML only: drop its signature and sign again
    notes: tuple[dict[str, str], ...] = ()  # warnings about the request itself


@dataclass(frozen=True, slots=True)
class Issued:
    """What became of a request."""

    document: StoredDocument
    submission: Submission
    xml: bytes = field(repr=False)
    replayed: bool = False


def issue(platform: Platform, request: Request) -> Issued:
    """Read, complete, check, build, sign and keep a receipt; the same receipt again gives the one kept before."""
    company = enrolled(platform, request.ruc)
    told = replace(request.told, xml=without_signature(request.told.xml)) if request.resign else request.told
    receipt = receipt_of(told, company.party, platform.clock(), request.totals, strict_ruc=platform.strict_ruc)
    _refuse_unconnected(request, receipt.kind)
    before = None if receipt.misread else _before(platform, company.scope, receipt)
    if isinstance(before, Issued):
        return before
    signed = _signed(platform, company, receipt)
    document = _document(platform, company.scope, request, receipt, signed)
    submission = _submission(platform, document, receipt.kind, send=request.send)
    if request.dry_run:
        return Issued(document, submission, signed.xml)
    return _keep(platform, receipt, replace(document, xml=platform.blobs.put(signed.xml)), submission, before)


def _signed(platform: Platform, company: Company, receipt: Receipt) -> Signed:
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


def _refuse_unconnected(request: Request, kind: Kind) -> None:
    """Keep nothing that could not be sent: these roads to SUNAT are not built yet."""
    if kind.route in _CONNECTED or request.dry_run:
        return
    sentence = f"{kind.name} todavía no se envía desde la API; use dryRun, o la biblioteca, para construirlo."
    fault = Fault("not_supported", "/doctype", sentence, received=kind.code)
    raise InvalidDocument(sentence, key="validation_failed", faults=(fault,))


def enrolled(platform: Platform, ruc: str) -> Company:
    """The company that issues."""
    with platform.database.reading() as connection:
        company = companies.find(connection, platform.scope(ruc))
    if company is None:
        raise InvalidDocument(f"El RUC {ruc} no está inscrito en esta plataforma.", key="company_not_enrolled")
    return company


def _before(platform: Platform, scope: Scope, receipt: Receipt) -> Issued | Kept | None:
    """What is kept under this number: the same content is a replay, other content a conflict.

    Unless SUNAT refused to register what is kept: then the number is free, and what comes now takes its place.
    """
    with platform.database.reading() as connection:
        document = documents.find(connection, scope, receipt.digest.id)
        if document is None:
            return None
        submission = submissions.of_document(connection, scope, document.id)
    if document.fingerprint == receipt.fingerprint:
        return Issued(document, submission, platform.blobs.get(document.xml), replayed=True)
    if submission.state == State.HELD:
        return Kept(document, submission)
    raise Conflict(
        f"{document.receipt.label} ya existe con otro contenido; use otro número o consulte el registro.",
        key="document_already_exists",
        document=document,
        submission=submission,
    )


def _document(platform: Platform, scope: Scope, request: Request, receipt: Receipt, signed: Signed) -> StoredDocument:
    digest = receipt.digest
    customer = digest.customer
    return StoredDocument(
        id=platform.new_id(),
        scope=scope,
        receipt=digest.id,
        revision=1,
        origin="API",
        input_format=receipt.form,
        external_id=request.external_id,
        fingerprint=receipt.fingerprint,
        issue_date=digest.issue_date,
        currency=digest.currency,
        total=digest.total,
        customer={"id_type": customer.id_type, "id_number": customer.id_number, "name": customer.name}
        if customer
        else None,
        digest=signed.digest,
        qr=receipt.qr(signed),
        xml="",
        warnings=receipt.warnings + request.notes,
        created_at=platform.clock(),
    )


def _submission(platform: Platform, document: StoredDocument, kind: Kind, *, send: bool) -> Submission:
    return Submission(
        id=platform.new_id(),
        document_id=document.id,
        scope=document.scope,
        route=kind.route,
        state=State.READY,
        next_action_at=platform.clock() if send else None,
        deadline=_deadline(document),
        updated_at=platform.clock(),
    )


def _deadline(document: StoredDocument) -> datetime | None:
    """The last moment at which SUNAT takes it, where the law sets one."""
    for what in ("send_individually", "send"):
        try:
            found = window(document.receipt.doctype, document.receipt.series, what, document.issue_date)
        except KeyError:
            continue
        last = found.last_day(document.issue_date)
        return end_of_day(last) if last < date.max else None
    return None


def _keep(
    platform: Platform, receipt: Receipt, document: StoredDocument, submission: Submission, before: Kept | None
) -> Issued:
    """One transaction for all of it; who comes second with the same number gets the first one's."""
    if before is not None:
        document = replace(document, revision=before.document.revision + 1)
    platform.queue.open()
    now = platform.clock()
    try:
        with platform.database.transaction() as connection:
            if before is not None:  # if somebody released it meanwhile, this fails and nothing of ours is kept
                submissions.supersede(connection, document.scope, before.submission, now)
            documents.add(connection, document.scope, document)
            submissions.add(connection, document.scope, submission, now)
            if submission.next_action_at is not None:
                platform.queue.put(connection, work_of(document, submission))
    except Conflict:
        first = _before(platform, document.scope, receipt)
        if not isinstance(first, Issued):
            raise
        return first
    return Issued(document, submission, platform.blobs.get(document.xml))
