"""Each operation answers with the statuses that the document tells of and no other, 409 where it can conflict (A02)."""

from datetime import timedelta
from typing import Any
from unittest.mock import ANY, Mock

import pytest
from api_stack import CLIENT_ID, PASSWORD, RUC, Stack, clock
from test_problems_everywhere import Operation, call, operations, whole

from onapi.api.tokens import Tokens
from onapi.flows import sign_in
from onapi.store import credentials
from onapi.store.request_keys import Earlier
from onapi.store.token_keys import KeyRing

__all__ = ["operations"]  # a fixture


@pytest.fixture(scope="module")
def lasting(stack: Stack) -> str:
    """A token without a session: signing out does not end it."""
    name, platform = "perdura@onapi.local", stack.platform
    sign_in.register(platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(RUC,))
    with platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, name)
    assert user is not None
    return Tokens(KeyRing(stack.house.settings.tokens), timedelta(hours=1)).make(user, clock())


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        (Earlier("another request", 200, {}, b"{}"), "idempotency_conflict"),
        (Mock(fingerprint=ANY, status=None), "in_progress"),
    ],
    ids=["another", "under way"],
)
def test_409_wherever_the_same_key_says_something_else_or_the_first_still_runs(  # noqa: PLR0917  pytest passes them by name
    stack: Stack, operations: list[Operation], lasting: str, monkeypatch: pytest.MonkeyPatch, earlier: Any, code: str
) -> None:
    monkeypatch.setattr("onapi.api.idempotency._claim", Mock(return_value=earlier))
    monkeypatch.setattr("onapi.api.idempotency._WAIT_S", 0)
    theirs = ("/sendMessage", "/storeXml", "/wsp/cpe", "/wsp/sendCPEQRCode", "/tools/sendCpeEmail", "/resend")
    # these read first what they are about: test_repeats.py, test_repeatable.py
    asked = [each for each in operations if 409 in each.answers and not each.path.endswith(theirs)]
    asked = [each for each in asked if each.method != "DELETE"]  # which says 409 of a version
    assert len(asked) >= 17
    for operation in asked:
        answer = call(stack, operation, lasting, headers={"Idempotency-Key": "la misma"})
        assert whole(answer, 409) == code


def test_no_operation_answers_otherwise_than_it_says(stack: Stack, operations: list[Operation], lasting: str) -> None:
    """Whatever it is sent: no token, no body, no sense."""
    odd = {"Accept": "image/webp", "Content-Type": "image/png", "If-Match": "nada", "Idempotency-Key": "x" * 300}
    for operation in operations:
        for who in (None, lasting):
            answers = [call(stack, operation, who)]
            answers += [call(stack, operation, who, headers={name: value}) for name, value in odd.items()]
            for answer in answers:
                where = f"{operation.method} {operation.path}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code in operation.answers, where
                if answer.status_code >= 400:
                    whole(answer, answer.status_code)
