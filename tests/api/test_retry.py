"""`retry`, and what is told of odd requests: nothing is swallowed in silence."""

from collections.abc import Callable
from typing import Any

import httpx2
from api_stack import RUC, Stack, tail

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]


def test_a_signed_receipt_is_sent_when_asked(stack: Stack, token: str, send: Send, factura: Write) -> None:
    record = send(factura(), send=False).json()
    assert (record["status"], record["nextAction"]["code"]) == ("SIGNED", "send_on_request")
    answer = stack.call("POST", f"retry/{tail(record)}", token=token, params={"wait": 30})
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED")
    again = stack.call("POST", f"retry/{tail(record)}", token=token)
    assert (again.status_code, again.json()["code"]) == (422, "number_consumed")


def test_only_what_is_held_can_be_retried(stack: Stack, token: str) -> None:
    missing = stack.call("POST", f"retry/{RUC}/01/F001/99999", token=token)
    assert (missing.status_code, missing.json()["code"]) == (404, "document_not_found")
    assert stack.call("POST", f"retry/{RUC}/01/F001/99999").status_code == 401


def test_fields_that_nobody_knows_are_told(stack: Stack, token: str, factura: Write) -> None:
    body = {**factura(), "pedido": 7, "options": {"send": False}}
    warnings = stack.call("POST", "sendMessage", token=token, json=body).json()["warnings"]
    assert [(warning["code"], warning["field"]) for warning in warnings] == [("unknown_field", "/pedido")]


def test_a_path_with_a_wrong_check_digit_names_nothing(stack: Stack, token: str) -> None:
    answer = stack.call("GET", "ngr/20000000002/01/F001/1", token=token)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/ruc")
