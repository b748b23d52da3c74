"""Issue a receipt: from its written form to a signed document, kept, with its road to SUNAT open.

Document, bytes and work are kept in one transaction: a 2xx means that nothing of it can be lost. Whatever is wrong is
said before anything is stored, and no number is consumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from onapi.errors import Conflict, InvalidDocument
from onapi.flows import notify, repeat
from onapi.flows.deadlines import goes_in_summary
from onapi.flows.draw_up import Wishes, draw_up
from onapi.flows.keep import Drawn, keep, keep_next, next_number
from onapi.flows.notify import NOBODY, Receivers
from onapi.flows.platform import Platform
from onapi.flows.repeat import Issued
from onapi.flows.sender import reports_in_summary
from onapi.intake.next_number import wants_number, with_number
from onapi.kinds.kind import TotalsMode
from onapi.kinds.sale.model import Sale
from onapi.library import held
from onapi.library.forms import Told, without_signature
from onapi.library.held import Label
from onapi.library.receipt import Receipt, receipt_of
from onapi.library.summary_line import fits_summary, read_for_summary
from onapi.rules.rule import Fault
from onapi.store import companies, documents
from onapi.store.companies import Company
from onapi.store.notices import Notice
from onapi.store.receipts import Kept
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

__all__ = ["Issued", "Request", "enrolled", "issue"]

_FIRST = 1  # stands in for a number that is still to be given
_NO_SUMMARY = "Este comprobante no va en resumen diario: solo boletas, y notas que modifican una; quite boletaMode."


@dataclass(frozen=True, slots=True)
class Request:
    """A receipt as the caller sent it, with what he asks for."""

    ruc: str
    told: Told
    external_id: str | None = None
    request_key: str | None = None  # `repeat.KEY` with what follows: who repeats it gets what he got before
    totals: TotalsMode = TotalsMode.CHECK
    send: bool = True
    dry_run: bool = False
    in_summary: bool | None = None  # boletas and their notes: in the resumen of their day; None: as the company wants
    resign: bool = False  # XML only: drop its signature and sign again
    notes: tuple[dict[str, str], ...] = ()  # warnings about the request itself
    notify: Receivers = NOBODY  # who is told once SUNAT accepts it
    page: str = "A4"  # template of the page that they get


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request at its moment: midnight does not change what is made of it."""

    platform: Platform
    company: Company
    request: Request
    held: Mapping[Label, Sale]
    now: datetime
    notices: tuple[Notice, ...] = ()

    @property
    def scope(self) -> Scope:
        """Whose it is."""
        return self.company.scope

    def receipt(self, number: int | None = None) -> Receipt:
        """Complete and checked; with this number, where its own is left to us."""
        request, strict = self.request, self.platform.strict_ruc
        told = request.told
        if number is not None:
            told = replace(told, document=with_number(told.document, number))
        return receipt_of(told, self.company.party, self.now, request.totals, strict_ruc=strict, held=self.held)

    def drawn(self, connection: Connection, receipt: Receipt, request_key: str | None) -> Drawn:
        """Signed, its road open, nothing kept yet."""
        drawn = draw_up(self.platform, connection, self.company, receipt, _wishes(self, receipt, request_key))
        return replace(drawn, notices=self.notices)


def issue(platform: Platform, request: Request) -> Issued:
    """Read, complete, check, build, sign and keep a receipt; the same receipt again gives the one kept before."""
    company = enrolled(platform, request.ruc)
    if request.resign:
        request = replace(request, told=replace(request.told, xml=without_signature(request.told.xml)))
    held_ones = _held(platform, company.scope, request.told)
    request, notices = _with_notices(platform, company.scope, request)
    asked = _Asked(platform, company, request, held_ones, platform.clock(), notices)
    if request.told.form != "xml" and wants_number(request.told.document):
        return _issue_next(asked)
    return _issue_numbered(asked)


def _with_notices(platform: Platform, scope: Scope, request: Request) -> tuple[Request, tuple[Notice, ...]]:
    """Who is to be told, sealed before any transaction begins; and what stands in the way, as a warning."""
    if request.notify == NOBODY:
        return request, ()
    found = () if request.dry_run else tuple(notify.sealed(platform, scope, request.notify, request.page))
    return replace(request, notes=request.notes + notify.warnings(platform, scope, request.notify)), found


def enrolled(platform: Platform, ruc: str) -> Company:
    """The company that issues."""
    with platform.database.reading() as connection:
        company = companies.find(connection, platform.scope(ruc))
    if company is None:
        raise InvalidDocument(f"El RUC {ruc} no está inscrito en esta plataforma.", key="company_not_enrolled")
    return company


def _issue_numbered(asked: _Asked) -> Issued:
    receipt, key = asked.receipt(), asked.request.request_key
    before = None if receipt.misread else _before(asked, receipt, key)
    return before if isinstance(before, Issued) else _issue_as(asked, receipt, key, before)


def _issue_next(asked: _Asked) -> Issued:
    """Give it the next number of its series; whatever else is wrong with it is said first."""
    first = asked.receipt(_FIRST)
    name, key = first.digest.id, _key_without_number(asked.request, first)
    if known := repeat.known_by(asked.platform, asked.scope, key):
        return _issue_again(asked, known, key)
    if asked.request.dry_run or first.errors:
        return _shown(asked, name)

    def draw(connection: Connection, number: int) -> Drawn:
        return asked.drawn(connection, asked.receipt(number), key)

    try:
        return _issued(keep_next(asked.platform, asked.scope, name.doctype, name.series, draw))
    except Conflict:
        known = repeat.known_by(asked.platform, asked.scope, key)  # the same request, a moment earlier
        if not known:
            raise
        return _issue_again(asked, known, key)


def _issue_again(asked: _Asked, known: ReceiptId, key: str | None) -> Issued:
    """What the key stands for; in its place, corrected, where SUNAT did not register it."""
    receipt = asked.receipt(known.number)
    found = repeat.again(asked.platform, asked.scope, known, receipt, key or "")
    return found if isinstance(found, Issued) else _issue_as(asked, receipt, None, found)


def _issue_as(asked: _Asked, receipt: Receipt, key: str | None, before: Kept | None) -> Issued:
    """Under the number that it bears; who comes second with the same one gets the first one's."""
    with asked.platform.database.reading() as connection:
        drawn = asked.drawn(connection, receipt, key)
    if asked.request.dry_run:
        return _issued(drawn)
    try:
        return _issued(keep(asked.platform, drawn, before))
    except Conflict:
        first = _before(asked, receipt, key)
        if not isinstance(first, Issued):
            raise
        return first


def _before(asked: _Asked, receipt: Receipt, key: str | None) -> Issued | Kept | None:
    known = repeat.known_by(asked.platform, asked.scope, key)
    if known and key:
        return repeat.again(asked.platform, asked.scope, known, receipt, key)
    return repeat.before(asked.platform, asked.scope, receipt)


def _shown(asked: _Asked, name: ReceiptId) -> Issued:
    """As it would be with the number that is likely to come; none is taken."""
    with asked.platform.database.reading() as connection:
        likely = next_number(connection, asked.scope, name.doctype, name.series)
        return _issued(asked.drawn(connection, asked.receipt(likely), None))


def _key_without_number(request: Request, receipt: Receipt) -> str | None:
    """By what a request is known again that bears no number: its key, or its kind and the caller's reference."""
    if request.request_key or not request.external_id:
        return request.request_key
    return f"{repeat.REFERENCE}{receipt.digest.id.doctype}:{request.external_id}"


def _held(platform: Platform, scope: Scope, told: Told) -> Mapping[Label, Sale]:
    """The boletas of ours that lines of a resumen only name."""
    names = {label: _named(scope.ruc, *label) for label in held.wanted(told)}
    if not names:
        return {}
    with platform.database.reading() as connection:
        found = documents.find_many(connection, scope, list(names.values()))
    return {
        label: read_for_summary(platform.blobs.get(found[name].xml)) for label, name in names.items() if name in found
    }


def _named(ruc: str, doctype: str, label: str) -> ReceiptId:
    series, _, number = label.rpartition("-")
    return ReceiptId(ruc, doctype, series, int(number))


def _wishes(asked: _Asked, receipt: Receipt, request_key: str | None) -> Wishes:
    request = asked.request
    return Wishes(
        external_id=request.external_id,
        request_key=request_key,
        send=request.send,
        in_summary=_goes_in_summary(asked, receipt),
        notes=request.notes,
        pointer=request.told.pointer,
        place_of=request.told.place_of,
    )


def _goes_in_summary(asked: _Asked, receipt: Receipt) -> bool:
    """Whether it is reported in a resumen; InvalidDocument where none takes it and the caller asks for that."""
    wish, name = asked.request.in_summary, receipt.digest.id
    if wish is False or receipt.errors:  # those are told first
        return bool(wish)
    fits = goes_in_summary(name, receipt.digest.issue_date) and fits_summary(name, receipt.document)
    if wish is None:
        return fits and reports_in_summary(asked.company)
    if fits:
        return True
    fault = Fault("invalid_parameter", "/options/boletaMode", _NO_SUMMARY, received="summary")
    raise InvalidDocument(_NO_SUMMARY, key="validation_failed", faults=(fault,))


def _issued(drawn: Drawn) -> Issued:
    return Issued(drawn.document, drawn.submission, drawn.xml)
