"""Certificates that people bring: what opens, what does not, and what each refusal says."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID

from onapi.errors import InvalidDocument
from onapi.sign.certificate import Signer, read_signer, rucs_of, self_signed, trouble

RUC = "20000000001"
PASSWORD = "clave ñandú"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _certificate(
    key: Private, now: datetime, subject: str = RUC, *, usage: x509.KeyUsage | None = None
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256())


def _usage(*granted: str) -> x509.KeyUsage:
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
        " encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: name in granted for name in every.split()})


def _pem(key: Private, password: str = "") -> bytes:
    hide = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hide)


def _p12(signer: Signer, password: str) -> bytes:
    hide = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"prueba", signer.key, signer.certificate, None, hide)


def _cer(signer: Signer, encoding: serialization.Encoding) -> bytes:
    return signer.certificate.public_bytes(encoding)


def _own_pem(signer: Signer) -> bytes:
    return _cer(signer, serialization.Encoding.PEM)


def _refusal(data: bytes, password: str = "") -> str:
    with pytest.raises(InvalidDocument) as caught:
        read_signer(data, password)
    assert caught.value.key == "certificate_missing"
    return str(caught.value)


GOOD: dict[str, tuple[Callable[[Signer], bytes], str]] = {
    "PEM": (Signer.to_pem, ""),
    "PEM with a password nobody needs": (Signer.to_pem, "otra"),
    "PEM, certificate first": (lambda s: _cer(s, serialization.Encoding.PEM) + _pem(s.key), ""),
    "PEM, encrypted": (lambda s: _pem(s.key, PASSWORD) + _cer(s, serialization.Encoding.PEM), PASSWORD),
    "PKCS#12": (lambda s: _p12(s, PASSWORD), PASSWORD),
    "PKCS#12 without password": (lambda s: _p12(s, ""), ""),
}


@pytest.mark.parametrize("form", GOOD)
def test_it_opens(form: str, signer: Signer) -> None:
    make, password = GOOD[form]
    found = read_signer(make(signer), password)
    assert (found.certificate, found.key.private_numbers()) == (signer.certificate, signer.key.private_numbers())


def test_a_chain_before_it_does_not_confuse(signer: Signer, now: datetime) -> None:
    authority = self_signed("20131312955", "AUTORIDAD", now)
    chain = _cer(authority, serialization.Encoding.PEM) + signer.to_pem()
    assert read_signer(chain).certificate == signer.certificate


def _damaged(signer: Signer, old: bytes, new: bytes) -> bytes:
    """The certificate with some of its bytes changed, as PEM."""
    der = _cer(signer, serialization.Encoding.DER)
    assert old in der
    text = base64.encodebytes(der.replace(old, new))
    return b"-----BEGIN CERTIFICATE-----\n" + text + b"-----END CERTIFICATE-----\n"


RSA_NAME, OTHER_NAME = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d010177")
VERSION_3, VERSION_8 = bytes.fromhex("a003020102"), bytes.fromhex("a003020107")
NAME, NO_TEXT = b"EMPRESA", b"\xff\xfePRESA"

# the file, the password given, and the words that tell this refusal from every other
BAD: dict[str, tuple[Callable[[Signer], bytes], str, str]] = {
    "PKCS#12, wrong password": (lambda s: _p12(s, PASSWORD), "otra", "no abre"),
    "PKCS#12, no password": (lambda s: _p12(s, PASSWORD), "", "envíela"),
    "PKCS#12, a password with NUL": (lambda s: _p12(s, PASSWORD), "cla\0ve", "no abre"),
    "PKCS#12, half a character as password": (lambda s: _p12(s, PASSWORD), "\ud83e", "no abre"),
    "PKCS#12 of certificates alone": (
        lambda s: pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(s.certificate, None)], serialization.NoEncryption()
        ),
        "",
        "no trae la clave privada",
    ),
    "PKCS#12 of a key alone": (
        lambda s: pkcs12.serialize_key_and_certificates(None, s.key, None, None, serialization.NoEncryption()),
        "",
        "no su certificado",
    ),
    "PKCS#12 cut short": (lambda s: _p12(s, PASSWORD)[:-200], PASSWORD, "dañado"),
    "PEM, wrong password": (lambda s: _pem(s.key, PASSWORD) + _own_pem(s), "otra", "no abre"),
    "PEM, no password": (lambda s: _pem(s.key, PASSWORD) + _own_pem(s), "", "envíela"),
    "PEM, half a character as password": (lambda s: _pem(s.key, PASSWORD) + _own_pem(s), "\ud83e", "no abre"),
    "PEM, a damaged key": (lambda s: s.to_pem().replace(b"M", b"!", 5), "", "PEM está dañado"),
    "PEM, a damaged certificate": (lambda s: _pem(s.key) + _own_pem(s).replace(b"M", b"!", 9), "", "PEM está dañado"),
    "PEM, a certificate of no version": (lambda s: _pem(s.key) + _damaged(s, VERSION_3, VERSION_8), "", "está dañado"),
    "PEM, an unknown key": (lambda s: _pem(s.key) + _damaged(s, RSA_NAME, OTHER_NAME), "", "está dañado"),
    "PEM, an unreadable name": (lambda s: _pem(s.key) + _damaged(s, NAME, NO_TEXT), "", "está dañado"),
    "a .cer in PEM": (_own_pem, "", "no trae la clave privada"),
    "a .cer in DER": (lambda s: _cer(s, serialization.Encoding.DER), "", "no trae la clave privada"),
    "a .p7b": (
        lambda s: pkcs7.serialize_certificates([s.certificate], serialization.Encoding.DER),
        "",
        "no trae la clave privada",
    ),
    "a key alone": (lambda s: _pem(s.key), "", "no su certificado"),
    "a Java store": (lambda _: b"\xfe\xed\xfe\xed\0\0\0\2", "", ".jks"),
    "no certificate at all": (lambda _: b"hola", "", "no es un .p12"),
    "a blank": (lambda _: b" \n", "", "vacío"),
    "nothing": (lambda _: b"", "", "vacío"),
    "something huge": (lambda _: b"-" * 70_000, "", "64 KiB"),
}


@pytest.mark.parametrize("form", BAD)
def test_it_does_not_open_and_says_why(form: str, signer: Signer) -> None:
    make, password, word = BAD[form]
    assert word in _refusal(make(signer), password)


def test_a_strange_issuer_does_not_disturb(signer: Signer) -> None:
    assert read_signer(_damaged(signer, RSA_NAME, OTHER_NAME) + signer.to_pem()).certificate == signer.certificate


@pytest.mark.parametrize(
    ("granted", "may"),
    [
        (("digital_signature",), True),
        (("content_commitment",), True),
        (("digital_signature", "content_commitment", "key_encipherment"), True),
        (("key_encipherment", "data_encipherment"), False),
        (("key_cert_sign", "crl_sign"), False),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_its_use_has_to_be_signing(granted: tuple[str, ...], *, may: bool, signer: Signer, now: datetime) -> None:
    found = trouble(Signer(signer.key, _certificate(signer.key, now, usage=_usage(*granted))), RUC, now)
    assert (found is None) == may
    assert found is None or (found.key, "firma digital" in str(found)) == ("certificate_missing", True)


def test_days_are_those_of_lima(signer: Signer) -> None:
    """Between seven in the evening and midnight of Lima it is tomorrow already elsewhere."""
    ends = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
    signer = Signer(signer.key, _certificate(signer.key, ends - timedelta(days=9)))
    assert "el 29/11/2026" in str(trouble(signer, RUC, ends + timedelta(seconds=1)))
    begins = ends - timedelta(days=10)
    assert "desde el 19/11/2026" in str(trouble(signer, RUC, begins - timedelta(seconds=1)))


def test_another_certificates_key(signer: Signer, now: datetime) -> None:
    other = self_signed(RUC, "OTRA", now)
    assert "no corresponde" in _refusal(_pem(other.key) + _cer(signer, serialization.Encoding.PEM))


def test_keys_other_than_rsa_are_refused(now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = _pem(key) + _certificate(key, now).public_bytes(serialization.Encoding.PEM)
    assert "RSA" in _refusal(pem)


def test_a_short_key_opens_but_may_not_sign(now: datetime) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - weak on purpose
    found = trouble(Signer(key, _certificate(key, now)), RUC, now)
    assert found is not None
    assert (found.key, "1024" in str(found)) == ("certificate_missing", True)


@pytest.mark.parametrize(
    ("days", "ruc", "key"),
    [
        (0, RUC, None),
        (-2, RUC, "certificate_expired"),
        (400, RUC, "certificate_expired"),
        (0, "20000000010", "certificate_ruc_mismatch"),
        (400, "20000000010", "certificate_expired"),
    ],
    ids=["good", "not yet", "expired", "of somebody else", "expired and of somebody else"],
)
def test_what_keeps_it_from_signing(days: int, ruc: str, key: str | None, signer: Signer, now: datetime) -> None:
    found = trouble(signer, ruc, now + timedelta(days=days))
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("subject", "rucs"),
    [
        ("RUC 20000000001", {"20000000001"}),
        ("10000000006/20000000001", {"10000000006", "20000000001"}),
        ("IDPE-920000000001", set()),
        ("30000000001", set()),
        ("NTRPE-20000000001", {"20000000001"}),
        ("EREP-PJ-RENIEC-20000000001-12345678", {"20000000001"}),
    ],
)
def test_rucs_in_a_subject(subject: str, rucs: set[str], signer: Signer, now: datetime) -> None:
    assert rucs_of(_certificate(signer.key, now, subject)) == rucs


def test_a_signer_does_not_print_its_key(signer: Signer) -> None:
    assert str(signer.key.private_numbers().d)[:20] not in repr(signer)
    assert RUC in repr(signer)
