"""A receipt as JSON document: which kind, which number, and its form."""

import hashlib
import json
import re
from dataclasses import dataclass, is_dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from onapi.errors import InvalidDocument
from onapi.intake.party import read_company
from onapi.intake.reader import Notes, Reader
from onapi.intake.vocabularies import VOCABULARIES
from onapi.intake.vocabulary import Vocabulary
from onapi.kinds import KINDS, Kind
from onapi.rules.rule import Fault
from onapi.values.money import plain
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_TELLING = {"fecResumen": "RC", "impPercibido": "40", "impCobrado": "40", "proveedor": "20", "impRetenido": "20"}
_REVERSED = frozenset({"04", "20", "40"})  # voided by a resumen de reversiones
_NUMBER = re.compile(r"0*[1-9]\d{0,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read of a document: its kind and form, and all that is wrong or odd about how it was written."""

    kind: Kind
    vocabulary: Vocabulary
    form: Any
    issuer: Party
    faults: tuple[Fault, ...]  # paths are JSON pointers
    unknown: tuple[str, ...]  # JSON pointers of fields we do not know
    other_name: bool  # the document names the issuer otherwise than it is enrolled
    fingerprint: str  # SHA-256 of the content: equal for equal content, however it was written


def read_document(document: dict[str, Any], doctype: str, issuer: Party, *, prefix: str, strict_ruc: bool) -> Taken:
    """Read a document; `prefix` is where it stands in the request, for JSON pointers.

    InvalidDocument if its kind cannot be told: nothing more can be said then.
    """
    notes = Notes()
    reader = Reader(document, prefix, notes)
    kind = _kind(reader, doctype)
    vocabulary = VOCABULARIES[kind.code]
    identify = vocabulary.identify or _series_and_number
    receipt = ReceiptId(issuer.id_number, kind.code, *identify(reader))
    company, other_name = read_company(reader.child("company"), issuer)
    form = vocabulary.read(reader, receipt, strict_ruc)
    content = fingerprint(form, _company_said(document))
    return Taken(kind, vocabulary, form, company, tuple(notes.faults), tuple(notes.unknown), other_name, content)


def _company_said(document: dict[str, Any]) -> Party:
    """What the document says of its issuer beside RUC and name; what is enrolled may change between two sendings."""
    company = Reader(document, "", Notes()).child("company")
    return read_company(company, Party("", "", ""))[0]


def fingerprint(form: object, company: Party) -> str:
    """SHA-256 over all that was written; 1, 1.0 and "1.00" are the same number."""
    content = json.dumps([form, company], sort_keys=True, default=_canonical)
    return hashlib.sha256(content.encode()).hexdigest()


def _canonical(value: object) -> str | dict[str, object]:
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"a form holds no {type(value).__name__}")


def _kind(reader: Reader, doctype: str) -> Kind:
    """The kind that the request or the document names; nothing more can be read without one."""
    key, written = reader.name_of("tipoDoc", "doctype"), reader.text("tipoDoc", "doctype")
    code = doctype or written or _guessed(reader)
    if code not in KINDS:
        where = "/doctype" if doctype else reader.at(key)
        allowed = ", ".join(KINDS)
        sentence = f"Este tipo de comprobante no existe; use uno de {allowed}."
        raise _unusable(Fault("unknown_doctype", where, sentence, expected=allowed, received=code or None))
    if written and written != code:
        raise _unusable(Fault("doctype_differs", reader.at(key), "No coincide con el doctype.", expected=code))
    return KINDS[code]


def _guessed(reader: Reader) -> str:
    """The kind of a document that does not name it, by the fields that only one kind has."""
    if reader.has("fecComunicacion"):
        first = next(reader.items("details"), None)
        return "RR" if first and first.text("tipoDoc") in _REVERSED else "RA"
    return next((code for field, code in _TELLING.items() if reader.has(field)), "")


def _unusable(fault: Fault) -> InvalidDocument:
    return InvalidDocument("El tipo de comprobante no se puede usar.", key="validation_failed", faults=(fault,))


def _series_and_number(reader: Reader) -> tuple[str, int]:
    """Series and number; zero stands in for a number already noted as wrong, and the rules judge the series."""
    series = reader.text("serie", required=True).upper()
    key, number = reader.name_of("correlativo", "number"), reader.text("correlativo", "number", required=True)
    if number and not _NUMBER.fullmatch(number):
        reader.fault(key, "1001", "El correlativo debe ser un número de 1 a 99999999.")
        return series, 0
    return series, int(number or 0)
