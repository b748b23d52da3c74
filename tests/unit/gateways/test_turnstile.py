"""How many calls go to a host at a time and in a second, and that one company leaves room for the others."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from onapi.gateways.sunat import BRISK, POLITE, SolAccount, Sunat
from onapi.gateways.sunat.turnstile import Bucket, Turnstile
from onapi.gateways.sunat.wire import Call, Wire

FREE = replace(BRISK, wait_s=0.01)


def test_so_many_at_a_time(hands: Any) -> None:
    gate = Turnstile(replace(FREE, host_calls=3, company_calls=2), hands)
    with ExitStack() as inside:
        went = [inside.enter_context(gate.turn(company)) for company in ("a", "a", "a", "b", "b")]
        assert went == [True, True, False, True, False]
    with gate.turn("a") as went_now:
        assert went_now


def test_who_leaves_lets_the_next_one_in(hands: Any) -> None:
    gate = Turnstile(replace(BRISK, host_calls=1, wait_s=5), hands)
    went: list[object] = []

    def wait() -> None:
        with gate.turn("b") as is_ours:
            went.append(is_ours)

    with gate.turn("a"):
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.05)
        assert not went
    started = time.monotonic()
    thread.join(5)
    assert went == [True]
    assert time.monotonic() - started < 1


def test_a_call_that_breaks_leaves_too(hands: Any) -> None:
    gate = Turnstile(replace(FREE, host_calls=1), hands)
    with pytest.raises(KeyboardInterrupt), gate.turn("a"):
        raise KeyboardInterrupt
    with gate.turn("a") as went:
        assert went


def test_so_many_a_second(hands: Any) -> None:
    gate = Turnstile(replace(FREE, host_per_s=10, company_per_s=4), hands)

    def burst(company: str) -> int:
        went = 0
        for _ in range(8):
            with gate.turn(company) as is_ours:
                went += is_ours
        return went

    assert [burst(company) for company in ("a", "b", "c")] == [4, 4, 2]
    hands.forward(0.5)
    assert [burst("a"), burst("b"), burst("c")] == [2, 2, 1]
    hands.forward(3600)
    assert [burst(company) for company in ("a", "b", "c")] == [4, 4, 2], "rest saves nothing up"


def test_a_rate_is_waited_for() -> None:
    gate = Turnstile(replace(BRISK, company_per_s=20, wait_s=5), time.monotonic)
    started = time.monotonic()
    for _ in range(30):
        with gate.turn("a") as went:
            assert went
    assert 0.4 < time.monotonic() - started < 2


def test_a_slow_rate_still_lets_one_pass(hands: Any) -> None:
    bucket = Bucket(0.1, hands())
    assert bucket.wait_s(hands()) == 0
    bucket.take()
    assert bucket.wait_s(hands()) == pytest.approx(10)


def test_companies_at_rest_are_forgotten(hands: Any) -> None:
    gate = Turnstile(replace(FREE, company_per_s=10), hands)
    for number in range(1500):
        with gate.turn(str(number)):
            pass
        hands.forward(1)
    assert len(gate._companies) <= 1000


def test_a_call_whose_turn_does_not_come_never_left(door: Callable[..., Sunat], site: Callable[..., Any]) -> None:
    free = threading.Event()

    def hold(_: Any) -> tuple[int, str]:
        free.wait(10)
        return 200, ""

    server = site(hold)
    sunat = door(server.address, replace(BRISK, host_calls=4, company_calls=2, wait_s=0.3))
    noisy, quiet = SolAccount("20000000001X", "x"), SolAccount("20000000010X", "x")
    talks: dict[str, list[Any]] = {"noisy": [], "quiet": []}

    def call(name: str, account: SolAccount) -> None:
        talks[name].append(sunat.send_bill(account, "x", b"<a/>"))

    threads = [threading.Thread(target=call, args=("noisy", noisy)) for _ in range(6)]
    threads.append(threading.Thread(target=call, args=("quiet", quiet)))
    for thread in threads:
        thread.start()
    give_up_at = time.monotonic() + 10
    while (len(talks["noisy"]) < 4 or len(server.heard) < 3) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    free.set()
    for thread in threads:
        thread.join(10)
    assert [talk.was_sent for talk in talks["quiet"]] == [True]
    assert sorted(talk.was_sent for talk in talks["noisy"]) == [False] * 4 + [True] * 2
    waited = {talk.trouble for talk in talks["noisy"] if not talk.was_sent}
    assert waited == {"unsent: hay demasiadas llamadas a SUNAT en curso; no llegó el turno"}
    assert len(server.heard) == 3


def test_a_waiting_call_does_not_go_to_a_host_that_fell_meanwhile(site: Callable[..., Any], hands: Any) -> None:
    server = site(lambda _: (503, ""))
    wire = Wire(replace(BRISK, failures=1, probe_every_s=30), lambda: None, hands)  # type: ignore[arg-type, return-value]  # no date is needed
    assert wire.exchange(Call("x", server.address, "a")).was_sent
    assert not wire.exchange(Call("x", server.address, "b")).was_sent
    assert len(server.heard) == 1
    wire.close()


def test_sunat_is_pressed_gently() -> None:
    assert POLITE.host_per_s is not None
    assert POLITE.company_per_s is not None
    assert POLITE.company_calls < POLITE.host_calls
    assert POLITE.company_per_s < POLITE.host_per_s
