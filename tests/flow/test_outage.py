"""Whatever SUNAT's weather: no verdict is asked for twice, nothing gives up in time, and nothing ends in silence.

Each seed is a week of outages of up to three days, with ten receipts; ONAPI_OUTAGES gives the number of weeks.
"""

import os
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from flow_roads import work_for
from flow_sunat import bill_answer, cdr_answer, cdr_xml, cdr_zip, fault_answer, heard
from flow_world import BORN, RUC, World

from onapi.flows.alert import alert
from onapi.flows.issue import Issued
from onapi.flows.sweep import sweep
from onapi.flows.wake import wake
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Circuit
from onapi.lifecycle import State
from onapi.store import submissions
from onapi.values.number import ReceiptId

WEEKS = int(os.environ.get("ONAPI_OUTAGES", "10"))
RECEIPTS = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_PROBE = timedelta(seconds=30)
_FAILURES = 5


@dataclass
class Outage:
    """A while in which SUNAT is of no use."""

    since: datetime
    until: datetime
    way: str  # refused, page, silent, lost (taken, and the answer never comes), busy


@dataclass
class Weather:
    """A SUNAT that holds the truth, and is away for hours and days; in front of it a circuit like the wire's."""

    here: World
    random: Random
    outages: list[Outage]
    holds: dict[str, str] = field(default_factory=dict)  # name and the code of its verdict
    told: set[str] = field(default_factory=set)  # whose verdict was handed over
    failures: int = 0
    next_probe: datetime = BORN
    sent: list[tuple[str, datetime]] = field(default_factory=list)

    def outage(self) -> Outage | None:
        """What the weather is now, where it is bad."""
        now = self.here.clock()
        return next((each for each in self.outages if each.since <= now < each.until), None)

    def is_shut(self, **_: object) -> bool:
        """While the circuit stands open."""
        return self.circuit() is Circuit.OPEN

    def circuit(self, **_: object) -> Circuit:
        """One host."""
        if self.failures < _FAILURES:
            return Circuit.CLOSED
        return Circuit.OPEN if self.here.clock() < self.next_probe else Circuit.HALF_OPEN

    def troubles_others(self, *_: object) -> bool:
        """Nobody else is here."""
        return False

    def can_ask(self, receipt: ReceiptId) -> bool:
        """As SUNAT: facturas only."""
        return receipt.series.startswith("F")

    def can_ask_validity(self, _: object, receipt: ReceiptId) -> bool:
        """Asked of boletas here."""
        return receipt.doctype == "03"

    def send_bill(self, _: object, name: str, *__: object) -> Talk:
        """Taken once, and never after its verdict was told."""
        assert name not in self.told, f"{name} was sent again after its verdict"
        self.sent.append((name, self.here.clock()))
        if self.outage() and self.outage().way == "lost":  # type: ignore[union-attr]  # asked in the line itself
            self.holds.setdefault(name, self._verdict())
        if away := self._away("sendBill"):
            return away
        if name in self.holds:
            return self._say("sendBill", fault_answer("soap-env:Client.1033"), 500)
        self.holds[name] = self._verdict()
        self.told.add(name)
        return self._say("sendBill", bill_answer(self._cdr(name)))

    def ask_cdr(self, _: object, receipt: ReceiptId) -> Talk:
        """The proof."""
        if away := self._away("getStatusCdr"):
            return away
        if receipt.file_name not in self.holds:
            return self._say("getStatusCdr", cdr_answer("0011", "no existe"))
        self.told.add(receipt.file_name)
        return self._say("getStatusCdr", cdr_answer("0004", "existe", self._cdr(receipt.file_name)))

    def ask_validity(self, _: object, __: object, receipt: ReceiptId, *___: object) -> Talk:
        """The state, without a proof."""
        if away := self._away("askValidity"):
            return away
        state = "1" if receipt.file_name in self.holds else "0"
        told = f'{{"success":true,"data":{{"estadoCp":"{state}"}}}}'
        return self._say("askValidity", told.encode())

    def _verdict(self) -> str:
        return "2800" if self.random.random() < 0.2 else "0"

    def _cdr(self, name: str) -> str:
        _, doctype, series, number = name.split("-")
        receipt = ReceiptId(RUC, doctype, series, int(number))
        return b64encode(cdr_zip(receipt, cdr_xml(receipt, code=self.holds[name]))).decode()

    def _say(self, operation: str, answer: bytes, status: int = 200) -> Talk:
        self.failures = 0
        return heard(self.here.clock(), answer, status=status, operation=operation)

    def _away(self, operation: str) -> Talk | None:
        now, outage = self.here.clock(), self.outage()
        if outage is None:
            return None
        if outage.way == "busy":
            return self._say(operation, fault_answer("soap-env:Server.0109"), 500)
        self.failures, self.next_probe = self.failures + 1, now + _PROBE
        if outage.way == "page":
            return heard(now, b"<html>mantenimiento</html>", status=503, operation=operation)
        trouble = "unsent: no hubo" if outage.way == "refused" else "timeout: nada"
        return heard(now, b"", status=None, operation=operation, trouble=trouble)


def week(random: Random) -> list[Outage]:
    """Outages of minutes, hours and days, with as much between them."""
    found, at = [], BORN
    if random.random() < 1 / 4:  # one after the other, beyond every deadline
        ways = random.choice(["refused", "page"]), random.choice(["refused", "page"])
        since = BORN + 4 * HOUR
        return [Outage(since, since + 3 * DAY, ways[0]), Outage(since + 3 * DAY, since + 6 * DAY, ways[1])]
    calms = random.choice([[HOUR / 4], [HOUR / 4, HOUR, 5 * HOUR], [5 * HOUR, 30 * HOUR]])
    while at < BORN + 7 * DAY:
        since = at + random.choice(calms) * random.random()
        way = random.choice(["refused", "page", "silent", "lost", "busy"])
        most = 4 * HOUR if way == "busy" else random.choice([HOUR / 2, 3 * HOUR, 12 * HOUR, 72 * HOUR])
        at = since + most * random.random()
        found.append(Outage(since, at, way))
    return found


def longest_calm(outages: list[Outage], since: datetime, until: datetime) -> timedelta:
    """The longest while in a window in which SUNAT was there."""
    edges = [since, *[edge for each in outages for edge in (each.since, each.until) if since < edge < until], until]
    calm = timedelta()
    for start, end in pairwise(edges):
        if not any(each.since <= start < each.until for each in outages):
            calm = max(calm, end - start)
    return calm


def rounds(outages: list[Outage]) -> list[datetime]:
    """When somebody looks after everything: each three hours, and in the minutes after each change of the weather."""
    each = {BORN + 3 * HOUR * n for n in range(int(6.5 * 8))}
    minutes = (0, 1, 2, 3, 20)
    return sorted(each | {o.until + timedelta(minutes=m) for o in outages for m in minutes})


@pytest.mark.parametrize("seed", range(WEEKS))
def test_no_weather_sends_twice_gives_up_early_or_ends_in_silence(here: World, seed: int) -> None:
    random = Random(seed)  # noqa: S311  a test's weather
    outages = week(random)
    sunat: Any = Weather(here, random, outages)
    here.platform = replace(here.platform, sunat=sunat)
    issued: list[Issued] = []
    moments = sorted(random.random() * 8 * HOUR for _ in range(RECEIPTS))
    for moment in moments:
        at(here, BORN + moment)
        issued.append(here.issue(random.choice(["01", "01", "01", "01", "03"])))
    for moment in rounds(outages):
        at(here, moment)
        wake(here.platform)
        alert(here.platform)
        if everything_has_a_next_action(here, issued):
            break
    for each in issued:
        judge(here, sunat, each)


def at(here: World, moment: datetime) -> None:
    """Work until then."""
    work_for(here, max(moment - here.clock(), timedelta()))


def everything_has_a_next_action(here: World, issued: list[Issued]) -> bool:
    """What is not final is due at some time, and its work waits for that; True if all is final."""
    waiting = {(work.submission_id, work.step) for _, work in here.waiting()}
    with here.platform.database.reading() as connection:
        assert submissions.without_next_action(connection, here.platform.environment) == []
        stands = [submissions.get(connection, each.submission.scope, each.submission.id) for each in issued]
    assert sweep(here.platform) == 0
    for found in stands:
        if found.state not in {State.HELD, State.SETTLED, State.WAITING}:
            assert (found.id, found.step) in waiting, found
    return all(State(found.state).is_final for found in stands)


def judge(here: World, sunat: Weather, issued: Issued) -> None:
    """What became of it, held against the truth and the weather."""
    found, name = here.now(issued), issued.document.receipt.file_name
    history = here.history(issued)
    deadline = issued.submission.deadline
    assert deadline is not None
    sent = [when for what, when in sunat.sent if what == name]
    assert all(when <= deadline for when in sent)
    assert found.outcome != "ACCEPTED" or sunat.holds[name] == "0"
    assert found.outcome != "REJECTED" or sunat.holds[name] == "2800"
    calm = longest_calm(sunat.outages, issued.document.created_at, deadline)
    if calm >= HOUR:
        assert sunat.holds.get(name), f"never sent, in spite of {calm} of calm: {history}"
    if found.state == State.SETTLED:
        return
    loud = {line.event for line in history}
    if found.state == State.UNKNOWN:  # a boleta of which SUNAT tells the state and gives no proof; or still away
        assert "DEADLINE" in loud
        assert found.channel == "consulta" or sunat.outage() or issued.document.receipt.doctype == "01"
    else:
        assert (found.state, found.code or history[-1].code) in {("HELD", "out_of_time"), ("WAITING", "out_of_time")}
        assert name not in sunat.holds
