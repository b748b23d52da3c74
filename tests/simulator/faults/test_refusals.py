"""F10 to F14, F21 and F22: SOAP that cannot be read, SUNAT's codes in all spellings, and numbers that are taken."""

from typing import Any

import pytest
from fault_world import ACCEPTED, ACCOUNT, HASTY, HELD, READY, UNKNOWN, World, outcome, stored
from sunat_client import NOW

from onapi.facts.codes import return_code
from onapi.flows.hear import hear_send
from onapi.gateways import sunat as gateway
from onapi.simulator.faults.parameters import SPELLINGS


@pytest.mark.parametrize("way", ["malformed", "namespace", "two-bodies"])
def test_f10_soap_that_says_nothing(way: str, world: World) -> None:
    paper = world.factura()
    world.arm({"fault": f"F10/{way}"})
    heard = world.send(paper)
    assert world.has_ours(paper)
    if way == "namespace":  # local names count: what it carries is a proof that names the document
        assert heard == ACCEPTED
    else:
        assert heard == UNKNOWN
        assert world.ask(paper) == ACCEPTED


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("code", "expected"), [("0109", READY), ("0137", READY), ("0103", HELD), ("0140", UNKNOWN)])
def test_f11_every_spelling_means_the_same(spelling: str, code: str, expected: str, world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F11", "spelling": spelling, "code": code})
    talk = world.talk(paper)
    answer = gateway.read_answer(talk)
    assert talk.status == 500
    if spelling == "http":  # a fault without any code, of the server in front
        assert (answer.kind, answer.code) == (gateway.Kind.SILENCE, "")
        assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    else:
        assert (answer.kind, answer.code) == (gateway.Kind.CODE, code)
        assert outcome(hear_send(stored(paper), talk)) == expected
        assert return_code(code).message[:12] in answer.words
    assert world.held(paper) == {}


def test_f11_accents_as_entities(world: World) -> None:
    world.arm({"fault": "F11", "spelling": "entities", "code": "0100"})
    talk = world.talk(world.factura())
    assert b"comun&#237;quese" in talk.answer
    assert "comuníquese" in gateway.read_answer(talk).words


def test_f11_any_spelling_is_drawn(world: World) -> None:
    world.arm({"fault": "F11", "count": 12})
    for _ in range(12):
        world.talk(world.factura())
    rows = world.sunat.http.get("/_simulator/faults/struck").json()[-12:]
    assert len({row["settings"]["spelling"] for row in rows}) > 3


PASSING = ("0100", "0109", *(f"{code:04}" for code in range(130, 139)), "0200")
CREDENTIALS = ("0102", "0103", "0104", "0105", "0106", "0112", "0113")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        *(({"fault": "F12", "value": code}, READY) for code in PASSING),
        *(({"fault": "F14", "value": code}, HELD) for code in CREDENTIALS),
        ({"fault": "F14", "value": "0110"}, READY),
        ({"fault": "F12/any"}, READY),
        ({"fault": "F12", "value": "0200", "spelling": "server"}, READY),
    ],
)
def test_f12_and_f14_codes(wish: dict[str, Any], expected: str, world: World) -> None:
    paper = world.factura()
    world.arm(wish)
    assert world.send(paper) == expected
    assert world.held(paper) == {}
    assert world.send(paper) == ACCEPTED


def test_f14_any_of_them(world: World) -> None:
    world.arm({"fault": "F14/any", "count": 10})
    codes = {gateway.read_answer(world.talk(world.factura())).code for _ in range(10)}
    assert codes <= {*CREDENTIALS, "0110"}
    assert len(codes) > 2


def test_f13_at_random_in_a_burst(world: World) -> None:
    world.arm({"fault": "F13", "over": 4, "per": 60})
    papers = [world.factura() for _ in range(16)]
    told = [world.send(paper) for paper in papers]
    assert told[:4] == [ACCEPTED] * 4
    assert {ACCEPTED, UNKNOWN} == set(told[4:])
    assert [world.has_ours(paper) for paper in papers] == [each == ACCEPTED for each in told]
    world.sunat.forward(61)
    again = papers[told.index(UNKNOWN)]
    assert world.send(again) == ACCEPTED


def test_f13_permanent(world: World) -> None:
    world.arm({"fault": "F13/permanent", "ruc": ACCOUNT.ruc})
    paper = world.factura()
    for _ in range(3):
        assert world.send(paper) == UNKNOWN
        assert gateway.read_answer(world.talk(paper)).code == "0111"
        world.sunat.forward(3600)
    assert world.held(paper) == {}


def test_f13_is_one_companys(world: World) -> None:
    world.arm({"fault": "F13/permanent", "ruc": "20000000028"})
    assert world.send(world.factura()) == ACCEPTED
    other = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), HASTY), lambda: NOW)
    account = gateway.SolAccount("20000000028MODDATOS", "moddatos")
    assert gateway.read_answer(other.ask_ticket(account, "1")).code == "0111"
    other.close()


def test_f21_the_same_document_is_in_process_for_a_quarter_of_an_hour(world: World) -> None:
    paper, other = world.factura(), world.factura()
    world.arm({"fault": "F21"})
    assert world.send(paper) == UNKNOWN
    assert gateway.read_answer(world.talk(paper)).code == "0140"
    assert world.send(other) == ACCEPTED, "it is that document's lock alone"
    world.sunat.forward(14 * 60)
    assert world.send(paper) == UNKNOWN
    assert world.held(paper) == {}
    world.sunat.forward(61)
    assert world.send(paper) == ACCEPTED
    assert world.has_ours(paper)


def test_f21_stands_before_the_credentials(world: World) -> None:
    """As SUNAT's does: it hides that the key is wrong."""
    world.arm({"fault": "F21"})
    wrong = gateway.SolAccount(ACCOUNT.user, "otra")
    paper = world.factura()
    assert gateway.read_answer(world.ours.send_bill(wrong, paper.stem, paper.xml)).code == "0140"


def test_f22_registered_before_with_the_same_bytes(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F22"})
    assert gateway.read_answer(world.talk(paper)).code == "1033"
    assert world.has_ours(paper)
    assert world.send(paper) == UNKNOWN
    assert world.ask(paper) == ACCEPTED


@pytest.mark.parametrize(("variant", "code", "state"), [("other", "1033", "accepted"), ("1032", "1032", "voided")])
def test_f22_the_number_is_anothers(variant: str, code: str, state: str, world: World) -> None:
    paper = world.factura()
    world.arm({"fault": f"F22/{variant}"})
    talk = world.talk(paper)
    assert gateway.read_answer(talk).code == code
    assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    held = world.held(paper)
    assert (held["state"], held["digest"] == paper.digest, held["cameBy"]) == (state, False, "planted")
    assert world.ask(paper) == UNKNOWN, "what SUNAT holds is not ours, and brings no proof"
