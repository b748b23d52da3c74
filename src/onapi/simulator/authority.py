"""The simulator's seal: a certification authority of its own, made at first start and kept beside the ledger.

Beta's real CDRs cannot be verified; these can. Nothing it signs has any legal value, and it says so.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from onapi.cdr import Answer, write_cdr
from onapi.cdr.write import SUNAT_RUC
from onapi.errors import Misconfigured

SIGNER_NAME = "SUNAT - SIMULADOR, SIN VALIDEZ"
_KEY_BITS = 2048
_LIFE = timedelta(days=20 * 365)
_EARLIER = timedelta(days=2 * 365)  # tests move the clock back


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs the simulator's CDRs, and who vouches for that."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate

    def seal(self, answer: Answer) -> bytes:
        """The signed CDR, as XML."""
        return write_cdr(answer, key=self.key, certificate=self.certificate)

    @property
    def ca_pem(self) -> bytes:
        """The authority's own certificate, for those who verify."""
        return self.issuer.public_bytes(serialization.Encoding.PEM)


def open_authority(path: Path, now: datetime) -> Authority:
    """The authority kept in a PEM file; made, and kept with access for its owner only, when there is none."""
    if not path.exists():
        keep_first(path, _found(now))
    text = path.read_bytes()
    key = serialization.load_pem_private_key(text, password=None)
    certificate, issuer = x509.load_pem_x509_certificates(text)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Misconfigured(f"{path} no contiene una clave RSA.")
    return Authority(key, certificate, issuer)


def stranger(now: datetime) -> Authority:
    """Somebody who signs like the simulator and for whom nobody vouches: for CDRs by an unknown hand."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = _name("SUNAT", SUNAT_RUC)
    certificate = _certificate(name, key.public_key(), name, key, now)
    return Authority(key, certificate, certificate)


def keep_first(path: Path, text: bytes) -> None:
    """Write the file whole; when two start at once the first one's stays."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(text)  # a temporary file is its owner's only
        file.flush()
        os.fsync(file.fileno())
    draft = Path(file.name)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _found(now: datetime) -> bytes:
    """A new authority and the signer it vouches for, as PEM; the authority's own key is not kept."""
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS) for _ in range(2))
    ca_name = _name("Autoridad del simulador SUNAT, SIN VALIDEZ")
    issuer = _certificate(ca_name, ca_key.public_key(), ca_name, ca_key, now, is_authority=True)
    certificate = _certificate(_name(SIGNER_NAME, SUNAT_RUC), key.public_key(), ca_name, ca_key, now)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join((pkcs8, *(each.public_bytes(serialization.Encoding.PEM) for each in (certificate, issuer))))


def _name(text: str, ruc: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SIMULADOR - SIN VALIDEZ"),
        x509.NameAttribute(NameOID.COMMON_NAME, text),
    ]
    return x509.Name([*parts, x509.NameAttribute(NameOID.SERIAL_NUMBER, ruc)] if ruc else parts)


def _certificate(
    subject: x509.Name,
    public: rsa.RSAPublicKey,
    issuer: x509.Name,
    signer: rsa.RSAPrivateKey,
    now: datetime,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, SHA256())
    )
