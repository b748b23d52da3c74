"""I10, of persons: whoever was to be told of a receipt is told once it is accepted, and each repeat bears one mark."""

from typing import Any

from chaos_orders import Orders
from chaos_stage import Stage, until
from sqlalchemy import select

from onapi.store.tables import messages, notices


def check_letters(stage: Stage, orders: Orders, rows: list[Any]) -> None:
    """One message for each accepted factura, sent, and in the mailbox at least once under its own Message-ID."""
    until(lambda: not _waiting(stage, orders.ruc), lambda: f"{_waiting(stage, orders.ruc)}\n{stage.log('worker')}")
    sent = _rows(stage, orders.ruc, messages)
    accepted = {row.id for row in rows if row.id in orders.told and row.outcome in {"ACCEPTED", "OBSERVED"}}
    assert sorted(each.document_id for each in sent) == sorted(accepted), "I10: one message for each accepted factura"
    assert {each.standing for each in sent} <= {"SENT"}, f"I10: {[(each.id, each.error) for each in sent]}"
    letters = stage.mailbox.letters(orders.address)
    assert len(letters) == len(sent), f"I10: {len(sent)} messages came under {len(letters)} marks"
    for each in sent:
        (came,) = [many for name, many in letters.items() if each.id in name]
        assert 1 <= came <= each.attempts, f"I10: {each.id} came {came} times in {each.attempts} attempts"
    left = {each.document_id for each in _rows(stage, orders.ruc, notices)}
    assert not left & accepted, "I10: somebody is still to be told"


def _waiting(stage: Stage, ruc: str) -> list[Any]:
    return [row for row in _rows(stage, ruc, messages) if row.next_action_at is not None]


def _rows(stage: Stage, ruc: str, table: Any) -> list[Any]:
    with stage.platform.database.reading() as connection:
        return list(connection.execute(select(table).where(table.c.ruc == ruc)))
