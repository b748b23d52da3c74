"""Operation 8 and its command: asked of a receipt, followed in its record, refused with the reason."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack, tail

from onapi.api.shapes.cancellation import Cancellation
from onapi.api.shapes.receipts import Record

Write = Callable[..., dict[str, Any]]
Call = Callable[..., httpx2.Response]
WHY = {"reason": "ERROR EN RUC"}


@pytest.fixture(scope="module")
def cancel(stack: Stack, token: str) -> Call:
    """A way to have a receipt voided."""

    def post(path: str, body: Any = WHY, **query: Any) -> httpx2.Response:
        return stack.call("POST", f"cancel/{path}", token=token, json=body, params=query)

    return post


def test_a_factura_is_voided_and_its_record_follows(send: Call, get: Call, cancel: Call, factura: Write) -> None:
    path = tail(send(factura(), wait=30).json())
    before = get(f"cancel/{path}").json()
    Cancellation.model_validate(before)
    assert (before["cancelStatus"], before["mechanism"], before["voidableUntil"]) == (
        "NOT_REQUESTED",
        "RA",
        "2026-11-27",
    )
    taken = cancel(path, wait=0)
    assert (taken.status_code, taken.json()["cancelStatus"]) == (202, "PENDING")
    assert cancel(path).json()["code"] == "in_progress"
    pending = get(f"ngr/{path}").json()
    assert pending["status"] in {"VOID_PENDING", "VOIDED"}
    assert pending["voiding"]["name"] == taken.json()["communication"]["name"]
    record = get(f"ngr/{path}", wait=30).json()
    Record.model_validate(record)
    assert (record["status"], record["voiding"]["sunat"]["code"]) == ("VOIDED", "0")
    told = get(f"cancel/{path}", wait=10).json()
    Cancellation.model_validate(told)
    assert (told["cancelStatus"], told["documentStatus"], told["reason"]) == ("ACCEPTED", "VOIDED", WHY["reason"])
    assert told["communication"]["sunat"]["channel"] == "getStatus"
    refused = cancel(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_voidable")


def test_a_boleta_is_voided_by_resumen_while_one_waits(send: Call, cancel: Call, boleta: Write) -> None:
    path = tail(send(boleta(), wait=30).json())
    done = cancel(path, wait=40)
    assert (done.status_code, done.json()["cancelStatus"], done.json()["mechanism"]) == (201, "ACCEPTED", "RC")


def test_what_has_no_verdict_is_not_final(send: Call, cancel: Call, factura: Write, boleta: Write) -> None:
    for body, options in ((factura(), {"send": False}), (boleta(), {"boletaMode": "summary", "send": False})):
        answer = cancel(tail(send(body, **options).json()))
        assert (answer.status_code, answer.json()["code"]) == (422, "document_not_final")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({"reason": "x"}, 422, "validation_failed"), ({}, 422, "validation_failed"), ([], 400, "malformed_json")],
)
def test_a_reason_is_needed(cancel: Call, settled: dict[str, Any], body: Any, status: int, code: str) -> None:
    answer = cancel(tail(settled), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_others_may_not(stack: Stack, token_of: Callable[[str], str], settled: dict[str, Any], cancel: Call) -> None:
    for user, code in (("ajeno", "ruc_not_allowed"), ("lector", "scope_missing")):
        answer = stack.call("POST", f"cancel/{tail(settled)}", token=token_of(user), json=WHY)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert cancel(f"{RUC}/01/F001/99999998").json()["code"] == "document_not_found"


def test_a_communication_of_the_callers_names_what_it_cannot(send: Call, factura: Write) -> None:
    waiting = send(factura(), send=False).json()
    line = {"tipoDoc": "01", "serie": "F001", "correlativo": str(waiting["number"]), "desMotivoBaja": "ERROR EN RUC"}
    body = {"ruc": RUC, "doctype": "RA", "document": {"fecGeneracion": "2026-11-20", "details": [line]}}
    answer = send(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
        ("/document/details/0/correlativo", "document_not_final")
    ]
