"""F23 to F27 and F30: tickets that are slow, lost, foreign, empty; and the guides' tokens."""

from itertools import count

import pytest
from fault_world import (
    ACCEPTED,
    ACCOUNT,
    HASTY,
    HELD,
    PENDING,
    REJECTED,
    TICKETED,
    UNKNOWN,
    Paper,
    World,
    outcome,
    stored,
)
from sample_batch import summary, told
from sunat_client import NOW

from onapi.flows.hear import hear_send, hear_ticket
from onapi.gateways import sunat as gateway

_NUMBERS = count(1)


def _summary(world: World) -> Paper:
    number = next(_NUMBERS)
    label = f"RC-20261122-{number}"
    return world.batch(summary(label, told(1, f"B001-{number}")), label)


def _sent(world: World, paper: Paper) -> str:
    """Send it and let its time come; its ticket."""
    happening = hear_send(stored(paper), world.talk(paper))
    assert outcome(happening) == TICKETED
    world.sunat.forward(2)
    return happening.ticket


def _true_ticket(world: World, paper: Paper) -> dict[str, str]:
    rows = world.sunat.http.get("/_simulator/tickets", params={"name": paper.stem}).json()
    assert len(rows) == 1
    found: dict[str, str] = rows[0]
    return found


@pytest.mark.parametrize(("variant", "code"), [("2223", "2223"), ("0402", "0402")])
def test_f23_it_went_in_and_its_ticket_is_lost(variant: str, code: str, world: World) -> None:
    paper = _summary(world)
    world.arm({"fault": f"F23/{variant}"})
    talk = world.talk(paper)
    assert gateway.read_answer(talk).code == code
    assert outcome(hear_send(stored(paper), talk)) == UNKNOWN
    world.sunat.forward(2)
    assert world.has_ours(paper), "SUNAT judged it all the same"
    assert world.poll(paper, _true_ticket(world, paper)["ticket"]) == ACCEPTED


@pytest.mark.parametrize("kind", ["summary", "guide"])
@pytest.mark.parametrize(("variant", "end"), [("slow", ACCEPTED), ("then-99", REJECTED)])
def test_f24_in_process_for_some_polls(variant: str, end: str, kind: str, world: World) -> None:
    paper, other = (_summary(world), _summary(world)) if kind == "summary" else (world.guide(), world.guide())
    world.arm({"fault": f"F24/{variant}", "polls": 4, "name": paper.stem})
    ticket, calm = _sent(world, paper), _sent(world, other)
    assert world.poll(other, calm) == ACCEPTED
    assert [world.poll(paper, ticket) for _ in range(5)] == [PENDING] * 4 + [end]
    assert world.has_ours(paper, "accepted" if end == ACCEPTED else "rejected")


def test_f24_each_ticket_has_its_own_polls(world: World) -> None:
    world.arm({"fault": "F24", "polls": 2, "count": 2})
    papers = [_summary(world) for _ in range(3)]
    tickets = [_sent(world, paper) for paper in papers]
    asked = [[world.poll(paper, ticket) for paper, ticket in zip(papers, tickets, strict=True)] for _ in range(3)]
    assert asked[0] == [PENDING, PENDING, ACCEPTED]
    assert asked[1] == [PENDING, PENDING, ACCEPTED]
    assert asked[2] == [ACCEPTED, ACCEPTED, ACCEPTED]


@pytest.mark.parametrize("code", ["0127", "0126"])
@pytest.mark.parametrize("kind", ["summary", "guide"])
def test_f25_a_ticket_that_is_there_is_not(code: str, kind: str, world: World) -> None:
    paper = _summary(world) if kind == "summary" else world.guide()
    world.arm({"fault": f"F25/{code}", "count": 2})
    ticket = _sent(world, paper)
    ask = world.ours.ask_ticket if kind == "summary" else world.ours.ask_guide
    talk = ask(ACCOUNT, ticket)
    assert gateway.read_answer(talk).code == code
    assert outcome(hear_ticket(stored(paper), talk)) == UNKNOWN
    assert world.poll(paper, ticket) == UNKNOWN
    assert world.has_ours(paper)
    assert world.poll(paper, ticket) == ACCEPTED


@pytest.mark.parametrize("kind", ["summary", "guide"])
def test_f26_two_files_with_one_ticket(kind: str, world: World) -> None:
    first, second = (_summary(world), _summary(world)) if kind == "summary" else (world.guide(), world.guide())
    ticket = _sent(world, first)
    world.arm({"fault": "F26", "name": second.stem})
    assert _sent(world, second) == ticket
    assert world.poll(first, ticket) == ACCEPTED
    assert world.poll(second, ticket) == UNKNOWN, "a CDR that names another file is no proof"
    assert world.has_ours(second)
    assert world.poll(second, _true_ticket(world, second)["ticket"]) == ACCEPTED


@pytest.mark.parametrize("variant", ["empty", "text"])
@pytest.mark.parametrize("kind", ["summary", "guide"])
def test_f27_done_and_nothing_to_show(variant: str, kind: str, world: World) -> None:
    paper = _summary(world) if kind == "summary" else world.guide()
    world.arm({"fault": f"F27/{variant}", "operation": ["getStatus", "getGre"]})
    ticket = _sent(world, paper)
    assert world.poll(paper, ticket) == UNKNOWN
    assert world.has_ours(paper)
    assert world.poll(paper, ticket) == ACCEPTED


@pytest.mark.parametrize("variant", ["0004", "text"])
def test_f27_the_constancy_exists_and_does_not_come(variant: str, world: World) -> None:
    paper = world.factura()
    assert world.send(paper) == ACCEPTED
    world.arm({"fault": f"F27/{variant}", "operation": "getStatusCdr"})
    assert world.ask(paper) == UNKNOWN
    assert world.has_ours(paper)
    assert world.ask(paper) == ACCEPTED


def _fresh(world: World) -> World:
    """The same world with a gateway that holds no token."""
    ours = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), HASTY), lambda: NOW)
    return World(world.sunat, ours, world.pen, world.numbers)


def test_f30_no_token(world: World) -> None:
    paper, fresh = world.guide(), _fresh(world)
    fresh.arm({"fault": "F30/token"})
    talk = fresh.talk(paper)
    assert (talk.operation, talk.status) == ("token", 401)
    assert outcome(hear_send(stored(paper), talk)) == HELD
    assert fresh.held(paper) == {}
    assert fresh.send(paper) == TICKETED
    fresh.ours.close()


def test_f30_a_token_that_ends_on_the_way(world: World) -> None:
    paper = world.guide()
    ticket = _sent(world, paper)
    world.arm({"fault": "F30/expired"})
    assert world.poll(paper, ticket) == ACCEPTED, "one new login, and the question goes again"
    assert world.struck()[-1] == "F30/expired"
    world.arm({"fault": "F30/expired", "count": 2})
    assert world.poll(paper, ticket) == UNKNOWN
    assert world.has_ours(paper)


def test_f30_98_and_99(world: World) -> None:
    slow, wrong = world.guide(), world.guide()
    world.arm({"fault": "F30/98", "name": slow.stem}, {"fault": "F30/99", "name": wrong.stem})
    ticket, other = _sent(world, slow), _sent(world, wrong)
    assert [world.poll(slow, ticket) for _ in range(4)] == [PENDING] * 3 + [ACCEPTED]
    answer = gateway.read_answer(world.ours.ask_guide(ACCOUNT, other))
    assert answer.kind is gateway.Kind.FILE
    assert world.poll(wrong, other) == REJECTED
    assert world.has_ours(wrong, "rejected")
    assert world.held(wrong)["code"] == "2800"


def test_f30_a_list_of_errors(world: World) -> None:
    paper = world.guide()
    world.arm({"fault": "F30/errors"})
    talk = world.talk(paper)
    assert talk.status == 422
    answer = gateway.read_answer(talk)
    assert (answer.code, answer.words.count("·")) == ("0156", 1)
    assert outcome(hear_send(stored(paper), talk)) == HELD
    assert world.held(paper) == {}
    assert world.send(paper) == TICKETED
