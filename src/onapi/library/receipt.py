"""A receipt in any of its three forms, complete and checked, ready to be built and signed: the library's one object.

JSON and trama become a document of ours. XML made elsewhere is read, completed and checked the same way; where our
writer would say exactly the same, ours is used, so that the three forms of a receipt give the same bytes; otherwise the
XML stands as it is, and a signed one is never touched.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from onapi.errors import InvalidDocument
from onapi.intake import Taken, read_document
from onapi.intake.trama import write_trama
from onapi.intake.ubl import Ubl, read_ubl
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds.kind import Digest, Kind, TotalsMode
from onapi.library.draw import Draft, draft, invalid, qr_of
from onapi.library.forms import Form, Told, issuer_in, tell
from onapi.library.held import Held, taken_whole
from onapi.library.same import says_the_same
from onapi.rules.check import check as check_rules
from onapi.rules.rule import Fault, Level, faults_of
from onapi.sign.certificate import Signer
from onapi.sign.foreign import sign_foreign
from onapi.sign.verify import verify_signature
from onapi.sign.xmldsig import Signed, sign
from onapi.ubl.schema import schema_faults
from onapi.values.moment import LIMA
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "0306"  # SUNAT's code for an XML that does not keep its schema


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, complete; its faults say whether SUNAT would take it."""

    kind: Kind
    document: Any  # the kind's own model: Sale, …
    digest: Digest
    faults: tuple[Fault, ...]  # errors and observations; where: JSON pointer, or line:n/field:m of a trama
    warnings: tuple[dict[str, str], ...]  # code, message, field
    form: Form = "json"  # the form it came in
    is_signed: bool = False
    taken: Taken | None = field(default=None, repr=False)  # how it was written; None for signed XML
    given_xml: bytes = field(default=b"", repr=False)  # what came, where it stands as it came

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What keeps it from being issued."""
        return tuple(fault for fault in self.faults if fault.level is Level.ERROR)

    @property
    def misread(self) -> bool:
        """Something of how it was written could not be read, so what it says is not known."""
        return self.taken is not None and any(fault.level is Level.ERROR for fault in self.taken.faults)

    @property
    def json(self) -> dict[str, Any]:
        """The complete document in the public vocabulary, with every amount computed; numbers are Decimal."""
        return VOCABULARIES[self.kind.code].write(self.document)

    @property
    def trama(self) -> str:
        """The complete document as flat file."""
        return write_trama(self.json)

    @property
    def xml(self) -> bytes:
        """Its XML: unsigned, or as it came; InvalidDocument names every error."""
        if self.errors:
            raise invalid(self.errors)
        return self.given_xml or _DECLARATION + self.kind.build(self.document).encode()

    def sign(self, signer: Signer) -> Signed:
        """The signed XML, valid against its schema; one that is signed already stays as it is."""
        if self.errors:
            refusal = invalid(self.errors)
            if not self.misread:
                refusal.facts["receipt"] = self.digest.id  # whoever tells the refusal can tell of its number
            raise refusal
        if self.is_signed:
            return Signed(self.given_xml, verify_signature(self.given_xml, allow_sha1=True).digest_value)
        if self.given_xml:
            signed = sign_foreign(self.given_xml, signer, self.kind.signature_id)
        else:
            signed = sign(self.kind.build(self.document), signer, self.kind.signature_id)
        if broken := _schema_faults(signed.xml):
            if not self.given_xml:
                raise AssertionError(f"our XML breaks the schema: {broken[0]}")
            raise invalid(broken)
        return signed

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content: equal for equal content, however it was written."""
        if self.given_xml or self.taken is None:
            return hashlib.sha256(self.given_xml).hexdigest()
        return self.taken.fingerprint

    def qr(self, signed: Signed) -> str:
        """The text of the printed code; "" for kinds that have none of their own."""
        return qr_of(self.digest, signed.digest)


def read(
    source: bytes | str | dict[str, Any],
    *,
    issuer: Party | None = None,
    doctype: str = "",
    now: datetime | None = None,
    totals: TotalsMode | str = TotalsMode.CHECK,
    strict_ruc: bool = False,
    charset: str = "utf-8",
) -> Receipt:
    """Read, complete and check a receipt: JSON (values or text), UBL XML or trama, told apart by how they begin.

    `issuer` defaults to the document's own `company`; `now` to the clock. Unreadable where it is none of the three;
    what is wrong with the receipt itself stands in its faults. A wrong check digit of a RUC, which SUNAT looks up and
    does not compute, is an observation unless `strict_ruc`.
    """
    told = tell(source, charset)
    told = replace(told, doctype=doctype) if doctype else told
    return receipt_of(told, issuer, now or datetime.now(LIMA), TotalsMode(totals), strict_ruc=strict_ruc)


def receipt_of(
    told: Told,
    issuer: Party | None,
    now: datetime,
    totals: TotalsMode = TotalsMode.CHECK,
    *,
    strict_ruc: bool = False,
    held: Held | None = None,
) -> Receipt:
    """The receipt of what was told apart already.

    `held` are the receipts that lines of a resumen diario stand for (`held.wanted` names them); None where nobody
    keeps any. They complete the document; its fingerprint is that of what the caller wrote.
    """
    if told.form == "xml":
        return _of_xml(told.xml, issuer, now, strict_ruc=strict_ruc)
    company = issuer or issuer_in(told.document)
    taken = read_document(told.document, told.doctype, company, prefix=told.pointer, strict_ruc=strict_ruc)
    whole = taken if held is None else taken_whole(taken, held)
    return _of_draft(draft(whole, now, totals, told.pointer), taken, told)


def _of_draft(found: Draft, taken: Taken, told: Told) -> Receipt:
    faults = tuple(replace(fault, path=told.place_of(fault.path)) for fault in found.faults)
    warnings = tuple({**warning, "field": told.place_of(warning["field"])} for warning in found.warnings) + told.notes
    return Receipt(found.kind, found.document, found.digest, faults, warnings, form=told.form, taken=taken)


def _of_xml(data: bytes, issuer: Party | None, now: datetime, *, strict_ruc: bool) -> Receipt:
    found = read_ubl(data)
    if found.is_signed:
        return _of_signed(data, found)
    company = issuer or issuer_in(found.said)
    taken = read_document(found.said, found.kind.code, company, prefix="", strict_ruc=strict_ruc)
    drawn = draft(taken, now, TotalsMode.CHECK, "")
    receipt = _of_draft(drawn, taken, Told("xml", found.said))
    if not drawn.errors and says_the_same(parse_xml(found.kind.build(drawn.document).encode()), found.root):
        return receipt
    return replace(receipt, document=found.content, digest=found.kind.digest(found.content), given_xml=data)


def _of_signed(data: bytes, found: Ubl) -> Receipt:
    """A signed document is judged as it stands: signature, schema, then the rules of its kind on its issue date."""
    kind, digest = found.kind, found.kind.digest(found.content)
    vocabulary = VOCABULARIES[kind.code]
    broken = check_rules(found.content, kind.rules, digest.issue_date)
    rules = tuple(replace(fault, path=vocabulary.pointer(fault.path, "")) for fault in broken)
    faults = (*_signature_faults(data), *_schema_faults(data), *rules)
    observed = tuple(
        {"code": fault.code, "message": fault.sentence, "field": fault.path}
        for fault in faults
        if fault.level is Level.OBSERVATION
    )
    return Receipt(kind, found.content, digest, faults, observed, form="xml", is_signed=True, given_xml=data)


def _signature_faults(data: bytes) -> tuple[Fault, ...]:
    try:
        verify_signature(data, allow_sha1=True)
    except InvalidDocument as refusal:
        return faults_of(refusal) or (Fault("signature_invalid", "", str(refusal)),)
    return ()


def _schema_faults(data: bytes) -> tuple[Fault, ...]:
    return tuple(
        Fault(_SCHEMA, fault.path, f"El XML no cumple su esquema en la línea {fault.line}.", received=fault.message)
        for fault in schema_faults(data)
    )
