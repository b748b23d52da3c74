"""R12: two hundred callers send the same thing at the same moment: there is one document, and all are told of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest
from chaos_invariants import await_rest, check
from chaos_orders import Orders, body_of
from chaos_run import IS_LONG
from chaos_stage import Stage

from onapi.values.moment import in_lima

CALLERS = 200
ROUNDS = 20 if IS_LONG else 2
SORTS = ("on_sqlite", "on_postgres")


def _at_once(stage: Stage, body: dict[str, Any], headers: dict[str, str]) -> list[httpx2.Response]:
    """The same request from everybody, over as many connections as a client may have."""
    start = Barrier(CALLERS)

    def send() -> httpx2.Response:
        start.wait()
        return stage.http.post("/sendMessage", json=body, headers=headers)

    with ThreadPoolExecutor(CALLERS) as pool:
        return [each.result() for each in [pool.submit(send) for _ in range(CALLERS)]]


@pytest.mark.parametrize("way", ["its own number", "a key"])
@pytest.mark.parametrize("sort", SORTS)
def test_identical_sends_give_one_document(sort: str, way: str, request: pytest.FixtureRequest) -> None:
    stage: Stage = request.getfixturevalue(sort)
    for number in range(1, ROUNDS + 1):
        orders = Orders(stage, stage.new_company())
        document = body_of("01", in_lima(stage.platform.clock()))
        if way == "its own number":
            document["correlativo"] = 1
        body = {"ruc": orders.ruc, "doctype": "01", "document": document, "options": {"wait": 0}}
        headers = {"Idempotency-Key": f"round-{number}"} if way == "a key" else {}
        answers = _at_once(stage, body, headers)
        assert {answer.status_code for answer in answers} <= {200, 201, 202}, {x.status_code: x.text for x in answers}
        records = [answer.json() for answer in answers]
        assert len({(record["id"], record["name"], record["hash"]) for record in records}) == 1
        orders.promised["the one"] = records[0]
        rows = await_rest(stage, orders.ruc)
        check(stage, orders)
        assert [(row.number, row.outcome) for row in rows] == [(1, "ACCEPTED")]
