"""What SUNAT says of a receipt that was issued elsewhere, and how that is written down.

Nothing of it is ever sent by itself. SUNAT's CDR is adopted as any other; where SUNAT only tells a state, the
receipt bears that state and its missing CDR stays told.
"""

from typing import Final

from onapi.errors import OnapiError
from onapi.facts.codes import Outcome
from onapi.flows.ask import CONSULTA, VOIDED_CODE, Finding, question
from onapi.flows.hear import Happening
from onapi.flows.move import move
from onapi.flows.platform import Platform
from onapi.flows.record import record
from onapi.lifecycle import Event, State, next_state
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.verdict import Verdict

ELSEWHERE: Final = "STORE_XML"
_ACCEPTED: Final = "SUNAT informa que está aceptado; no se tiene su constancia."
_SILENT: Final = "SUNAT no informa sobre este comprobante."


def is_elsewhere(kept: Kept) -> bool:
    """Whether it came from elsewhere without proof, and nobody asked to have it sent."""
    waits = kept.submission.state == State.READY and kept.submission.next_action_at is None
    unproved = kept.submission.state == State.SETTLED and kept.submission.cdr is None
    return kept.document.origin == ELSEWHERE and (waits or unproved)


def ask_elsewhere(platform: Platform, kept: Kept) -> None:
    """Ask SUNAT once, and take what it says."""
    try:
        found, heard = question(platform, kept.document, kept.submission)
    except OnapiError as error:  # no credentials to ask with
        found, heard = Finding.NOTHING_TOLD, Happening(Event.SILENCE, words=str(error))
    was = kept.submission
    if heard.event is Event.CDR and heard.verdict is not None and heard.file:
        adopt(platform, kept, heard.verdict, heard.file, heard.channel)
    elif was.state == State.SETTLED:
        return  # its state is known already; only a CDR would be news
    elif heard.code == VOIDED_CODE:
        _believe(platform, was, heard.words, (Event.ADOPT, Event.VOID, Event.VOIDED))
    elif found is Finding.HELD:
        _believe(platform, was, _ACCEPTED, (Event.ADOPT,))
    else:
        _say(platform, was, heard.words or _SILENT)


def adopt(platform: Platform, kept: Kept, verdict: Verdict, file: bytes, channel: str) -> None:
    """Settle it by a CDR that was judged; one that is settled without proof gets it."""
    was = kept.submission
    happening = Happening(Event.ADOPT, verdict, file, verdict.code, verdict.description, channel)
    if was.state != State.SETTLED:
        record(platform, kept.document, was, happening)
        return
    now = platform.clock()
    changes = {**proved(platform, verdict, file, channel), "step": was.step + 1}
    line = HistoryLine(now, Event.ADOPT, was.state, verdict.code, verdict.description)
    platform.queue.open()
    with platform.database.transaction() as connection:
        move(platform, connection, was, line, **changes)


def proved(platform: Platform, verdict: Verdict, file: bytes, channel: str) -> dict[str, object]:
    """The columns that a CDR fills."""
    return {
        "outcome": verdict.outcome,
        "code": verdict.code,
        "description": verdict.description,
        "remarks": verdict.remarks,
        "link": verdict.link or None,
        "channel": channel,
        "cdr": platform.blobs.put(file),
        "cdr_issued_at": verdict.issued_at,
    }


def _believe(platform: Platform, was: Submission, words: str, events: tuple[Event, ...]) -> None:
    """SUNAT's own word without its CDR: the state stands, and says by whom it was told."""
    now, state = platform.clock(), State(was.state)
    changes: dict[str, object] = {"outcome": Outcome.ACCEPTED, "description": words, "channel": CONSULTA}
    lines = list[HistoryLine]()
    for event in events:
        state = next_state(state, event)
        lines.append(HistoryLine(now, event, state, None, words))
    platform.queue.open()
    with platform.database.transaction() as connection:
        move(platform, connection, was, *lines, state=state, step=was.step + len(lines), **changes)


def _say(platform: Platform, was: Submission, words: str) -> None:
    now = platform.clock()
    with platform.database.transaction() as connection:
        line = HistoryLine(now, "ASKED", was.state, None, words)
        move(platform, connection, was, line, last_error=words, step=was.step + 1)
