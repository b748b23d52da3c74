"""Magic values: every row of the table happens to the document that carries it, and to no other."""

import csv
import re
from itertools import count
from pathlib import Path

import pytest
from fault_world import (
    ACCEPTED,
    HELD,
    OBSERVED,
    PENDING,
    READY,
    REJECTED,
    TICKETED,
    UNKNOWN,
    Paper,
    World,
    outcome,
    stored,
)
from sample_batch import summary, told, void, voided

from onapi.flows.hear import hear_send
from onapi.simulator.faults.magic import charms, charms_in
from onapi.values.identity import is_ruc

PAGE = Path(__file__).parents[3] / "docs" / "simulator.md"
_NUMBERS = count(700)
# what our platform makes of the first two sendings of a factura to each magic customer
FACTURAS = {
    **dict.fromkeys(("0100", "0109", "0110", "0130", "0135", "0137", "0138", "0200"), (READY, READY, ACCEPTED)),
    **dict.fromkeys(("0102", "0103", "0104", "0105", "0106", "0112", "0113"), (HELD, HELD, HELD)),
    **dict.fromkeys(("0111", "0140", "1032", "9022"), (UNKNOWN, UNKNOWN, UNKNOWN)),
    "1033": (UNKNOWN, UNKNOWN, UNKNOWN),
    "2800": (REJECTED, UNKNOWN, UNKNOWN),
    "4252": (OBSERVED, UNKNOWN, UNKNOWN),
    **dict.fromkeys(("9004", "9006", "9007"), (UNKNOWN, ACCEPTED)),
    **dict.fromkeys(("9010", "9031", "9032", "9034", "9035", "9036"), (UNKNOWN, UNKNOWN)),
    **dict.fromkeys(("9016", "9028", "9033"), (ACCEPTED, UNKNOWN)),
    "9001": (UNKNOWN, UNKNOWN),
    "9401": (HELD, ACCEPTED),
    "9403": (UNKNOWN, ACCEPTED),
    **dict.fromkeys(("9429", "9500", "9502", "9503", "9504"), (READY, ACCEPTED)),
}
IN_LEDGER = frozenset({"1033", "9010", "9031", "9032", "9034", "9035", "9036", "9016", "9028", "9033", "9001", "4252"})
CUSTOMERS = [charm for charm in charms() if charm.where == "customer"]


def _suffix(example: str) -> str:
    return example[-4:]


@pytest.mark.parametrize("charm", CUSTOMERS, ids=lambda charm: _suffix(charm.example))
def test_a_customer_of_a_factura(charm: object, world: World) -> None:
    ruc = charm.example.split()[0]  # type: ignore[attr-defined]  # ids hide the type
    if _suffix(ruc) not in FACTURAS:
        return  # it is about tickets, below
    paper = world.factura(customer=ruc)
    expected = FACTURAS[_suffix(ruc)]
    assert tuple(world.send(paper) for _ in expected) == expected
    assert world.has_ours(paper) == (_suffix(ruc) in IN_LEDGER or expected[-1] == ACCEPTED)


def test_the_lost_answer_is_found(world: World) -> None:
    paper = world.factura(customer="20000021033")
    assert world.send(paper) == UNKNOWN
    assert world.held(paper)["sends"] == 1
    assert world.ask(paper) == ACCEPTED


def test_9028_is_not_there_for_ten_minutes(world: World) -> None:
    ruc = next(charm.example.split()[0] for charm in CUSTOMERS if charm.example.endswith("9028"))
    paper = world.factura(customer=ruc)
    assert world.send(paper) == ACCEPTED
    assert world.ask(paper) == UNKNOWN
    world.sunat.forward(601)
    assert world.ask(paper) == ACCEPTED


def _boletas(world: World, **line: object) -> Paper:
    number = next(_NUMBERS)
    customer, total = str(line.get("customer", "45678912")), str(line.get("total", "118.00"))
    label = f"RC-20261122-{number}"
    text = summary(label, told(1, f"B001-{number}"), told(2, f"B002-{number}"))
    head, mark, tail = text.rpartition("45678912")
    assert mark
    return world.batch((head + customer + tail).replace("118.00", total, 1), label)


def _ticket(world: World, paper: Paper) -> str:
    happening = hear_send(stored(paper), world.talk(paper))
    assert outcome(happening) == TICKETED, happening
    world.sunat.forward(2)
    return happening.ticket


@pytest.mark.parametrize(
    ("suffix", "polls"),
    [
        ("0098", [PENDING, PENDING, PENDING, ACCEPTED]),
        ("0099", [PENDING, REJECTED]),
        ("0126", [UNKNOWN, ACCEPTED]),
        ("0127", [UNKNOWN, ACCEPTED]),
        ("9027", [UNKNOWN, ACCEPTED]),
    ],
)
def test_a_customer_of_a_summary(suffix: str, polls: list[str], world: World) -> None:
    paper = _boletas(world, customer=f"0000{suffix}")
    ticket = _ticket(world, paper)
    assert [world.poll(paper, ticket) for _ in polls] == polls


@pytest.mark.parametrize("suffix", ["0402", "2223", "9026"])
def test_a_customer_whose_ticket_is_lost(suffix: str, world: World) -> None:
    _ticket(world, _boletas(world))
    paper = _boletas(world, customer=f"0000{suffix}")
    assert world.send(paper) == (TICKETED if suffix == "9026" else UNKNOWN)
    world.sunat.forward(2)
    assert world.has_ours(paper)


def test_a_total_makes_the_ticket_slow(world: World) -> None:
    paper, calm = _boletas(world, total="118.00"), None
    text = paper.xml
    assert not charms_in(text)
    del calm
    for value, wanted in (("1198.98", "F24/slow"), ("9899.99", "F24/then-99"), ("98.97", "")):
        changed = text.replace(b'TotalAmount currencyID="PEN">118.00', f'TotalAmount currencyID="PEN">{value}'.encode())
        assert [charm.fault for charm in charms_in(changed)] == ([wanted] if wanted else [])


def test_a_reason_of_a_voiding(world: World) -> None:
    paper = world.factura()
    assert world.send(paper) == ACCEPTED
    number = next(_NUMBERS)
    label = f"RA-20261122-{number}"
    text = voided(label, void(1, paper.receipt.label)).replace("ERROR EN LA VENTA", "SIMULADOR LENTO por prueba")
    batch = world.batch(text, label)
    ticket = _ticket(world, batch)
    assert [world.poll(batch, ticket) for _ in range(4)] == [PENDING] * 3 + [ACCEPTED]
    assert world.held(paper)["state"] == "voided"


def test_magic_can_be_switched_off(world: World) -> None:
    world.sunat.http.put("/_simulator/faults", json={"magic": False, "faults": []})
    assert world.send(world.factura(customer="20000000109")) == ACCEPTED


def test_all_is_taken_back_at_once(world: World) -> None:
    paper = world.factura(customer="20000000109")
    assert world.send(paper) == READY
    assert len(world.sunat.http.get("/_simulator/faults").json()["byMagic"]) == 1
    world.sunat.http.delete("/_simulator/faults")
    assert world.send(paper) == READY, "its first sending decides anew"


def test_an_issuer_or_a_line_is_no_customer(world: World) -> None:
    assert world.send(world.factura(description="20000000109")) == ACCEPTED


def test_every_example_is_what_it_says() -> None:
    for charm in CUSTOMERS:
        ruc, dni = charm.example.split()
        assert is_ruc(ruc), charm
        assert all(
            re.fullmatch(glob.replace("?", r"\d"), text) for glob, text in zip(charm.globs, (ruc, dni), strict=True)
        )
    assert {_suffix(charm.example) for charm in CUSTOMERS} >= set(FACTURAS)


def test_the_table_is_published(world: World) -> None:
    page = PAGE.read_text("utf-8")
    for charm in charms():
        assert charm.what in page, charm
        assert all(f"`{value}`" in page for value in charm.globs), charm
    with PAGE.parent.parent.joinpath("src/onapi/simulator/contributors.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t"):
            assert f"`{row['ruc']}`" in page, row
    assert len(world.sunat.http.get("/_simulator/magic").json()) == len(charms())
