"""The one road of every move: the submission changes, its history says so, and who subscribed is told, or none of it.

Persons who are to get the receipt get their message from here, too. Nobody else moves a submission, but `carry`, which
moves hundreds at once by the same steps; a house test sees to it. Call `platform.queue.open()` before the transaction
begins: what is announced is put to work in it.
"""

from sqlalchemy import Connection

from onapi.flows.announce_moves import announce_move
from onapi.flows.author import author, signed
from onapi.flows.notify import notify_moves
from onapi.flows.platform import Platform
from onapi.store import submissions
from onapi.store.submissions import HistoryLine, Submission


def move(
    platform: Platform,
    connection: Connection,
    was: Submission,
    *lines: HistoryLine,
    **changes: object,
) -> Submission:
    """Change a submission that still is where `was` says, with what its history tells of it; Conflict if it moved on.

    Of several moves at once the last one counts, and it alone is told.
    """
    moved = submissions.move(connection, was.scope, was, platform.clock(), **changes)
    for line in lines:
        note(connection, was, line)
    announce_move(platform, connection, was, moved)
    notify_moves(platform, connection, [(was, moved)])
    return moved


def open_road(platform: Platform, connection: Connection, submission: Submission) -> None:
    """Open the road of a document that was just kept; its history begins with whoever is at work."""
    who, scope = author(), submission.scope
    submissions.add(connection, scope, submission, platform.clock(), actor=who.actor, request_id=who.request_id)


def note(connection: Connection, about: Submission, line: HistoryLine) -> None:
    """Say something in the history of a submission that stays where it is."""
    submissions.note(connection, about.scope, about.id, signed(line))


def supersede(platform: Platform, connection: Connection, was: Submission) -> None:
    """Another document takes the number of one that SUNAT refused to register; Conflict if it is on its way again."""
    line = HistoryLine(platform.clock(), "SUPERSEDED", was.state, None, None)
    move(platform, connection, was, line, step=was.step + 1)
