"""Sign canonical XML: enveloped, C14N 1.0, RSA-SHA256.

The text that comes in is canonical already (`onapi.ubl.element`), so its bytes are the digest's input; only SignedInfo
is written twice, once as it stands in the document and once as C14N sees it alone, with the root's namespaces.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from onapi.sign.certificate import Signer

_OPEN: Final = b"<ext:ExtensionContent>"
_PLACE: Final = _OPEN + b"</ext:ExtensionContent>"
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SIGNED_INFO = (
    f'<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
    '<ds:Reference URI=""><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>'
    '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document: its final bytes and the digest that people call its hash."""

    xml: bytes
    digest: str  # base64 of SHA-256, as in ds:DigestValue


def sign(canonical: str, signer: Signer, signature_id: str) -> Signed:
    """Sign a document whose ExtensionContent is empty. Same text and key, same bytes."""
    content = canonical.encode()
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
    info = signed_info(digest)
    alone = f"<ds:SignedInfo{_namespaces(canonical)}>{info}"
    value = base64.b64encode(signer.key.sign(alone.encode(), padding.PKCS1v15(), hashes.SHA256())).decode("ascii")
    signature = (
        f'<ds:Signature Id="{signature_id}"><ds:SignedInfo>{info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{signer.certificate_text}</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>"
    )
    place = content.index(_PLACE) + len(_OPEN)
    return Signed(b"".join((_DECLARATION, content[:place], signature.encode(), content[place:])), digest)


def signed_info(digest: str) -> str:
    """The inside of SignedInfo and its end, for a digest in base64: SUNAT's one shape, with the `ds` prefix."""
    return _SIGNED_INFO.format(digest=digest)


def _namespaces(canonical: str) -> str:
    """The root's namespace declarations, which C14N repeats on an element taken alone."""
    start_tag = canonical[: canonical.index(">")]
    return start_tag[start_tag.index(" ") :]
