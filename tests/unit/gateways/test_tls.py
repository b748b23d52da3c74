"""TLS towards SUNAT is always verified: what cannot prove who it is gets no byte of a document."""

import inspect
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from onapi.gateways.sunat import Endpoints, Manners, SolAccount, Sunat

ACCOUNT = SolAccount("20000000001MODDATOS", "moddatos")
HOUR = timedelta(hours=1)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
UNTRUSTED = "unsent: no se pudo comprobar la identidad del servidor (TLS)"

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def certificate(issuer: Pair | None, *, host: str = "127.0.0.1", age: timedelta = HOUR, life: timedelta = HOUR) -> Pair:
    """A certificate for a host, by an authority or by itself; `age` tells since when, `life` until when it is good."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "autoridad" if issuer is None else host)])
    by = issuer[0].subject if issuer else name
    made = x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - age).not_valid_after(now + life)
    place = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    made = made.add_extension(x509.SubjectAlternativeName([place]), critical=False)
    if issuer is None:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(issuer[1] if issuer else key, SHA256()), key


def context(tmp_path: Path, pair: Pair, **limits: ssl.TLSVersion) -> ssl.SSLContext:
    """A server's side of TLS."""
    key = pair[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(pair[0].public_bytes(Encoding.PEM) + key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(file)
    for name, version in limits.items():
        setattr(made, name, version)
    return made


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """An authority that this machine trusts, by the file the system's variable names."""
    made = certificate(None)
    file = tmp_path / "autoridades.pem"
    file.write_bytes(made[0].public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return made


def send(door: Callable[..., Sunat], raw: Callable[..., Any], served: ssl.SSLContext) -> tuple[Any, list[bytes]]:
    server = raw(lambda connection: connection.sendall(ANSWER), served)
    return door(server.address).send_bill(ACCOUNT, "20000000001-01-F001-7", b"<Invoice/>"), server.requests


def test_a_server_that_proves_who_it_is_gets_the_document(
    door: Callable[..., Sunat], raw: Callable[..., Any], tmp_path: Path, authority: Pair
) -> None:
    talk, requests = send(door, raw, context(tmp_path, certificate(authority)))
    assert (talk.status, talk.answer, len(requests)) == (200, b"ok", 1)


@pytest.mark.parametrize(
    "fault",
    [
        {"host": "127.0.0.2"},
        {"host": "e-factura.sunat.gob.pe"},
        {"age": 2 * HOUR, "life": -HOUR},
        {"age": -HOUR, "life": 2 * HOUR},
    ],
    ids=["another-address", "another-name", "expired", "not-yet"],
)
def test_a_certificate_that_does_not_fit_gets_nothing(
    door: Callable[..., Sunat], raw: Callable[..., Any], tmp_path: Path, authority: Pair, fault: dict[str, Any]
) -> None:
    talk, requests = send(door, raw, context(tmp_path, certificate(authority, **fault)))
    assert (talk.was_sent, talk.trouble, requests) == (False, UNTRUSTED, [])


@pytest.mark.usefixtures("authority")
def test_a_certificate_of_its_own_making_gets_nothing(
    door: Callable[..., Sunat], raw: Callable[..., Any], tmp_path: Path
) -> None:
    talk, requests = send(door, raw, context(tmp_path, certificate(None)))
    assert (talk.was_sent, talk.trouble, requests) == (False, UNTRUSTED, [])


def test_an_unknown_authority_gets_nothing(door: Callable[..., Sunat], raw: Callable[..., Any], tmp_path: Path) -> None:
    talk, requests = send(door, raw, context(tmp_path, certificate(certificate(None))))
    assert (talk.was_sent, talk.trouble, requests) == (False, UNTRUSTED, [])


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls_gets_nothing(
    door: Callable[..., Sunat], raw: Callable[..., Any], tmp_path: Path, authority: Pair
) -> None:
    served = context(
        tmp_path, certificate(authority), minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1
    )
    served.set_ciphers("ALL:@SECLEVEL=0")
    talk, requests = send(door, raw, served)
    assert (talk.was_sent, talk.trouble, requests) == (False, UNTRUSTED, [])


def test_a_server_without_tls_gets_nothing(door: Callable[..., Sunat], raw: Callable[..., Any]) -> None:
    server = raw(lambda connection: connection.sendall(ANSWER))
    talk = door(server.address.replace("http:", "https:")).send_bill(ACCOUNT, "x", b"<Invoice/>")
    assert not talk.was_sent


@pytest.mark.parametrize(("name", "value"), [("SSL_CERT_FILE", "no/such/file.pem"), ("HTTPS_PROXY", "gopher://x")])
def test_a_trust_or_proxy_that_cannot_be_used_sends_nothing(
    door: Callable[..., Sunat], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    talk = door("https://127.0.0.1:1").send_bill(ACCOUNT, "x", b"<Invoice/>")
    assert not talk.was_sent
    assert "SSL_CERT_FILE" in talk.trouble


def test_the_simulator_is_reached_past_any_proxy(
    door: Callable[..., Sunat], raw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = raw(lambda connection: connection.sendall(ANSWER))
    assert door(server.address).send_bill(ACCOUNT, "x", b"<Invoice/>").answer == b"ok"


def test_there_is_no_switch() -> None:
    names = {*inspect.signature(Sunat).parameters, *Manners.__dataclass_fields__, *Endpoints.__dataclass_fields__}
    assert not [name for name in names if any(word in name for word in ("verify", "tls", "ssl", "insecure"))]
