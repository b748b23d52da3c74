"""How a run ends: everything at rest, what only a person can decide decided, and the invariants held."""

from typing import Any

from chaos_invariants import NEVER_TOLD, Held, await_rest, check, rows_of
from chaos_orders import Orders
from chaos_stage import Stage, until

from onapi.errors import Conflict
from onapi.flows.release import release
from onapi.lifecycle import State
from onapi.values.number import ReceiptId

_MADE_BY_US = {"RA", "RC", "RR"}  # nobody asked for these by a request of their own


def end_well(stage: Stage, orders: Orders, *, seconds: float = 60) -> Held:
    """All comes to rest and is right; the same after a person has sent again what SUNAT tells nothing about."""
    await_rest(stage, orders.ruc, seconds=seconds)
    check(stage, orders)
    for _ in range(2):  # what went again may be lost again, if a process dies meanwhile
        for row in _untold(stage, orders):
            _send_again(stage, row)
        await_rest(stage, orders.ruc, seconds=seconds)
    both = check(stage, orders)
    lost = [name for name, row in both.by_name.items() if row.state == State.UNKNOWN and name not in both.ledger]
    assert not lost, f"nobody has {lost}"
    batches = [row for row in both.rows if row.doctype in _MADE_BY_US]
    assert len(both.rows) == len(orders.promised) + len(batches) == len(both.ledger)
    return both


def _untold(stage: Stage, orders: Orders) -> list[Any]:
    return [row for row in rows_of(stage, orders.ruc) if row.state == State.UNKNOWN and row.doctype in NEVER_TOLD]


def _send_again(stage: Stage, row: Any) -> None:
    """SUNAT tells nothing of this kind: a person has the same bytes sent again, once SUNAT has had its time."""

    def go() -> bool:
        try:
            release(stage.platform, ReceiptId(row.ruc, row.doctype, row.series, row.number))
        except Conflict:  # not late enough yet, or the worker moved it at this very moment
            return False
        return True

    until(go)
    until(lambda: _has_gone(stage, row))


def _has_gone(stage: Stage, row: Any) -> bool:
    found = next(each for each in rows_of(stage, row.ruc) if each.id == row.id)
    return bool(found.attempts > row.attempts) and found.state not in {State.READY, State.SENDING}
