"""Compare our record with what SUNAT holds, with its proofs and with itself; report, and mend what is safe to mend.

Documents are looked at one by one: first what did not agree before and what has no verdict, then from the newest on.
What was seen of each is written down at once, so whoever goes on after an interruption does not ask again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onapi.errors import OnapiError
from onapi.flows.ask_state import Asker, Told
from onapi.flows.check_files import Troubles, file_troubles
from onapi.flows.check_record import load, record_findings
from onapi.flows.compare import SPANISH, divergence, is_comparable
from onapi.flows.finding import Finding
from onapi.flows.mend import fetch_cdr, put_to_work
from onapi.flows.platform import Platform
from onapi.flows.record import keep_talk
from onapi.lifecycle import State
from onapi.store import checks
from onapi.store.checks import END, SILENCE, Check, Place, Wanted
from onapi.store.receipts import Kept

AGAIN = timedelta(days=30)  # what agreed is looked at again after so long
_PAGE = 200
_MOST_FETCHED = 200  # constancias that SUNAT is asked for; the rest is for the next time
_CDR_TROUBLES = frozenset({"cdr_missing", "cdr_gone", "cdr_changed", "cdr_not_ours", "cdr_signature"})
_IN_A_CALL = frozenset({State.SENDING})  # its answer is on the way: nobody talks in between


@dataclass(frozen=True, slots=True)
class Report:
    """What a reconciliation came to."""

    wanted: Wanted
    started_at: datetime
    ended_at: datetime
    checked: int  # documents whose files and record were looked at
    asked: int  # questions to SUNAT
    is_whole: bool  # False where some are left for the next time
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each class."""
        return dict(sorted(Counter(each.kind for each in self.findings).items()))


@dataclass(slots=True)
class Round:
    """One reconciliation under way."""

    platform: Platform
    wanted: Wanted
    started_at: datetime
    asker: Asker
    most: int
    checked: int = 0
    fetched: int = 0  # constancias that were looked for
    cursor: str = END
    is_whole: bool = False
    oldest: datetime | None = None  # documents made before are not looked at
    again_at: datetime | None = field(default=None)  # what was looked at since is not due; None is everything

    @property
    def is_over(self) -> bool:
        """Whether enough was done."""
        return self.checked >= self.most


def reconcile(platform: Platform, wanted: Wanted, *, most: int, asker: Asker | None = None) -> Report:
    """Look at everything that is wanted, now; SUNAT is asked at most so many times as documents are looked at."""
    now = platform.clock()
    this = Round(platform, wanted, now, asker or Asker(platform), most)
    for _ in look(this):
        pass
    return compose(this)


def look(this: Round) -> Iterator[None]:
    """Look at one document after another; whoever has no more time just stops asking for the next."""
    for place in _places(this):
        if this.is_over:
            return
        _look_at(this, place)
        yield
    this.is_whole = True


def compose(this: Round) -> Report:
    """Everything that does not agree, as it stands now, and what was done about it."""
    found = [*_open_findings(this), *record_findings(this.platform, this.wanted, this.asker)]
    in_order = sorted(found, key=lambda each: (each.ruc, each.kind, each.name))
    whole = this.is_whole and not this.asker.has_given_up
    now = this.platform.clock()
    return Report(this.wanted, this.started_at, now, this.checked, this.asker.asked, whole, tuple(in_order))


def _places(this: Round) -> Iterator[Place]:
    with this.platform.database.reading() as connection:
        first = checks.urgent(connection, this.wanted, this.started_at, most=this.most)
    yield from first
    seen = {place.id for place in first}
    again_at = this.again_at or this.started_at
    while page := _page(this, again_at):
        for place in page:
            if this.oldest and place.created_at < this.oldest:
                return
            this.cursor = place.id
            if place.is_due and place.id not in seen:
                yield place


def _page(this: Round, again_at: datetime) -> Sequence[Place]:
    with this.platform.database.reading() as connection:
        return checks.page(
            connection, this.wanted, this.cursor, started_at=this.started_at, again_at=again_at, most=_PAGE
        )


def _look_at(this: Round, place: Place) -> None:
    kept = load(this.platform, place.scope, place.id)
    if kept is None or kept.submission.state in _IN_A_CALL:
        return
    this.checked += 1
    told = this.asker.ask(kept.document) if _has_had_time(this, kept) else Told(SILENCE)
    now = load(this.platform, place.scope, place.id)
    if now is None or now.submission.step != kept.submission.step:
        return  # it moved while SUNAT was asked
    troubles = [kind for kind, _ in file_troubles(this.platform, now.document, now.submission)]
    against = divergence(now.submission, told.word) if told.word else None
    if against and told.talk:
        keep_talk(this.platform, now.document, now.submission, told.talk)  # only what is evidence
    found = (*troubles, *([against] if against else []))
    _write_down(this, now, told, found)


def _write_down(this: Round, kept: Kept, told: Told, found: tuple[str, ...]) -> None:
    now = this.platform.clock()
    asked_at = now if told.word else None
    check = Check(kept.document.id, kept.document.scope, now, told.channel, asked_at, told.word, found)
    with this.platform.database.transaction() as connection:
        checks.keep(connection, check)


def _has_had_time(this: Round, kept: Kept) -> bool:
    """SUNAT's registers need a while to know what its services accepted."""
    since = kept.submission.updated_at or kept.document.created_at
    if kept.submission.state == State.UNKNOWN:
        since = kept.submission.sent_at or since
    return this.platform.clock() - since >= timedelta(seconds=this.platform.pace.absent_after_s)


def _open_findings(this: Round) -> Iterator[Finding]:
    """What was seen is held against the record as it stands now: what was mended meanwhile is well again."""
    after = ""
    while places := _open(this, after):
        for place in places:
            after = place.id
            yield from _of_document(this, place)


def _open(this: Round, after: str) -> Sequence[Place]:
    with this.platform.database.reading() as connection:
        return checks.open_ones(connection, this.wanted, after, most=_PAGE)


def _of_document(this: Round, place: Place) -> Iterator[Finding]:
    platform = this.platform
    kept = load(platform, place.scope, place.id)
    with platform.database.reading() as connection:
        check = checks.of_documents(connection, place.scope, [place.id])[place.id]
    if kept is None:
        return
    found = [*_against_sunat(kept, check), *file_troubles(platform, kept.document, kept.submission)]
    if not found:
        with platform.database.transaction() as connection:
            checks.keep(
                connection, Check(place.id, place.scope, check.looked_at, check.channel, check.asked_at, check.told)
            )
    for kind, evidence in found:
        finding = Finding(kind, place.scope.ruc, kept.document.receipt.file_name, evidence)
        yield finding.mended(_mend(this, kept, kind))


def _against_sunat(kept: Kept, check: Check) -> Troubles:
    if not check.told or not is_comparable(kept.submission, check.asked_at):
        return ()
    kind = divergence(kept.submission, check.told)
    at = f"{check.asked_at:%Y-%m-%dT%H:%M:%SZ}" if check.asked_at else ""
    evidence = {"told": SPANISH[check.told], "channel": check.channel, "askedAt": at, "ours": _ours(kept)}
    return ((kind, evidence),) if kind else ()


def _ours(kept: Kept) -> str:
    return " ".join(filter(None, (kept.submission.state, kept.submission.outcome, kept.submission.code)))


def _mend(this: Round, kept: Kept, kind: str) -> str:
    platform = this.platform
    try:
        if kind in _CDR_TROUBLES:
            this.fetched += 1
            this.asker.pause()
            may_ask = this.fetched <= _MOST_FETCHED and not this.asker.has_given_up
            return fetch_cdr(platform, kept.document, kept.submission, may_ask=may_ask)
        if kind == "unknown_but_known":
            return put_to_work(platform, kept.document, kept.submission)
    except OnapiError:
        return ""  # the finding stands
    return ""
