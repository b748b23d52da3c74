"""Certificates in force: twelve that may not be, overlap of two, the end of a key, and five warnings before it."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from flow_world import BORN, RUC, World
from hook_receiver import endpoint, with_receivers
from structlog.testing import capture_logs

from onapi.errors import InvalidDocument
from onapi.flows import doctor, expiry
from onapi.flows.certificates import end_keys, history, keep_signer, set_certificate, signer_of
from onapi.flows.expiry import warn_of_expiry
from onapi.flows.platform import Platform
from onapi.flows.roads import company_of
from onapi.sign.certificate import Signer, self_signed
from onapi.store.ring import RingFile, make_ring
from onapi.store.vault import Vault

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "sign"))  # where old .pfx files are made

from test_old_pkcs12 import old_pkcs12

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
DAY = timedelta(days=1)
PASSWORD = "clave"
SIGNS = {"digital_signature"}


@pytest.fixture
def platform(here: World, tmp_path: Path) -> Platform:
    """With a ring in a file and data keys in the database."""
    make_ring(tmp_path / "ring")
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM certificates")
        connection.exec_driver_sql("UPDATE companies SET certificate = NULL, certificate_expires_at = NULL")
    found = replace(here.platform, vault=Vault(RingFile(tmp_path / "ring"), here.platform.database))
    keep_signer(found, found.scope(RUC), made(days=200))
    return found


def made(
    *, days: int = 300, before: int = 1, ruc: str = RUC, key: Key | None = None, usage: set[str] = SIGNS
) -> Signer:
    """A signer; its certificate begins `before` days before the beginning of time and ends `days` after it."""
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, ruc)])
    every = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign"
    named = {each: each in usage for each in [*every.split(), "crl_sign", "encipher_only", "decipher_only"]}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BORN - before * DAY)
        .not_valid_after(BORN + days * DAY)
        .add_extension(x509.KeyUsage(**named), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(key, certificate)  # type: ignore[arg-type]  # some are not RSA on purpose


def p12(signer: Signer, password: str = PASSWORD) -> bytes:
    hidden = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"x", signer.key, signer.certificate, None, hidden)


def chain_alone() -> bytes:
    found = [pkcs12.PKCS12Certificate(made().certificate, None)]
    return pkcs12.serialize_java_truststore(found, serialization.BestAvailableEncryption(PASSWORD.encode()))


def short() -> bytes:
    return p12(made(key=rsa.generate_private_key(public_exponent=65537, key_size=1024)))  # noqa: S505  weak on purpose


# what is loaded, its key of the API, and the words that tell this refusal from every other
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "expired": (lambda: p12(made(days=-1, before=90)), "certificate_expired", "venció el 19/11/2026"),
    "not yet valid": (lambda: p12(made(before=-2)), "certificate_expired", "recién vale desde el 22/11/2026"),
    "a .cer": (
        lambda: made().certificate.public_bytes(serialization.Encoding.DER),
        "certificate_missing",
        ".p7b no basta",
    ),
    "wrong RUC": (lambda: p12(made(ruc="20000000010")), "certificate_ruc_mismatch", f"no es del RUC {RUC}"),
    "RSA 1024": (short, "certificate_missing", "1024 bits"),
    "ECDSA": (lambda: p12(made(key=ec.generate_private_key(ec.SECP256R1()))), "certificate_missing", "no es RSA"),
    "no digitalSignature": (
        lambda: p12(made(usage={"key_encipherment"})),
        "certificate_missing",
        "no es de firma digital",
    ),
    "wrong password": (lambda: p12(made(), "otra"), "certificate_missing", "no abre"),
    "empty": (lambda: b"", "certificate_missing", "está vacío"),
    "two keys": (lambda: made().to_pem() + made().to_pem(), "certificate_missing", "más de una clave"),
    "chain only": (chain_alone, "certificate_missing", "no trae la clave privada"),
}


@pytest.mark.parametrize("form", REFUSED)
def test_it_is_refused_in_its_own_words_and_the_one_before_signs_on(form: str, platform: Platform) -> None:
    make, key, words = REFUSED[form]
    scope = platform.scope(RUC)
    before = signer_of(platform, company_of(platform, scope)).certificate
    with pytest.raises(InvalidDocument) as caught:
        set_certificate(platform, scope, make(), PASSWORD)
    assert (caught.value.key, words in str(caught.value)) == (key, True), str(caught.value)
    assert signer_of(platform, company_of(platform, scope)).certificate == before
    assert len(history(platform, scope)) == 1


def test_an_old_pfx_with_rc2_is_taken(platform: Platform) -> None:
    new = made()
    put = set_certificate(platform, platform.scope(RUC), old_pkcs12(new, PASSWORD), PASSWORD)
    assert signer_of(platform, company_of(platform, platform.scope(RUC))).certificate == new.certificate
    assert put.rucs == (RUC,)


def test_the_newest_that_is_valid_signs(platform: Platform, here: World) -> None:
    scope = platform.scope(RUC)
    long, brief = made(days=300), made(days=20)
    for each in (long, brief):
        here.clock.forward(1)
        keep_signer(platform, scope, each)
    assert signer_of(platform, company_of(platform, scope)).certificate == brief.certificate
    here.clock.forward(21 * 86_400)
    assert signer_of(platform, company_of(platform, scope)).certificate == long.certificate
    here.clock.forward(300 * 86_400)
    with pytest.raises(InvalidDocument, match="venció el 10/12/2026"):
        signer_of(platform, company_of(platform, scope))


def test_a_key_is_destroyed_a_week_after_its_end_and_the_rest_is_kept(platform: Platform, here: World) -> None:
    scope = platform.scope(RUC)
    long, brief = made(days=300), made(days=20)
    for each in (long, brief):
        here.clock.forward(1)
        keep_signer(platform, scope, each)
    here.clock.forward(26 * 86_400)
    assert end_keys(platform) == 0
    here.clock.forward(2 * 86_400)
    assert end_keys(platform) == 1
    found = {each.not_after: each for each in history(platform, scope)}
    assert found[brief.certificate.not_valid_after_utc].sealed is None
    assert found[brief.certificate.not_valid_after_utc].key_destroyed_at == platform.clock()
    assert company_of(platform, scope).certificate == found[long.certificate.not_valid_after_utc].sealed
    here.clock.forward(300 * 86_400)
    assert end_keys(platform) == 2
    company = company_of(platform, scope)
    assert company.certificate == b""
    assert all(each.sealed is None for each in history(platform, scope))
    with pytest.raises(InvalidDocument) as caught:
        signer_of(platform, company)
    assert caught.value.key == "certificate_expired"
    assert end_keys(platform) == 0


def test_what_was_enrolled_before_there_was_a_history_is_in_it(here: World) -> None:
    scope = here.platform.scope(RUC)
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM certificates")
    (found,) = history(here.platform, scope)
    assert found.rucs == (RUC,)
    assert [each.fingerprint for each in history(here.platform, scope)] == [found.fingerprint]


def told(run: Callable[[], object]) -> list[dict[str, Any]]:
    with capture_logs() as lines:
        run()
    return [dict(line) for line in lines if line["event"] == "certificate expiring"]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is announced to the world."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(expiry, "announce", lambda _p, _c, _s, kind, data, **_: found.append({"kind": kind, **data}))
    return found


def test_five_warnings_are_given_each_once(platform: Platform, here: World, heard: list[dict[str, Any]]) -> None:
    start: datetime = here.clock.now
    lines = []
    for hours in range(0, 201 * 24, 12):
        here.clock.now = start + timedelta(hours=hours)
        for _ in range(2):
            lines += told(lambda: warn_of_expiry(platform))
    assert [line["days_left"] for line in lines] == [60, 30, 15, 7, 1]
    assert [(each["kind"], each["daysLeft"], each["threshold"]) for each in heard] == [
        ("certificate.expiring", days, days) for days in (60, 30, 15, 7, 1)
    ]
    assert heard[0]["expiresOn"] == "2027-06-08"


def test_whoever_was_away_tells_the_nearest_alone(platform: Platform, here: World, heard: list[dict[str, Any]]) -> None:
    here.clock.forward(190 * 86_400)
    for _ in range(3):
        warn_of_expiry(platform)
    assert [(each["threshold"], each["daysLeft"]) for each in heard] == [(15, 10)]


def test_whoever_has_the_next_one_hears_nothing(platform: Platform, here: World, heard: list[dict[str, Any]]) -> None:
    keep_signer(platform, platform.scope(RUC), made(days=900))
    here.clock.forward(1)
    keep_signer(platform, platform.scope(RUC), made(days=180))
    here.clock.forward(170 * 86_400)
    assert warn_of_expiry(platform) == 0
    assert heard == []


def lived_through(here: World, platform: Platform, is_on: Callable[[int], bool]) -> list[tuple[int, int]]:
    """A year, hour by hour where the machine is on, each round in a process of its own; what a receiver was told."""
    start, url = here.clock(), "https://a.ejemplo.pe/hook"
    receivers = with_receivers(here)
    endpoint(here, url, "certificate.expiring")
    for hour in range(1, 366 * 24, 6):
        if is_on(hour):
            here.clock.now = start + timedelta(hours=hour)
            warn_of_expiry(replace(platform, vault=Vault(platform.vault.ring, platform.database)))
    here.run()
    told = [json.loads(call.body)["data"] for call in receivers.came.get(url, [])]
    return [(each["threshold"], each["daysLeft"]) for each in told]


ALL_FIVE = [(60, 60), (30, 30), (15, 15), (7, 7), (1, 1)]


@pytest.fixture
def for_a_year(platform: Platform) -> Platform:
    """Its certificate ends in 300 days, at noon."""
    with platform.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM certificates")
    keep_signer(platform, platform.scope(RUC), made(days=300))
    return platform


def test_a_year_has_exactly_five(for_a_year: Platform, here: World) -> None:
    lines = []

    def year() -> None:
        lines.extend(lived_through(here, for_a_year, lambda _: True))

    logged = told(year)
    assert lines == ALL_FIVE
    assert [line["days_left"] for line in logged] == [60, 30, 15, 7, 1]


@pytest.mark.parametrize("days", [60, 30, 15, 7])
def test_whoever_was_off_on_that_day_tells_it_on_the_next(for_a_year: Platform, here: World, days: int) -> None:
    off = range((300 - days) * 24 - 1, (301 - days) * 24 + 2)
    found = lived_through(here, for_a_year, lambda hour: hour not in off)
    assert [threshold for threshold, _ in found] == [60, 30, 15, 7, 1]
    assert dict(found)[days] == days - 1


def test_whoever_was_off_on_the_last_day_says_that_it_ended(for_a_year: Platform, here: World) -> None:
    found = lived_through(here, for_a_year, lambda hour: hour not in range(299 * 24 - 1, 300 * 24 + 30))
    assert [threshold for threshold, _ in found] == [60, 30, 15, 7, 1]
    assert found[-1][1] <= 0


def test_the_doctor_says_it_too(for_a_year: Platform, here: World) -> None:
    """From sixty days before, until there is another."""

    def says() -> str:
        point = next(each for each in doctor._companies(for_a_year) if each.key == "certificates")
        return f"{point.level.name} {point.details}"

    calm = says()
    here.clock.forward(241 * 86_400)
    warned = says()
    assert calm != warned
    assert RUC in warned
    here.clock.forward(70 * 86_400)
    assert "venc" in says()
    keep_signer(for_a_year, for_a_year.scope(RUC), made(days=900))
    assert says() == calm


def test_an_announcement_leaves_through_the_door_of_all_events(platform: Platform, here: World) -> None:
    here.clock.forward(199 * 86_400 + 60)
    assert warn_of_expiry(platform) == 1
    assert self_signed(RUC, "X", here.clock.now) is not None
