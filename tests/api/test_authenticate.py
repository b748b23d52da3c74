"""Operation 1: a password for two tokens, and nothing said to strangers."""

from typing import Any

import pytest
from api_stack import PASSWORD, RUC, Stack

from onapi.api.shapes.sessions import LoginAnswer
from onapi.store.tables import buckets, guessed_accounts


@pytest.fixture(autouse=True)
def unthrottled(stack: Stack) -> None:
    """Each test begins where nobody has guessed yet; throttling has tests of its own."""
    with stack.platform.database.transaction() as connection:
        connection.execute(guessed_accounts.delete())
        connection.execute(buckets.delete())


def waited(stack: Stack) -> None:
    """As if the seconds between two guesses had gone by."""
    with stack.platform.database.transaction() as connection:
        connection.execute(guessed_accounts.delete())


LOGIN = {"clientId": "integra", "username": "demo@onapi.local", "password": "onapi-demo-password"}


def test_the_answer_has_the_vendors_fields(stack: Stack) -> None:
    answer = stack.call("POST", "authenticate", json={**LOGIN, "grantType": "password"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "refresh_token", "expiresIn", "tokenType", "refreshExpiresIn", "rucs"}
    told = LoginAnswer.model_validate(answer.json(), strict=True)
    life_s = stack.house.settings.access_minutes * 60
    assert (told.expiresIn, told.tokenType, told.refreshExpiresIn, told.rucs) == (life_s, "Bearer", 2_592_000, [RUC])
    assert answer.headers["cache-control"] == "no-store"


def test_client_and_grant_have_defaults_and_the_name_has_no_case(stack: Stack) -> None:
    answer = stack.call(
        "POST", "authenticate", json={"username": "DEMO@Onapi.Local", "password": "onapi-demo-password"}
    )
    assert answer.status_code == 200


def test_a_form_is_taken_too(stack: Stack) -> None:
    assert stack.call("POST", "authenticate", data={**LOGIN, "grantType": "password"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "onapi-demo-passwort"},
        {"username": "nadie@onapi.local"},
        {"clientId": "otra"},
        {"username": "baja@onapi.local"},  # disabled, but that is told only to who knows the password
        {"password": "clave\u0301 con acentos"},
    ],
)
def test_whatever_is_wrong_is_told_alike(stack: Stack, wrong: dict[str, str]) -> None:
    expected = stack.call("POST", "authenticate", json={**LOGIN, "password": "otra"})
    waited(stack)
    found = stack.call("POST", "authenticate", json={**LOGIN, **wrong})
    assert (found.status_code, _untraced(found.json())) == (401, _untraced(expected.json()))
    assert found.json()["code"] == "invalid_credentials"
    assert found.headers["www-authenticate"] == "Bearer"


def _untraced(problem: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in problem.items() if key != "requestId"}


def test_a_disabled_user_is_told_so_once_the_password_is_right(stack: Stack) -> None:
    answer = stack.call("POST", "authenticate", json={"username": "baja@onapi.local", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "credential_disabled")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**LOGIN, "grantType": "client_credentials"}, "/grantType"),
        ({**LOGIN, "otro": 1}, "/otro"),
        ({"username": "demo@onapi.local"}, "/password"),
        ({**LOGIN, "username": ""}, "/username"),
        ({**LOGIN, "password": "x" * 257}, "/password"),
        ({**LOGIN, "clientId": 7}, "/clientId"),
    ],
)
def test_a_misshapen_login_is_refused_without_echoing_secrets(stack: Stack, body: dict[str, Any], field: str) -> None:
    answer = stack.call("POST", "authenticate", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert "onapi-demo-password" not in answer.text
    assert "xxx" not in answer.text


def test_a_form_of_very_many_fields_is_no_form(stack: Stack) -> None:
    answer = stack.call("POST", "authenticate", data={f"campo{n}": "1" for n in range(60)})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
