"""What a provider tells of a message later: it arrived, was read, or failed. Late and repeated news change nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from onapi.flows.announce import announce
from onapi.flows.message_told import Told, told_message
from onapi.flows.platform import Platform
from onapi.lifecycle.standing import Standing, after
from onapi.store import message_report, messages
from onapi.store.acting import acting_for_all, acting_for_scope
from onapi.store.messages import Message, Move
from onapi.values.scope import Environment, Scope

_LONGEST_WORDS = 500
_LONGEST_CODE = 60


def hear(  # noqa: PLR0917  the contract between rooms: as providers tell it
    platform: Platform,
    environment: Environment,
    provider: str,
    provider_id: str,
    standing: Standing,
    at: datetime,
    code: str = "",
    words: str = "",
    *,
    message_id: str = "",
) -> bool:
    """Take in news of a message, by the provider's name for it or by our mark; False if there is no such message.

    `message_id` is `Parcel.id` where the provider gives it back. `words` go to the history: no addresses in them.
    """
    known = _found(platform, environment, provider, provider_id, message_id)
    if known is None:
        return False
    platform.queue.open()
    at = min(at, platform.clock()) if at.tzinfo is not None else platform.clock()
    line = Move(at, standing, None, code[:_LONGEST_CODE] or None, words[:_LONGEST_WORDS] or None)
    with acting_for_scope(known.scope), platform.database.transaction() as connection:
        was = messages.locked(connection, known.scope, known.id)
        if was is not None:
            _take_in(platform, connection, was, line, provider_id)
    return True


@acting_for_all("a provider names a message and not its company")
def _found(
    platform: Platform, environment: Environment, provider: str, provider_id: str, message_id: str
) -> Message | None:
    with platform.database.reading() as connection:
        return messages.of_provider(connection, environment, provider, provider_id, message_id)


@acting_for_all("callers of all companies wait for their own, and one look serves them")
def tried_among(platform: Platform, owners: Mapping[str, Scope]) -> set[str]:
    """Which of these messages have had an attempt that is over."""
    with platform.database.reading() as connection:
        return message_report.tried_among(connection, owners)


def _take_in(platform: Platform, connection: Connection, was: Message, line: Move, provider_id: str) -> None:
    news = Standing(line.standing)
    standing = after(Standing(was.standing), news)
    if standing == was.standing:
        return
    now = platform.clock()
    changes: dict[str, object] = {"standing": standing, "updated_at": now, "next_action_at": None}
    changes |= (
        {"code": line.code, "error": line.words} if standing is Standing.FAILED else {"code": None, "error": None}
    )
    if was.next_action_at is not None:  # it needs no further attempt
        changes |= {"step": was.step + 1, "ended_at": now}
    if was.provider_id is None and provider_id:
        changes |= {"provider_id": provider_id}
    moved = messages.change(connection, was.scope, was.id, changes)
    messages.note(connection, was.scope, was.id, line)
    tell(platform, connection, moved)


def tell(platform: Platform, connection: Connection, moved: Message) -> None:
    """Tell whoever subscribed that a message moved; its receivers stay hidden, for this text is kept as it is."""
    receipts = messages.receipts_of(connection, moved.scope, [moved.document_id])
    data = told_message(Told(moved, receipts[moved.document_id], None), hidden=True)
    announce(platform, connection, moved.scope, "message.updated", data, about=moved.id)
