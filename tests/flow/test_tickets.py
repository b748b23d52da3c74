"""Tickets: kept before anything else, asked about with patience, lost at times, and never a reason to send blindly."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flow_roads import (
    BATCHES,
    GUIDES,
    WITH_TICKET,
    document_of,
    enrol_everything,
    events,
    issue_any,
    referring,
    sends,
    summary_of,
    until,
    work_for,
)
from flow_sunat import Died, cdr_zip, heard
from flow_world import RUC, World

from onapi.flows import enrol, poll
from onapi.flows.issue import Issued
from onapi.flows.tidy import tidy
from onapi.flows.wake import wake
from onapi.gateways.door import Talk
from onapi.lifecycle import State
from onapi.store import submissions
from onapi.values.number import ReceiptId

ASKS = {"RC": "getStatus", "RA": "getStatus", "RR": "getStatus", "09": "getGre", "31": "getGre"}


def ticketed(here: World, kind: str) -> Issued:
    """One that SUNAT took and gave a ticket for."""
    enrol_everything(here)
    issued = issue_any(here, kind)
    until(here, issued, State.TICKETED)
    return issued


def told(here: World, issued: Issued) -> tuple[str, str | None, int]:
    """State, outcome and how often it was sent."""
    found = here.now(issued)
    return found.state, found.outcome, sends(here, issued)


@pytest.mark.parametrize("kind", WITH_TICKET)
def test_the_ticket_is_on_disk_before_anyone_asks_with_it(
    here: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = ticketed(here, kind)
    kept = here.now(issued)
    assert kept.ticket
    assert kept.ticketed_at == here.clock()
    assert kept.next_action_at == here.clock() + timedelta(seconds=here.platform.pace.poll_first_s)
    with here.platform.database.reading() as connection:
        assert [each.id for each in submissions.with_ticket(connection, kept.scope, kept.ticket)] == [kept.id]

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(poll, "hear_ticket", die)  # the answer is kept, and not yet read
        with pytest.raises(Died):
            here.step()
    assert here.now(issued) == kept
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


@pytest.mark.parametrize("kind", ["RC", "09"])
@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "F24", "variant": "slow", "polls": 6},
        {"fault": "F25", "variant": "0127", "count": 4},
        {"fault": "F25", "variant": "0126", "count": 4},
        {"fault": "F27", "variant": "empty", "count": 4},
        {"fault": "F27", "variant": "text", "count": 4},
        {"fault": "F32", "variant": "document", "count": 4},
        {"fault": "F32", "variant": "ruc", "count": 4},
        {"fault": "F34", "variant": "dummy", "count": 4},
        {"fault": "F06", "variant": "before", "count": 4},
        {"fault": "F09", "variant": "503", "count": 4},
        {"fault": "F04", "variant": "body", "count": 4},
        {"fault": "F08", "variant": "401", "count": 1},
        {"fault": "F12", "variant": "0109", "count": 4},
    ],
    ids=lambda fault: f"{fault['fault']}-{fault['variant']}",
)
def test_whatever_a_ticket_says_for_a_while_its_verdict_is_awaited(
    here: World, kind: str, fault: dict[str, Any]
) -> None:
    issued = ticketed(here, kind)
    here.arm({**fault, "operation": ASKS[kind]})
    work_for(here, timedelta(minutes=20))
    wake(here.platform)
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


@pytest.mark.parametrize("kind", WITH_TICKET)
def test_one_that_is_refused_frees_its_number_and_the_corrected_one_travels(here: World, kind: str) -> None:
    enrol_everything(here)
    first = issue_any(here, kind)
    here.arm({"fault": "F31", "variant": "reject", "name": first.document.receipt.file_name})
    here.run()
    assert (here.now(first).state, here.now(first).outcome) == ("SETTLED", "REJECTED")
    here.arm()
    again = issue_any(here, kind, corrected(here, kind, first))
    assert (again.document.receipt, again.document.revision) == (first.document.receipt, 2)
    here.run()
    assert (here.now(again).outcome, here.now(first).outcome) == ("ACCEPTED", "REJECTED")
    assert events(here, first)[-1] == "SUPERSEDED"


@pytest.mark.parametrize("kind", ["20", "40", *WITH_TICKET])
def test_one_that_was_held_frees_its_number_too(here: World, kind: str) -> None:
    enrol_everything(here)
    first = issue_any(here, kind)
    here.arm({"fault": "F12", "code": "0306", "name": first.document.receipt.file_name})
    here.run()
    assert here.now(first).state == State.HELD
    here.arm()
    again = issue_any(here, kind, corrected(here, kind, first))
    assert (again.document.receipt, again.document.revision) == (first.document.receipt, 2)
    here.run()
    assert (here.now(again).outcome, here.now(first).state) == ("ACCEPTED", "HELD")


def corrected(here: World, kind: str, first: Issued) -> dict[str, Any]:
    """Other content under the same number."""
    name = first.document.receipt
    if kind not in BATCHES:
        return {**referring(here, kind), "correlativo": str(name.number), "observacion": "corregido"}
    other = {"RC": "03", "RA": "01", "RR": "20"}[kind]
    if kind == "RC":
        return {**summary_of(here, issue_any(here, other, in_summary=True)), "correlativo": str(name.number)}
    about = issue_any(here, other)
    here.run()
    receipt = about.document.receipt
    line = {"tipoDoc": other, "serie": receipt.series, "correlativo": str(receipt.number), "desMotivoBaja": "OTRO"}
    return document_of(here, kind, correlativo=str(name.number), details=[line])


def test_patience_with_a_ticket_doubles_up_to_its_limit(here: World) -> None:
    issued = ticketed(here, "RC")
    here.arm({"fault": "F24", "variant": "slow", "polls": 9, "operation": "getStatus"})
    asked = []
    while here.now(issued).state == State.TICKETED:
        here.step()
        asked.append(here.clock())
    gaps = [(b - a).total_seconds() for a, b in pairwise(asked)]
    assert gaps == [10, 20, 40, 80, 160, 300, 300, 300, 300]


@pytest.mark.parametrize("variant", ["0127", "0126"])
@pytest.mark.parametrize("kind", ["RC", "RA"])
def test_a_ticket_lost_for_good_is_settled_through_its_members(here: World, kind: str, variant: str) -> None:
    """SUNAT processed it: the members tell, and nobody sends again. Its CDR is adopted when the ticket comes back."""
    issued = ticketed(here, kind)
    here.arm({"fault": "F25", "variant": variant, "operation": "getStatus", "count": 1000})
    until(here, issued, State.UNKNOWN)
    work_for(here, timedelta(hours=6))
    found = here.now(issued)
    assert (found.state, found.channel, sends(here, issued)) == ("UNKNOWN", "consulta", 1)
    assert found.next_action_at is not None
    here.arm()
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


def test_a_file_that_sunat_lost_goes_again_once_its_members_were_denied_twice_and_late(here: World) -> None:
    """The ticket does not exist and SUNAT knows none of its boletas: the same bytes go, under the same number."""
    issued = ticketed(here, "RC")
    real = here.platform.sunat
    here.platform = replace(here.platform, sunat=Forgetful(real))  # type: ignore[arg-type]  # all that flows ask of it
    since = here.clock()
    until(here, issued, State.READY)
    assert here.clock() - since >= timedelta(minutes=15)
    denials = [talk for talk in here.talks(issued) if talk.operation == "askValidity"]
    assert len([talk for talk in denials if talk.at - since >= timedelta(minutes=15)]) == 2
    here.platform = replace(here.platform, sunat=real)
    work_for(here, timedelta(hours=5))  # it had been wrong: 2223, and then its members tell
    found = here.now(issued)
    assert (found.state, found.channel, found.attempts, len(here.ledger(issued))) == ("UNKNOWN", "consulta", 2, 1)


class Forgetful:
    """A SUNAT that does not know its own tickets, nor any boleta."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def ask_ticket(self, *_: object) -> Talk:
        """0127."""
        return heard(self.real.ask_ticket(*_).at, status_of("0127"), operation="getStatus")

    def ask_validity(self, *_: object) -> Talk:
        """Not there."""
        told_ = b'{"success":true,"message":"","data":{"estadoCp":"0"},"errorCode":null}'
        return heard(self.real.ask_validity(*_).at, told_, operation="askValidity")


def status_of(code: str) -> bytes:
    """What getStatus answers with, without a file."""
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return (
        f'<s:Envelope xmlns:s="{soap}"><s:Body><r:getStatusResponse xmlns:r="http://service.sunat.gob.pe"><status>'
        f"<statusCode>{code}</statusCode></status></r:getStatusResponse></s:Body></s:Envelope>"
    ).encode()


def test_one_ticket_for_two_files_settles_one_and_proves_nothing_of_the_other(here: World) -> None:
    enrol_everything(here)
    first, second = issue_any(here, "RC"), issue_any(here, "RC")
    here.arm({"fault": "F26", "operation": "sendSummary", "name": second.document.receipt.file_name})
    until(here, first, State.TICKETED, State.SETTLED)
    until(here, second, State.TICKETED)
    assert here.now(first).ticket == here.now(second).ticket
    work_for(here, timedelta(hours=3))
    assert told(here, first) == ("SETTLED", "ACCEPTED", 1)
    found = here.now(second)
    assert (found.state, found.outcome, found.channel) == ("UNKNOWN", None, "consulta")
    assert sends(here, second) == 1


@pytest.mark.parametrize("kind", WITH_TICKET)
def test_credentials_that_are_gone_while_a_ticket_waits_are_no_word_of_sunat(here: World, kind: str) -> None:
    issued = ticketed(here, kind)
    company = "sol_user = NULL" if kind in BATCHES else "gre_client_id = NULL"
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE companies SET {company}")  # noqa: S608  one of the two words above
    work_for(here, timedelta(hours=3))
    assert (here.now(issued).state, here.now(issued).absences) == ("TICKETED", 0)
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "moddatos")
    enrol_everything(here)
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


@pytest.mark.parametrize("kind", ["RC", *GUIDES])
def test_a_wrong_password_is_not_tried_at_every_ticket(here: World, kind: str) -> None:
    """What SUNAT says of the user at a ticket holds for all: one probe each quarter of an hour, none of them lost."""
    waiting = [ticketed(here, kind) for _ in range(3)]
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "otra")
    before = sum(len(here.talks(each)) for each in waiting)
    for _ in range(60):
        work_for(here, timedelta(minutes=1))
        wake(here.platform)
    tried = sum(len(here.talks(each)) for each in waiting) - before
    assert tried <= 5
    assert {here.now(each).state for each in waiting} == {"TICKETED"}
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "moddatos")
    wake(here.platform)
    work_for(here, timedelta(minutes=1))
    assert {told(here, each) for each in waiting} == {("SETTLED", "ACCEPTED", 1)}


@pytest.mark.parametrize("kind", GUIDES)
def test_a_token_that_ends_while_a_guide_is_in_process_is_renewed(here: World, kind: str) -> None:
    issued = ticketed(here, kind)
    here.arm(
        {"fault": "F30", "variant": "98", "operation": "getGre", "polls": 3},
        {"fault": "F30", "variant": "expired", "operation": "getGre", "count": 1},
    )
    here.clock.forward(2 * 3600)
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


@pytest.mark.parametrize("kind", GUIDES)
def test_a_guide_refused_with_a_list_of_errors_is_held_and_its_number_is_free(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = issue_any(here, kind)
    here.arm({"fault": "F30", "variant": "errors", "name": issued.document.receipt.file_name})
    here.run()
    assert (here.now(issued).state, here.now(issued).code) == ("HELD", "0156")
    here.arm()
    again = issue_any(here, kind, corrected(here, kind, issued))
    here.run()
    assert (again.document.revision, here.now(again).outcome) == (2, "ACCEPTED")


def test_an_outage_of_the_host_does_not_lose_a_ticket(here: World) -> None:
    """What never left says nothing about the ticket, however long it lasts."""
    issued = ticketed(here, "RC")
    here.platform = replace(here.platform, sunat=Unreachable(here.platform.sunat))  # type: ignore[arg-type]  # a door
    work_for(here, timedelta(hours=30))
    assert (here.now(issued).state, here.now(issued).absences) == ("TICKETED", 0)
    here.platform = replace(here.platform, sunat=here.platform.sunat.real)  # type: ignore[attr-defined]  # behind it
    tidy(here.platform)
    here.run()
    assert told(here, issued) == ("SETTLED", "ACCEPTED", 1)


class Unreachable(Forgetful):
    """A SUNAT that no call reaches."""

    def ask_ticket(self, *_: object) -> Talk:
        """Nothing left."""
        at = self.real.ask_ticket(*_).at
        return heard(at, b"", status=None, operation="getStatus", trouble="unsent: no hubo conexión")


def test_a_cdr_of_another_file_under_our_ticket_is_not_ours(here: World) -> None:
    issued = ticketed(here, "RC")
    other = ReceiptId(RUC, "RC", issued.document.receipt.series, issued.document.receipt.number + 1)
    assert cdr_zip(other) != cdr_zip(issued.document.receipt)
    here.arm({"fault": "F32", "variant": "document", "operation": "getStatus", "count": 1000})
    work_for(here, timedelta(hours=3))
    assert (here.now(issued).outcome, sends(here, issued)) == (None, 1)
