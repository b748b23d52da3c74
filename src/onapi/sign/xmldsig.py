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

_PLACE: Final = "<ext:ExtensionContent></ext:ExtensionContent>"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SIGNED_INFO = (
    f'<ds:CanonicalizationMethod Algorithm="{_C14N}"></ds:CanonicalizationMethod>'
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
    digest = base64.b64encode(hashlib.sha256(canonical.encode()).digest()).decode("ascii")
    signed_info = _SIGNED_INFO.format(digest=digest)
    alone = f"<ds:SignedInfo{_namespaces(canonical)}>{signed_info}"
    value = base64.b64encode(signer.key.sign(alone.encode(), padding.PKCS1v15(), hashes.SHA256())).decode("ascii")
    signature = (
        f'<ds:Signature Id="{signature_id}"><ds:SignedInfo>{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{signer.certificate_text}</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>"
    )
    whole = canonical.replace(_PLACE, f"<ext:ExtensionContent>{signature}</ext:ExtensionContent>", 1)
    return Signed((_DECLARATION + whole).encode(), digest)


def _namespaces(canonical: str) -> str:
    """The root's namespace declarations, which C14N repeats on an element taken alone."""
    start_tag = canonical[: canonical.index(">")]
    return start_tag[start_tag.index(" ") :]
