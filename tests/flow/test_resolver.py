"""After silence: who is asked, what counts as an answer, and what it takes to send the same bytes again."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flow_roads import enrol_everything, events, issue_any, sends, until, work_for
from flow_sunat import Scripted, cdr_answer, fault_answer, heard
from flow_world import World

from onapi.api.shapes.record import record
from onapi.errors import Conflict, OnapiError
from onapi.flows import look
from onapi.flows.issue import Issued
from onapi.flows.release import release
from onapi.gateways.door import Talk
from onapi.lifecycle import State
from onapi.store.receipts import Kept

QUARTER = timedelta(minutes=15)


def lost(here: World, kind: str, fault: str = "F05", **more: Any) -> Issued:
    """One whose answer never came; SUNAT took it, unless the fault says otherwise."""
    issued = issue_any(here, kind)
    here.arm({"fault": fault, "name": issued.document.receipt.file_name, **more})
    until(here, issued, State.UNKNOWN)
    here.arm()
    return issued


@pytest.mark.parametrize("kind", ["03", "04", "RC", "RA"])
def test_a_state_told_without_proof_is_shown_and_never_taken_for_one(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = lost(here, kind)
    work_for(here, timedelta(days=3))
    found = here.now(issued)
    assert (found.state, found.outcome, found.channel, found.cdr) == ("UNKNOWN", None, "consulta", None)
    assert (found.attempts, sends(here, issued)) == (1, 1)
    assert found.next_action_at is not None
    assert found.next_action_at > here.clock()
    shown = record(
        Kept(issued.document, found), here.clock(), look.surroundings_of(here.platform, Kept(issued.document, found))
    )
    assert (shown["status"], shown["numberState"]) == ("UNKNOWN", "TAKEN")


@pytest.mark.parametrize("kind", ["01", "03"])
def test_a_voided_one_is_settled_as_such(here: World, kind: str) -> None:
    """Somebody voided it in SUNAT's portal while we still asked: that is SUNAT's last word."""
    enrol_everything(here)
    issued, told = lost(here, kind), b'{"success":true,"message":"","data":{"estadoCp":"2"},"errorCode":null}'

    class Voided(Scripted):
        def can_ask_validity(self, *_: object) -> bool:
            return True

        def ask_validity(self, *_: object) -> Talk:
            return heard(here.clock(), told, operation="askValidity")

    sunat: Any = Voided(here.clock, lambda *_: heard(here.clock(), cdr_answer("0003", "anulado")))
    here.platform = replace(here.platform, sunat=sunat)
    here.run()
    found = here.now(issued)
    assert (found.state, found.outcome, found.code, found.attempts) == ("SETTLED", "REJECTED", "0003", 1)


@pytest.mark.parametrize("kind", ["01", "07", "08", "03", "04"])
def test_denied_twice_and_late_enough_the_same_bytes_go_again(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = lost(here, kind, "F06", variant="before")
    sent = here.now(issued).sent_at
    assert sent is not None
    until(here, issued, State.READY)
    denials = [talk.at for talk in here.talks(issued) if talk.operation in {"getStatusCdr", "askValidity"}]
    assert len([at for at in denials if at - sent >= QUARTER]) == 2
    assert here.now(issued).absences == 2
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts, len(here.ledger(issued))) == ("ACCEPTED", 2, 1)


def test_a_denial_is_not_believed_after_the_legal_window(here: World) -> None:
    """It may not go any more, so it does not; the number is free and that is said."""
    enrol_everything(here)
    issued = lost(here, "01", "F06", variant="before")
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.clock.now = deadline + timedelta(minutes=1)
    until(here, issued, State.HELD)
    assert (here.now(issued).code, sends(here, issued), here.ledger(issued)) == ("out_of_time", 1, [])


@pytest.mark.parametrize("code", ["0001", "0002", "0003", "0004"])
def test_what_the_consult_service_says_to_exist_is_not_absent_because_another_denies_it(here: World, code: str) -> None:
    """The other was asked with an amount that SUNAT reads differently, or is behind."""
    issued = lost(here, "01")
    denied = b'{"success":true,"message":"","data":{"estadoCp":"0"},"errorCode":null}'

    class Torn(Scripted):
        def can_ask_validity(self, *_: object) -> bool:
            return True

        def ask_validity(self, *_: object) -> Talk:
            return heard(here.clock(), denied, operation="askValidity")

    told = cdr_answer(code, "dicho sin constancia")
    sunat: Any = Torn(here.clock, lambda *_: heard(here.clock(), told, operation="getStatusCdr"))
    here.platform = replace(here.platform, sunat=sunat)
    work_for(here, timedelta(hours=5))
    found = here.now(issued)
    assert (found.state, found.channel, found.absences, found.attempts) == ("UNKNOWN", "consulta", 0, 1)


@pytest.mark.parametrize("kind", ["01", "03"])
def test_0140_is_not_sent_again_for_a_quarter_of_an_hour(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = issue_any(here, kind)
    here.arm({"fault": "F21", "name": issued.document.receipt.file_name})
    until(here, issued, State.SETTLED)
    sent = [talk.at for talk in here.talks(issued) if talk.operation == "sendBill"]
    assert here.now(issued).outcome == "ACCEPTED"
    assert [late - early >= QUARTER for early, late in pairwise(sent)] == [True]


def test_0402_is_never_sent_again_whatever_its_members_say(here: World) -> None:
    enrol_everything(here)
    issued = issue_any(here, "RC")
    real = here.platform.sunat
    denied = b'{"success":true,"message":"","data":{"estadoCp":"0"},"errorCode":null}'

    class Busy(Scripted):
        def can_ask_validity(self, *_: object) -> bool:
            return True

        def ask_validity(self, *_: object) -> Talk:
            return heard(here.clock(), denied, operation="askValidity")

    told = fault_answer("soap-env:Client.0402", "ya fue enviado y se encuentra en estado 98; espere")
    sunat: Any = Busy(here.clock, lambda *_: heard(here.clock(), told, status=500, operation="sendSummary"))
    here.platform = replace(here.platform, sunat=sunat)
    work_for(here, timedelta(days=2))
    assert (here.now(issued).state, sends(here, issued)) == ("UNKNOWN", 1)
    assert "ABSENT" not in events(here, issued)
    here.platform = replace(here.platform, sunat=real)


@pytest.mark.parametrize("kind", ["03", "20", "40", "09", "31", "RR"])
def test_where_nobody_tells_only_a_person_has_it_sent_again_and_not_before_its_time(here: World, kind: str) -> None:
    scope_has_no_validity = kind == "03"
    if not scope_has_no_validity:
        enrol_everything(here)
    issued = lost(here, kind, "F06", variant="before")
    work_for(here, timedelta(minutes=10))
    with pytest.raises(Conflict):
        release(here.platform, issued.document.receipt)
    work_for(here, timedelta(hours=6))
    assert (here.now(issued).state, sends(here, issued)) == ("UNKNOWN", 1)
    release(here.platform, issued.document.receipt)
    here.run()
    assert (here.now(issued).outcome, sends(here, issued), len(here.ledger(issued))) == ("ACCEPTED", 2, 1)
    digests = {row["digest"] for row in here.ledger(issued)}
    assert len(digests) == 1


@pytest.mark.parametrize("kind", ["01", "03"])
def test_where_sunat_can_be_asked_no_person_may_send_it_blindly(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = lost(here, kind)
    if kind == "01":
        here.arm({"fault": "F06", "variant": "before", "operation": "getStatusCdr", "count": 1000})
    work_for(here, timedelta(hours=6))
    with pytest.raises(OnapiError) as refused:
        release(here.platform, issued.document.receipt)
    assert refused.value.key == "in_progress"
    assert sends(here, issued) == 1


@pytest.mark.parametrize("kind", ["01", "03"])
def test_no_answer_leads_to_a_second_number(here: World, kind: str) -> None:
    """Whatever SUNAT says of the send, the receipt keeps its number and stays one row in SUNAT's ledger."""
    enrol_everything(here)
    for fault, variant in (("F05", "lost"), ("F04", "body"), ("F06", "after"), ("F22", "same"), ("F36", "second")):
        issued = issue_any(here, kind)
        here.arm({"fault": fault, "variant": variant, "name": issued.document.receipt.file_name})
        work_for(here, timedelta(hours=2))
        here.arm()
        assert [row["sends"] for row in here.ledger(issued)][:1] >= [1]
        assert len(here.ledger(issued)) == 1
        proven = here.now(issued).outcome == "ACCEPTED"
        assert proven or (kind == "03" and here.now(issued).channel == "consulta")
