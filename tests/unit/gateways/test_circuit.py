"""The circuit of a host: alone, on a clock that is moved, and before a real server that is down."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from onapi.gateways.sunat import BRISK, POLITE, Circuit, SolAccount, Sunat
from onapi.gateways.sunat.circuit import Breaker

ACCOUNT = SolAccount("20000000001MODDATOS", "moddatos")
OTHER = SolAccount("20000000010MODDATOS", "moddatos")
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
FAULT = SOAP.format("<s:Fault><faultcode>s:{}</faultcode><faultstring>dicho</faultstring></s:Fault>")
THREE = replace(BRISK, failures=3, probe_every_s=30, read_s=0.3, wait_s=0.2)


def breaker(hands: Callable[[], float], failed: int = 0) -> Breaker:
    made = Breaker(3, 30, hands)
    for _ in range(failed):
        made.failed()
    return made


def test_it_opens_after_failures_in_a_row(hands: Any) -> None:
    made = breaker(hands, 2)
    made.succeeded()
    made.failed()
    made.failed()
    assert (made.state, made.admits(), made.closed_for_s()) == (Circuit.CLOSED, True, 0)
    made.failed()
    assert (made.state, made.admits(), made.closed_for_s()) == (Circuit.OPEN, False, 30)


def test_one_probe_each_thirty_seconds(hands: Any) -> None:
    made = breaker(hands, 3)
    passed = []
    for _ in range(484):
        hands.forward(0.25)
        if made.admits():
            passed.append(hands.now)
            made.failed()
    assert [round(at - 1000) for at in passed] == [30, 60, 90, 120]


def test_a_probe_that_hangs_is_not_alone_for_ever(hands: Any) -> None:
    made = breaker(hands, 3)
    hands.forward(30)
    assert (made.state, made.admits(), made.admits(), made.state) == (Circuit.HALF_OPEN, True, False, Circuit.HALF_OPEN)
    hands.forward(30)
    assert made.admits()


def test_a_good_probe_closes_it(hands: Any) -> None:
    made = breaker(hands, 3)
    hands.forward(30)
    assert made.admits()
    made.succeeded()
    assert (made.state, made.admits(), made.admits()) == (Circuit.CLOSED, True, True)


def test_late_failures_do_not_put_off_the_probe(hands: Any) -> None:
    made = breaker(hands, 3)
    hands.forward(29)
    made.failed()
    assert made.closed_for_s() == 1


def test_of_many_threads_one_is_the_probe(hands: Any) -> None:
    made = breaker(hands, 3)
    hands.forward(30)
    start, passed = threading.Barrier(8), []

    def knock() -> None:
        start.wait()
        passed.append(made.admits())

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False] * 7 + [True]


def test_trouble_of_others_is_remembered_for_a_while(hands: Any) -> None:
    made = breaker(hands)
    made.note_trouble("a")
    assert (made.troubles_others("a"), made.troubles_others("b")) == (False, True)
    hands.forward(601)
    assert not made.troubles_others("b")
    made.note_trouble("b")
    assert (made.troubles_others("a"), made.troubles_others("b")) == (True, False)


def test_a_host_that_is_down_is_left_alone(door: Callable[..., Sunat], site: Callable[..., Any], hands: Any) -> None:
    server = site(lambda _: (503, "<html>nginx</html>"))
    sunat = door(server.address, THREE, hands)
    host = server.address.partition("//")[2]
    assert sunat.health() == {host: Circuit.CLOSED}
    talks = [sunat.send_bill(ACCOUNT, "x", b"<a/>") for _ in range(6)]
    assert [talk.was_sent for talk in talks] == [True] * 3 + [False] * 3
    assert talks[3].trouble == "unsent: el servidor de SUNAT no responde; se volverá a probar en 30 s"
    assert (len(server.heard), sunat.health()) == (3, {host: Circuit.OPEN})
    hands.forward(30)
    assert sunat.health() == {host: Circuit.HALF_OPEN}
    server.say = lambda _: (200, "")
    assert [sunat.send_bill(ACCOUNT, "x", b"<a/>").was_sent for _ in range(3)] == [True] * 3
    assert sunat.health() == {host: Circuit.CLOSED}


@pytest.mark.parametrize(
    ("status", "answer", "opens"),
    [
        (500, "", True),
        (502, "Bad Gateway", True),
        (500, '{"cod":"500","msg":"","exc":null}', True),
        (500, FAULT.format("Client"), True),
        (500, FAULT.format("Client.2335"), False),
        (500, FAULT.format("Server.0200"), False),
        (200, "", False),
        (200, "<html>Mantenimiento</html>", False),
        (401, "", False),
        (404, "", False),
        (429, "", False),
    ],
)
def test_what_counts_as_a_failure(
    door: Callable[..., Sunat], site: Callable[..., Any], status: int, answer: str, opens: object
) -> None:
    sunat = door(site(lambda _: (status, answer)).address, THREE)
    for _ in range(3):
        sunat.send_bill(ACCOUNT, "x", b"<a/>")
    assert (Circuit.OPEN in sunat.health().values()) is opens


@pytest.mark.parametrize("treat", [lambda c: c.recv(1), lambda _: None], ids=["slow", "cut"])
def test_silence_counts_as_a_failure(
    door: Callable[..., Sunat], raw: Callable[..., Any], hands: Any, treat: Callable[[Any], None]
) -> None:
    sunat = door(raw(treat).address, THREE, hands)
    for _ in range(3):
        sunat.send_bill(ACCOUNT, "x", b"<a/>")
    assert Circuit.OPEN in sunat.health().values()


def test_no_connection_counts_and_our_own_faults_do_not(door: Callable[..., Sunat], hands: Any) -> None:
    gone = door("http://127.0.0.1:1", THREE, hands)
    wrong = door("gopher://127.0.0.1:1", THREE, hands)
    for sunat in (gone, wrong):
        for _ in range(4):
            assert not sunat.send_bill(ACCOUNT, "x", b"<a/>").was_sent
    assert list(gone.health().values()) == [Circuit.OPEN]
    assert list(wrong.health().values()) == [Circuit.CLOSED]


@pytest.mark.parametrize(
    ("status", "answer", "tells"),
    [
        (500, FAULT.format("Client.0111"), True),
        (403, "", True),
        (500, FAULT.format("Server.0109"), True),
        (503, "", True),
        (500, FAULT.format("Client.2335"), False),
        (200, "", False),
    ],
)
def test_whether_others_are_in_trouble_too(
    door: Callable[..., Sunat], site: Callable[..., Any], status: int, answer: str, tells: object
) -> None:
    sunat = door(site(lambda _: (status, answer)).address)
    talk = sunat.send_bill(ACCOUNT, "x", b"<a/>")
    assert (sunat.troubles_others(ACCOUNT, talk), sunat.troubles_others(OTHER, talk)) == (False, tells)


def test_hosts_have_circuits_of_their_own(site: Callable[..., Any], hands: Any, door: Callable[..., Sunat]) -> None:
    down, up = site(lambda _: (503, "")), site(lambda _: (200, ""))
    sunat = door(down.address, THREE, hands)
    sunat._endpoints = replace(sunat._endpoints, consult=f"{up.address}/consult")
    for _ in range(4):
        sunat.send_bill(ACCOUNT, "x", b"<a/>")
    assert sorted(sunat.health().values()) == [Circuit.CLOSED, Circuit.OPEN]


def test_sunat_itself_is_probed_every_half_minute() -> None:
    assert (POLITE.probe_every_s, POLITE.read_s >= 60, POLITE.read_s <= 90) == (30, True, True)
