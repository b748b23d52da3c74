"""Operation 4: all that is known of a receipt, to those who may know it."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import Stack, tail

from onapi.api.shapes.receipts import Record

Write = Callable[..., dict[str, Any]]
Get = Callable[..., httpx2.Response]


def test_the_record_is_the_one_that_sending_gave(get: Get, settled: dict[str, Any]) -> None:
    answer = get(f"ngr/{tail(settled)}")
    assert answer.status_code == 200
    Record.model_validate(answer.json())
    assert answer.json() == settled


def test_leading_zeros_and_a_small_series_name_the_same(get: Get, settled: dict[str, Any]) -> None:
    path = f"ngr/{settled['ruc']}/01/f001/{settled['number']:08}"
    assert get(path).json()["id"] == settled["id"]


def test_files_and_history_come_on_request(get: Get, settled: dict[str, Any]) -> None:
    record = get(f"ngr/{tail(settled)}", include="xml,cdr,pdf,qr,history").json()
    assert set(record["files"]) == {"xml", "cdr", "pdf", "qrPng"}
    assert b64decode(record["files"]["cdr"]).startswith(b"PK")
    assert [(line["event"], line["status"]) for line in record["history"]] == [
        ("SIGNED", "READY"),
        ("SEND", "SENDING"),
        ("CDR", "SETTLED"),
    ]
    assert set(record["history"][0]) == {"at", "status", "event", "code", "message", "actor", "requestId"}


def test_what_is_not_here_is_not_found(get: Get) -> None:
    answer = get("ngr/20000000001/01/F001/99999999")
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


@pytest.mark.parametrize("operation", ["ngr", "xml", "cdr", "pdf"])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("2000000000/01/F001/1", "/ruc"),
        ("30000000001/01/F001/1", "/ruc"),
        ("20000000001/99/F001/1", "/doctype"),
        ("20000000001/01/Z001/1", "/serie"),
        ("20000000001/01/F0011/1", "/serie"),
        ("20000000001/01/F001/0", "/number"),
        ("20000000001/01/F001/123456789", "/number"),
        ("20000000001/01/F001/-1", "/number"),
        ("20000000001/01/F001/1.0", "/number"),
        ("20000000001/01/F001/\u0661", "/number"),
    ],
)
def test_a_path_that_names_nothing_is_refused(get: Get, operation: str, path: str, field: str) -> None:
    answer = get(f"{operation}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("wait", ["61", "-1", "x"])
def test_a_wait_out_of_bounds_is_refused(get: Get, settled: dict[str, Any], wait: str) -> None:
    answer = get(f"ngr/{tail(settled)}", wait=wait)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
    assert answer.json()["errors"][0]["field"].endswith("wait")


def test_waiting_ends_when_the_time_is_over(stack: Stack, send: Get, get: Get, factura: Write) -> None:
    body = factura()
    name = f"20000000001-01-F001-{body['document']['correlativo']}"
    stack.arm({"fault": "F01", "value": "3", "name": name})
    taken = send(body, wait=0).json()
    answer = get(f"ngr/{tail(taken)}", wait=1)
    assert (answer.status_code, answer.json()["status"]) == (200, "QUEUED")
    assert answer.headers["retry-after"].isdigit()
    assert get(f"ngr/{tail(taken)}", wait=30).json()["status"] == "ACCEPTED"


def test_another_company_sees_nothing(stack: Stack, token_of: Callable[[str], str], settled: dict[str, Any]) -> None:
    for operation in ("ngr", "xml", "cdr", "pdf"):
        answer = stack.call("GET", f"{operation}/{tail(settled)}", token=token_of("ajeno"))
        assert (answer.status_code, answer.json()["code"]) == (403, "ruc_not_allowed")
