"""The simulator's TLS: an authority of its own, kept beside the ledger, and the certificates a fault may show instead.

Whoever wants to trust it points SSL_CERT_FILE at the authority's certificate, served at /_simulator/tls-ca.pem.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from onapi.errors import Misconfigured
from onapi.simulator.authority import keep_first
from onapi.simulator.faults import Asked, Moment, Plan

_DAY = timedelta(days=1)
_HOSTS = ("localhost", "127.0.0.1")
_ANOTHER_HOST = "otro-servidor.invalid"


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and the certificate that goes with it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Both, as a server keeps them."""
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return private + self.certificate.public_bytes(Encoding.PEM)


class TlsDesk:
    """Decides, handshake by handshake, which certificate is shown."""

    def __init__(self, authority_file: Path, plan: Plan) -> None:
        authority = open_tls_authority(authority_file)
        self._plan = plan
        shown = {
            "expired": _leaf(authority, _HOSTS, -_DAY),
            "wrong-host": _leaf(authority, (_ANOTHER_HOST,), _DAY),
            "untrusted": _leaf(_root(), _HOSTS, _DAY),
        }
        self._contexts = {name: _context(pair) for name, pair in shown.items()}
        self._usual = _context(_leaf(authority, _HOSTS, 365 * _DAY))
        self._usual.sni_callback = self._choose

    def context(self) -> ssl.SSLContext:
        """What the server listens with."""
        return self._usual

    def _choose(self, talk: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> int | None:
        """Called in each handshake, whether or not the other side names the server it means."""
        del name, context
        for mishap in self._plan.take(Asked(), Moment.TLS):
            certificate = mishap.settings["certificate"]
            if certificate == "none":
                return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
            talk.context = self._contexts[certificate]
        return None


def mail_context(authority_file: Path) -> ssl.SSLContext:
    """What the mailbox offers after STARTTLS: a good certificate of the same authority."""
    return _context(_leaf(open_tls_authority(authority_file), _HOSTS, 365 * _DAY))


def open_tls_authority(path: Path) -> Pair:
    """The authority kept in a file; made, with access for its owner only, when there is none."""
    if not path.exists():
        keep_first(path, _root().pem)
    text = path.read_bytes()
    key, certificate = load_pem_private_key(text, password=None), x509.load_pem_x509_certificate(text)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misconfigured(f"{path} no contiene la clave que se espera.")
    return Pair(key, certificate)


def _root() -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Autoridad TLS del simulador SUNAT, SIN VALIDEZ")
    built = _builder(name, name, key, 3650 * _DAY).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = _usage(signs_certificates=True)
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return Pair(
        key, built.add_extension(usage, critical=True).add_extension(identity, critical=False).sign(key, SHA256())
    )


def _leaf(authority: Pair, hosts: tuple[str, ...], life: timedelta) -> Pair:
    """A server's certificate; one with a negative life has ended."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    built = _builder(_name(hosts[0]), issuer.subject, key, life).add_extension(names, critical=False)
    built = built.add_extension(_usage(signs_certificates=False), critical=True)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return Pair(key, built.add_extension(known, critical=False).sign(authority.key, SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    dated = x509.CertificateBuilder().not_valid_before(now - 30 * _DAY).not_valid_after(now + life)
    named = dated.subject_name(subject).issuer_name(issuer)
    return named.public_key(key.public_key()).serial_number(x509.random_serial_number())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _context(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with NamedTemporaryFile(suffix=".pem") as file:
        file.write(pair.pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
