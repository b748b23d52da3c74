"""Another program of the company sent a batch under the name that ours bears: SUNAT takes no second one."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from batch_world import begin_batches, boleta, find, kept
from flow_roads import enrol_everything, settled
from flow_world import Clock, World, world

from onapi.api.shapes.record import record
from onapi.errors import InvalidDocument
from onapi.flows import look
from onapi.flows.release import release
from onapi.flows.summarise import summarise
from onapi.flows.void import void
from onapi.lifecycle import State


@pytest.fixture
def other(tmp_path: Path, empty_database: Path, production: httpx2.Client, clock: Clock) -> Iterator[World]:
    """The company's other program, before the same SUNAT."""
    (tmp_path / "other").mkdir()
    with world(tmp_path / "other", empty_database, production, clock) as found:
        yield found


def test_what_a_resumen_reported_goes_under_the_next_name(here: World, other: World) -> None:
    other.numbers = here.numbers
    begin_batches(other, begin_batches(here))
    boleta(other)
    assert summarise(other.platform) == 1
    other.run()
    enrol_everything(here)
    ours = boleta(here)
    assert summarise(here.platform) == 1
    here.run()
    (batch,) = kept(here, "RC")
    told = record(batch, here.clock(), look.surroundings_of(here.platform, batch))
    assert (told["status"], told["numberState"], told["sunat"]["code"]) == ("FAILED", "TAKEN", "2223")
    assert told["nextAction"]["code"] == "issue_new"
    assert batch.submission.attempts == 2  # sent again after "not there", and no third time
    with pytest.raises(InvalidDocument):
        release(here.platform, batch.document.receipt)
    assert here.now(ours).state == State.WAITING
    assert summarise(here.platform) == 1
    here.run()
    assert here.now(ours).outcome == "ACCEPTED"
    assert [each.submission.outcome for each in kept(here, "RC")] == ["HELD", "ACCEPTED"]
    assert [row["state"] for row in here.ledger(ours)] == ["accepted"]


def test_a_receipt_stays_valid_and_can_be_voided_again(here: World, other: World) -> None:
    other.numbers = here.numbers
    begin_batches(other, begin_batches(here))
    theirs, ours = settled(other, "01"), settled(here, "01")
    enrol_everything(here)
    void(other.platform, theirs.document.receipt, "ERROR EN EMISION")
    other.run()
    void(here.platform, ours.document.receipt, "ERROR EN EMISION")
    here.run()
    (batch,) = kept(here, "RA")
    assert (batch.submission.outcome, batch.submission.code) == ("HELD", "2324")
    assert find(here, ours.document.receipt).submission.state == State.SETTLED
    void(here.platform, ours.document.receipt, "ERROR EN EMISION")
    here.run()
    assert here.now(ours).state == State.VOIDED
    assert [each.submission.outcome for each in kept(here, "RA")] == ["HELD", "ACCEPTED"]
