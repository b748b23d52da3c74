"""Sessions over HTTP: signing out, seeing and ending sessions, throttled logins and the device that is not."""

import time
from collections.abc import Iterator

import httpx2
import pytest
from api_stack import CLIENT_ID, PASSWORD, RUC, Stack

from onapi.flows import sign_in, users
from onapi.flows.users import Change
from onapi.flows.visitor import Visitor
from onapi.store.tables import buckets, guessed_accounts, known_places

NAME = "sesiones@onapi.local"


@pytest.fixture(autouse=True)
def known_user(stack: Stack) -> Iterator[None]:
    """A user of our own, and nobody who has guessed yet."""
    sign_in.register(stack.platform, client_id=CLIENT_ID, username=NAME, password=PASSWORD, rucs=(RUC,), role="admin")
    forget(stack)
    yield
    forget(stack)


def forget(stack: Stack) -> None:
    with stack.platform.database.transaction() as connection:
        for table in (guessed_accounts, buckets, known_places):
            connection.execute(table.delete())


def status(stack: Stack, token: str) -> tuple[int, str]:
    answer = stack.call("GET", f"ngr/{RUC}/01/F001/99999999", token=token)
    return answer.status_code, answer.json()["code"]


def guess(stack: Stack, password: str, name: str = NAME) -> httpx2.Response:
    body = {"username": name, "password": password}
    return httpx2.post(f"{stack.http.base_url}/integrator/api/v1/integrator/authenticate", json=body, trust_env=False)


def test_logout_ends_both_tokens(stack: Stack) -> None:
    mine, other = stack.login(NAME, PASSWORD), stack.login(NAME, PASSWORD)
    answer = stack.call("POST", "logout", token=mine["token"])
    assert (answer.status_code, answer.json()) == (200, {"ended": 1})
    assert status(stack, mine["token"]) == (401, "token_invalid")
    refused = stack.call("POST", "refresh-token", json={"refreshToken": mine["refresh_token"]})
    assert refused.json()["code"] == "refresh_token_invalid"
    assert status(stack, other["token"]) == (404, "document_not_found")
    assert stack.call("POST", "logout").json()["code"] == "token_missing"


def test_ones_own_sessions_are_seen_and_ended_from_afar(stack: Stack) -> None:
    mine, lost = stack.login(NAME, PASSWORD), stack.login(NAME, PASSWORD)
    stack.call("GET", "sessions", token=lost["token"])
    shown = stack.call("GET", "sessions", token=mine["token"]).json()
    assert (shown["count"], [each["current"] for each in shown["items"]].count(True)) == (2, 1)
    assert {each["address"] for each in shown["items"]} == {"127.0.0.1"}
    other = next(each["id"] for each in shown["items"] if not each["current"])
    assert stack.call("DELETE", f"sessions/{other}", token=mine["token"]).json() == {"ended": 1}
    assert status(stack, lost["token"]) == (401, "token_invalid")
    again = stack.call("DELETE", f"sessions/{other}", token=mine["token"])
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")
    assert stack.call("DELETE", "sessions", token=mine["token"]).json() == {"ended": 1}
    assert status(stack, mine["token"]) == (401, "token_invalid")


def test_another_users_session_is_out_of_reach(stack: Stack) -> None:
    stranger, mine = stack.login(), stack.login(NAME, PASSWORD)
    shown = stack.call("GET", "sessions", token=stranger["token"]).json()
    current = next(each["id"] for each in shown["items"] if each["current"])
    answer = stack.call("DELETE", f"sessions/{current}", token=mine["token"])
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert status(stack, stranger["token"])[0] == 404


@pytest.mark.parametrize("what", [Change(password="otra clave bien larga"), Change(disabled=True)])
def test_what_happens_elsewhere_is_known_here_in_five_seconds(stack: Stack, what: Change) -> None:
    mine = stack.login(NAME, PASSWORD)
    assert status(stack, mine["token"]) == (404, "document_not_found")
    users.change(stack.platform, users.find(stack.platform, CLIENT_ID, NAME).id, what)  # as another process would
    deadline = time.monotonic() + 5
    while status(stack, mine["token"])[0] != 401:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_guesser_waits_and_a_known_device_does_not(stack: Stack) -> None:
    signed_in = stack.call("POST", "authenticate", json={"username": NAME, "password": PASSWORD})
    cookie = signed_in.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/integrator/api/v1"} <= set(cookie.split("; "))
    with stack.platform.database.transaction() as connection:  # so that only its cookie makes it known
        connection.execute(known_places.delete().where(known_places.c.place == Visitor("127.0.0.1").places[0]))
    assert guess(stack, "otra").json()["code"] == "invalid_credentials"
    blocked = guess(stack, PASSWORD)
    assert (blocked.status_code, blocked.json()["code"]) == (429, "login_blocked")
    assert int(blocked.headers["retry-after"]) >= 1
    assert stack.call("POST", "authenticate", json={"username": NAME, "password": PASSWORD}).status_code == 200


def test_administrators_keep_their_users(stack: Stack) -> None:
    admin = stack.login(NAME, PASSWORD)["token"]
    body = {"username": "Nueva@onapi.local", "role": "emisor", "rucs": [RUC]}
    made = stack.call("POST", "users", token=admin, json=body)
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    user, password = made.json()["id"], made.json()["password"]
    hers = stack.login("nueva@onapi.local", password)["token"]
    assert stack.call("GET", "users", token=hers).json()["code"] == "scope_missing"
    assert stack.call("POST", "users", token=admin, json=body).json()["code"] == "user_already_exists"
    listed = {each["username"]: each for each in stack.call("GET", "users", token=admin).json()["items"]}
    assert listed["nueva@onapi.local"]["role"] == "emisor"
    assert "ajeno@onapi.local" not in listed
    changed = stack.call("PATCH", f"users/{user}", token=admin, json={"disabled": True})
    assert changed.json()["disabled"] is True
    assert "password" not in changed.json()
    assert status(stack, hers) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"username": "x@x.pe", "rucs": ["20000000010"]}, "ruc_not_allowed"),
        ({"username": "x@x.pe", "rucs": [RUC], "password": "onapi-onapi-onapi"}, "validation_failed"),
        ({"username": "x@x.pe", "rucs": [RUC], "role": "jefe"}, "validation_failed"),
        ({"username": "x@x.pe", "rucs": [RUC], "otro": 1}, "validation_failed"),
        ({"username": "x@x.pe", "rucs": []}, "validation_failed"),
    ],
)
def test_what_no_administrator_may_create(stack: Stack, body: dict[str, object], code: str) -> None:
    admin = stack.login(NAME, PASSWORD)["token"]
    answer = stack.call("POST", "users", token=admin, json=body)
    assert answer.json()["code"] == code
    assert "onapi-onapi-onapi" not in answer.text


def test_nobody_is_found_by_an_id_that_is_not_his(stack: Stack) -> None:
    admin = stack.login(NAME, PASSWORD)["token"]
    stranger = users.find(stack.platform, CLIENT_ID, "ajeno@onapi.local").id
    for user in (stranger, "nadie"):
        answer = stack.call("PATCH", f"users/{user}", token=admin, json={"newPassword": True})
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")


def test_ones_own_password_is_changed_by_oneself(stack: Stack) -> None:
    new = "nueve lentejas en la olla"
    mine, other = stack.login(NAME, PASSWORD), stack.login(NAME, PASSWORD)
    asked = {"current": PASSWORD, "new": new}
    assert stack.call("PUT", "users/me/password", json=asked).json()["code"] == "token_missing"
    wrong = stack.call("PUT", "users/me/password", token=mine["token"], json={**asked, "current": "no es esta clave"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "/current")
    answer = stack.call("PUT", "users/me/password", token=mine["token"], json=asked)
    assert (answer.status_code, answer.json()["ended"]) == (200, 1)
    assert answer.headers["cache-control"] == "no-store"
    assert status(stack, mine["token"]) == (404, "document_not_found")
    assert status(stack, other["token"]) == (401, "token_invalid")
    assert guess(stack, PASSWORD).json()["code"] == "invalid_credentials"
    assert stack.login(NAME, new)["token"]


@pytest.mark.parametrize("body", [{}, {"current": "x" * 257, "new": "y" * 257}, {"current": 7, "new": "una-secreta"}])
def test_a_password_is_never_said_again(stack: Stack, body: dict[str, object]) -> None:
    token = stack.login(NAME, PASSWORD)["token"]
    answer = stack.call("PUT", "users/me/password", token=token, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert not [value for value in ("xxxx", "yyyy", "una-secreta", '"received":"') if value in answer.text]


def test_links_that_nobody_gave_are_refused_slower_and_slower(stack: Stack) -> None:
    told = [stack.http.get(f"/integrator/api/v1/files/inventado{n}.abc") for n in range(40)]
    assert {answer.json()["code"] for answer in told} == {"link_expired", "rate_limited"}
    assert told[0].status_code == 404
    assert (told[-1].status_code, int(told[-1].headers["retry-after"])) == (429, 1)
