"""R03: SUNAT registers, and its answer is lost on the way: every one is resolved, and none gets a second number.

Time is ours here: real store, real SUNAT over HTTP, and work that is done when the clock is moved to it.
"""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from chaos_run import IS_LONG
from flow_world import RUC, Clock, World, simulated, template, world

from onapi.flows import enrol
from onapi.flows.issue import Issued
from onapi.flows.submit import take_step
from onapi.gateways.sunat import Sunat, endpoints_at

MANY = 10_000 if IS_LONG else 1_000
AT_ONCE = 50  # under way at the same time
SOON = timedelta(minutes=20)  # virtual: a quarter of an hour until "not there" would count, and some
# Registered all of them; what comes back is nothing, half of it, or what nobody can read.
LOST = ("F05", "F04/headers", "F04/body", "F06/after", "F07/after", "F10/malformed", "F10/two-bodies")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform with credentials for every question, whose breaker goes by our clock too."""
    clock, folder = Clock(), tmp_path_factory.mktemp("lost")
    with simulated(folder, "production", clock) as sunat, world(folder, template(folder), sunat, clock) as found:
        enrol.set_validity(found.platform, found.platform.scope(RUC), "consultas", "secreto")
        sunat_on_our_clock = _on_our_clock(found)
        yield found
        sunat_on_our_clock.close()


def _on_our_clock(found: World) -> Sunat:
    """Its breaker too: it would open after five answers in a row that were lost."""
    clock, born = found.clock, found.clock.now

    def monotonic() -> float:
        return (clock.now - born).total_seconds()

    sunat = Sunat(endpoints_at(str(found.simulator.base_url)), clock, monotonic)
    found.platform.sunat.close()
    found.platform = replace(found.platform, sunat=sunat)
    return sunat


def test_a_lost_answer_is_found_and_nothing_gets_a_second_number(here: World) -> None:
    for first in range(0, MANY, AT_ONCE):
        issued = [here.issue("03" if n % 4 == 3 else "01") for n in range(first, first + AT_ONCE)]
        here.arm(*[_lost(n, each) for n, each in enumerate(issued)])
        ends = _work_until_resolved(here, issued)
        assert not [name for name, end in ends.items() if not end], "not resolved"
    here.arm()
    rows = here.simulator.get("/_simulator/ledger").json()
    assert len(rows) == MANY
    assert Counter(row["state"] for row in rows) == {"accepted": MANY}
    assert Counter(row["sends"] for row in rows) == {1: MANY}, "something was sent again though SUNAT had it"


def _lost(number: int, issued: Issued) -> dict[str, Any]:
    """The answer to its first send is lost, in one way or another."""
    return {"fault": LOST[number % len(LOST)], "operation": "sendBill", "name": f"{issued.document.receipt.file_name}*"}


def _work_until_resolved(here: World, issued: list[Issued]) -> dict[str, str]:
    """Do what is due, in order, until each has ended or SUNAT's word is here; what became of each."""
    waiting = [(due, work.key, work) for due, work in here.waiting()]
    heapq.heapify(waiting)
    end = here.clock.now + SOON
    left = {each.submission.id: each for each in issued}
    found: dict[str, str] = {each.document.receipt.file_name: "" for each in issued}
    while waiting and left and waiting[0][0] <= end:
        due, _, work = heapq.heappop(waiting)
        here.clock.now = max(here.clock.now, due)
        take_step(here.platform, work)
        here.drop(work)
        each = left[work.submission_id]
        if end_of(here, each):
            found[each.document.receipt.file_name] = end_of(here, each)
            del left[work.submission_id]
            _drop_next(here, each)
        elif (following := _next(here, each)) is not None:
            heapq.heappush(waiting, following)
    return found


def end_of(here: World, issued: Issued) -> str:
    """How it was resolved: by its CDR, or, where SUNAT offers none, by its word that it has it; "" if not yet."""
    now = here.now(issued)
    if now.state == "SETTLED":
        assert (now.outcome, bool(now.cdr)) == ("ACCEPTED", True)
        return "cdr"
    told = issued.document.receipt.doctype == "03" and now.state == "UNKNOWN" and now.channel == "consulta"
    return "word" if told else ""


def _next(here: World, issued: Issued) -> tuple[datetime, str, Any] | None:
    rows = [row for row in here.waiting() if row[1].submission_id == issued.submission.id]
    return (rows[0][0], rows[0][1].key, rows[0][1]) if rows else None


def _drop_next(here: World, issued: Issued) -> None:
    following = _next(here, issued)
    if following is not None:
        here.drop(following[2])
