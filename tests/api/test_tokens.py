"""Access tokens: only our own, whole, unexpired ones open anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from api_stack import Stack, clock
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onapi.api.tokens import Tokens, read_key
from onapi.errors import Unauthenticated
from onapi.store.credentials import Credential

CREDENTIAL = Credential("c-1", "integra", "demo@onapi.local", "", ("cpe:read",), ("20000000001",), disabled=False)
CLAIMS = ("sub", "cid", "rucs", "scope", "iat", "nbf", "exp", "jti", "iss", "aud")

Code = Callable[[str | None], tuple[int, str]]


@pytest.fixture(scope="module")
def key(stack: Stack) -> Ed25519PrivateKey:
    return read_key(stack.house.settings.tokens)


@pytest.fixture(scope="module")
def tokens(key: Ed25519PrivateKey) -> Tokens:
    return Tokens(key, timedelta(minutes=15))


@pytest.fixture
def code(stack: Stack) -> Code:
    """What the API says to a token: 404 means that it let it in."""

    def ask(token: str | None) -> tuple[int, str]:
        answer = stack.call("GET", "ngr/20000000001/01/F001/99999999", token=token)
        return answer.status_code, answer.json()["code"]

    return ask


def claims_of(tokens: Tokens) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(tokens.make(CREDENTIAL, clock()), options={"verify_signature": False})
    return found


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_our_own_token_is_let_in(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock())) == (404, "document_not_found")


def test_a_token_ends_with_its_last_second(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock() - timedelta(minutes=15, seconds=1))) == (401, "token_expired")
    token, born = tokens.make(CREDENTIAL, clock().replace(microsecond=0)), clock().replace(microsecond=0)
    assert tokens.read(token, born + timedelta(minutes=14, seconds=59)).credential_id == "c-1"
    with pytest.raises(Unauthenticated, match="venció"):
        tokens.read(token, born + timedelta(minutes=15, seconds=1))


def test_a_token_of_the_future_waits(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock() + timedelta(seconds=90))) == (401, "token_invalid")
    assert code(tokens.make(CREDENTIAL, clock() + timedelta(seconds=30))) == (404, "document_not_found")  # two clocks


def test_no_token_is_told_apart(stack: Stack, code: Code, token: str) -> None:
    assert code(None) == (401, "token_missing")
    answer = stack.http.get("/integrator/api/v1/integrator/ngr/20000000001/01/F001/1", auth=("demo", token))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_token_without_a_claim_is_refused(code: Code, tokens: Tokens, key: Ed25519PrivateKey, claim: str) -> None:
    claims = {name: value for name, value in claims_of(tokens).items() if name != claim}
    assert code(jwt.encode(claims, key, "EdDSA", {"typ": "at+jwt"})) == (401, "token_invalid")


@pytest.mark.parametrize("changed", [{"iss": "otro"}, {"aud": "otro"}, {"exp": "mañana"}, {"nbf": None}])
def test_a_token_with_a_wrong_claim_is_refused(
    code: Code, tokens: Tokens, key: Ed25519PrivateKey, changed: dict[str, Any]
) -> None:
    token = jwt.encode({**claims_of(tokens), **changed}, key, "EdDSA", {"typ": "at+jwt"})
    assert code(token) == (401, "token_invalid")


@pytest.mark.parametrize("kind", ["JWT", "rt+jwt", None, 7])
def test_a_token_of_another_type_is_refused(
    code: Code, tokens: Tokens, key: Ed25519PrivateKey, kind: str | None
) -> None:
    assert code(jwt.encode(claims_of(tokens), key, "EdDSA", {"typ": kind})) == (401, "token_invalid")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(code: Code, tokens: Tokens, algorithm: str) -> None:
    head = encoded({"alg": algorithm, "typ": "at+jwt"})
    assert code(f"{head}.{encoded(claims_of(tokens))}.") == (401, "token_invalid")


@pytest.mark.parametrize("form", [serialization.Encoding.PEM, serialization.Encoding.DER, serialization.Encoding.Raw])
def test_the_public_key_is_no_shared_secret(
    code: Code, tokens: Tokens, key: Ed25519PrivateKey, form: serialization.Encoding
) -> None:
    raw = form is serialization.Encoding.Raw
    shape = serialization.PublicFormat.Raw if raw else serialization.PublicFormat.SubjectPublicKeyInfo
    secret = key.public_key().public_bytes(form, shape)
    signed = f"{encoded({'alg': 'HS256', 'typ': 'at+jwt'})}.{encoded(claims_of(tokens))}"
    mark = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    assert code(f"{signed}.{mark}") == (401, "token_invalid")


def test_another_key_is_not_ours(code: Code, tokens: Tokens) -> None:
    stranger = Tokens(Ed25519PrivateKey.generate(), timedelta(minutes=15))
    assert code(stranger.make(CREDENTIAL, clock())) == (401, "token_invalid")
    head, body, _ = tokens.make(CREDENTIAL, clock()).split(".")
    assert code(f"{head}.{body}.{stranger.make(CREDENTIAL, clock()).split('.')[2]}") == (401, "token_invalid")
    more = encoded({**claims_of(tokens), "rucs": ["20000000010"]})
    assert code(f"{head}.{more}.{tokens.make(CREDENTIAL, clock()).split('.')[2]}") == (401, "token_invalid")


@pytest.mark.parametrize("garbage", ["x", "a.b.c", "....", "e30.e30.e30", "eyJhbGciOiJFZERTQSJ9..", "x" * 5000])
def test_garbage_is_refused(code: Code, garbage: str) -> None:
    assert code(garbage) == (401, "token_invalid")


def test_a_refresh_token_opens_nothing(stack: Stack, code: Code) -> None:
    assert code(stack.login()["refresh_token"]) == (401, "token_invalid")
