"""F06 to F09, F15 and F17: something answers that is not SUNAT's service."""

from typing import Any

import pytest
from fault_world import ACCEPTED, HELD, READY, UNKNOWN, World

from onapi.gateways import sunat as gateway


@pytest.mark.parametrize(
    ("wish", "status", "begins", "expected"),
    [
        ({"fault": "F06"}, 200, b"", UNKNOWN),
        ({"fault": "F07"}, 200, b"<html>", UNKNOWN),
        ({"fault": "F08"}, 401, b"<html>", HELD),
        ({"fault": "F08/403"}, 403, b"<html>", UNKNOWN),
        ({"fault": "F08/429"}, 429, b"<html>", READY),
        ({"fault": "F09"}, 503, b"<html>", READY),
        ({"fault": "F09/500"}, 500, b"<html>", READY),
        ({"fault": "F09/502"}, 502, b"<html>", READY),
        ({"fault": "F09", "value": 504}, 504, b"<html>", READY),
    ],
)
def test_f06_to_f09_nothing_was_registered(
    wish: dict[str, Any], status: int, begins: bytes, expected: str, world: World
) -> None:
    paper = world.factura()
    world.arm({**wish, "count": 2})
    talk = world.talk(paper)
    assert (talk.status, talk.answer[:6]) == (status, begins)
    assert world.send(paper) == expected
    assert world.held(paper) == {}
    assert world.send(paper) == ACCEPTED
    assert world.has_ours(paper)


@pytest.mark.parametrize("fault", ["F06/after", "F07/after"])
def test_f06_and_f07_it_was_registered_all_the_same(fault: str, world: World) -> None:
    paper = world.factura()
    world.arm({"fault": fault})
    assert world.send(paper) == UNKNOWN
    assert world.has_ours(paper)
    assert world.ask(paper) == ACCEPTED


@pytest.mark.parametrize(("told", "header"), [({}, "30"), ({"retry_after": "2m"}, "120"), ({"retry_after": ""}, None)])
def test_f08_retry_after_or_none(told: dict[str, str], header: str | None, world: World) -> None:
    world.arm({"fault": "F08/429", **told})
    answered = world.sunat.http.post("/ol-ti-itcpfegem/billService", content=b"")
    assert (answered.status_code, answered.headers.get("retry-after")) == (500, None), "what is no SOAP is not reached"
    said = world.sunat.call("getStatus", {"ticket": "1"}, path="/ol-ti-itcpfegem/billService")
    assert said.status == 429
    world.arm({"fault": "F08/429", "operation": "token", **told})
    answered = world.sunat.http.post("/v1/clientessol/x/oauth2/token/", data={})
    assert (answered.status_code, answered.headers.get("retry-after")) == (429, header)


def test_f09_goes_the_other_way_too(world: World) -> None:
    paper = world.factura()
    world.arm({"fault": "F09", "moment": "after"})
    assert world.send(paper) == READY, "nobody can tell: the same bytes go again"
    assert world.has_ours(paper)
    assert world.send(paper) == UNKNOWN
    assert world.ask(paper) == ACCEPTED
    assert world.held(paper)["sends"] == 2


def test_f15_too_many_from_one_address(world: World) -> None:
    world.arm({"fault": "F15", "over": 5, "per": 60, "hold": "90s"})
    told = [world.send(world.factura()) for _ in range(8)]
    assert told == [ACCEPTED] * 5 + [READY] * 3
    world.sunat.forward(89)
    shut_out = world.factura()
    assert world.send(shut_out) == READY
    assert world.held(shut_out) == {}
    world.sunat.forward(62)
    assert world.send(shut_out) == ACCEPTED, "the address may come again, slowly"


def test_f15_a_slow_sender_is_left_alone(world: World) -> None:
    world.arm({"fault": "F15", "over": 1, "per": 1})
    for _ in range(3):
        world.sunat.forward(2)
        assert world.send(world.factura()) == ACCEPTED


@pytest.mark.parametrize("hours", [1, 6])
def test_f17_maintenance_for_hours(hours: int, world: World) -> None:
    world.arm({"fault": "F17", "value": f"{hours}h"})
    paper = world.factura()
    for seconds in (0, hours * 3600 - 60):
        world.sunat.forward(seconds)
        talk = world.talk(paper)
        assert talk.status == 503
        assert b"mantenimiento" in talk.answer
        assert world.send(paper) == READY
        assert world.validity(paper).state is gateway.ReceiptState.SILENCE
    assert world.held(paper) == {}


def test_f17_ends(world: World) -> None:
    world.arm({"fault": "F17", "seconds": "2h"})
    paper = world.factura()
    world.sunat.forward(7199 - 60)
    assert world.send(paper) == READY
    world.sunat.forward(61)
    assert world.send(paper) == ACCEPTED
    assert world.has_ours(paper)
