"""A company's certificate: read it, say what is wrong with it, make one for the sandbox.

Files come as PKCS#12 (.p12, .pfx, also old ones with RC2 or 3DES) or as PEM with key and certificate.
"""

import base64
import re
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

LEAST_BITS: Final = 2048
_MAX_BYTES: Final = 64 * 1024
_RUC_IN_TEXT = re.compile(r"(?<!\d)((?:10|15|16|17|20)\d{9})(?!\d)")


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
    secret = password.encode() or None
    key, certificate = _from_pem(data, secret) if b"-----BEGIN" in data else _from_pkcs12(data, secret)
    if not isinstance(key, RSAPrivateKey):
        raise _unusable("La clave del certificado no es RSA; SUNAT solo recibe firmas RSA.")
    if key.public_key() != certificate.public_key():
        raise _unusable("La clave privada no corresponde al certificado; exporte ambos de nuevo, juntos.")
    return Signer(key, certificate)


def trouble(signer: Signer, ruc: str, now: datetime) -> InvalidDocument | None:
    """What keeps this certificate from signing for a taxpayer now, or None."""
    certificate = signer.certificate
    if signer.key.key_size < LEAST_BITS:
        return _unusable(f"La clave del certificado tiene {signer.key.key_size} bits; se necesitan al menos 2048.")
    if now > certificate.not_valid_after_utc:
        return InvalidDocument(
            f"El certificado venció el {certificate.not_valid_after_utc:%d/%m/%Y}; cargue uno vigente.",
            key="certificate_expired",
        )
    if now < certificate.not_valid_before_utc:
        return InvalidDocument(
            f"El certificado recién vale desde el {certificate.not_valid_before_utc:%d/%m/%Y}.",
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


def _from_pkcs12(data: bytes, secret: bytes | None) -> tuple[object, x509.Certificate]:
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(
            "No se pudo abrir el certificado: la clave del archivo no es la correcta o no es un .p12 o .pfx."
        ) from error
    if key is None or certificate is None:
        raise _unusable("El archivo no trae la clave privada (un .cer no basta); exporte un .p12 o .pfx completo.")
    return key, certificate


def _from_pem(data: bytes, secret: bytes | None) -> tuple[object, x509.Certificate]:
    if b"PRIVATE KEY-----" not in data:
        raise _unusable("El archivo no trae la clave privada (un .cer no basta); exporte un .p12 o .pfx completo.")
    try:
        key = serialization.load_pem_private_key(data, secret if b"ENCRYPTED" in data else None)
        chain = x509.load_pem_x509_certificates(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable("No se pudo leer el PEM: revise que tenga clave y certificado, y su contraseña.") from error
    own = (certificate for certificate in chain if certificate.public_key() == key.public_key())
    return key, next(own, chain[0])  # the issuers' may stand before it


def _unusable(sentence: str) -> InvalidDocument:
    return InvalidDocument(sentence, key="certificate_missing")
