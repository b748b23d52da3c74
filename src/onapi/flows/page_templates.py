"""A company's own templates: put one after it was tried on a page of each kind, see them, take one away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from onapi.errors import InvalidDocument, NotFound
from onapi.flows.platform import Platform
from onapi.flows.print import OWN_LIMITS, set_own
from onapi.kinds.kind import PrintContext
from onapi.library.receipt import Receipt
from onapi.library.samples import longer, samples
from onapi.page.data import Attachment, Page
from onapi.page.own import FAULT
from onapi.store import companies, page_templates
from onapi.store.page_templates import PageTemplate
from onapi.values.scope import Scope

NAME: Final = r"^[A-Za-z][A-Za-z0-9_-]{0,19}$"
MOST_BYTES: Final = 256 * 1024
MOST_TEMPLATES: Final = 20

_MANY_LINES: Final = 60  # more than a page of any paper takes
_TRIAL: Final = replace(OWN_LIMITS, cpu_s=20, wall_s=30)
_DIGEST: Final = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
_LOOKUP: Final = "Consulte su validez en www.sunat.gob.pe."
_LOGO: Final = bytes.fromhex(  # one point: the smallest PNG that is a picture
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A template that was put, and what came of it on the sample pages."""

    template: PageTemplate
    pages: tuple[str, ...]  # the kinds it was tried on


def put(platform: Platform, scope: Scope, name: str, source: bytes) -> Tried:
    """Keep a template in the place of the one of that name.

    InvalidDocument (`template_invalid`) says line and fault, on the page of which kind; the one before stays then.
    """
    check_name(name)
    pages = try_out(source)
    now = platform.clock()
    blob = platform.blobs.put(source)
    with platform.database.transaction() as connection:
        if companies.find(connection, scope) is None:
            sentence = f"El RUC {scope.ruc} no está inscrito en esta plataforma."
            raise InvalidDocument(sentence, key="company_not_enrolled")
        others = [each for each in page_templates.all_of(connection, scope) if each.name != name]
        if len(others) >= MOST_TEMPLATES:
            raise InvalidDocument(f"Una empresa guarda hasta {MOST_TEMPLATES} plantillas; borre alguna.", key=FAULT)
        page_templates.keep(connection, scope, name, blob, size_bytes=len(source), now=now)
    return Tried(PageTemplate(scope, name, blob, len(source), now), pages)


def try_out(source: bytes) -> tuple[str, ...]:
    """Set the sample pages with it; gives the kinds. InvalidDocument (`template_invalid`) says what is wrong."""
    if not source.strip():
        raise InvalidDocument("La plantilla está vacía.", key=FAULT)
    if len(source) > MOST_BYTES:
        raise InvalidDocument(f"La plantilla pesa más de {MOST_BYTES // 1024} KiB.", key="payload_too_large")
    return _tried(source)


@lru_cache(16)  # who puts the same again, waits once
def _tried(source: bytes) -> tuple[str, ...]:
    xml = Attachment("muestra.xml", b"<muestra/>", relation="source")
    set_own(source, sample_pages(), (xml,), _TRIAL)
    return tuple(samples())


def sample_pages() -> dict[str, Page]:
    """A page of each kind, then one of many lines that is voided and has a logo, and one without a QR."""
    found = {f"una muestra de {receipt.kind.name} ({code})": _page(receipt) for code, receipt in samples().items()}
    long = _page(longer(_MANY_LINES))
    voided = replace(long, stamp="ANULADO · SIN VALOR FISCAL", copy_mark="COPIA EMISOR")
    found[f"una factura anulada de {_MANY_LINES} líneas"] = replace(voided, issuer=replace(long.issuer, logo=_LOGO))
    found["una factura sin QR"] = replace(_page(samples()["01"]), qr=None, digest="")
    return found


def _page(receipt: Receipt) -> Page:
    context = PrintContext(digest=_DIGEST, qr="20000000001|01|F001|1|", stamp="SIN VALOR FISCAL", lookup=_LOOKUP)
    return receipt.kind.page(receipt.document, context)


def all_of(platform: Platform, scope: Scope) -> Sequence[PageTemplate]:
    """Every template of a company; NotFound if it is not enrolled."""
    with platform.database.reading() as connection:
        if companies.find(connection, scope) is None:
            sentence = f"El RUC {scope.ruc} no está inscrito en esta plataforma."
            raise NotFound(sentence, key="company_not_found")
        return page_templates.all_of(connection, scope)


def find(platform: Platform, scope: Scope, name: str) -> tuple[PageTemplate, bytes]:
    """A template and its text; NotFound (`template_not_found`) if there is none of that name."""
    check_name(name)
    with platform.database.reading() as connection:
        found = page_templates.find(connection, scope, name)
    if found is None:
        raise _none(name)
    return found, platform.blobs.get(found.blob)


def remove(platform: Platform, scope: Scope, name: str) -> None:
    """Take it away: pages are set with ours of that name, or there is none of it any more."""
    check_name(name)
    with platform.database.transaction() as connection:
        if not page_templates.remove(connection, scope, name):
            raise _none(name)


def check_name(name: str) -> None:
    """InvalidDocument (`invalid_parameter`) unless a template can be called that."""
    if not re.fullmatch(NAME, name, re.ASCII):
        sentence = "El nombre de una plantilla empieza con una letra y tiene hasta 20 letras, cifras, - o _."
        raise InvalidDocument(sentence, key="invalid_parameter", name=name[:40])


def _none(name: str) -> NotFound:
    return NotFound(f"La empresa no tiene una plantilla {name}.", key="template_not_found")
