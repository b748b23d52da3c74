"""One death: documents of every road are under way, a process dies where it was told to, and all comes right again."""

import random
from concurrent.futures import Future
from typing import Any

from chaos_end import end_well
from chaos_invariants import name_of, rows_of
from chaos_orders import Orders
from chaos_points import WORKER, Point
from chaos_run import IS_LONG
from chaos_stage import Stage, is_alive, until

SEEDS = range(3 if IS_LONG else 1)


def id_of(point: Point) -> str:
    """A point's name in a report."""
    return f"{point.name}-{point.role}"


def kill_there(stage: Stage, point: Point, chance: random.Random) -> None:
    """Let the process die there, start it again, and see that all is right."""
    orders, pending = begin(stage, point, chance)
    victim = stage.pids["worker" if point.role == WORKER else "api"]
    until(lambda: not is_alive(victim), lambda: words(stage, orders))
    assert stage.has_fired
    stage.start()
    finish(stage, orders, pending)


def begin(
    stage: Stage, point: Point, chance: random.Random, postgres: int | None = None
) -> tuple[Orders, list[Future[Any]]]:
    """A new company with an accepted factura; then the trap is set, and documents of every road set out."""
    orders = Orders(stage, stage.new_company())
    first = orders.send("first", "01")
    orders.await_verdict(first)
    stage.arm(point.name, point.role, chance.choice(point.roads), postgres)
    wanted: list[tuple[Any, ...]] = [(orders.void, first)]
    wanted += [(orders.send, f"{doctype}-{n}", doctype) for doctype in ("01", "03", "20", "09") for n in (1, 2)]
    chance.shuffle(wanted)
    pending = [stage.pool.submit(*each) for each in wanted]
    pending += [stage.pool.submit(orders.send, f"summary-{n}", "03", in_summary=True) for n in (1, 2, 3)]
    return orders, pending


def finish(stage: Stage, orders: Orders, pending: list[Future[Any]]) -> None:
    """Whoever got no answer asks again; all comes to rest, and all is right."""
    for each in pending:
        each.result(60)
    end_well(stage, orders)


def words(stage: Stage, orders: Orders) -> str:
    """Why nobody died."""
    told = [(name_of(row), row.state, row.last_error) for row in rows_of(stage, orders.ruc)]
    return f"the point was never passed; {told}\n{stage.log('worker')}\n{stage.log('api')}"
