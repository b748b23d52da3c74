"""What SUNAT looks at once a file is open, before it reads the content: schema, signature, certificate, identity.

In SUNAT's order (its sheets General and Firma). The first check that fails refuses, with SUNAT's own sentence. From
there on only what was under the signature is read.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from onapi.errors import InvalidDocument, Unreadable
from onapi.sign.certificate import rucs_of
from onapi.sign.verify import Verified, verify_signature
from onapi.simulator.headers import BATCHES, KINDS, BatchKind, DocumentKind
from onapi.simulator.office import refusal
from onapi.simulator.received import FileName
from onapi.ubl.schema import schema_faults
from onapi.values.xmltree import Element, find_local, local_name, parse_xml, text_of


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document that is well formed, signed, and is what its name says."""

    root: Element  # what was signed, without the signature
    issued_on: str  # as it is written
    currency: str = ""
    total: str = ""
    recipient: str = "-"  # type and number of the customer's document: 6-20000000001


def inspect(xml: bytes, name: FileName, now: datetime, *, knows_certificates: bool) -> Inspected:
    """The document, once schema (0306), signature (2076 to 2335), certificate (2325, 2327) and identity hold.

    The certificate is looked at where SUNAT knows whose it is: not in its test service.
    """
    kind = BATCHES.get(name.doctype) or KINDS[name.doctype]
    _check_signature_tags(_read(xml, kind.root), name)
    try:
        verified = verify_signature(xml, allow_sha1=True)  # SUNAT still takes it
    except InvalidDocument as error:
        raise refusal("2335", str(error)) from None
    if knows_certificates:
        _check_certificate(verified, name, now)
    if isinstance(kind, BatchKind):
        _check_batch(verified.root, kind, name)
        return Inspected(verified.root, text_of(verified.root, "IssueDate"))
    _check_identity(verified.root, kind, name)
    return _inspected(verified.root, kind)


def _read(xml: bytes, wanted: str) -> Element:
    try:
        root = parse_xml(xml)
        faults = schema_faults(root)
    except Unreadable as error:
        raise refusal("0306", str(error)) from None
    if faults:
        raise refusal("0306", f"error: Error en la linea: {faults[0].line} {faults[0].message}")
    if local_name(root) != wanted:
        raise refusal("0306", f"error: Se esperaba {wanted} y llego {local_name(root)}")
    return root


# Where the signature says how it was made: a path of local names, an attribute or "", code when missing, code when
# longer than SUNAT allows ("" where it sets no limit). Sheet Firma, in its order.
_SIGNATURE = "UBLExtensions/UBLExtension/ExtensionContent/Signature"
_SIGNATURE_TAGS = (
    ("", "Id", "2085", "2084"),
    ("SignedInfo/CanonicalizationMethod", "Algorithm", "2087", "2086"),
    ("SignedInfo/SignatureMethod", "Algorithm", "2089", "2088"),
    ("SignedInfo/Reference/Transforms/Transform", "Algorithm", "2093", "2092"),
    ("SignedInfo/Reference/DigestMethod", "Algorithm", "2095", "2094"),
    ("SignedInfo/Reference/DigestValue", "", "2097", ""),
    ("SignatureValue", "", "2099", ""),
    ("KeyInfo/X509Data/X509Certificate", "", "2101", ""),
)
_SIGNATORY_TAGS = (
    ("Signature/ID", "2076", "2077"),
    ("Signature/SignatoryParty/PartyIdentification/ID", "2079", ""),
    ("Signature/SignatoryParty/PartyName/Name", "2081", "2080"),
    ("Signature/DigitalSignatureAttachment/ExternalReference/URI", "2083", "2082"),
)
_MAX_TAG = 3000  # characters
_GUIDES = frozenset({"09", "31"})


def _check_signature_tags(root: Element, name: FileName) -> None:
    signature = find_local(root, _SIGNATURE)
    if signature is None and name.doctype in _GUIDES:
        raise refusal("1059")
    for path, attribute, missing, too_long in _SIGNATURE_TAGS:
        text = _written(signature, path, attribute)
        if not text or (too_long and len(text) > _MAX_TAG):
            raise refusal(too_long if text else missing)
    uri = _written(signature, "SignedInfo/Reference", "URI")
    if uri != "":
        raise refusal("2091" if uri is None else "2090")
    for path, missing, too_long in _SIGNATORY_TAGS:
        text = text_of(root, path)
        if not text or (too_long and len(text) > _MAX_TAG):
            raise refusal(too_long if text else missing)
    if text_of(root, "Signature/SignatoryParty/PartyIdentification/ID") != name.ruc:
        raise refusal("2078")


def _written(signature: Element | None, path: str, attribute: str) -> str | None:
    """The text or attribute at a path below the signature; None when there is no such place."""
    place = signature if signature is None or not path else find_local(signature, path)
    if place is None:
        return None
    return place.get(attribute) if attribute else text_of(place)


def _check_certificate(verified: Verified, name: FileName, now: datetime) -> None:
    """It names the issuer (2325) and is valid on the day (2327; a guide's has a code of its own)."""
    certificate = verified.certificate
    if name.ruc not in rucs_of(certificate):
        raise refusal("2325", f"error: El certificado no es del RUC {name.ruc}")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise refusal("2336" if name.doctype in _GUIDES else "2327")


def _check_identity(root: Element, kind: DocumentKind, name: FileName) -> None:
    """RUC, series, number and kind are those of the file's name, letter by letter (leading zeros too)."""
    label = text_of(root, "ID")
    series, _, number = label.partition("-")
    if kind.is_whole and label != name.label:
        raise refusal("1049")
    if series != name.series:
        raise refusal("1035")
    if number != name.number:
        raise refusal("1036")
    if not re.fullmatch(kind.series, series):
        raise refusal("1001", f'error: INFO : 1001 (nodo: "cbc:ID" valor: "{label}")')
    if kind.type_code and text_of(root, kind.type_code) != name.doctype:
        raise refusal("1003" if text_of(root, kind.type_code) else "1004")
    if text_of(root, kind.issuer) != name.ruc:
        raise refusal("1034")


def _check_batch(root: Element, kind: BatchKind, name: FileName) -> None:
    if text_of(root, "ID") != name.label:
        raise refusal("2220")
    if text_of(root, "IssueDate").replace("-", "") != name.series:
        raise refusal("2346")
    if text_of(root, kind.issuer) != name.ruc:
        raise refusal("1034")


def _inspected(root: Element, kind: DocumentKind) -> Inspected:
    customer = find_local(root, kind.customer)
    total = find_local(root, kind.total) if kind.total else None
    return Inspected(
        root,
        text_of(root, "IssueDate"),
        currency="" if total is None else total.get("currencyID", ""),
        total="" if total is None else text_of(total),
        recipient="-" if customer is None else f"{customer.get('schemeID', '')}-{text_of(customer)}",
    )
