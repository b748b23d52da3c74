"""Writing a CDR in the shape SUNAT's have, signed: for the simulator.

The text is built in canonical form (C14N 1.0), so what is hashed is what is sent. It follows SUNAT where SUNAT leaves
its own schema: the notes come after the signature's party, and beta writes date and time into IssueDate.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from onapi.cdr.read import Note
from onapi.values.moment import in_lima

SUNAT_RUC = "20131312955"
_SIGNATURE_ID = "SignSUNAT"

# In canonical order, which is by prefix.
_NAMESPACES = (
    ' xmlns:ar="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    ' xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"'
)
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SLOT = "<ext:ExtensionContent></ext:ExtensionContent>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a CDR says, before it is written."""

    id: str  # ticket
    code: str  # "0" accepted
    description: str
    document_id: str  # F001-22
    issuer_ruc: str
    recipient: str  # type and number of the customer's document: 6-20000000001
    received_at: datetime  # aware
    answered_at: datetime  # aware
    notes: tuple[Note, ...] = ()
    link: str = ""  # a GRE's QR address
    document_hash: str = ""
    signer_name: str = "SUNAT"
    is_beta: bool = False  # beta leaves the versions out and writes date and time into IssueDate


def write_cdr(answer: Answer, *, key: RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """The CDR as XML in UTF-8, enveloped signature with RSA and SHA-256 in its first extension."""
    unsigned = f"<ar:ApplicationResponse{_NAMESPACES}>{_body(answer)}</ar:ApplicationResponse>"
    signed = unsigned.replace(
        _SLOT, f"<ext:ExtensionContent>{_signature(unsigned, key, certificate)}</ext:ExtensionContent>", 1
    )
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + signed.encode()


def _body(answer: Answer) -> str:
    return "".join(
        (
            f"<ext:UBLExtensions><ext:UBLExtension>{_SLOT}</ext:UBLExtension></ext:UBLExtensions>",
            "" if answer.is_beta else _leaf("UBLVersionID", "2.0") + _leaf("CustomizationID", "1.0"),
            _leaf("ID", answer.id),
            _dates(answer),
            _signatory(answer.signer_name),
            *(_leaf("Note", f"{note.code} - {note.text}") for note in answer.notes),
            _branch("SenderParty", _identified(SUNAT_RUC)),
            _branch("ReceiverParty", _identified(answer.issuer_ruc)),
            _document_response(answer),
        )
    )


def _dates(answer: Answer) -> str:
    received, answered = in_lima(answer.received_at), in_lima(answer.answered_at)
    return "".join(
        (
            _leaf("IssueDate", received.strftime("%Y-%m-%dT%H:%M:%S" if answer.is_beta else "%Y-%m-%d")),
            _leaf("IssueTime", received.strftime("00:00:00" if answer.is_beta else "%H:%M:%S")),
            _leaf("ResponseDate", answered.strftime("%Y-%m-%d")),
            _leaf("ResponseTime", answered.strftime("%H:%M:%S")),
        )
    )


def _signatory(name: str) -> str:
    party = _branch("SignatoryParty", _identified(SUNAT_RUC), _branch("PartyName", _leaf("Name", name)))
    place = _branch("ExternalReference", _leaf("URI", f"#{_SIGNATURE_ID}"))
    return _branch("Signature", _leaf("ID", _SIGNATURE_ID), party, _branch("DigitalSignatureAttachment", place))


def _document_response(answer: Answer) -> str:
    response = _branch(
        "Response",
        _leaf("ReferenceID", answer.document_id),
        _leaf("ResponseCode", answer.code),
        _leaf("Description", answer.description),
    )
    hashed = answer.document_hash and _branch(
        "Attachment", _branch("ExternalReference", _leaf("DocumentHash", answer.document_hash))
    )
    link = answer.link and _leaf("DocumentDescription", answer.link)
    reference = _branch("DocumentReference", _leaf("ID", answer.document_id), link, hashed)
    return _branch("DocumentResponse", response, reference, _branch("RecipientParty", _identified(answer.recipient)))


def _signature(unsigned: str, key: RSAPrivateKey, certificate: x509.Certificate) -> str:
    digest = b64encode(sha256(unsigned.encode()).digest()).decode()
    info = _signed_info(digest)
    # Canonical alone, SignedInfo carries every namespace in scope; inside the document it inherits them.
    alone = info.replace("<ds:SignedInfo>", f"<ds:SignedInfo{_NAMESPACES}>", 1)
    value = b64encode(key.sign(alone.encode(), PKCS1v15(), SHA256())).decode()
    der = b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return (
        f'<ds:Signature Id="{_SIGNATURE_ID}">{info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


def _signed_info(digest: str) -> str:
    transforms = "".join(f'<ds:Transform Algorithm="{step}"></ds:Transform>' for step in (_ENVELOPED, _C14N))
    return (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{_RSA_SHA256}"></ds:SignatureMethod>'
        f'<ds:Reference URI=""><ds:Transforms>{transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{_SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )


def _identified(identity: str) -> str:
    return _branch("PartyIdentification", _leaf("ID", identity))


def _leaf(name: str, text: str) -> str:
    content = escape(_NOT_XML.sub("", text), quote=False).replace("\r", "&#xD;")
    return f"<cbc:{name}>{content}</cbc:{name}>"


def _branch(name: str, *content: str) -> str:
    return f"<cac:{name}>{''.join(content)}</cac:{name}>"
