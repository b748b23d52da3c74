"""F28 and F29: SUNAT's own questions answered late, refused, or about another amount."""

import pytest
from fault_world import ACCEPTED, ACCOUNT, UNKNOWN, World

from onapi.gateways import sunat as gateway

STATE = gateway.ReceiptState


def test_f28_not_there_yet(world: World) -> None:
    paper, never = world.factura(), world.factura()
    world.arm({"fault": "F28", "younger": "10m"})
    assert world.send(paper) == ACCEPTED
    for seconds in (0, 9 * 60):
        world.sunat.forward(seconds)
        talk = world.ours.ask_cdr(ACCOUNT, paper.receipt)
        assert gateway.read_answer(talk).code == "0011"
        assert world.ask(paper) == UNKNOWN
        assert world.has_ours(paper), "SUNAT holds it, whatever it says"
    world.sunat.forward(61)
    assert world.ask(paper) == ACCEPTED
    assert gateway.read_answer(world.ours.ask_cdr(ACCOUNT, never.receipt)).code == "0011"
    assert world.held(never) == {}


@pytest.mark.parametrize("status", [401, 429])
def test_f29_refused(status: int, world: World) -> None:
    paper = world.factura()
    assert world.send(paper) == ACCEPTED
    world.arm({"fault": f"F29/{status}", "count": 2})
    told = world.validity(paper)
    assert told.state is STATE.SILENCE
    assert told.code == {401: "0102", 429: "0109"}[status]
    assert world.has_ours(paper)
    world.sunat.http.delete("/_simulator/faults")
    assert world.validity(paper).state is STATE.ACCEPTED


def test_f29_another_amount(world: World) -> None:
    paper = world.factura()
    assert world.send(paper) == ACCEPTED
    world.arm({"fault": "F29/amount", "name": paper.stem})
    assert world.validity(paper).state is STATE.NOT_FOUND
    assert world.has_ours(paper)
    assert world.validity(paper).state is STATE.ACCEPTED
