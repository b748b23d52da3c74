"""Draw up a receipt: from what was read to a complete document with every fault it has."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from onapi.errors import InvalidDocument
from onapi.facts.windows import window
from onapi.intake import Taken
from onapi.kinds.kind import Digest, Kind, TotalsMode
from onapi.page.qr import qr_text
from onapi.rules.rule import Fault, Level
from onapi.values.identity import ANONYMOUS
from onapi.values.moment import in_lima
from onapi.values.party import Party

_IN_THE_FUTURE = "2329"


@dataclass(frozen=True, slots=True)
class Draft:
    """A complete document with everything that is wrong or odd about it."""

    kind: Kind
    document: Any
    digest: Digest
    faults: tuple[Fault, ...]  # errors and observations; paths are JSON pointers
    warnings: tuple[dict[str, str], ...]  # code, message, field: observations, and what was written oddly

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What keeps it from being issued."""
        return tuple(fault for fault in self.faults if fault.level is Level.ERROR)


def draft(taken: Taken, now: datetime, totals: TotalsMode, pointer: str) -> Draft:
    """Complete and check; `pointer` is where the document stood in the request."""
    kind = taken.kind
    document = kind.complete(taken.form, taken.issuer, now, totals)
    digest = kind.digest(document)
    broken = (*taken.faults, *_early(digest, now), *kind.faults(taken.form, document, totals))
    faults = _told(taken, broken, pointer)
    return Draft(kind, document, digest, faults, _warnings(taken, faults))


def invalid(errors: tuple[Fault, ...]) -> InvalidDocument:
    """The refusal that names every fault."""
    only_totals = all(fault.code == "totals_mismatch" for fault in errors)
    many = f"{len(errors)} errores" if len(errors) > 1 else "1 error"
    key = "totals_mismatch" if only_totals else "validation_failed"
    return InvalidDocument(f"El documento tiene {many}.", key=key, faults=errors)


def _early(digest: Digest, now: datetime) -> tuple[Fault, ...]:
    """The fault of a date that has not come yet."""
    if digest.issue_date <= in_lima(now).date():
        return ()
    sentence = "La fecha de emisión no puede estar en el futuro; use la de hoy en Lima."
    return (Fault(_code_of_future(digest), "issue_date", sentence, received=digest.issue_date.isoformat()),)


def _code_of_future(digest: Digest) -> str:
    """SUNAT's code for it, which differs from kind to kind."""
    try:
        return window(digest.id.doctype, digest.id.series, "future", digest.issue_date).code
    except KeyError:
        return _IN_THE_FUTURE


def _told(taken: Taken, broken: Iterable[Fault], pointer: str) -> tuple[Fault, ...]:
    """Faults in the caller's own words; one place is told one thing of one code."""
    told: dict[tuple[str, str], Fault] = {}
    for fault in broken:
        path = taken.vocabulary.pointer(fault.path, pointer)
        told.setdefault((fault.code, path), replace(fault, path=path))
    return tuple(told.values())


def _warnings(taken: Taken, faults: tuple[Fault, ...]) -> tuple[dict[str, str], ...]:
    found = [{"code": fault.code, "message": fault.sentence, "field": fault.path} for fault in faults]
    unknown = "Campo desconocido: no se tomó en cuenta."
    found += [{"code": "unknown_field", "message": unknown, "field": pointer} for pointer in taken.unknown]
    if taken.other_name:
        message = "La razón social difiere de la inscrita; se usó la inscrita."
        found.append({"code": "issuer_name_differs", "message": message, "field": "/document/company/razonSocial"})
    return tuple(found)


def qr_of(digest: Digest, signature_digest: str) -> str:
    """The text of the printed code; "" for kinds that print none of their own: without IGV there is none to show."""
    if digest.igv is None or digest.total is None:
        return ""
    customer = digest.customer or Party(ANONYMOUS, ANONYMOUS, "")
    return qr_text(
        ruc=digest.id.ruc,
        doc_type=digest.id.doctype,
        series=digest.id.series,
        number=digest.id.number,
        igv=digest.igv,
        total=digest.total,
        issued=digest.issue_date,
        customer_id_type=customer.id_type,
        customer_id=customer.id_number,
        digest=signature_digest,
    )
