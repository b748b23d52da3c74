"""Operation 2: each refresh token serves once; one that comes twice ends the session."""

from dataclasses import replace

import httpx2
import pytest
from api_stack import CLIENT_ID, PASSWORD, Stack, clock

from onapi.api.shapes.sessions import RefreshAnswer
from onapi.flows import sign_in
from onapi.store import credentials


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
    second = renew(stack, first).json()["refresh_token"]
    again = renew(stack, first)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_token_reused")
    assert (renew(stack, second).status_code, renew(stack, second).json()["code"]) == (401, "refresh_token_invalid")
    assert renew(stack, stranger).status_code == 200


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
