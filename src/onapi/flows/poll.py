"""Ask what became of a ticket, with patience: SUNAT may keep a file for hours, and may forget that it gave a ticket."""

from dataclasses import replace
from datetime import timedelta

from onapi.errors import OnapiError
from onapi.flows import roads
from onapi.flows.hear import Happening, hear_ticket
from onapi.flows.pause import is_about_credentials
from onapi.flows.platform import Platform
from onapi.flows.record import keep_talk, record
from onapi.lifecycle import Event
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission


def poll(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    """Ask once and record it; a ticket that tells nothing for too long is lost, and others are asked instead."""
    heard, was_asked = ask(platform, document, submission)
    silences = submission.absences + was_asked if heard.event is Event.SILENCE else 0
    if _is_lost(platform, submission, heard, silences):
        heard, silences = replace(heard, event=Event.LOST), 0
    record(platform, document, submission, heard, absences=silences)


def ask(platform: Platform, document: StoredDocument, submission: Submission) -> tuple[Happening, bool]:
    """One question, and whether SUNAT's service for tickets heard it; where it did not, its silence says nothing.

    Where the credentials went away after the send, nobody is asked until they are back.
    """
    try:
        account = roads.account_for(platform, roads.company_of(platform, document.scope), submission)
    except OnapiError as error:
        return Happening(Event.SILENCE, code=error.key, words=str(error)), False
    talk = roads.ask_ticket(platform, account, submission)
    keep_talk(platform, document, submission, talk)
    heard = hear_ticket(document, talk)
    return heard, talk.was_sent and not is_about_credentials(heard)


def _is_lost(platform: Platform, submission: Submission, heard: Happening, silences: int) -> bool:
    if heard.event is Event.SILENCE:
        return silences >= platform.pace.lost_times
    since = submission.ticketed_at or platform.clock()
    is_old = platform.clock() - since > timedelta(seconds=platform.pace.lost_after_s)
    return heard.event is Event.PENDING and is_old
