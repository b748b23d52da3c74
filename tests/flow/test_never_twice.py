"""Whatever SUNAT says and wherever we die: a receipt goes a second time only on SUNAT's own word."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flow_sunat import Died, Scripted, bill_answer, cdr_answer, cdr_zip, fault_answer, heard
from flow_world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onapi.flows import submit
from onapi.flows.issue import Issued
from onapi.gateways.door import Talk
from onapi.lifecycle import MOVES, Event, State

# Servers in other threads may use `random` while a script is drawn; hypothesis then takes it for the strategy's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

TOOK_NOTHING = {"0109", "0100", "0130", "0200", "503", "unsent"}  # SUNAT's own word, or nothing ever left
SAID = st.sampled_from(
    [
        ("send", "cdr"),
        ("send", "0109"),
        ("send", "0130"),
        ("send", "503"),
        ("send", "unsent"),
        ("send", "timeout"),
        ("send", "empty"),
        ("send", "html"),
        ("send", "1033"),
        ("send", "0140"),
        ("send", "0111"),
        ("send", "foreign"),
        ("send", "died"),
        ("send", "0102"),
        ("ask", "cdr"),
        ("ask", "0011"),
        ("ask", "0011"),
        ("ask", "0011"),
        ("ask", "0001"),
        ("ask", "empty"),
        ("ask", "timeout"),
        ("ask", "0109"),
        ("ask", "foreign"),
        ("ask", "died"),
    ]
)


@dataclass
class Oracle:
    """What SUNAT said, in order, and whether each send was allowed by it."""

    world: World
    issued: Issued
    script: Iterator[tuple[str, str]]
    said: list[tuple[str, str, datetime]]

    def answer(self, call: str, _: object) -> Talk:
        """The next thing of the script that fits the call; silence when there is none."""
        if call == "send":
            self._check_send()
        word = next((word for kind, word in self.script if kind == call), "timeout")
        self.said.append((call, word, self.world.clock()))
        if word == "died":
            raise Died
        return self._talk(call, word)

    def _check_send(self) -> None:
        """Allowed: the first; after "took nothing"; after two "not there", both a quarter of an hour late."""
        sends = [n for n, (call, _, _) in enumerate(self.said) if call == "send"]
        if not sends or self.said[sends[-1]][1] in TOOK_NOTHING:
            return
        since = self.said[sends[-1]][2] + timedelta(minutes=15)
        denials = [1 for call, word, at in self.said[sends[-1] :] if (call, word) == ("ask", "0011") and at >= since]
        assert len(denials) >= 2, f"sent blindly after {self.said[sends[-1] :]}"

    def _talk(self, call: str, word: str) -> Talk:
        at, operation = self.world.clock(), {"send": "sendBill", "ask": "getStatusCdr"}[call]
        receipt = self.issued.document.receipt
        if word in {"timeout", "unsent"}:
            return heard(at, b"", status=None, operation=operation, trouble=f"{word}: de prueba")
        if word in {"empty", "html", "503"}:
            body = b"" if word == "empty" else b"<html>mantenimiento</html>"
            return heard(at, body, status=503 if word == "503" else 200, operation=operation)
        if word in {"cdr", "foreign"}:
            named = receipt if word == "cdr" else replace(receipt, number=receipt.number + 1)
            content = b64encode(cdr_zip(named)).decode()
            return heard(at, bill_answer(content) if call == "send" else cdr_answer("0004", "existe", content))
        if call == "ask" and word.startswith("00"):
            return heard(at, cdr_answer(word, "dicho"), operation=operation)
        return heard(at, fault_answer(f"soap-env:Client.{word}"), status=500, operation=operation)


def travel(world: World, issued: Issued, script: list[tuple[str, str]]) -> Oracle:
    """Work at one receipt until the script is over or nothing waits; a death leaves its work waiting."""
    oracle = Oracle(world, issued, iter(script), [])
    sunat: Any = Scripted(world.clock, oracle.answer)
    world.platform = replace(world.platform, sunat=sunat)
    for _ in range(len(script) + 8):
        with suppress(Died):
            if world.step() is None:
                break
    return oracle


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(SAID, max_size=14))
def test_no_answer_leads_to_a_blind_second_send(here: World, script: list[tuple[str, str]]) -> None:
    issued = here.issue()
    oracle = travel(here, issued, script)
    found = here.now(issued)
    proofs = [word for _, word, _ in oracle.said if word == "cdr"]
    assert (found.outcome == "ACCEPTED") is bool(proofs)
    assert State(found.state).is_final is (found.next_action_at is None)
    legal = {(was.value, event.value): State(now) for (was, event), now in MOVES.items()}
    state = "READY"
    for line in here.history(issued)[1:]:
        assert legal[state, line.event] == line.state
        state = line.state
    for _, work in here.waiting():
        here.drop(work)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(SAID, max_size=10))
def test_a_boleta_of_which_nobody_tells_is_sent_once(here: World, script: list[tuple[str, str]]) -> None:
    issued = here.issue("03")
    oracle = travel(here, issued, script)
    sends = [word for call, word, _ in oracle.said if call == "send"]
    assert all(word in TOOK_NOTHING for word in sends[:-1])
    for _, work in here.waiting():
        here.drop(work)


def test_the_table_has_no_way_from_silence_to_a_send_but_absence_or_a_person() -> None:
    leads_to_ready = {(was, event) for (was, event), now in MOVES.items() if now is State.READY}
    assert leads_to_ready == {
        (State.SENDING, Event.BUSY),
        (State.TICKETED, Event.BUSY),  # the ticket itself says that nothing was taken
        (State.UNKNOWN, Event.BUSY),  # the same, of a ticket found again
        (State.UNKNOWN, Event.ABSENT),
        (State.UNKNOWN, Event.RELEASE),
        (State.HELD, Event.RELEASE),
    }
    assert [was for was, event in MOVES if event is Event.SEND] == [State.READY]


def test_a_verdict_stands_and_only_a_voiding_follows_it() -> None:
    assert {event for was, event in MOVES if was is State.SETTLED} == {Event.VOID}
    assert not [event for was, event in MOVES if was is State.VOIDED]


def test_the_intent_is_kept_before_the_call_and_the_answer_before_it_is_read(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = here.issue()
    seen: list[str] = []

    def say(call: str, _: object) -> Talk:
        seen.append(f"{call}: {here.now(issued).state}")
        return heard(here.clock(), b"\x00 no es XML \xff")

    def hear(*_: object) -> None:
        seen.append(f"talks: {len(here.talks(issued))}")
        raise Died

    sunat: Any = Scripted(here.clock, say)
    here.platform = replace(here.platform, sunat=sunat)
    monkeypatch.setattr(submit, "hear_send", hear)
    with pytest.raises(Died):
        here.step()
    assert seen == ["send: SENDING", "talks: 1"]
    assert here.talks(issued)[0].answer == b"\x00 no es XML \xff"


def test_an_answer_kept_before_the_death_is_the_answer(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = here.issue()

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(submit, "record", die)
        with pytest.raises(Died):
            here.step()
    assert here.now(issued).state == "SENDING"
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 1)
    assert [talk.operation for talk in here.talks(issued)] == ["sendBill"]  # nobody had to be asked
