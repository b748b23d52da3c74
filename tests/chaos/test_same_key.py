"""R12: many identical requests at once, the API killed among them, are one document, and one answer for ever."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from chaos_end import end_well
from chaos_orders import Orders, body_of
from chaos_points import API, POINTS
from chaos_run import IS_LONG
from chaos_stage import BASE, Stage, is_alive, until

from onapi.values.moment import in_lima

ROUNDS, AT_ONCE = (100, 200) if IS_LONG else (2, 40)
DEATHS = sorted({point.name for point in POINTS if point.role == API})


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_they_are_one(on_sqlite: Stage, turn: int, chance: random.Random) -> None:
    del turn  # it is in the test's name, from which chance comes
    stage, orders = on_sqlite, Orders(on_sqlite, on_sqlite.new_company())
    by_number = chance.random() < 0.5
    document = body_of("01", in_lima(stage.platform.clock())) | ({"correlativo": 1} if by_number else {})
    order = {"ruc": orders.ruc, "doctype": "01", "document": document, "options": {"wait": 0}}
    head = {} if by_number else {"Idempotency-Key": f"{orders.ruc}:el-mismo"}
    point = chance.choice(DEATHS)
    stage.arm(point, API, "" if point == "K01+" else "01")
    victim = stage.pids["api"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pending = [pool.submit(orders._post, "/sendMessage", order, head) for _ in range(AT_ONCE)]
        until(lambda: not is_alive(victim), lambda: stage.log("api"))
        stage.start()
        records = [each.result(120) for each in pending]
        assert {each["id"] for each in records} == {records[0]["id"]}
        orders.promised["el-mismo"] = records[0]
        orders.await_verdict(records[0])
        answers = list(pool.map(lambda _: stage.http.post("/sendMessage", json=order, headers=head), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["idempotent-replayed"] for answer in answers} == {"true"}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["links"]["self"].startswith(BASE)
    assert len(end_well(stage, orders).rows) == 1
