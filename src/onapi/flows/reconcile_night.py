"""The nightly reconciliation: after its hour in Lima, a little at a time, by one worker of many.

The night's row in the database says who is at it, how far it came and what it found. A worker that dies is followed by
any other once its hold has run out.
"""

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from onapi.flows.ask_state import Asker
from onapi.flows.platform import Platform
from onapi.flows.reconcile import AGAIN, Report, Round, compose, look
from onapi.flows.report import report_json
from onapi.store import nights
from onapi.store.checks import END, Wanted
from onapi.store.nights import Night
from onapi.values.moment import in_lima

_SLICE_S = 10.0  # then the worker's other duties have their turn
_HOLD = timedelta(minutes=15)  # longer than a slice with the longest calls in it, and a report
_PEACE = timedelta(minutes=10)  # for a SUNAT that does not answer
_OLDEST = timedelta(days=90)

_log = structlog.get_logger(__name__)


def reconcile_tonight(platform: Platform, monotonic: Callable[[], float] = time.monotonic) -> Report | None:
    """Do a slice of this night's reconciliation, if it is time and nobody else is at it; the report with the last."""
    now = platform.clock()
    lima = in_lima(now)
    if platform.reconcile_at is None or lima.time() < platform.reconcile_at:
        return None
    night = _claim(platform, lima.date(), now)
    if night is None:
        return None
    this = Round(
        platform,
        Wanted(platform.environment),
        night.started_at,
        Asker(platform),
        platform.reconcile_most - night.checked,
        cursor=night.cursor,
        oldest=night.started_at - _OLDEST,
        again_at=night.started_at - AGAIN,
    )
    return _slice(platform, night, this, monotonic)


def last_report(platform: Platform) -> dict[str, object] | None:
    """What the last night found; None before the first."""
    with platform.database.reading() as connection:
        night = nights.last(connection, platform.environment)
    if night is None or night.report is None:
        return None
    found: dict[str, object] = json.loads(platform.blobs.get(night.report))
    return found


def _claim(platform: Platform, day: date, now: datetime) -> Night | None:
    with platform.database.reading() as connection:
        known = nights.find(connection, platform.environment, day)
    if known is not None and (known.ended_at or known.held_until > now):
        return None
    with platform.database.transaction() as connection:
        return nights.claim(connection, platform.environment, day, END, now=now, until=now + _HOLD)


def _slice(platform: Platform, night: Night, this: Round, monotonic: Callable[[], float]) -> Report | None:
    end = monotonic() + _SLICE_S
    report = None
    try:
        for _ in look(this):
            if monotonic() >= end or this.asker.has_given_up:
                break
        if this.is_whole or this.is_over:
            report = compose(this)
    finally:  # a document that breaks the reconciliation is behind the cursor, and does not break it again
        _put_down(platform, night, this, report)
    return report


def _put_down(platform: Platform, night: Night, this: Round, report: Report | None) -> None:
    now = platform.clock()
    progress: dict[str, object] = {
        "cursor": this.cursor,
        "checked": night.checked + this.checked,
        "asked": night.asked + this.asker.asked,
        "held_until": now + _PEACE if this.asker.has_given_up else now,
    }
    if report is not None:
        kept = json.dumps(report_json(report), ensure_ascii=False, indent=1).encode()
        progress |= {"ended_at": now, "report": platform.blobs.put(kept)}
        _log.warning("reconciliation", findings=len(report.findings), checked=progress["checked"], **report.counts)
    with platform.database.transaction() as connection:
        nights.keep(connection, night, **progress)
