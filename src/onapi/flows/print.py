"""The printed page of a receipt: which it is, in which template and copy, kept from the last time or set anew.

Everything that shows on it makes its key: the XML, SUNAT's answer, the stamp, the copy, the company's colours and logo,
the template and the program's own version of it. So nothing has to be told when one of them changes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import structlog
from sqlalchemy import Connection

from onapi import cell
from onapi.errors import InvalidDocument, NotFound, OnapiError
from onapi.flows.compose import Order, attachments_of, page_of, product
from onapi.flows.file import PDF, File
from onapi.flows.platform import Platform
from onapi.kinds.kind import PrintContext
from onapi.lifecycle import State
from onapi.page import own
from onapi.page.data import Attachment, Page
from onapi.page.pdf import TEMPLATES
from onapi.rules.rule import Fault
from onapi.store import companies, page_templates
from onapi.store.companies import Company
from onapi.store.page_templates import Fault as TemplateFault
from onapi.store.page_templates import PageTemplate
from onapi.store.receipts import Kept
from onapi.values.scope import Environment, Scope

USUAL: Final = "A4"
COPIES: Mapping[str, str] = MappingProxyType({"": "", "emisor": "COPIA EMISOR", "adquirente": "COPIA ADQUIRENTE"})
OWN_LIMITS: Final = cell.Limits(memory_bytes=768 * 1024 * 1024, cpu_s=10, wall_s=20)

_NO_VALUE, _VOIDED = "SIN VALOR FISCAL", "ANULADO"
_LOOKUP = "Consulte su validez en www.sunat.gob.pe con su clave SOL u opción sin clave SOL."
_GUIDES = frozenset({"09", "31"})
_NOT_AGAIN: Final = timedelta(minutes=5)  # so long a template that failed is not tried
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that is asked for, and all that it takes to set it."""

    kept: Kept
    order: Order = field(repr=False)  # without the files: those are read where the page is set
    logo: str | None  # name of the blob
    own: PageTemplate | None  # the company's, where it has one of that name
    key: str  # of the cache

    @property
    def file_name(self) -> str:
        """Under which it goes out."""
        return f"{self.kept.document.receipt.file_name}.pdf"


def printed(platform: Platform, kept: Kept, template: str = USUAL, copy: str = "") -> File:
    """The page as PDF, the stored one where the receipt came with one (operation 10).

    InvalidDocument (`invalid_parameter`) if there is no such template or copy, NotFound (`pdf_not_available`) if its
    XML has no page.
    """
    found = at_hand(platform, kept, template, copy)
    return found if isinstance(found, File) else set_now(platform, found)


def printed_as_ordered(platform: Platform, kept: Kept, template: str) -> File:
    """The page in the template of an earlier order; where the company took that away meanwhile, the usual one."""
    try:
        return printed(platform, kept, template)
    except InvalidDocument as unknown:
        if unknown.key != "invalid_parameter" or template == USUAL:
            raise
        return printed(platform, kept)


def at_hand(platform: Platform, kept: Kept, template: str = USUAL, copy: str = "") -> File | Wanted:
    """The page if it can be given at once, or else what `set_now` takes. It costs a look into the database."""
    wanted = _wanted(platform, kept, template, copy)
    if kept.document.pdf is not None:  # made elsewhere
        return File(wanted.file_name, PDF, platform.blobs.get(kept.document.pdf))
    return _cached(platform, wanted) or wanted


def set_now(platform: Platform, wanted: Wanted) -> File:
    """Set it, however long that takes, and keep it for the next who asks."""
    order = _with_files(platform, wanted)
    if wanted.own is not None:
        try:
            content = _set_own(platform, wanted.own, order)
        except InvalidDocument as error:
            return _instead(platform, wanted, order, error)
    else:
        content = _set(platform, order)
    return _kept(platform, wanted, content)


def check_template(platform: Platform, scope: Scope, template: str, field_: str) -> None:
    """InvalidDocument (`validation_failed`) at that field of a request if the company's pages have no such template."""
    if template in TEMPLATES:
        return
    with platform.database.reading() as connection:
        if page_templates.find(connection, scope, template) is None:
            sentence = _names(connection, scope)
            fault = Fault("literal_error", field_, sentence, received=template[:40])
            raise InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))


def _names(connection: Connection, scope: Scope) -> str:
    others = [each.name for each in page_templates.all_of(connection, scope) if each.name not in TEMPLATES]
    return f"Las plantillas son {', '.join([*TEMPLATES, *others])}."


def _cached(platform: Platform, wanted: Wanted) -> File | None:
    if wanted.own is not None and (refused := _refused_lately(platform, wanted.own)):
        plain = _cached(platform, _without_own(wanted))
        return plain and replace(plain, warnings=(refused,))
    content = platform.pages.get(wanted.key, platform.clock()) if platform.pages else None
    return None if content is None else File(wanted.file_name, PDF, content)


def _kept(platform: Platform, wanted: Wanted, content: bytes) -> File:
    if platform.pages:
        platform.pages.put(wanted.key, content, platform.clock())
    return File(wanted.file_name, PDF, content)


def _wanted(platform: Platform, kept: Kept, template: str, copy: str) -> Wanted:
    scope, document = kept.document.scope, kept.document
    if copy not in COPIES:
        raise _wrong("copies", "Las copias son emisor y adquirente.", copy)
    with platform.database.reading() as connection:
        company = companies.find(connection, scope)
        own_one = page_templates.find(connection, scope, template)
        if own_one is None and template not in TEMPLATES:
            raise _wrong("template", _names(connection, scope), template)
    stands_for = template if template in TEMPLATES else USUAL
    order = Order(
        doctype=document.receipt.doctype,
        name=document.receipt.file_name,
        template=stands_for,
        context=_context(kept, _said(company).get("pageAuthorization") or ""),
        copy_mark=COPIES[copy],
        accent=_said(company).get("pageColor") or "",
        phone=company.party.telephone if company else "",
        email=company.party.email if company else "",
    )
    logo = company.about.logo if company and company.about else None
    return Wanted(kept, order, logo, own_one, _key(kept, order, logo, own_one))


def _context(kept: Kept, authorization: str) -> PrintContext:
    document, submission = kept.document, kept.submission
    is_real = document.scope.environment is Environment.PRODUCTION
    marks = [*([_VOIDED] if submission.state == State.VOIDED else []), *([] if is_real else [_NO_VALUE])]
    code = (submission.link or "") if document.receipt.doctype in _GUIDES else (document.qr or "")
    return PrintContext(
        digest=document.digest, qr=code, stamp=" · ".join(marks) or None, lookup=_LOOKUP, authorization=authorization
    )


def _said(company: Company | None) -> Mapping[str, str | None]:
    """The settings with which its receipts are sent."""
    return (company and company.about and company.about.sender) or {}


def _key(kept: Kept, order: Order, logo: str | None, own_one: PageTemplate | None) -> str:
    shown = {
        "order": {name: value for name, value in asdict(order).items() if not isinstance(value, bytes)},
        "files": [kept.document.xml, kept.submission.cdr, logo],
        "own": own_one and [own_one.name, own_one.blob],
        "product": product(),
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _with_files(platform: Platform, wanted: Wanted) -> Order:
    read, kept = platform.blobs.get, wanted.kept
    cdr, logo = kept.submission.cdr, wanted.logo
    return replace(
        wanted.order, xml=read(kept.document.xml), cdr=read(cdr) if cdr else b"", logo=read(logo) if logo else b""
    )


def _set(platform: Platform, order: Order) -> bytes:
    try:
        return platform.press.set(order)
    except OnapiError as error:
        if error.key == "pdf_not_available":
            raise NotFound(str(error), key=error.key) from error
        raise


def _set_own(platform: Platform, template: PageTemplate, order: Order) -> bytes:
    source = platform.blobs.get(template.blob)
    return set_own(source, {order.name: page_of(order)}, attachments_of(order), OWN_LIMITS)


def set_own(source: bytes, pages: Mapping[str, Page], files: tuple[Attachment, ...], limits: cell.Limits) -> bytes:
    """Pages set with a template of a company's own, in a cell; gives the last. InvalidDocument (`template_invalid`)."""
    try:
        return cell.run(own.composed, own.order(source, pages, files), limits, key=own.FAULT)
    except InvalidDocument as error:
        if error.facts.get("why") in {"time", "death", "output"}:
            sentence = f"La plantilla pide más de lo permitido: {limits.wall_s} s, {limits.memory_bytes >> 20} MiB."
            raise InvalidDocument(sentence, key=own.FAULT) from None
        raise


def _instead(platform: Platform, wanted: Wanted, order: Order, error: InvalidDocument) -> File:
    """The page that everybody has, where the company's own cannot be made; the company finds out why."""
    if wanted.own is None:
        raise AssertionError("a template that is not there has failed")
    fault = TemplateFault(str(error), platform.clock(), wanted.kept.document.receipt.label)
    with platform.database.transaction() as connection:
        page_templates.note(connection, wanted.own, fault)
    _log.warning("page_template_failed", ruc=wanted.kept.document.scope.ruc, template=wanted.own.name)
    plain = _without_own(wanted)
    page = _cached(platform, plain) or _kept(platform, plain, _set(platform, order))
    return replace(page, warnings=(_warning(wanted.own.name, fault.sentence),))


def _without_own(wanted: Wanted) -> Wanted:
    return replace(wanted, own=None, key=_key(wanted.kept, wanted.order, wanted.logo, None))


def _refused_lately(platform: Platform, template: PageTemplate) -> dict[str, str] | None:
    fault = template.fault
    if fault is None or platform.clock() - fault.at > _NOT_AGAIN:
        return None
    return _warning(template.name, fault.sentence)


def _warning(name: str, sentence: str) -> dict[str, str]:
    message = f"La plantilla {name} de la empresa falló y se usó la de OnAPI. {sentence}"
    return {"code": own.FAULT, "message": message}


def _wrong(name: str, sentence: str, said: str) -> InvalidDocument:
    fault = Fault("invalid_parameter", f"/query/{name}", sentence, received=said[:40])
    return InvalidDocument(sentence, key="invalid_parameter", faults=(fault,))
