"""Who signed a document, and exactly what: verification that signature wrapping cannot fool.

The document is read once; its signature has to have the one shape SUNAT asks for; then `signxml` checks
it, and what it returns is all that anyone may read. Whether the certificate is trusted, still valid, or belongs to
the issuer is for the caller to say: this room has no clock.
"""

from base64 import b64decode
from dataclasses import dataclass
from typing import cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from onapi.errors import InvalidDocument
from onapi.values.xmltree import Element, all_local, find_local, parse_xml, strict_parser, text_of

MIN_KEY_BITS = 2048

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_EXT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
_PLACE = f"./{_EXT}UBLExtensions/{_EXT}UBLExtension/{_EXT}ExtensionContent/"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_TRANSFORMS = frozenset({_ENVELOPED, *(method.value for method in CanonicalizationMethod)})
_METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512})
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_WORDS = """
Signature SignedInfo CanonicalizationMethod SignatureMethod Reference Transforms Transform DigestMethod DigestValue
SignatureValue KeyInfo KeyName KeyValue RSAKeyValue Modulus Exponent
X509Data X509Certificate X509IssuerSerial X509IssuerName X509SerialNumber X509SubjectName X509SKI X509CRL
"""
_KNOWN = frozenset(
    {*(_DS + word for word in _WORDS.split()), "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"}
)
_IDS = etree.XPath("//@*[local-name()='Id' or local-name()='ID' or local-name()='id']")


@dataclass(frozen=True, slots=True)
class Verified:
    """A document whose signature holds."""

    root: Element  # what was signed, without the signature: read this and nothing else
    certificate: x509.Certificate  # of the signer
    digest_value: str  # base64, SUNAT's "valor resumen"
    signature_id: str | None  # ds:Signature/@Id; it is itself not under the signature


def verify_signature(xml: bytes, *, allow_sha1: bool = False) -> Verified:
    """The signed document; InvalidDocument (`signature_invalid`) when the signature does not hold for all of it.

    SHA-1 is refused unless `allow_sha1`, which is for history only: SUNAT still takes it.
    """
    root = parse_xml(xml)
    _refuse_instructions(root)
    signature = _one_signature(root)
    _refuse_other_shapes(signature)
    certificate = _certificate(signature)
    result = _check(root, certificate, allow_sha1=allow_sha1)
    if result.signed_xml is None or result.signed_xml.tag != root.tag:
        raise _invalid("La firma no cubre el documento completo.")
    digest = text_of(result.signature_xml, "SignedInfo/Reference/DigestValue")
    return Verified(result.signed_xml, certificate, digest, result.signature_xml.get("Id"))


def _refuse_instructions(root: Element) -> None:
    """Beside the root no signature reaches them, and a stylesheet there shows people another document."""
    for preceding in (True, False):
        if next(root.itersiblings(tag=etree.ProcessingInstruction, preceding=preceding), None) is not None:
            raise _invalid("El documento lleva instrucciones fuera de lo firmado.")


def _one_signature(root: Element) -> Element:
    everywhere = list(root.iter(f"{_DS}Signature"))
    if not everywhere:
        raise _invalid("El documento no está firmado.")
    if len(everywhere) > 1:
        raise _invalid("El documento contiene más de una firma.")
    if root.find(f"{_PLACE}{_DS}Signature") is None:
        raise _invalid("La firma no está en ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent.")
    ids = cast("list[str]", _IDS(root))
    if len(set(ids)) != len(ids):
        raise _invalid("El documento repite un identificador.")
    return everywhere[0]


def _refuse_other_shapes(signature: Element) -> None:
    """One reference to the whole document, through transforms that leave nothing out but the signature."""
    if any(node.tag not in _KNOWN for node in signature.iter()):  # what stands in it is itself not signed
        raise _invalid("La firma contiene elementos no permitidos.")
    references = list(signature.iter(f"{_DS}Reference"))
    if len(references) != 1 or references[0].get("URI") != "":
        raise _invalid("La firma debe referirse una sola vez a todo el documento.")
    if find_local(signature, "SignedInfo/Reference") is not references[0]:
        raise _invalid("La firma tiene una forma no permitida.")
    transforms = [step.get("Algorithm") for step in all_local(references[0], "Transforms/Transform")]
    if _ENVELOPED not in transforms or not _TRANSFORMS.issuperset(transforms):
        raise _invalid("La firma usa transformaciones no permitidas.")


def _certificate(signature: Element) -> x509.Certificate:
    """The first certificate the signature carries: the signer's own, its issuers may follow."""
    text = text_of(signature, "KeyInfo/X509Data/X509Certificate")
    if not text:
        raise _invalid("La firma no contiene el certificado digital.")
    try:
        certificate = x509.load_der_x509_certificate(b64decode(text))
        key = certificate.public_key()
        _ = certificate.subject, certificate.not_valid_before_utc, certificate.not_valid_after_utc  # read when asked
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise _invalid("El certificado digital de la firma no se puede leer.") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < MIN_KEY_BITS:
        raise _invalid(f"El certificado digital debe tener una clave RSA de {MIN_KEY_BITS} bits o más.")
    return certificate


def _check(root: Element, certificate: x509.Certificate, *, allow_sha1: bool) -> VerifyResult:
    config = SignatureConfiguration(
        location=_PLACE,
        expect_references=1,
        signature_methods=_METHODS | ({SignatureMethod.RSA_SHA1} if allow_sha1 else set()),
        digest_algorithms=_DIGESTS | ({DigestAlgorithm.SHA1} if allow_sha1 else set()),
        verification_time=certificate.not_valid_before_utc,  # dates are the caller's to judge
    )
    try:
        result = XMLVerifier().verify(root, x509_cert=certificate, parser=strict_parser(), expect_config=config)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, NotImplementedError) as error:
        raise _invalid("La firma digital no corresponde al documento.", detail=str(error)) from None
    if not isinstance(result, VerifyResult):
        raise _invalid("La firma debe referirse una sola vez a todo el documento.")
    return result


def _invalid(sentence: str, **facts: object) -> InvalidDocument:
    return InvalidDocument(sentence, key="signature_invalid", **facts)
