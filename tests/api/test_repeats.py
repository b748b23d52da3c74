"""The same receipt twice is one receipt, however close together and however it is written."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from api_stack import Stack

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]


def test_the_same_content_is_answered_again(stack: Stack, send: Send, factura: Write) -> None:
    body = factura()
    first = send(body, wait=30, include=["qr", "xml"])
    before = stack.stock()
    again = send(body, wait=30, include=["qr", "xml"])
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.content == first.content
    assert stack.stock() == before
    assert [row["sends"] for row in stack.ledger(first.json()["name"])] == [1]


def test_numbers_written_otherwise_are_the_same_content(send: Send, factura: Write) -> None:
    body = factura()
    assert send(body, send=False).status_code == 201
    document = body["document"]
    line = {**document["details"][0], "cantidad": "2.000", "mtoValorUnitario": 100.0}
    spelled = {**document, "correlativo": f"00{document['correlativo']}", "serie": "f001", "details": [line]}
    assert send({**body, "document": spelled}, send=False).headers["idempotent-replayed"] == "true"


def test_other_content_under_the_number_is_a_conflict(stack: Stack, send: Send, factura: Write) -> None:
    body = factura()
    record = send(body, wait=30).json()
    before = stack.stock()
    line = {**body["document"]["details"][0], "cantidad": 3}
    answer = send({**body, "document": {**body["document"], "details": [line]}})
    assert (answer.status_code, answer.json()["code"]) == (409, "document_already_exists")
    assert answer.json()["document"] == {"status": "ACCEPTED", "links": record["links"]}
    assert stack.stock() == before


def test_twenty_at_once_are_one(stack: Stack, send: Send, factura: Write) -> None:
    body = factura()
    documents, submissions, files = stack.stock()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(body, wait=30), range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 19}
    assert len({answer.content for answer in answers}) == 1
    assert stack.stock() == (documents + 1, submissions + 1, files + 2)
    assert [row["sends"] for row in stack.ledger(answers[0].json()["name"])] == [1]


def test_of_two_contents_at_once_one_wins(stack: Stack, send: Send, factura: Write) -> None:
    body = factura()
    documents, *_ = stack.stock()
    bodies = [
        {
            **body,
            "document": {**body["document"], "observacion": f"versión {n % 2}", "details": body["document"]["details"]},
        }
        for n in range(10)
    ]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: send(each, wait=30), bodies))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: 1, 200: 4, 409: 5}
    assert stack.stock()[0] == documents + 1
