"""Certificates that people bring: what opens, what does not, and what each refusal says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from onapi.errors import InvalidDocument
from onapi.sign.certificate import Signer, read_signer, rucs_of, self_signed, trouble

RUC = "20000000001"
PASSWORD = "clave ñandú"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _certificate(key: Private, now: datetime, subject: str = RUC) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    )
    return builder.sign(key, hashes.SHA256())


def _pem(key: Private, password: str = "") -> bytes:
    hide = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hide)


def _p12(signer: Signer, password: str) -> bytes:
    hide = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"prueba", signer.key, signer.certificate, None, hide)


def _cer(signer: Signer, encoding: serialization.Encoding) -> bytes:
    return signer.certificate.public_bytes(encoding)


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


BAD: dict[str, tuple[Callable[[Signer], bytes], str, str]] = {
    "PKCS#12, wrong password": (lambda s: _p12(s, PASSWORD), "otra", "clave del archivo"),
    "PKCS#12, no password": (lambda s: _p12(s, PASSWORD), "", "clave del archivo"),
    "PEM, wrong password": (lambda s: _pem(s.key, PASSWORD) + s.to_pem()[-900:], "otra", "PEM"),
    "PEM, no password": (lambda s: _pem(s.key, PASSWORD) + s.to_pem()[-900:], "", "PEM"),
    "a .cer in PEM": (lambda s: _cer(s, serialization.Encoding.PEM), "", "clave privada"),
    "a .cer in DER": (lambda s: _cer(s, serialization.Encoding.DER), "", "clave"),
    "a key alone": (lambda s: _pem(s.key), "", "PEM"),
    "PKCS#12 of certificates alone": (
        lambda s: pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(s.certificate, None)], serialization.NoEncryption()
        ),
        "",
        "clave privada",
    ),
    "a broken PEM": (lambda s: s.to_pem().replace(b"M", b"!", 5), "", "PEM"),
    "no certificate at all": (lambda _: b"hola", "", "clave"),
    "nothing": (lambda _: b"", "", "clave"),
    "something huge": (lambda _: b"-" * 70_000, "", "64 KiB"),
}


@pytest.mark.parametrize("form", BAD)
def test_it_does_not_open_and_says_why(form: str, signer: Signer) -> None:
    make, password, word = BAD[form]
    assert word in _refusal(make(signer), password)


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
    ],
)
def test_rucs_in_a_subject(subject: str, rucs: set[str], signer: Signer, now: datetime) -> None:
    assert rucs_of(_certificate(signer.key, now, subject)) == rucs


def test_a_signer_does_not_print_its_key(signer: Signer) -> None:
    assert str(signer.key.private_numbers().d)[:20] not in repr(signer)
    assert RUC in repr(signer)
