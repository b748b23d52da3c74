"""Each thing that SUNAT can answer, and what becomes of the receipt: reliability's outcome classes, one by one."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from flow_world import RUC, World

from onapi.flows import enrol, look
from onapi.flows.platform import work_of
from onapi.gateways.sunat import Sunat, endpoints_at
from onapi.lifecycle import State
from onapi.store.receipts import Kept

SENT = ["READY", "SENDING"]


def name(issued: object) -> str:
    return issued.document.receipt.file_name  # type: ignore[attr-defined,no-any-return]  # an Issued


@pytest.mark.parametrize("doctype", ["01", "03"])
def test_accepted_with_its_proof(here: World, doctype: str) -> None:
    issued = here.issue(doctype)
    here.run()
    found = here.now(issued)
    assert (found.state, found.outcome, found.code) == ("SETTLED", "ACCEPTED", "0")
    assert (found.next_action_at, found.attempts, found.last_error) == (None, 1, None)
    archive, cdr = look.cdr_of(here.platform, Kept(issued.document, found))
    assert cdr.reference_id == issued.document.receipt.label
    assert archive.startswith(b"PK")
    assert here.states(issued) == [*SENT, "SETTLED"]
    assert [row["digest"] for row in here.ledger(issued)] == [hashlib.sha256(issued.xml).hexdigest()]


@pytest.mark.parametrize("world", ["here", "in_beta"])
def test_rejected_is_final_and_never_sent_again(world: str, request: pytest.FixtureRequest) -> None:
    place: World = request.getfixturevalue(world)
    issued = place.issue()
    stranger = place.platform.blobs.put(issued.xml.replace(b"<cbc:ID>F001-", b"<cbc:ID>F001-9", 1))
    spoilt = place.platform.blobs.put(_unsigned(issued.xml))
    assert stranger != spoilt
    _send_instead(place, issued.document.id, spoilt)
    place.run()
    found = place.now(issued)
    assert (found.state, found.outcome) == ("SETTLED", "REJECTED")
    assert found.code is not None
    assert 2000 <= int(found.code) < 4000
    assert (found.cdr is None) is (world == "in_beta")  # its tests refuse with a fault and give no proof
    assert (found.next_action_at, found.attempts) == (None, 1)
    place.clock.forward(timedelta(days=3).total_seconds())
    assert place.step() is None


def _unsigned(xml: bytes) -> bytes:
    """The same document with its signature's value spoilt: SUNAT rejects it by a code of 2xxx."""
    start = xml.index(b"<ds:SignatureValue>") + len(b"<ds:SignatureValue>")
    return xml[:start] + xml[xml.index(b"</ds:SignatureValue>") :]


def _send_instead(place: World, document_id: str, blob: str) -> None:
    with place.platform.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE documents SET xml = ? WHERE id = ?", (blob, document_id))


@pytest.mark.parametrize("code", ["0102", "0103", "0151", "0306", "1034"])
def test_held_until_somebody_mends_it(here: World, code: str) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "value": code, "name": name(issued)})
    here.run()
    found = here.now(issued)
    assert (found.state, found.outcome, found.code, found.cdr) == ("HELD", "HELD", code, None)
    assert (found.next_action_at, here.ledger(issued), here.waiting()) == (None, [], [])


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "F12", "value": "0109"},
        {"fault": "F12", "value": "0100"},
        {"fault": "F12", "value": "0130"},
        {"fault": "F12", "value": "0200"},
        {"fault": "F09"},
        {"fault": "F09", "value": "429"},
        {"fault": "F09", "value": "500"},
    ],
    ids=str,
)
def test_busy_goes_again_with_the_same_bytes(here: World, fault: dict[str, object]) -> None:
    issued = here.issue()
    here.arm({**fault, "name": name(issued), "count": 3})
    here.run()
    found = here.now(issued)
    assert (found.outcome, found.attempts) == ("ACCEPTED", 4)
    assert here.states(issued) == [*SENT * 4, "SETTLED"]
    assert [row["digest"] for row in here.ledger(issued)] == [hashlib.sha256(issued.xml).hexdigest()]
    sent = [line.at for line in here.history(issued) if line.event == "SEND"]
    gaps = [(after - before).total_seconds() for before, after in pairwise(sent)]
    assert gaps == [5, 10, 20]  # longer each time


def test_silence_is_asked_about_and_never_sent_blindly(here: World) -> None:
    issued = here.issue()
    here.arm({"fault": "F05", "name": name(issued)})
    here.run()
    found = here.now(issued)
    assert (found.outcome, found.attempts, found.channel) == ("ACCEPTED", 1, "getStatusCdr")
    assert here.states(issued) == [*SENT, "UNKNOWN", "SETTLED"]
    assert [(row["state"], row["sends"]) for row in here.ledger(issued)] == [("accepted", 1)]


@pytest.mark.parametrize(
    "fault", [{"fault": "F06"}, {"fault": "F07"}, {"fault": "F04"}, {"fault": "F12", "value": "0111"}], ids=str
)
def test_not_there_twice_and_late_allows_the_same_bytes(here: World, fault: dict[str, object]) -> None:
    issued = here.issue()
    unread = fault["fault"] == "F04"
    here.arm(fault if unread else {**fault, "name": name(issued), "operation": "sendBill"})
    here.run()
    found = here.now(issued)
    assert (found.outcome, found.attempts) == ("ACCEPTED", 2)
    first, second = [line.at for line in here.history(issued) if line.event == "SEND"]
    assert second - first >= timedelta(minutes=15)
    late = [talk.at for talk in here.talks(issued) if talk.operation == "getStatusCdr"]
    assert sum(at - first >= timedelta(minutes=15) for at in late) >= 2
    assert [(row["digest"], row["sends"]) for row in here.ledger(issued)] == [
        (hashlib.sha256(issued.xml).hexdigest(), 1)
    ]


@pytest.mark.parametrize("code", ["1032", "1033", "0140", "0402", "2223"])
def test_codes_that_prove_nothing_are_silence(here: World, code: str) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "value": code, "name": name(issued), "operation": "sendBill"})
    here.step()
    found = here.now(issued)
    assert (found.state, found.outcome, found.next_action_at is not None) == ("UNKNOWN", None, True)
    assert found.last_error is not None
    assert found.last_error.startswith(code)


def test_registered_before_is_adopted(here: World) -> None:
    issued = here.issue()
    here.run()
    here.move(issued, state=State.READY, outcome=None, cdr=None)  # as if its answer had been lost with the disk
    again = here.now(issued)
    with here.platform.database.transaction() as connection:
        here.platform.queue.put(connection, work_of(issued.document, again))
    here.run()
    assert here.states(issued)[-3:] == ["SENDING", "UNKNOWN", "SETTLED"]  # 1033, then what SUNAT holds
    assert here.now(issued).outcome == "ACCEPTED"
    assert len(here.ledger(issued)) == 1


def test_a_boleta_whose_answer_is_lost_stays_unknown_and_is_never_sent_again(here: World) -> None:
    issued = here.issue("03")
    here.arm({"fault": "F05", "name": name(issued)})
    for _ in range(12):
        here.step()
    found = here.now(issued)
    assert (found.state, found.attempts, found.next_action_at is not None) == ("UNKNOWN", 1, True)
    assert [row["sends"] for row in here.ledger(issued)] == [1]


def test_sunats_tests_tell_nothing_afterwards(in_beta: World) -> None:
    issued = in_beta.issue()
    in_beta.arm({"fault": "F05", "name": name(issued)})
    for _ in range(6):
        in_beta.step()
    assert (in_beta.now(issued).state, in_beta.now(issued).attempts) == ("UNKNOWN", 1)


def test_a_host_that_is_not_there_took_nothing(here: World) -> None:
    issued = here.issue()
    gone = Sunat(endpoints_at("http://127.0.0.1:1"), here.clock)
    whole, here.platform = here.platform, replace(here.platform, sunat=gone)
    here.step()
    gone.close()
    assert (here.now(issued).state, here.now(issued).attempts) == ("READY", 1)
    assert [talk.trouble.partition(":")[0] for talk in here.talks(issued)] == ["unsent"]
    here.platform = whole
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 2)


def test_without_a_sol_user_nothing_is_sent(here: World) -> None:
    issued = here.issue()
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE companies SET sol_user = NULL")
    here.run()
    found = here.now(issued)
    assert (found.state, found.attempts, found.code) == ("HELD", 0, "sol_credentials_missing")
    assert here.talks(issued) == []


def test_a_company_without_a_password_is_still_asked_about_later(here: World) -> None:
    issued = here.issue()
    here.arm({"fault": "F05", "name": name(issued)})
    here.step()
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE companies SET sol_user = NULL")
    here.step()
    assert (here.now(issued).state, here.now(issued).next_action_at is not None) == ("UNKNOWN", True)
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "moddatos")
    here.run()
    assert here.now(issued).outcome == "ACCEPTED"
