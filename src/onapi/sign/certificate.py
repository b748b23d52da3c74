"""A company's certificate: read it, say what is wrong with it, make one for the sandbox.

Files come as PKCS#12 (.p12, .pfx, also old ones with RC2 or 3DES) or as PEM with key and certificate.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from onapi.errors import InvalidDocument
from onapi.values.moment import in_lima

LEAST_BITS: Final = 2048
_MAX_BYTES: Final = 64 * 1024
_RUC_IN_TEXT = re.compile(r"(?<!\d)((?:10|15|16|17|20)\d{9})(?!\d)")
_PKCS12 = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)  # how each begins
_PKCS7 = bytes.fromhex("06092a864886f70d010702")  # the name a .p7b begins with
_JAVA = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")  # .jks, .jceks
_HIDDEN = re.compile(rb"-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED", re.MULTILINE)
_KEYS = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_BROKEN = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)  # what reading a damaged one raises

_NO_KEY: Final = "El archivo no trae la clave privada (un .cer, .crt o .p7b no basta); exporte un .p12 o .pfx completo."
_NO_CERTIFICATE: Final = "El archivo trae la clave privada, pero no su certificado; exporte ambos, juntos."
_TWO_KEYS: Final = "El archivo trae más de una clave o certificado de firma; exporte solo los que firman."
_DAMAGED: Final = "El certificado está dañado; expórtelo de nuevo o pídalo a quien lo emitió."
_NO_PASSWORD: Final = "El archivo del certificado tiene contraseña: envíela. Si no la tiene, está dañado."  # noqa: S105 - a sentence about one
_WRONG_PASSWORD: Final = "La contraseña no abre el archivo del certificado, o el archivo está dañado."  # noqa: S105 - the same
_UNKNOWN: Final = "El archivo usa un cifrado o un tipo de clave que no se reconoce; expórtelo de nuevo como .p12."


@dataclass(frozen=True)
class Signer:
    """A private key and its certificate, ready to sign. Never printed: its fields hold secrets."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    def __repr__(self) -> str:
        """The subject alone."""
        return f"Signer({self.certificate.subject.rfc4514_string()})"

    @cached_property
    def certificate_text(self) -> str:
        """The certificate as XML carries it: base64 of its DER."""
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode("ascii")

    def to_pem(self) -> bytes:
        """Key and certificate as PEM, unencrypted: for the sealed store only."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


def read_signer(data: bytes, password: str = "") -> Signer:
    """A signer from PKCS#12 or PEM; InvalidDocument(key="certificate_missing") says why not, in Spanish."""
    if len(data) > _MAX_BYTES:
        raise _unusable("El archivo del certificado pesa más de 64 KiB; envíe solo el .p12, .pfx o .pem.")
    if not data.strip():
        raise _unusable("El archivo del certificado está vacío.")
    secret = _secret(password)
    key, certificates = _from_pem(data, secret) if b"-----BEGIN" in data else _from_pkcs12(data, secret)
    if not isinstance(key, RSAPrivateKey):
        raise _unusable("La clave del certificado no es RSA; SUNAT solo recibe firmas RSA.")
    return Signer(key, _own(key, certificates))


def trouble(signer: Signer, ruc: str, now: datetime) -> InvalidDocument | None:
    """What keeps this certificate from signing for a taxpayer now, or None."""
    certificate = signer.certificate
    if signer.key.key_size < LEAST_BITS:
        return _unusable(f"La clave del certificado tiene {signer.key.key_size} bits; se necesitan al menos 2048.")
    if not _may_sign(certificate):
        return _unusable("El certificado no es de firma digital: su uso es otro; pida uno para firmar.")
    if now > certificate.not_valid_after_utc:
        return InvalidDocument(
            f"El certificado venció el {in_lima(certificate.not_valid_after_utc):%d/%m/%Y}; cargue uno vigente.",
            key="certificate_expired",
        )
    if now < certificate.not_valid_before_utc:
        return InvalidDocument(
            f"El certificado recién vale desde el {in_lima(certificate.not_valid_before_utc):%d/%m/%Y}.",
            key="certificate_expired",
        )
    if ruc not in rucs_of(certificate):
        return InvalidDocument(
            f"El certificado no es del RUC {ruc}: su titular es «{certificate.subject.rfc4514_string()}».",
            key="certificate_ruc_mismatch",
        )
    return None


def rucs_of(certificate: x509.Certificate) -> frozenset[str]:
    """Every RUC that the certificate's subject names."""
    values = (str(attribute.value) for attribute in certificate.subject)
    return frozenset(ruc for value in values for ruc in _RUC_IN_TEXT.findall(value))


def self_signed(ruc: str, name: str, now: datetime, *, days: int = 365) -> Signer:
    """A new certificate that nobody vouches for: for the sandbox and SUNAT's beta, which take any."""
    key = generate_private_key(public_exponent=65537, key_size=LEAST_BITS)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ruc),
            x509.NameAttribute(NameOID.COMMON_NAME, f"PRUEBA SIN VALIDEZ {ruc}"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return Signer(key, certificate)


def _may_sign(certificate: x509.Certificate) -> bool:
    """Not one for encryption or for authorities alone; one that does not say serves for everything (RFC 5280)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return True
    return usage.digital_signature or usage.content_commitment


def _secret(password: str) -> bytes | None:
    """The password as files are sealed with it; the library below aborts on a NUL."""
    try:
        secret = password.encode()
    except UnicodeEncodeError:
        raise _unusable(_WRONG_PASSWORD) from None
    if b"\0" in secret:
        raise _unusable(_WRONG_PASSWORD)
    return secret or None


def _from_pkcs12(data: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    if not _PKCS12.match(data):
        raise _unusable(_why_no_pkcs12(data))
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, secret)
    except (UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise _unusable(_UNKNOWN) from error
    except ValueError as error:
        raise _unusable(_WRONG_PASSWORD if secret else _NO_PASSWORD) from error
    if key is None:
        raise _unusable(_NO_KEY)
    if certificate is not None and any(_is_another(each, certificate) for each in others):
        raise _unusable(_TWO_KEYS)
    return key, [*others] if certificate is None else [certificate, *others]


def _is_another(certificate: x509.Certificate, own: x509.Certificate) -> bool:
    """Whether it is a second taxpayer's certificate and not one of the issuers': the library shows one key of two."""
    try:
        if certificate.subject == own.issuer or certificate.public_key() == own.public_key():
            return False
        return bool(rucs_of(certificate)) and not _is_authority(certificate)
    except _BROKEN:
        return False


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False


def _why_no_pkcs12(data: bytes) -> str:
    """What a file is that is neither PEM nor PKCS#12."""
    if data.startswith(_JAVA):
        return "El archivo es un almacén de Java (.jks); conviértalo a .p12 con keytool."
    if _PKCS7 in data[:24]:
        return _NO_KEY
    try:
        x509.load_der_x509_certificate(data)
    except _BROKEN:
        return "El archivo no es un .p12, un .pfx ni un .pem con su clave y su certificado."
    return _NO_KEY


def _from_pem(data: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    if b"PRIVATE KEY-----" not in data:
        raise _unusable(_NO_KEY)
    if b"CERTIFICATE-----" not in data:
        raise _unusable(_NO_CERTIFICATE)
    if len(_KEYS.findall(data)) > 1:
        raise _unusable(_TWO_KEYS)
    is_hidden = _HIDDEN.search(data) is not None
    if is_hidden and secret is None:
        raise _unusable(_NO_PASSWORD)
    try:
        key = serialization.load_pem_private_key(data, secret if is_hidden else None)
    except UnsupportedAlgorithm as error:
        raise _unusable(_UNKNOWN) from error
    except (ValueError, TypeError) as error:
        raise _unusable(
            _WRONG_PASSWORD if is_hidden else "El PEM está dañado; expórtelo de nuevo con su clave y su certificado."
        ) from error
    try:
        return key, x509.load_pem_x509_certificates(data)
    except _BROKEN as error:
        raise _unusable(_DAMAGED) from error


def _own(key: RSAPrivateKey, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate of this key: its issuers' may stand before it."""
    public, damaged = key.public_key(), False
    for certificate in certificates:
        try:
            if certificate.public_key() == public:
                _ = certificate.subject, certificate.not_valid_before_utc, certificate.not_valid_after_utc
                return certificate
        except _BROKEN:
            damaged = True
    if not certificates:
        raise _unusable(_NO_CERTIFICATE)
    if damaged:
        raise _unusable(_DAMAGED)
    raise _unusable("La clave privada no corresponde al certificado; exporte ambos de nuevo, juntos.")


def _unusable(sentence: str) -> InvalidDocument:
    return InvalidDocument(sentence, key="certificate_missing")
