"""Gather boletas into their resumen diario: by company, day and currency, when their hour has come.

Every process may do this at any time: whoever is second finds nothing left to gather. A resumen that SUNAT refused is
tried again in smaller ones, until the boleta that it is about stands alone. What keeps a resumen from being made is
said aloud, and tried again in the next round.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

import structlog
from sqlalchemy import Connection

from onapi.errors import Conflict, InvalidDocument, OnapiError
from onapi.flows import waiting_line
from onapi.flows.carry import REPORT, Carried
from onapi.flows.draw_up import Wishes, draw_up
from onapi.flows.keep import Drawn, keep_next
from onapi.flows.platform import Platform
from onapi.flows.roads import company_of
from onapi.flows.waiting_line import Waiting
from onapi.kinds.batch.model import SUMMARY
from onapi.library.batches import batch_of
from onapi.library.summary_line import summary_line
from onapi.rules.rule import Fault, faults_of
from onapi.store import documents
from onapi.store.documents import WaitingDay
from onapi.values.moment import in_lima

_LINE = re.compile(r"/details/(\d+)", re.ASCII)

_log = structlog.get_logger(__name__)


def summarise(platform: Platform) -> int:
    """Gather whatever is due; gives how many resúmenes were made."""
    due = platform.clock()
    with platform.database.reading() as connection:
        days = documents.days_waiting(connection, platform.environment, due)
    return sum(_gather_day(platform, day, due) for day in days)


def gather(platform: Platform, ruc: str = "", issue_date: date | None = None) -> int:
    """Gather now, whether their hour has come or not: of one company, of one day, or all; gives how many resúmenes."""
    with platform.database.reading() as connection:
        days = documents.days_waiting(connection, platform.environment)
    wanted = [day for day in days if not ruc or day.scope.ruc == ruc]
    return sum(_gather_day(platform, day, None) for day in wanted if issue_date in {None, day.issue_date})


def _gather_day(platform: Platform, day: WaitingDay, due: datetime | None) -> int:
    made = 0
    try:
        while found := waiting_line.next_group(platform, day, due):
            made += _gather(platform, day, found)
    except Conflict:
        return made  # somebody else gathers the same day
    except OnapiError as error:  # no certificate, for one
        _log.error("a resumen could not be made", ruc=day.scope.ruc, day=str(day.issue_date), words=str(error))
    return made


def _gather(platform: Platform, day: WaitingDay, found: Sequence[Waiting]) -> bool:
    """Make one resumen; where some of the boletas fit in none, put those aside and make none yet."""
    try:
        drawn = _made(platform, day, found)
    except InvalidDocument as refusal:
        if unfit := _by_line(faults_of(refusal)):
            for n, fault in unfit.items():
                waiting_line.put_aside(platform, found[n], fault.code, fault.sentence)
            return False
        waiting_line.tell(platform, found, str(refusal))
        raise
    _log.info("resumen diario", name=drawn.document.receipt.file_name, lines=len(found))
    return True


def _made(platform: Platform, day: WaitingDay, found: Sequence[Waiting]) -> Drawn:
    company = company_of(platform, day.scope)
    lines = [summary_line(each.document.receipt, each.sale, REPORT) for each in found]
    carried = [Carried(n, REPORT, each.document, each.submission) for n, each in enumerate(found, start=1)]
    now = platform.clock()

    def draw(connection: Connection, number: int) -> Drawn:
        receipt = batch_of(SUMMARY, company.party, day.issue_date, lines, number=number, now=now)
        return draw_up(platform, connection, company, receipt, Wishes(), carried=carried)

    return keep_next(platform, day.scope, SUMMARY, f"{in_lima(now):%Y%m%d}", draw)


def _by_line(faults: Sequence[Fault]) -> dict[int, Fault]:
    """The first fault of each line that has one; empty where one is about the resumen itself."""
    found: dict[int, Fault] = {}
    for fault in faults:
        place = _LINE.match(fault.path)
        if place is None:
            return {}
        found.setdefault(int(place[1]), fault)
    return found
