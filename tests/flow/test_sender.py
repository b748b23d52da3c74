"""Each company says how its boletas are reported and at which hour; what it does not say, the platform says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from batch_world import FIRM, ITEM, PERSON, begin_batches, boleta, kept, send
from flow_world import RUC, World
from sqlalchemy import insert

from onapi.errors import InvalidDocument
from onapi.flows import enrol
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.keep_company import change_sender, set_sender
from onapi.flows.release import release
from onapi.flows.summarise import summarise
from onapi.library.forms import Told
from onapi.lifecycle import State
from onapi.lifecycle.schedule import SummaryTime
from onapi.sign.certificate import self_signed
from onapi.store.tables import owner, series
from onapi.values.identity import RUC as RUC_TYPE
from onapi.values.moment import LIMA
from onapi.values.party import Address, Party

OTHER = "20000000036"


@pytest.fixture(autouse=True)
def _night(here: World) -> None:
    """Two companies on a platform that gathers at half past one."""
    start = begin_batches(here)
    here.platform = replace(here.platform, summary_time=SummaryTime(time(1, 30)), strict_ruc=False)
    scope = here.platform.scope(OTHER)
    enrol.enrol(here.platform, Party(RUC_TYPE, OTHER, "OTRA EMPRESA S.A.C.", "", Address("JR. CUSCO 100", "150101")))
    enrol.keep_signer(here.platform, scope, self_signed(OTHER, "OTRA EMPRESA S.A.C.", here.clock()))
    enrol.set_sol(here.platform, scope, "MODDATOS", "moddatos")
    numbers = {**owner(scope), "doctype": "RC", "series": "20261121", "next_number": start}
    with here.platform.database.transaction() as connection:
        connection.execute(insert(series), [numbers])


def wants(here: World, ruc: str, **said: Any) -> None:
    change_sender(here.platform, here.platform.scope(ruc), said)


def of(here: World, ruc: str, **wishes: Any) -> Issued:
    document = {"serie": "B001", "correlativo": next(here.numbers), "client": PERSON, "details": [ITEM]}
    return issue(here.platform, Request(ruc, Told("json", document, doctype="03", pointer="/document"), **wishes))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LIMA)


def test_two_companies_gather_at_their_own_hours(here: World) -> None:
    wants(here, RUC, boletaMode="summary", summaryAt="22:15")
    wants(here, OTHER, boletaMode="summary", summaryAt="05:40")
    mine, others = of(here, RUC), of(here, OTHER)
    assert here.now(mine).state == here.now(others).state == State.WAITING
    assert here.now(mine).next_action_at == at(21, 22, 15)
    assert here.now(others).next_action_at == at(21, 5, 40)
    here.clock.now = at(21, 1, 31)
    assert summarise(here.platform) == 0  # the platform's hour is nobody's
    here.clock.now = at(21, 5, 40)
    assert (summarise(here.platform), here.now(others).state, here.now(mine).state) == (1, "GATHERED", "WAITING")
    here.clock.now = at(21, 22, 15)
    assert (summarise(here.platform), summarise(here.platform)) == (1, 0)
    here.run()
    assert here.now(mine).outcome == here.now(others).outcome == "ACCEPTED"


def test_what_a_company_does_not_say_the_platform_says(here: World) -> None:
    wants(here, RUC, boletaMode="summary")
    assert here.now(of(here, RUC)).next_action_at == at(21, 1, 30)
    alone = of(here, OTHER)
    assert (here.now(alone).state, alone.document.boleta_mode) == (State.READY, "individual")
    wants(here, OTHER, summaryAt="04:00")
    assert here.now(of(here, OTHER, in_summary=True)).next_action_at == at(21, 4)


def test_a_caller_who_says_how_is_heard(here: World) -> None:
    wants(here, RUC, boletaMode="summary")
    assert here.now(boleta(here, in_summary=False)).state == State.READY
    wants(here, RUC, boletaMode="individual")
    assert here.now(boleta(here, in_summary=True)).state == State.WAITING


def test_what_no_resumen_takes_goes_alone(here: World) -> None:
    """A company's wish is about its boletas; only a caller's own word is refused."""
    wants(here, RUC, boletaMode="summary")
    assert here.now(here.issue()).state == State.READY
    other = {"serie": "B001", "correlativo": next(here.numbers), "client": FIRM, "details": [ITEM], "tipoMoneda": "EUR"}
    assert here.now(send(here, "03", other)).state in {State.READY, State.WAITING}
    with pytest.raises(InvalidDocument, match="boletaMode"):
        send(here, "01", {**other, "serie": "F001", "tipoMoneda": "PEN"}, in_summary=True)


def test_a_new_hour_is_that_of_those_who_wait_already(here: World) -> None:
    wants(here, RUC, boletaMode="summary", summaryAt="05:00")
    wants(here, OTHER, boletaMode="summary", summaryAt="05:00")
    waiting, others, signed = of(here, RUC), of(here, OTHER), of(here, RUC, send=False)
    refused = of(here, RUC)
    here.move(refused, tries=2, next_action_at=at(21, 3))  # it was in a resumen that came to nothing
    wants(here, RUC, summaryAt="23:00")
    assert here.now(waiting).next_action_at == at(21, 23)
    assert here.now(others).next_action_at == at(21, 5)
    assert here.now(signed).next_action_at is None
    assert here.now(refused).next_action_at == at(21, 3)
    release(here.platform, signed.document.receipt)
    assert here.now(signed).next_action_at == at(21, 23)
    set_sender(here.platform, here.platform.scope(RUC), {})
    assert here.now(waiting).next_action_at == at(21, 1, 30)
    here.clock.now = at(21, 1, 30)
    assert summarise(here.platform) == 1
    assert len(kept(here, "RC")) == 1
    assert here.now(waiting).state == State.GATHERED


def test_an_hour_that_has_passed_is_at_once(here: World) -> None:
    wants(here, RUC, boletaMode="summary", summaryAt="23:00")
    waiting = of(here, RUC)
    here.clock.now = at(21, 12)
    wants(here, RUC, summaryAt="06:00")
    assert here.now(waiting).next_action_at == at(21, 12)
    assert summarise(here.platform) == 1


@pytest.mark.parametrize("late", [lambda: timedelta(0), lambda: timedelta(days=3)])
def test_the_record_tells_the_hour(here: World, late: Callable[[], timedelta]) -> None:
    wants(here, RUC, boletaMode="summary", summaryAt="22:15")
    day = (at(20, 12) - late()).date()
    document = {"serie": "B001", "correlativo": next(here.numbers), "client": PERSON, "details": [ITEM]}
    issued = send(here, "03", {**document, "fechaEmision": day.isoformat()})
    wanted = max(here.clock(), datetime.combine(day + timedelta(days=1), time(22, 15), LIMA))
    assert here.now(issued).next_action_at == wanted
