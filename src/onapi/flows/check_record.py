"""Whether our record agrees with itself: series without gaps, batches and members, deadlines, work that goes on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from onapi.facts.codes import Outcome
from onapi.flows.ask_state import Asker
from onapi.flows.compare import ABSENT
from onapi.flows.finding import Finding
from onapi.flows.mend import put_to_work
from onapi.flows.pause import CREDENTIAL_CODES
from onapi.flows.platform import Platform
from onapi.flows.sweep import sweep
from onapi.lifecycle import State
from onapi.store import batch_report, documents, receipts, series_report, submissions
from onapi.store.batch_report import Disagreement
from onapi.store.checks import Wanted
from onapi.store.receipts import Kept
from onapi.store.series_report import Gap, NumberNote
from onapi.store.submissions import Submission
from onapi.values.moment import in_lima
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

OVERDUE = timedelta(hours=1)
_SETTLES = timedelta(minutes=15)  # callers who number by themselves may send 12 before 11
_MOST = 1000
_MOST_NUMBERS = 20  # of all gaps that SUNAT is asked about


def record_findings(platform: Platform, wanted: Wanted, asker: Asker) -> Iterator[Finding]:
    """Everything that does not agree, with what was done about it."""
    yield from _gaps(platform, wanted, asker)
    yield from _twice(platform, wanted)
    yield from _batches(platform, wanted)
    yield from _late(platform, wanted)
    yield from _stranded(platform, wanted)


def _gaps(platform: Platform, wanted: Wanted, asker: Asker) -> Iterator[Finding]:
    notes: dict[Scope, Sequence[NumberNote]] = {}
    with platform.database.reading() as connection:
        found = series_report.gaps(connection, wanted.environment, wanted.ruc)
        for scope in {gap.scope for gap in found}:
            notes[scope] = series_report.explained(connection, scope)
    left = _MOST_NUMBERS
    for gap in found:
        if not _is_old(platform, wanted, gap):
            continue
        for first, last in unexplained(gap, notes[gap.scope]):
            there, left = _at_sunat(asker, gap, first, last, left)
            yield _gap(gap, first, last, there)


def unexplained(gap: Gap, notes: Sequence[NumberNote]) -> list[tuple[int, int]]:
    """What is left of a gap when the numbers that somebody explained are taken out."""
    parts = [(gap.first, gap.last)]
    for note in notes:
        if (note.doctype, note.series) == (gap.doctype, gap.series):
            cut = [((a, min(b, note.first - 1)), (max(a, note.last + 1), b)) for a, b in parts]
            parts = [part for pair in cut for part in dict.fromkeys(pair) if part[0] <= part[1]]
    return parts


def _is_old(platform: Platform, wanted: Wanted, gap: Gap) -> bool:
    if gap.after_id is None:
        return wanted.first is None and wanted.last is None
    with platform.database.reading() as connection:
        after = documents.get(connection, gap.scope, gap.after_id)
    if after is None or platform.clock() - after.created_at < _SETTLES:
        return False
    is_early = wanted.first is not None and after.issue_date < wanted.first
    is_late = wanted.last is not None and after.issue_date > wanted.last
    return not is_early and not is_late


def _at_sunat(asker: Asker, gap: Gap, first: int, last: int, left: int) -> tuple[list[int], int]:
    """Which of the numbers SUNAT holds, and how many more may be asked about."""
    there: list[int] = []
    for number in range(first, min(last, first + left - 1) + 1):
        told = asker.ask_number(gap.scope, ReceiptId(gap.scope.ruc, gap.doctype, gap.series, number))
        if told.talk is None:
            return there, left
        left -= 1
        if told.word not in {None, ABSENT}:
            there.append(number)
    return there, left


def _gap(gap: Gap, first: int, last: int, there: Sequence[int]) -> Finding:
    numbers = str(first) if first == last else f"del {first} al {last}"
    more = {"atSunat": ", ".join(map(str, there))} if there else {}
    told = f"{numbers} (SUNAT tiene {more['atSunat']}: los emitió otro sistema)" if there else numbers
    name = f"{gap.scope.ruc}-{gap.doctype}-{gap.series}"
    return Finding("series_gap", gap.scope.ruc, name, {"numbers": told, "first": str(first), "last": str(last), **more})


def _twice(platform: Platform, wanted: Wanted) -> Iterator[Finding]:
    with platform.database.reading() as connection:
        found = series_report.held_twice(connection, wanted.environment, wanted.ruc)
    latest: set[ReceiptId] = set()
    for document_id, scope in found:
        kept = load(platform, scope, document_id)
        if kept is None or not is_in(wanted, kept):
            continue
        receipt, its = kept.document.receipt, kept.submission
        if receipt not in latest:  # the last revision comes first: it may be anything
            latest.add(receipt)
        elif its.state != State.HELD and not (its.outcome == Outcome.REJECTED and receipt.is_free_when_rejected):
            yield _about(kept, "series_duplicate", {"before": f"{its.state} {its.outcome or ''}".strip()})


def _batches(platform: Platform, wanted: Wanted) -> Iterator[Finding]:
    with platform.database.reading() as connection:
        passing = sorted(CREDENTIAL_CODES)
        found = batch_report.disagreements(connection, wanted.environment, wanted.ruc, passing)
    for each in found:
        kept = load(platform, each.scope, each.document_id)
        if kept is not None and is_in(wanted, kept):
            yield _about(kept, "batch_disagrees", _said(platform, each))


def _said(platform: Platform, each: Disagreement) -> dict[str, str]:
    batch = load(platform, each.scope, each.batch_id) if each.batch_id else None
    return {
        "state": each.state,
        "batch": batch.document.receipt.label if batch else "no consta",
        "batch_state": f"está {each.batch_state} {each.batch_outcome}".strip() if batch else "que lo explique",
    }


def _late(platform: Platform, wanted: Wanted) -> Iterator[Finding]:
    with platform.database.reading() as connection:
        found = submissions.due_soon(connection, wanted.environment, platform.clock(), most=_MOST)
    for kept in _loaded(platform, wanted, found):
        if kept.submission.deadline:
            yield _about(kept, "past_deadline", {"deadline": f"{in_lima(kept.submission.deadline):%d/%m/%Y %H:%M}"})


def _stranded(platform: Platform, wanted: Wanted) -> Iterator[Finding]:
    """What nobody will look at goes to work; what is overdue is swept up, if its work was lost."""
    with platform.database.reading() as connection:
        before = platform.clock() - OVERDUE
        lost = submissions.without_next_action(connection, wanted.environment, most=_MOST)
        late = submissions.stuck(connection, wanted.environment, before, most=_MOST)
    for kept in _loaded(platform, wanted, lost):
        yield _about(kept, "stranded", {}).mended(put_to_work(platform, kept.document, kept.submission))
    swept = sweep(platform) if late else 0
    for kept in _loaded(platform, wanted, late):
        due = kept.submission.next_action_at
        evidence = {"due": f"{in_lima(due):%d/%m/%Y %H:%M}" if due else ""}
        now = load(platform, kept.submission.scope, kept.document.id)
        is_back = bool(swept) and now is not None and now.submission.step != kept.submission.step
        yield _about(kept, "overdue", evidence).mended("Su trabajo se había perdido; se repuso." if is_back else "")


def load(platform: Platform, scope: Scope, document_id: str) -> Kept | None:
    """A document with its road."""
    with platform.database.reading() as connection:
        return receipts.get(connection, scope, document_id)


def _loaded(platform: Platform, wanted: Wanted, found: Sequence[Submission]) -> Iterator[Kept]:
    for each in found:
        with platform.database.reading() as connection:
            document = documents.get(connection, each.scope, each.document_id)
        if document is not None and is_in(wanted, Kept(document, each)):
            yield Kept(document, each)


def is_in(wanted: Wanted, kept: Kept) -> bool:
    """Whether the reconciliation is about this document."""
    document = kept.document
    is_theirs = wanted.ruc in {None, document.scope.ruc}
    is_early = wanted.first is not None and document.issue_date < wanted.first
    is_late = wanted.last is not None and document.issue_date > wanted.last
    return is_theirs and not is_early and not is_late


def _about(kept: Kept, kind: str, evidence: Mapping[str, str]) -> Finding:
    return Finding(kind, kept.document.scope.ruc, kept.document.receipt.file_name, evidence)
