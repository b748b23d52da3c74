"""Orders come in without pause, SUNAT has its bad moments, and processes are killed at random: nothing is lost.

`make chaos` lets it blow for minutes; what is done and when comes from the seed.
"""

import random
import threading
import time
from typing import Any

from chaos_end import end_well
from chaos_orders import Orders
from chaos_run import IS_LONG, MINUTES
from chaos_stage import Stage, kill

from postgres_server import OwnServer

SECONDS = 60 * MINUTES if IS_LONG else 8
CALLERS, COMPANIES = 6, 3
PAUSE_S = 0.1  # of each caller, between two orders
BAD_MOMENTS: tuple[dict[str, Any], ...] = (
    {"fault": "F05"},
    {"fault": "F04/body"},
    {"fault": "F04/unread"},
    {"fault": "F06/after"},
    {"fault": "F09/503"},
    {"fault": "F12/any"},
)


def test_nothing_is_lost_in_a_storm(on_sqlite: Stage, chance: random.Random) -> None:
    _storm(on_sqlite, chance, None)


def test_nothing_is_lost_in_a_storm_that_takes_the_database_too(
    on_postgres: Stage, own_postgres: OwnServer, chance: random.Random
) -> None:
    _storm(on_postgres, chance, own_postgres)


def _storm(stage: Stage, chance: random.Random, server: OwnServer | None) -> None:
    companies = [Orders(stage, stage.new_company()) for _ in range(COMPANIES)]
    over = threading.Event()
    callers = [
        threading.Thread(target=_call, args=(companies[n % COMPANIES], random.Random(chance.random()), n, over))  # noqa: S311  a seed
        for n in range(CALLERS)
    ]
    faults = [{**each, "probability": 0.03} for each in BAD_MOMENTS]
    stage.sunat.arm(*faults)
    for each in callers:
        each.start()
    kills = _wreck(stage, chance, server, time.monotonic() + SECONDS)
    over.set()
    for each in callers:
        each.join(120)
        assert not each.is_alive(), "an order is never answered"
    stage.sunat.arm()
    stage.start()
    for orders in companies:
        end_well(stage, orders, seconds=60 + SECONDS)
    assert kills >= SECONDS / 6
    assert sum(len(orders.promised) for orders in companies) > SECONDS


def _call(orders: Orders, chance: random.Random, caller: int, over: threading.Event) -> None:
    """Ask for one thing after the other."""
    number = 0
    while not over.is_set():
        number += 1
        doctype = chance.choice(("01", "01", "03", "03", "20", "09"))
        record = orders.send(f"{caller}-{number}", doctype, in_summary=doctype == "03" and chance.random() < 0.6)
        if doctype == "01" and chance.random() < 0.1:
            orders.await_verdict(record)
            orders.void(record)
        over.wait(PAUSE_S)


def _wreck(stage: Stage, chance: random.Random, server: OwnServer | None, until: float) -> int:
    """Kill one after the other, and start it again; gives how many."""
    kills = 0
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.3, 2.0))
        victim = chance.choice(("api", "worker", "worker", *(["database"] if server else [])))
        kills += 1
        if victim == "database" and server is not None:
            server.break_down()
            time.sleep(chance.uniform(0, 0.5))
            server.start()
            continue
        kill(stage.pids[victim])
        time.sleep(chance.uniform(0, 0.5))
        stage.start()
    return kills
