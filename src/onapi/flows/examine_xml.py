"""Look at a receipt that was issued elsewhere: who signed it, what it says, and whether its CDR is its own.

Strictly, the signature has to hold for the whole of the XML, with a certificate of its issuer, and only what was signed
is read; the CDR has to be signed too, to name this receipt, and where it carries a digest this XML. With `warn` what
does not hold is told in `warnings`; with `off` nobody looks at signatures. Under none of them a CDR of another receipt
counts.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from lxml import etree

from onapi.cdr import read_cdr
from onapi.cdr.judge import judge
from onapi.errors import InvalidDocument, Unreadable
from onapi.flows.hear import is_named_after
from onapi.intake.ubl import kind_of
from onapi.kinds.kind import Digest, Kind
from onapi.rules.rule import Fault
from onapi.sign.certificate import rucs_of
from onapi.sign.verify import Verified, verify_signature
from onapi.values.archive import unzip_one
from onapi.values.identity import is_ruc_shape
from onapi.values.number import MAX_CORRELATIVE, ReceiptId, is_series
from onapi.values.verdict import Verdict
from onapi.values.xmltree import Element, parse_xml

Verify = Literal["strict", "warn", "off"]
_SUNAT_RUC: Final = "20131312955"  # signs what is issued in its portal
_PDF: Final = b"%PDF-"
_CDR_MISSING: Final = {
    "code": "cdr_missing",
    "message": "Se guardó sin constancia: su estado en SUNAT no se conoce. No se enviará por sí solo.",
    "field": "/cdr",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt as it came, and what is said of it; what is None is read from the XML."""

    ruc: str
    xml: bytes = field(repr=False)
    cdr: bytes | None = field(default=None, repr=False)
    pdf: bytes | None = field(default=None, repr=False)
    doctype: str | None = None
    series: str | None = None
    number: int | None = None
    external_id: str | None = None
    source: str | None = None
    verify: Verify = "strict"
    check_sunat: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in it."""

    kind: Kind
    digest: Digest
    hash: str  # ds:DigestValue
    verdict: Verdict | None
    warnings: tuple[dict[str, str], ...]

    @property
    def id(self) -> ReceiptId:
        """Its name."""
        return self.digest.id


def examine(given: Given) -> Seen:
    """What it is and what holds of it; InvalidDocument, Unreadable where it cannot be kept."""
    verified, warnings = _verified(given.xml, given.verify)
    root = verified.root if verified else parse_xml(given.xml)
    kind = kind_of(root)
    digest = kind.digest(kind.read(root))
    _refuse_other_name(given, digest.id)
    if verified and (words := _foreign(verified, digest.id)):
        if given.verify == "strict":
            raise InvalidDocument(words, key="certificate_ruc_mismatch")
        warnings = (*warnings, _warning("certificate_ruc_mismatch", words, "/xml"))
    value = verified.digest_value if verified else _digest_in(root)
    verdict, more = _verdict(given, digest.id, value)
    if verdict is None:
        more = (*more, _CDR_MISSING)
    if given.pdf is not None and not given.pdf.startswith(_PDF):
        raise InvalidDocument("El archivo pdf no es un PDF.", key="unreadable_pdf")
    return Seen(kind, digest, value, verdict, (*warnings, *more))


def _verified(xml: bytes, verify: Verify) -> tuple[Verified | None, tuple[dict[str, str], ...]]:
    """Who signed what; None where that does not hold and need not."""
    if verify == "off":
        return None, ()
    try:
        return verify_signature(xml), ()
    except InvalidDocument as refusal:
        words = str(refusal)  # and not the error, which keeps the whole tree: there will be another
    if (weak := _by_sha1(xml)) and verify == "warn":
        return weak, (_warning("weak_signature", "La firma usa SHA-1.", "/xml"),)
    if verify == "strict":
        words = "La firma usa SHA-1; con options.verify=warn se guarda con una advertencia." if weak else words
        raise InvalidDocument(words, key="signature_invalid")
    return None, (_warning("signature_invalid", words, "/xml"),)


def _by_sha1(xml: bytes) -> Verified | None:
    """History was signed with it."""
    try:
        return verify_signature(xml, allow_sha1=True)
    except InvalidDocument:
        return None


def _foreign(verified: Verified, receipt: ReceiptId) -> str:
    """Why its certificate is not that of its issuer; "" if it is, or if SUNAT's portal signed it."""
    rucs = rucs_of(verified.certificate)
    if receipt.ruc in rucs or (receipt.series.startswith("E") and _SUNAT_RUC in rucs):
        return ""
    return "El certificado de la firma no es del RUC emisor; si firmó su proveedor, use options.verify=warn."


def _digest_in(root: Element) -> str:
    found = root.find(".//{http://www.w3.org/2000/09/xmldsig#}DigestValue")
    return "" if found is None else "".join((found.text or "").split())[:128]


def _verdict(given: Given, receipt: ReceiptId, digest: str) -> tuple[Verdict | None, tuple[dict[str, str], ...]]:
    """What its CDR says of it; strictly, a CDR that says nothing of it is refused."""
    if given.cdr is None:
        return None, ()
    try:
        verdict, warnings = _judged(given.cdr, receipt, digest, given.verify)
    except (Unreadable, InvalidDocument) as error:
        raise InvalidDocument(f"La constancia no se puede tomar: {error}", key="cdr_mismatch") from error
    if verdict is not None:
        return verdict, warnings
    words = f"La constancia no es de {receipt.label}, o no es de este XML."
    if given.verify == "strict":
        raise InvalidDocument(words, key="cdr_mismatch")
    return None, (*warnings, _warning("cdr_mismatch", f"{words} No se tomó en cuenta.", "/cdr"))


def _judged(
    file: bytes, receipt: ReceiptId, digest: str, verify: Verify
) -> tuple[Verdict | None, tuple[dict[str, str], ...]]:
    cdr, warnings = read_cdr(file), tuple[dict[str, str]]()
    if file[:2] == b"PK" and not is_named_after(receipt, unzip_one(file)[0]):
        return None, ()
    if verify != "off":
        verified, warnings = _verified(cdr.xml, verify)
        warnings = tuple({**each, "field": "/cdr"} for each in warnings)
        cdr = read_cdr(etree.tostring(verified.root)) if verified else cdr  # only what was signed is read
    return judge(cdr, receipt, digest), warnings


def _refuse_other_name(given: Given, found: ReceiptId) -> None:
    """What is said beside the XML agrees with it, and it has the name of a receipt."""
    if not (is_ruc_shape(found.ruc) and is_series(found.series) and 1 <= found.number <= MAX_CORRELATIVE):
        raise Unreadable("El XML no tiene el RUC, la serie o el número de un comprobante.", key="malformed_xml")
    said = (
        ("/ruc", given.ruc, found.ruc),
        ("/doctype", given.doctype, found.doctype),
        ("/serie", given.series and given.series.upper(), found.series),
        ("/number", given.number, found.number),
    )
    sentence = "No coincide con el XML."
    faults = tuple(
        Fault("differs_from_xml", place, sentence, expected=str(there), received=str(here))
        for place, here, there in said
        if here is not None and here != there
    )
    if faults:
        raise InvalidDocument("Lo indicado no coincide con el XML.", key="validation_failed", faults=faults)


def _warning(code: str, message: str, place: str) -> dict[str, str]:
    return {"code": code, "message": message, "field": place}


def unpacked(given: Given) -> Given:
    """The same with its XML taken out of a ZIP, where it came in one."""
    return replace(given, xml=unzip_one(given.xml)[1]) if given.xml[:2] == b"PK" else given
