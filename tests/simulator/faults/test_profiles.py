"""F38 to F40: the two SUNATs that are played, and the ledger that tells the truth about both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from fault_world import ACCEPTED, ACCOUNT, HASTY, REJECTED, UNKNOWN, World
from sample_invoice import RUC
from sunat_client import NOW

from onapi.gateways import sunat as gateway


def test_f38_beta_dies_of_long_documents(in_beta: World) -> None:
    with patient(in_beta) as waiting:
        assert waiting.send(in_beta.factura(lines=300)) == ACCEPTED, "a busy machine judges them for seconds"
    long = in_beta.factura(lines=301)
    talk = in_beta.talk(long)
    assert talk.trouble.startswith("cut")
    assert in_beta.held(long) == {}
    assert in_beta.send(long) == UNKNOWN, "always: it is beta itself"
    assert in_beta.sunat.http.get("/_simulator/faults").json()["always"][0]["fault"] == "F38"


@contextmanager
def patient(world: World) -> Iterator[World]:
    """The same world behind a gateway that waits."""
    ours = gateway.Sunat(gateway.endpoints_at(str(world.sunat.http.base_url), replace(HASTY, read_s=60)), lambda: NOW)
    try:
        yield replace(world, ours=ours)
    finally:
        ours.close()


def test_f38_beta_has_no_consult_service(in_beta: World) -> None:
    paper = in_beta.factura()
    assert in_beta.send(paper) == ACCEPTED
    talk = in_beta.ours.ask_cdr(ACCOUNT, paper.receipt)
    assert talk.status == 404
    assert in_beta.ask(paper) == UNKNOWN


def test_f38_beta_forgets(in_beta: World) -> None:
    paper = in_beta.factura()
    assert in_beta.send(paper) == ACCEPTED
    in_beta.arm({"fault": "F38/forgets", "name": paper.stem})
    assert in_beta.send(paper) == ACCEPTED, "as if it had never come"
    assert in_beta.send(paper) == UNKNOWN, "and this time it remembers: 1033"
    held = in_beta.held(paper)
    assert (held["digest"], held["sends"]) == (paper.digest, 3)


def test_f39_production_takes_long_documents_and_remembers(world: World) -> None:
    long = world.factura(lines=301)
    assert world.send(long) == ACCEPTED
    assert world.has_ours(long)
    assert gateway.read_answer(world.talk(long)).code == "1033"
    late = world.factura(issued="2026-11-18")
    assert world.send(late) == REJECTED, "2108: the deadline has passed"
    assert world.held(late)["code"] == "2108"
    assert gateway.read_answer(world.talk(late)).code == "1032", "and its number is used up"


def test_f40_the_ledger_tells(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F05", "name": paper.stem})
    assert world.send(paper) == UNKNOWN
    rows = [row for row in world.sunat.ledger() if row["name"] == paper.stem]
    assert [(row["state"], row["digest"], row["sends"]) for row in rows] == [("accepted", paper.digest, 1)]
    sends = world.sunat.http.get("/_simulator/sends", params={"name": paper.stem}).json()
    assert [(each["code"], each["operation"]) for each in sends] == [("0", "sendBill")]


@pytest.mark.parametrize("fault", ["F39", "F40"])
def test_what_is_no_fault_says_what_it_is(fault: str, world: World) -> None:
    answered = world.sunat.http.post("/_simulator/faults", json={"fault": fault})
    assert answered.status_code == 422
    assert fault in answered.json()["detail"]
    assert RUC not in answered.json()["detail"]
