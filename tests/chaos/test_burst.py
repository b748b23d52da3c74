"""Many documents at once: none lost, none twice, no 5xx; and a company that floods or errs does not slow another.

Seconds are for `make bench`; here it is order and number that count.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any

import pytest
from chaos_invariants import await_rest, check, rows_of
from chaos_orders import Orders, body_of
from chaos_stage import Nursery, Stage, Sunat, companies, until
from sqlalchemy import func, select

from onapi.flows import enrol
from onapi.store.tables import talks
from onapi.values.moment import in_lima
from postgres_server import SORTS, database

MANY, CONNECTIONS = 200, 64
FEW = 5


@pytest.fixture(scope="module")
def slow_sunat(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sunat]:
    """A SUNAT that takes its time."""
    found = Sunat(nursery, tmp_path_factory.mktemp("slow"), latency_s=0.3)
    found.start()
    yield found
    found.end()


@pytest.fixture(scope="module", params=SORTS)
def busy(
    request: pytest.FixtureRequest,
    nursery: Nursery,
    slow_sunat: Sunat,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """A stage with two workers."""
    home = tmp_path_factory.mktemp("busy")
    with ExitStack() as stack:
        server = lambda: request.getfixturevalue("own_postgres")  # noqa: E731  asked for only where it is wanted
        url = stack.enter_context(database(request.param, home, server))
        found = Stage(nursery, slow_sunat, home, url, companies=companies(10))
        found.prepare()
        stack.callback(found.end)
        found.start()
        found.start_worker("second")
        yield found


def _flood(stage: Stage, ruc: str, pool: ThreadPoolExecutor, many: int, series: str = "F001") -> list[Any]:
    now = in_lima(stage.platform.clock())

    def send(number: int) -> tuple[int, Any]:
        document = {**body_of("01", now), "serie": series, "correlativo": number}
        body = {"ruc": ruc, "doctype": "01", "document": document, "options": {"wait": 0}}
        answer = stage.http.post("/sendMessage", json=body)
        return answer.status_code, answer.json()

    return [pool.submit(send, number) for number in range(1, many + 1)]


def test_of_a_burst_nothing_is_lost_and_nothing_goes_twice(busy: Stage) -> None:
    orders = Orders(busy, busy.new_company())
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = [each.result() for each in _flood(busy, orders.ruc, pool, MANY)]
    assert set(Counter(status for status, _ in answers)) <= {201, 202}
    orders.promised = {str(number): record for number, (_, record) in enumerate(answers)}
    rows = await_rest(busy, orders.ruc, seconds=120)
    both = check(busy, orders)
    assert Counter(row.outcome for row in rows) == {"ACCEPTED": MANY}
    assert Counter(row["sends"] for row in both.ledger.values()) == {1: MANY}


def test_a_flood_of_one_company_does_not_hold_up_another(busy: Stage) -> None:
    loud, quiet = busy.new_company(), busy.new_company()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        wait(_flood(busy, loud, pool, MANY))
        for each in _flood(busy, quiet, pool, FEW):
            assert each.result()[0] in {201, 202}
        await_rest(busy, quiet, seconds=120)
        left = sum(row.state != "SETTLED" for row in rows_of(busy, loud))
    assert left > MANY // 3, f"the quiet one waited until only {left} of the loud one's were left"
    await_rest(busy, loud, seconds=120)


def test_a_wrong_password_stops_its_own_company_alone(busy: Stage) -> None:
    wrong, right = busy.new_company(), busy.new_company()
    enrol.set_sol(busy.platform, busy.platform.scope(wrong), "MODDATOS", "no es esta")
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        wait(_flood(busy, wrong, pool, MANY // 2))
        for each in _flood(busy, right, pool, FEW):
            assert each.result()[0] in {201, 202}
        rows = await_rest(busy, right, seconds=60)
    assert Counter(row.outcome for row in rows) == {"ACCEPTED": FEW}
    with busy.platform.database.reading() as connection:
        tried = connection.execute(select(func.count()).select_from(talks).where(talks.c.ruc == wrong)).scalar_one()
    assert tried < MANY // 4, f"the wrong password was given {tried} times"
    enrol.set_sol(busy.platform, busy.platform.scope(wrong), "MODDATOS", "moddatos")
    until(lambda: all(row.outcome == "ACCEPTED" for row in rows_of(busy, wrong)), seconds=120)
