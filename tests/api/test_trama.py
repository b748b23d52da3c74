"""Receipts as flat files over HTTP: as the body itself, or inside the envelope; faults are told as line and field."""

import base64
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack

Post = Callable[..., httpx2.Response]


def trama(number: int, *lines: str) -> str:
    """A boleta of one line, and whatever else is wanted."""
    head = f"OP|1|03|{RUC}|B777|{number}|2026-11-20"
    return "\n".join([head, "CL|1|45678912|JUAN PEÑA ROJAS", "IT|1||Menú|NIU|1||118.00|10|18", *lines])


@pytest.fixture
def post(stack: Stack, token: str) -> Post:
    """Send a body as it is."""

    def send(body: bytes, kind: str = "text/plain", **query: Any) -> httpx2.Response:
        headers = {"Content-Type": kind}
        return stack.call("POST", "sendMessage", token=token, content=body, headers=headers, params=query)

    return send


def test_a_trama_is_a_body_of_its_own(post: Post) -> None:
    answer = post(trama(1).encode(), wait=30, include="xml,qr", externalId="A-1")
    record = answer.json()
    assert (answer.status_code, record["status"], record["inputFormat"]) == (201, "ACCEPTED", "trama")
    assert record["customer"]["rznSocial"] == "JUAN PEÑA ROJAS"
    assert set(record["files"]) == {"xml", "qrPng"}


def test_a_trama_may_be_latin_1_where_it_says_so(post: Post) -> None:
    answer = post(trama(2).encode("iso-8859-1"), "text/plain; charset=ISO-8859-1", wait=30)
    assert answer.json()["customer"]["rznSocial"] == "JUAN PEÑA ROJAS"
    undeclared = post(trama(3).encode("iso-8859-1"))
    assert (undeclared.status_code, undeclared.json()["code"]) == (400, "malformed_trama")
    odd = post(trama(3).encode(), "text/plain; charset=koi8-r")
    assert (odd.status_code, odd.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["plain", "base64"])
def test_an_envelope_may_hold_a_trama(stack: Stack, token: str, encoding: str) -> None:
    number = 10 if encoding == "plain" else 11
    text = trama(number) if encoding == "plain" else base64.b64encode(trama(number).encode()).decode()
    body = {"ruc": RUC, "trama": text, "tramaEncoding": encoding, "options": {"wait": 30}}
    answer = stack.call("POST", "sendMessage", token=token, json=body)
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED")


def test_the_same_receipt_as_json_is_a_replay(stack: Stack, token: str, post: Post) -> None:
    first = post(trama(20).encode(), wait=30)
    document = {
        "serie": "B777",
        "correlativo": 20,
        "fechaEmision": "2026-11-20",
        "client": {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEÑA ROJAS"},
        "details": [{"cantidad": 1, "descripcion": "Menú", "mtoPrecioUnitario": 118, "porcentajeIgv": 18}],
    }
    again = stack.call("POST", "sendMessage", token=token, json={"ruc": RUC, "doctype": "03", "document": document})
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("line", "place", "code"),
    [
        ("IT|2||Pan|NIU|-1||1.00", "line:4/field:6", "2025"),
        ("IT|2||Pan|NIU|uno||1.00", "line:4/field:6", "invalid_number"),
        ("TT|90.00", "line:4/field:2", "totals_mismatch"),
        ("XX|1", "line:4/field:1", "unknown_record"),
        ("DT|037|12", "line:4", "required"),
    ],
)
def test_faults_are_told_as_line_and_field(post: Post, stack: Stack, line: str, place: str, code: str) -> None:
    before = stack.stock()
    answer = post(trama(30, line).encode())
    assert answer.status_code == 422
    assert (place, code) in [(error["field"], error["code"]) for error in answer.json()["errors"]], answer.text
    assert stack.stock() == before


@pytest.mark.parametrize(
    "body",
    [
        {"ruc": RUC, "trama": trama(40), "document": {}},
        {"ruc": RUC},
        {"ruc": RUC, "xml": "PD94bWwgdmVyc2lvbj0iMS4wIj8+"},
        {"ruc": "20000000010", "trama": trama(40)},
        {"ruc": RUC, "trama": "no es base64", "tramaEncoding": "base64"},
    ],
)
def test_one_receipt_in_one_form(stack: Stack, token: str, body: dict[str, Any]) -> None:
    before = stack.stock()
    assert stack.call("POST", "sendMessage", token=token, json=body).status_code in {400, 403, 422}
    assert stack.stock() == before
