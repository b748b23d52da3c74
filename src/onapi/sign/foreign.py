"""Sign an XML that somebody else wrote, without changing anything in it but the empty place of the signature.

Unlike our own text it may use any prefix and any white space, so the canonical form is computed from the tree. The
certificate and algorithms are those of `xmldsig`.
"""

import base64
import hashlib
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from onapi.errors import InvalidDocument
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import Signed, signed_info
from onapi.values.xmltree import Element, parse_xml, text_of

_DS = "http://www.w3.org/2000/09/xmldsig#"
_EXT: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
_SIGNATURE_URI = "Signature/DigitalSignatureAttachment/ExternalReference/URI"


def sign_foreign(xml: bytes, signer: Signer, signature_id: str) -> Signed:
    """The document with its signature; InvalidDocument (`signature_invalid`) where it has no place for one.

    The signature takes the name that the document's own cac:Signature points at, `signature_id` where it names none.
    """
    root = parse_xml(xml)
    place = _place(root)
    digest = base64.b64encode(hashlib.sha256(_canonical(root)).digest()).decode("ascii")
    named = text_of(root, _SIGNATURE_URI).lstrip("#") or signature_id
    signature = etree.fromstring(
        f'<ds:Signature xmlns:ds="{_DS}" Id="{named}"><ds:SignedInfo>{signed_info(digest)}<ds:SignatureValue/>'
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{signer.certificate_text}</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>"
    )
    place.append(signature)
    value = signer.key.sign(_canonical(signature[0]), padding.PKCS1v15(), hashes.SHA256())
    signature[1].text = base64.b64encode(value).decode("ascii")
    return Signed(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8"), digest)


def _place(root: Element) -> Element:
    for content in root.iterfind(f"{_EXT}UBLExtensions/{_EXT}UBLExtension/{_EXT}ExtensionContent"):
        if len(content) == 0:
            return content
    sentence = "El XML no tiene dónde firmarse: le falta un ext:ExtensionContent vacío."
    raise InvalidDocument(sentence, key="signature_invalid")


def _canonical(element: Element) -> bytes:
    """C14N 1.0 without comments, as the signature says it is."""
    return etree.tostring(element, method="c14n", with_comments=False)
