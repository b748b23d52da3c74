"""Numbers that the API gives, and keys by which a repeated request is known."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack

from onapi.store import documents

Write = Callable[..., dict[str, Any]]
Call = Callable[..., httpx2.Response]


def open_number(factura: Write, serie: str, **parts: Any) -> dict[str, Any]:
    """A factura that leaves its number to us."""
    body = factura(serie=serie, **parts)
    body["document"].pop("correlativo")
    return body


def numbers(stack: Stack, series: str) -> list[int]:
    """What is kept of a series."""
    with stack.platform.database.reading() as connection:
        return list(documents.numbers_in(connection, stack.platform.scope(RUC), "01", series))


def test_fifty_at_once_get_fifty_numbers_in_a_row(stack: Stack, send: Call, factura: Write) -> None:
    body = open_number(factura, "F200")
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: send(body, send=False), range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["number"] for answer in answers) == numbers(stack, "F200") == list(range(1, 51))


@pytest.mark.parametrize("way", ["Idempotency-Key", "externalId"])
def test_repeated_it_is_the_same_byte_for_byte(stack: Stack, send: Call, factura: Write, way: str) -> None:
    body = open_number(factura, "F201" if way == "externalId" else "F202")
    head = {way: "pedido-9"} if way == "Idempotency-Key" else {}
    body |= {"externalId": "pedido-9"} if way == "externalId" else {}
    first = send(body, headers=head, wait=30)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(body, headers=head, wait=30), range(40)))
    assert (first.status_code, Counter(answer.status_code for answer in answers)) == (201, {200: 40})
    assert {answer.content for answer in answers} == {first.content}
    assert {answer.headers["idempotent-replayed"] for answer in answers} == {"true"}
    assert numbers(stack, first.json()["serie"]) == [1]
    other = {**body, "document": {**body["document"], "observacion": "otra"}}
    refused = send(other, headers=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_conflict")
    assert refused.json()["document"]["links"] == first.json()["links"]
    assert refused.json()["retryable"] is False


def test_the_same_key_at_once_is_one(stack: Stack, send: Call, factura: Write) -> None:
    body = open_number(factura, "F203")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(body, headers={"Idempotency-Key": "a-la-vez"}, wait=30), range(60)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 59}
    assert len({answer.content for answer in answers}) == 1
    assert numbers(stack, "F203") == [1]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_its_length(send: Call, factura: Write, key: str) -> None:
    answer = send(open_number(factura, "F204"), headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "/header/Idempotency-Key")


def test_what_is_refused_or_only_tried_takes_no_number(stack: Stack, send: Call, factura: Write) -> None:
    body = open_number(factura, "F205")
    shown = send(body, dryRun=True)
    assert (shown.status_code, shown.json()["number"]) == (200, 1)
    assert send(open_number(factura, "F205", details=[])).status_code == 422
    assert numbers(stack, "F205") == []
    assert send({**body, "document": {**body["document"], "correlativo": "#"}}, send=False).json()["number"] == 1
