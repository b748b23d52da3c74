"""Every kind's road to SUNAT, from the signed bytes to the proof, and back from wherever it broke off."""

import hashlib
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flow_roads import EVERY_KIND, WITH_TICKET, enrol_everything, events, issue_any, sends, until
from flow_sunat import Died, Scripted, bill_answer, cdr_zip, heard
from flow_world import World

from onapi.flows import look, submit
from onapi.gateways.door import Talk
from onapi.lifecycle import State
from onapi.store.receipts import Kept


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_arrives_with_its_proof(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = issue_any(here, kind)
    here.run()
    found = here.now(issued)
    assert (found.state, found.outcome, found.attempts) == ("SETTLED", "ACCEPTED", 1)
    assert look.cdr_of(here.platform, Kept(issued.document, found))[0].startswith(b"PK")
    assert [row["digest"] for row in here.ledger(issued)] == [hashlib.sha256(issued.xml).hexdigest()]
    assert bool(found.ticket) is (kind in WITH_TICKET)
    assert ("TICKET" in events(here, issued)) is (kind in WITH_TICKET)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_answer_kept_before_the_death_is_the_answer_on_every_road(
    here: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket too: what was kept is heard by the next process, and nobody sends again."""
    enrol_everything(here)
    issued = issue_any(here, kind)

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(submit, "record", die)
        with pytest.raises(Died):
            until(here, issued, State.SETTLED)
    assert here.now(issued).state == "SENDING"
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts, sends(here, issued)) == ("ACCEPTED", 1, 1)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_road_that_nobody_can_ask_about_goes_on_by_a_persons_word_only(here: World, kind: str) -> None:
    """SUNAT took it and its answer was lost: never a second number, and never a second send by ourselves."""
    enrol_everything(here)
    issued = issue_any(here, kind)
    here.arm({"fault": "F05", "name": issued.document.receipt.file_name})
    until(here, issued, State.UNKNOWN)
    here.arm()
    for _ in range(40):
        if here.now(issued).state != State.UNKNOWN:
            break
        here.step()
    found = here.now(issued)
    assert (found.outcome, found.attempts) in {("ACCEPTED", 1), (None, 1)}
    assert [row["sends"] for row in here.ledger(issued)] == [1]
    assert (found.outcome == "ACCEPTED") is (kind in {"01", "07", "08"})  # of these SUNAT keeps the CDR
    told = {"03", "04", "RC", "RA"}  # of these the Consulta Integrada tells the state, itself or of what they name
    assert (found.channel == "consulta") is (kind in told)


@pytest.mark.parametrize("meanwhile", ["UNKNOWN", "READY", "WAITING", "HELD", "SENDING", "TICKETED"])
def test_a_proof_that_comes_late_is_adopted_whatever_happened_meanwhile(here: World, meanwhile: str) -> None:
    issued = here.issue("03")
    content = b64encode(cdr_zip(issued.document.receipt)).decode()

    def say(_: str, __: object) -> Talk:
        now = here.now(issued)
        here.move(issued, state=meanwhile, step=now.step + 3, next_action_at=here.clock() + timedelta(hours=1))
        return heard(here.clock(), bill_answer(content))

    sunat: Any = Scripted(here.clock, say)
    here.platform = replace(here.platform, sunat=sunat)
    here.step()
    assert (here.now(issued).state, here.now(issued).outcome) == ("SETTLED", "ACCEPTED")
    assert here.waiting() == []


@pytest.mark.parametrize("meanwhile", ["UNKNOWN", "READY"])
def test_a_ticket_that_comes_late_is_followed(here: World, meanwhile: str) -> None:
    enrol_everything(here)
    issued = issue_any(here, "RC")
    real = here.platform.sunat

    class Slow(Scripted):
        def send_summary(self, *parts: Any) -> Talk:
            talk = real.send_summary(*parts)
            step = here.now(issued).step
            here.move(issued, state=meanwhile, step=step + 1, next_action_at=here.clock() + timedelta(hours=1))
            return talk

    sunat: Any = Slow(here.clock, lambda *_: heard(here.clock(), b""))
    here.platform = replace(here.platform, sunat=sunat)
    here.step()
    assert here.now(issued).state == "TICKETED"
    here.platform = replace(here.platform, sunat=real)
    here.run()
    assert (here.now(issued).outcome, sends(here, issued)) == ("ACCEPTED", 1)


def test_an_answer_kept_by_one_that_was_taken_for_dead_and_died_is_found(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = here.issue("03")

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(submit, "record", die)
        with pytest.raises(Died):
            here.step()
    here.move(issued, state=State.UNKNOWN)  # another had declared silence before the answer was kept
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 1)
