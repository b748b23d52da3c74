"""Operation 2: each refresh token serves once; one that comes twice ends the session."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from api_stack import CLIENT_ID, DEMO_USERNAME, PASSWORD, Stack, clock
from sqlalchemy import select

from onapi.api.shapes.sessions import RefreshAnswer
from onapi.api.tokens import Tokens
from onapi.flows import sign_in
from onapi.store import credentials
from onapi.store.tables import buckets, session_events
from onapi.store.token_keys import KeyRing

ELSEWHERE = {"User-Agent": "ladron/1", "Cookie": ""}


def renew(stack: Stack, token: str) -> httpx2.Response:
    return stack.call("POST", "refresh-token", json={"refreshToken": token})


def test_a_refresh_token_gives_the_next_pair(stack: Stack) -> None:
    first = stack.login()
    answer = renew(stack, first["refresh_token"])
    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "expiresIn", "refresh_token", "tokenType", "refreshExpiresIn"}
    second = RefreshAnswer.model_validate(answer.json(), strict=True)
    assert second.refresh_token != first["refresh_token"]
    assert second.token != first["token"]
    assert answer.headers["cache-control"] == "no-store"
    third = renew(stack, second.refresh_token).json()
    found = stack.call("GET", "ngr/20000000001/01/F001/99999999", token=third["token"])
    assert found.json()["code"] == "document_not_found"  # the token is good


def test_a_used_token_ends_its_whole_family_and_no_other(stack: Stack) -> None:
    first, stranger = stack.login()["refresh_token"], stack.login()["refresh_token"]
    second = renew(stack, first).json()
    again = stack.call("POST", "refresh-token", json={"refreshToken": first}, headers=ELSEWHERE)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_token_reused")
    assert renew(stack, second["refresh_token"]).json()["code"] == "refresh_token_invalid"
    dead = stack.call("GET", "ngr/20000000001/01/F001/99999999", token=second["token"])
    assert (dead.status_code, dead.json()["code"]) == (401, "token_invalid")
    assert renew(stack, stranger).status_code == 200
    with stack.platform.database.reading() as connection:
        told = connection.execute(select(session_events).where(session_events.c.event == "refresh_token_reused")).all()
    assert len(told) >= 1
    assert any(line["event"] == "refresh token replayed" for line in stack.log)


def test_a_lost_answer_is_given_again_to_the_same_client(stack: Stack) -> None:
    first = stack.login()["refresh_token"]
    given = [renew(stack, first).json() for _ in range(3)]
    assert len({each["refresh_token"] for each in given}) == 1
    assert renew(stack, given[0]["refresh_token"]).status_code == 200


def test_the_same_device_is_the_same_client_whatever_its_program_says(stack: Stack) -> None:
    first = stack.login()["refresh_token"]
    one = renew(stack, first).json()["refresh_token"]
    other = stack.call("POST", "refresh-token", json={"refreshToken": first}, headers={"User-Agent": "otro/2"})
    assert other.json()["refresh_token"] == one


def test_twenty_at_once_get_one_successor(stack: Stack) -> None:
    first = stack.login()["refresh_token"]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: renew(stack, first), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_a_token_beside_it_must_be_of_the_same_user(stack: Stack, token_of: Callable[[str], str]) -> None:
    mine = stack.login()
    foreign = token_of("dos")
    refused = stack.call("POST", "refresh-token", token=foreign, json={"refreshToken": mine["refresh_token"]})
    assert (refused.status_code, refused.json()["code"]) == (401, "refresh_token_invalid")
    garbage = stack.call("POST", "refresh-token", token="e30.e30.e30", json={"refreshToken": mine["refresh_token"]})
    assert (garbage.status_code, garbage.json()["code"]) == (401, "token_invalid")
    assert stack.call(
        "POST", "refresh-token", token=mine["token"], json={"refreshToken": mine["refresh_token"]}
    ).is_success


def test_an_expired_token_may_stand_beside_it(stack: Stack) -> None:
    mine = stack.login()
    with stack.platform.database.reading() as connection:
        known = credentials.find_by_name(connection, CLIENT_ID, DEMO_USERNAME)
    assert known is not None
    ring = KeyRing(stack.house.settings.tokens)
    expired = Tokens(ring, timedelta(minutes=15)).make(known, clock() - timedelta(hours=3))
    answer = stack.call("POST", "refresh-token", token=expired, json={"refreshToken": mine["refresh_token"]})
    assert answer.status_code == 200


def test_guessing_refresh_tokens_is_slowed_down(stack: Stack) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: renew(stack, f"adivinado-{n}"), range(45)))
    blocked = [answer for answer in answers if answer.status_code == 429]
    assert blocked
    assert blocked[0].json()["code"] == "login_blocked"
    assert int(blocked[0].headers["retry-after"]) >= 1
    assert renew(stack, stack.login()["refresh_token"]).status_code == 200  # who has a good one is not slowed
    with stack.platform.database.transaction() as connection:
        connection.execute(buckets.delete())


@pytest.mark.parametrize("body", [{"refreshToken": None}, {}, {"refreshToken": ""}, {"refreshToken": "x", "otro": 1}])
def test_a_misshapen_request_is_refused(stack: Stack, body: dict[str, object]) -> None:
    answer = stack.call("POST", "refresh-token", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


def test_a_token_nobody_gave_is_refused(stack: Stack) -> None:
    answer = renew(stack, "rt_9q2v7m")
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")


def test_the_other_spelling_and_a_form_are_taken(stack: Stack) -> None:
    spelled = stack.call("POST", "refresh-token", json={"refresh_token": stack.login()["refresh_token"]})
    assert spelled.status_code == 200
    posted = stack.call("POST", "refresh-token", data={"refreshToken": stack.login()["refresh_token"]})
    assert posted.status_code == 200


def test_a_refresh_token_expires(stack: Stack) -> None:
    signed_in = sign_in.sign_in(stack.platform, CLIENT_ID, "dos@onapi.local", PASSWORD, days=0)
    assert renew(stack, signed_in.refresh_token).json()["code"] == "refresh_token_invalid"


def test_a_user_disabled_meanwhile_gets_no_more(stack: Stack) -> None:
    name = "pronto@onapi.local"
    sign_in.register(stack.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=("20000000001",))
    token = stack.login(name, PASSWORD)["refresh_token"]
    with stack.platform.database.transaction() as connection:
        known = credentials.find_by_name(connection, CLIENT_ID, name)
        assert known is not None
        credentials.keep(connection, replace(known, disabled=True), clock())
    answer = renew(stack, token)
    assert (answer.status_code, answer.json()["code"]) == (403, "credential_disabled")
