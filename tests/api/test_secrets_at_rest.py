"""No secret that was handed in can be found anywhere afterwards: database, its log, files, our log, answers (S08)."""

import base64
import os
import quopri
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx2
import pytest
from api_stack import PASSWORD, RUC, Stack, clock
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from onapi.flows import sign_in
from onapi.settings import CLIENT_ID
from onapi.sign.certificate import Signer, self_signed
from onapi.store import credentials

NEW = "20000000052"
SECRETS = {
    "sol": "Canario-SOL+/=ñ 7f3a91",
    "gre": "Canario-GRE+/=?&7f3a92",
    "validity": "Canario-VALIDEZ+/=?7f3a93",
    "mail": "Canario-CORREO+/=ñ 7f3a95",
    "whatsapp": "Canario-WHATSAPP+/=?7f3a96",
    "pfx": "Canario-PFX+/=ñ 7f3a94",
}
Call = Callable[..., httpx2.Response]


def spellings(secret: bytes) -> set[bytes]:
    """A secret in the ways it could have been written down."""
    text = secret.decode("utf-8", "replace")
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), quopri.encodestring(secret)}
    found |= {quote(secret, safe="").encode(), quote_plus(secret).encode(), text.encode("unicode_escape")}
    found |= {text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("latin-1", "replace")}
    for start in range(3):  # base64 of a text that it stands in, whatever stands before it
        coded = base64.b64encode(bytes(start) + secret)
        found.add(coded[4 if start else 0 : -4])
        found.add(coded[4 if start else 0 : -4].replace(b"+", b"-").replace(b"/", b"_"))
    return {each for each in found if len(each) > 7}


def private_parts(signer: Signer) -> Iterator[bytes]:
    """What of a key must be nowhere: its exponent and primes, its DER, the body of its PEM."""
    numbers = signer.key.private_numbers()
    for number in (numbers.d, numbers.p, numbers.q):
        yield number.to_bytes((number.bit_length() + 7) // 8)[:64]
    pem = signer.to_pem().split(b"-----")[2].split()
    yield pem[11]
    yield signer.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )[400:500]  # before it stands the modulus, which is public


@pytest.fixture(scope="module")
def handed_in(stack: Stack) -> tuple[Signer, list[str]]:
    """A company whose every secret is a canary, used in every operation there is for it; with all the answers."""
    platform, name = stack.platform, "canario@onapi.local"
    sign_in.register(platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(NEW, RUC))
    with platform.database.transaction() as connection:
        known = credentials.find_by_name(connection, CLIENT_ID, name)
        assert known is not None
        credentials.keep(connection, replace(known, role=None, scopes=("admin", "cpe:write", "cpe:read")), clock())
    token = str(stack.login(name, PASSWORD)["token"])
    signer = self_signed(NEW, "CANARIO S.A.C.", clock())
    answers: list[str] = []

    def call(method: str, path: str, **more: Any) -> None:
        answers.append(stack.call(method, f"admin/companies/{NEW}{path}", token=token, **more).text)

    password = SECRETS["pfx"]
    hidden = BestAvailableEncryption(password.encode())
    file = pkcs12.serialize_key_and_certificates(b"x", signer.key, signer.certificate, None, hidden)
    sent = base64.b64encode(file).decode()
    call("PUT", "", json={"razonSocial": "CANARIO S.A.C."})
    call("PUT", "/certificate", json={"certificate": sent, "password": "otra " + password})
    call("PUT", "/certificate", json={"certificate": sent, "password": password, "other": password})
    call("PUT", "/certificate", content=password.encode(), headers={"Content-Type": "application/json"})
    call("PUT", "/certificate", files={"certificate": ("c.p12", file)}, data={"password": password})
    call("PUT", "/certificate", json={"certificate": sent, "password": password})
    call("PUT", "/sol", json={"user": "CANARIO", "password": SECRETS["sol"]})
    call("PUT", "/sol", json={"user": "CANARIO " + SECRETS["sol"], "password": SECRETS["sol"] * 20})
    for name in ("gre", "validity"):
        call("PUT", f"/{name}", json={"clientId": "canario", "clientSecret": SECRETS[name]})
        call("PUT", f"/{name}", json={"clientId": "canario", "clientSecret": {"deep": SECRETS[name]}})
    server = {"host": "smtp.canario.example", "port": 465, "security": "tls", "fromAddress": "a@canario.example"}
    call("PUT", "/mail", json={**server, "user": "canario", "password": SECRETS["mail"]})
    call("PUT", "/mail", json={**server, "user": "canario", "password": SECRETS["mail"] + "\n"})
    call("PUT", "/mail", json={**server, "user": "canario", "clave": SECRETS["mail"]})
    call("POST", "/mail/test", json={"to": "a@canario.example"})
    for name in ("accessToken", "appSecret", "verifyToken"):
        call("PUT", "/whatsapp", json={"phoneNumberId": "1", "accessToken": "x", name: SECRETS["whatsapp"]})
    wrong = SECRETS["whatsapp"]
    call("PUT", "/whatsapp", json={"phoneNumberId": wrong, "accessToken": f"{wrong} "})
    looks = [("GET", path) for path in ("/mail", "/whatsapp", "/certificate", "")]
    for method, path in (*looks, ("POST", "/check")):
        call(method, path)
    document = {
        "serie": "F001",
        "correlativo": next(stack.numbers),
        "fechaEmision": "2026-11-20T10:15:00-05:00",
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
    }
    body = {"ruc": NEW, "doctype": "01", "document": document, "options": {"wait": 2, "include": ["xml", "pdf"]}}
    issued = stack.call("POST", "sendMessage", token=token, json=body)
    assert issued.status_code in {201, 202}, issued.text
    answers.append(issued.text)
    return signer, answers


def found_in(places: dict[str, bytes], signer: Signer) -> list[tuple[str, str]]:
    canaries = {name: spellings(secret.encode()) for name, secret in SECRETS.items()}
    canaries["key"] = {each for part in private_parts(signer) for each in spellings(part)}
    return [
        (name, place)
        for place, content in places.items()
        for name, written in canaries.items()
        if any(each in content for each in written)
    ]


def test_no_canary_is_anywhere(stack: Stack, handed_in: tuple[Signer, list[str]]) -> None:
    signer, answers = handed_in
    home = Path(stack.home)
    files = [path for path in home.rglob("*") if path.is_file() and not path.name.startswith("simulator")]
    places = {str(path.relative_to(home)): path.read_bytes() for path in files}
    assert any(name.endswith("onapi.sqlite3") for name in places)
    assert any(name.endswith("-wal") for name in places)
    assert any(name.startswith("blobs") for name in places)
    places["log"] = repr(stack.log).encode()
    places["answers"] = "\n".join(answers).encode()
    places["environ"] = repr(dict(os.environ)).encode()
    assert found_in(places, signer) == []


def test_a_canary_would_be_found(handed_in: tuple[Signer, list[str]]) -> None:
    signer, _ = handed_in
    for secret in SECRETS.values():
        for text in (secret, f"a:{secret}", f"ab:{secret}!"):
            hidden = text.encode()
            for place in (hidden, base64.b64encode(hidden), hidden.hex().encode(), text.encode("utf-16-le")):
                assert found_in({"x": b"before" + place + b"after"}, signer) != [], place
            assert found_in({"x": quote(text, safe="").encode()}, signer) != []
    assert found_in({"x": signer.to_pem()}, signer) == [("key", "x")]
