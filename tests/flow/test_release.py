"""What waits for somebody's word: corrected under the same number, sent again as it is, or sent for the first time."""

import hashlib
from typing import Any

import pytest
from flow_world import RUC, World

from onapi.errors import Conflict, InvalidDocument, OnapiError
from onapi.flows import enrol
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.move import supersede
from onapi.flows.release import release
from onapi.library.forms import Told
from onapi.lifecycle import State


def held(here: World) -> Issued:
    """A receipt that SUNAT refused to register, because the SOL password is wrong."""
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "otra")
    issued = here.issue()
    here.run()
    assert here.now(issued).state == State.HELD
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "moddatos")
    return issued


def corrected(issued: Issued) -> Request:
    """Other content under the same number."""
    document: dict[str, Any] = {
        "serie": issued.document.receipt.series,
        "correlativo": issued.document.receipt.number,
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE CORREGIDO"},
        "details": [{"cantidad": 1, "descripcion": "Teclado", "mtoValorUnitario": 50}],
    }
    return Request(RUC, Told("json", document, doctype="01", pointer="/document"))


def test_a_corrected_receipt_takes_the_free_number(here: World) -> None:
    first = held(here)
    second = issue(here.platform, corrected(first))
    assert (second.replayed, second.document.revision) == (False, 2)
    here.run()
    assert here.now(second).outcome == "ACCEPTED"
    assert [row["digest"] for row in here.ledger(second)] == [hashlib.sha256(second.xml).hexdigest()]
    assert [line.event for line in here.history(first)][-1] == "SUPERSEDED"
    assert here.platform.blobs.get(first.document.xml) == first.xml  # evidence stays
    again = issue(here.platform, corrected(first))
    assert (again.replayed, again.document.id) == (True, second.document.id)
    third = corrected(first)
    third.told.document["observacion"] = "otra cosa"
    with pytest.raises(Conflict):
        issue(here.platform, third)


def test_what_was_refused_goes_again_as_it_is(here: World) -> None:
    issued = held(here)
    assert release(here.platform, issued.document.receipt).submission.state == State.READY
    here.run()
    assert here.now(issued).outcome == "ACCEPTED"
    assert [row["digest"] for row in here.ledger(issued)] == [hashlib.sha256(issued.xml).hexdigest()]


def test_what_was_only_signed_is_sent_when_asked(here: World) -> None:
    request = corrected(here.issue())
    here.run()
    request.told.document["correlativo"] = 900
    signed = issue(here.platform, Request(RUC, request.told, send=False))
    assert here.run() == 0
    assert here.ledger(signed) == []
    release(here.platform, signed.document.receipt)
    here.run()
    assert (here.now(signed).outcome, len(here.ledger(signed))) == ("ACCEPTED", 1)


@pytest.mark.parametrize(
    ("state", "key"),
    [(State.SETTLED, "number_consumed"), (State.SENDING, "in_progress"), (State.UNKNOWN, "in_progress")],
)
def test_nothing_goes_twice_by_word_of_mouth(here: World, state: State, key: str) -> None:
    issued = here.issue()
    here.move(issued, state=state)
    with pytest.raises(OnapiError) as refused:
        release(here.platform, issued.document.receipt)
    assert refused.value.key == key
    assert here.now(issued).state == state


def test_a_release_and_a_correction_at_once_leave_one(here: World) -> None:
    first = held(here)
    stale = here.now(first)
    release(here.platform, first.document.receipt)
    with pytest.raises(Conflict), here.platform.database.transaction() as connection:
        supersede(here.platform, connection, stale)
    with pytest.raises(Conflict):  # it is on its way: the number is not free any more
        issue(here.platform, corrected(first))
    here.run()
    assert len(here.ledger(first)) == 1


def test_nothing_is_released_that_we_do_not_hold(here: World) -> None:
    issued = here.issue()
    receipt = issued.document.receipt
    with pytest.raises(OnapiError) as unknown:
        release(here.platform, type(receipt)(receipt.ruc, "01", "F001", 99_999))
    assert unknown.value.key == "document_not_found"
    assert not isinstance(unknown.value, InvalidDocument)
