"""Whether a file comes in time: SUNAT's windows (`facts/windows.tsv`) against the day it was received, in Lima."""

from collections.abc import Iterator
from datetime import date

from onapi.facts.windows import Window, window
from onapi.simulator.content import Finding
from onapi.simulator.headers import BATCHES
from onapi.simulator.received import FileName
from onapi.values.xmltree import Element, text_of

_ISSUED, _REFERRED = "/*/cbc:IssueDate", "/*/cbc:ReferenceDate"


def deadline_findings(root: Element, name: FileName, received_on: date) -> Iterator[Finding]:
    """What the days find against a document or summary: sent too late, or dated ahead."""
    issued = day(text_of(root, "IssueDate"))
    if issued is None:
        return  # the content rules say so
    ahead = _window(name, "future", issued)
    if ahead and issued > ahead.latest_issue_date(received_on):
        yield Finding(ahead.code, ahead.level == "ERROR", _ISSUED, issued.isoformat())
    if name.doctype == "RC":
        referred = day(text_of(root, "ReferenceDate"))
        late = _late(_window(name, "send", referred), referred, received_on, _REFERRED) if referred else None
    elif name.doctype in BATCHES:
        late = None  # each line has its own
    else:
        sent = _window(name, "send_individually", issued) or _window(name, "send", issued)
        late = _late(sent, issued, received_on, _ISSUED)
    if late:
        yield late


def void_finding(doctype: str, series: str, issued: date, received_on: date, node: str) -> Finding | None:
    """What the days find against voiding a document; None in time, and where SUNAT has no rule."""
    try:
        found = window(doctype, series, "void", issued)
    except KeyError:
        return None
    return _late(found, issued, received_on, node)


def day(text: str) -> date | None:
    """A date as XML writes it; None if it is none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


def _window(name: FileName, what: str, issued: date) -> Window | None:
    try:
        return window(name.doctype, "" if name.is_batch else name.series, what, issued)
    except KeyError:
        return None


def _late(found: Window | None, issued: date, received_on: date, node: str) -> Finding | None:
    try:
        is_late = found is not None and received_on > found.last_day(issued)
    except OverflowError:  # the last days of the calendar
        is_late = False
    if found is None or not is_late:
        return None
    return Finding(found.code, found.level == "ERROR", node, issued.isoformat())
