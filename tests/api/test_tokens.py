"""Access tokens: only our own, whole, unexpired ones open anything; S06 is the corpus beside this file."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from api_stack import Stack, clock
from token_corpus import CORPUS, Forge

from onapi.api.tokens import Tokens
from onapi.errors import Unauthenticated
from onapi.store.credentials import Credential
from onapi.store.token_keys import KeyRing, read_keys, rotate_keys

CREDENTIAL = Credential("c-1", "integra", "demo@onapi.local", "", ("cpe:read",), ("20000000001",), disabled=False)

Code = Callable[[str | None], tuple[int, str]]


@pytest.fixture(scope="module")
def tokens(stack: Stack) -> Tokens:
    return Tokens(KeyRing(stack.house.settings.tokens), timedelta(minutes=15))


@pytest.fixture
def code(stack: Stack) -> Code:
    """What the API says to a token: 404 means that it let it in."""

    def ask(token: str | None) -> tuple[int, str]:
        answer = stack.call("GET", "ngr/20000000001/01/F001/99999999", token=token)
        return answer.status_code, answer.json()["code"]

    return ask


@pytest.fixture(scope="module")
def forge(stack: Stack) -> Forge:
    """Our own key, and claims that are let in."""
    key = read_keys(stack.house.settings.tokens)[0]
    made = Tokens(KeyRing(stack.house.settings.tokens), timedelta(minutes=15)).make(CREDENTIAL, clock())
    claims: dict[str, Any] = jwt.decode(made, options={"verify_signature": False})
    return Forge(key.private, key.kid, claims, stack.login()["refresh_token"])


def test_our_own_token_is_let_in(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock())) == (404, "document_not_found")


def test_what_the_forge_makes_of_nothing_odd_is_let_in(code: Code, forge: Forge) -> None:
    assert code(forge.make()) == (404, "document_not_found")


def test_the_corpus_is_large_and_none_of_it_is_let_in(forge: Forge, tokens: Tokens) -> None:
    assert len(CORPUS) >= 60
    assert [name for name, make in CORPUS.items() if opened(tokens, make(forge))] == []


def opened(tokens: Tokens, token: str) -> bool:
    """Whether a token is let in; if not, it is for a reason that callers know."""
    try:
        tokens.read(token, clock())
    except Unauthenticated as refused:
        return refused.key not in {"token_invalid", "token_expired"}
    return True


SENT = [name for name in CORPUS if "line break" not in name]  # no header can hold one


@pytest.mark.parametrize("name", SENT)
def test_none_of_the_corpus_opens_the_api(code: Code, forge: Forge, name: str) -> None:
    token = CORPUS[name](forge)
    if len(token) < 30_000:  # the server refuses longer headers by itself
        status, told = code(token)
        assert status == 401, name
        assert told in {"token_invalid", "token_expired", "token_missing"}


def test_a_token_ends_with_its_last_second(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock() - timedelta(minutes=15, seconds=1))) == (401, "token_expired")
    token, born = tokens.make(CREDENTIAL, clock().replace(microsecond=0)), clock().replace(microsecond=0)
    assert tokens.read(token, born + timedelta(minutes=14, seconds=58)).credential_id == "c-1"
    with pytest.raises(Unauthenticated, match="venció"):
        tokens.read(token, born + timedelta(minutes=15, seconds=1))


def test_a_token_of_the_future_waits(code: Code, tokens: Tokens) -> None:
    assert code(tokens.make(CREDENTIAL, clock() + timedelta(seconds=90))) == (401, "token_invalid")
    assert code(tokens.make(CREDENTIAL, clock() + timedelta(seconds=30))) == (404, "document_not_found")  # two clocks


def test_no_token_is_told_apart(stack: Stack, code: Code, token: str) -> None:
    assert code(None) == (401, "token_missing")
    answer = stack.http.get("/integrator/api/v1/integrator/ngr/20000000001/01/F001/1", auth=("demo", token))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


def test_a_running_api_takes_a_new_key_and_still_knows_the_old(stack: Stack, code: Code, tokens: Tokens) -> None:
    before = stack.login()["token"]
    kid = rotate_keys(stack.house.settings.tokens, clock())
    elsewhere = Tokens(KeyRing(stack.house.settings.tokens), timedelta(minutes=15)).make(CREDENTIAL, clock())
    assert jwt.get_unverified_header(elsewhere)["kid"] == kid
    assert code(elsewhere) == (404, "document_not_found")  # at once, though this API has not looked for a second
    assert code(before) == (404, "document_not_found")
    assert tokens.read(elsewhere, clock())
    assert jwt.get_unverified_header(stack.login()["token"])["kid"] == kid


def test_the_cookie_of_a_device_is_ours_or_none(tokens: Tokens) -> None:
    device = "d" * 43
    cookie = tokens.make_device(device)
    assert tokens.read_device(cookie) == device
    for wrong in (
        "",
        device,
        cookie[:-1] + ("A" if cookie[-1] != "A" else "B"),
        cookie.replace("ddd", "eee"),
        "x" * 9999,
    ):
        assert tokens.read_device(wrong) == ""
