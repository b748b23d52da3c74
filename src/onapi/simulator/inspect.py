"""What SUNAT looks at before it reads a document's content, in its order (its sheets General and Firma).

user → name of the ZIP → RUC of the user → content of the ZIP → name of the XML → schema → signature → identity.
The first check that fails refuses; each one's sentence is SUNAT's own. Content rules come after these, as rows.
"""

import re
from base64 import b64decode
from dataclasses import dataclass

from onapi.errors import InvalidDocument, Unreadable
from onapi.sign.verify import Verified, verify_signature
from onapi.simulator.envelope import Call
from onapi.simulator.office import refusal
from onapi.ubl.schema import schema_faults
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId
from onapi.values.xmltree import Element, find_local, local_name, parse_xml, text_of

_USER = re.compile(r"([12]\d{10})MODDATOS", re.ASCII)
_PASSWORD = "moddatos"  # noqa: S105 - SUNAT publishes it for its test service
_NAME = re.compile(r"([12]\d{10})-(\d\d|RC|RA|RR)-([A-Z0-9]{1,4}|\d{8})-(\d{1,8})", re.ASCII)
_ZIP_REASONS = {"empty": "0155", "corrupt": "0156", "dangerous": "0156", "no_file": "0157", "many_files": "0158"}


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What the header of a kind of document looks like."""

    root: str
    series: str  # pattern; numbers alone are a contingency series
    issuer: str = "AccountingSupplierParty"
    customer: str = "AccountingCustomerParty"
    has_type_code: bool = True


KINDS = {
    "01": DocumentKind("Invoice", r"F[A-Z0-9]{3}|\d{1,4}"),
    "03": DocumentKind("Invoice", r"B[A-Z0-9]{3}|\d{1,4}"),
    "04": DocumentKind(
        "SelfBilledInvoice", r"L[A-Z0-9]{3}|\d{1,4}", "AccountingCustomerParty", "AccountingSupplierParty"
    ),
    "07": DocumentKind("CreditNote", r"[FB][A-Z0-9]{3}|\d{1,4}", has_type_code=False),
    "08": DocumentKind("DebitNote", r"[FB][A-Z0-9]{3}|\d{1,4}", has_type_code=False),
}


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of a file, `20000000001-01-F001-1`, taken apart; series and number as they were written."""

    stem: str
    ruc: str
    doctype: str
    series: str
    number: str

    @property
    def key(self) -> ReceiptId:
        """What the ledger knows it by."""
        return ReceiptId(self.ruc, self.doctype, self.series, int(self.number))


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document that is well formed, signed, and is what its name says."""

    verified: Verified
    document_id: str  # F001-1
    recipient: str  # type and number of the customer's document: 6-20000000001


def authenticate(call: Call) -> str:
    """The RUC behind the call: any RUC with SUNAT's published test user (0102)."""
    user = _USER.fullmatch(call.username)
    if not user or call.password != _PASSWORD:
        raise refusal("0102")
    return user[1]


def file_name(text: str, doctypes: frozenset[str]) -> FileName:
    """The ZIP's name, when it names a kind of document that this address takes (0151)."""
    name = _NAME.fullmatch(text[:-4]) if text[-4:] in {".zip", ".ZIP"} else None
    if not name or name[2] not in doctypes or int(name[4]) == 0:
        raise refusal("0151")
    return FileName(name[0], name[1], name[2], name[3], name[4])


def refuse_foreign(name: FileName, user_ruc: str) -> None:
    """A user sends its own RUC's documents only (0154)."""
    if name.ruc != user_ruc:
        raise refusal("0154")


def unpack(content: str, name: FileName) -> bytes:
    """The XML in the ZIP (0155 to 0158), rightly named (0159, 0161) and not empty (0160)."""
    try:
        found, xml = unzip_one(b64decode(content, validate=False), suffix="")
    except ValueError:  # no base64
        raise refusal("0156") from None
    except Unreadable as error:
        raise refusal(_ZIP_REASONS[str(error.facts["reason"])]) from None
    if found[-4:] not in {".xml", ".XML"} or not _NAME.fullmatch(found[:-4]):
        raise refusal("0159")
    if found[:-4] != name.stem:
        raise refusal("0161")
    if not xml:
        raise refusal("0160")
    return xml


def inspect(xml: bytes, name: FileName) -> Inspected:
    """The document, once schema (0306), signature (2076 to 2335) and identity (1001 to 1036) hold."""
    kind = KINDS[name.doctype]
    _check_signature_tags(_read(xml, kind), name)
    try:
        verified = verify_signature(xml, allow_sha1=True)  # SUNAT still takes it
    except InvalidDocument as error:
        raise refusal("2335", str(error)) from None
    _check_identity(verified.root, kind, name)
    customer = find_local(verified.root, f"{kind.customer}/Party/PartyIdentification/ID")
    recipient = "-" if customer is None else f"{customer.get('schemeID', '')}-{text_of(customer)}"
    return Inspected(verified, text_of(verified.root, "ID"), recipient)


def _read(xml: bytes, kind: DocumentKind) -> Element:
    try:
        root = parse_xml(xml)
        faults = schema_faults(root)
    except Unreadable as error:
        raise refusal("0306", str(error)) from None
    if faults:
        raise refusal("0306", f"error: Error en la linea: {faults[0].line} {faults[0].message}")
    if local_name(root) != kind.root:
        raise refusal("0306", f"error: Se esperaba {kind.root} y llego {local_name(root)}")
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


def _check_signature_tags(root: Element, name: FileName) -> None:
    signature = find_local(root, _SIGNATURE)
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


def _check_identity(root: Element, kind: DocumentKind, name: FileName) -> None:
    """RUC, series, number and kind are those of the file's name, letter by letter (leading zeros too)."""
    series, _, number = text_of(root, "ID").partition("-")
    if series != name.series:
        raise refusal("1035")
    if number != name.number:
        raise refusal("1036")
    if not re.fullmatch(kind.series, series):
        raise refusal("1001", f'error: INFO : 1001 (nodo: "cbc:ID" valor: "{series}-{number}")')
    if kind.has_type_code and text_of(root, "InvoiceTypeCode") != name.doctype:
        raise refusal("1003" if text_of(root, "InvoiceTypeCode") else "1004")
    if text_of(root, f"{kind.issuer}/Party/PartyIdentification/ID") != name.ruc:
        raise refusal("1034")
