"""Messages to persons about a receipt: take one, have it handed over, look at it, send it again.

A message and its work are kept in one transaction: whoever is told that it was taken will see it sent, or see why not.
What is wrong is said before anything is kept. `message_news.hear` takes what providers tell afterwards.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from onapi.engine import Kind, Work
from onapi.errors import Conflict, Misconfigured, NotFound
from onapi.flows import look, message_budget
from onapi.flows.message_check import check_final, checked, existing
from onapi.flows.message_content import EMAIL, WHATSAPP, Content, masks, opened, seal
from onapi.flows.message_news import hear
from onapi.flows.message_told import Told
from onapi.flows.platform import Platform
from onapi.lifecycle.standing import Standing
from onapi.store import messages
from onapi.store.messages import Message, Move, Wanted
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

__all__ = ["EMAIL", "GIVE_UP", "WHATSAPP", "Wish", "ask", "find", "hear", "keep", "log_of", "resend", "told", "work_of"]

_log = structlog.get_logger(__name__)
GIVE_UP: Final = timedelta(hours=24)  # after so long a message that nobody takes has failed


@dataclass(frozen=True, slots=True)
class Wish:
    """A message as its sender wants it."""

    channel: str  # email, whatsapp
    receipt: ReceiptId
    content: Content
    files: tuple[str, ...] = ("pdf",)  # kinds: pdf, xml, cdr, qr
    force: bool = False  # also of a receipt that SUNAT has not accepted
    request_key: str | None = None  # whoever asks again with it gets what he got before


def ask(platform: Platform, scope: Scope, wish: Wish) -> Message:
    """Take a message and put it on its way.

    Conflict (`document_not_final`) unless SUNAT accepted the receipt; InvalidDocument where a receiver or the words are
    wrong; Misconfigured where the company has no such channel; Throttled where its budget of the day is used up.
    """
    kept = look.find(platform, wish.receipt)
    content = wish.content
    if wish.channel == EMAIL and not content.to and (known := (kept.document.customer or {}).get("email")):
        content = replace(content, to=(known,))
    content = checked(wish.channel, content)
    if not wish.force:
        check_final(platform, kept)
    files = existing(kept, wish.files)
    if wish.request_key and (before := _known(platform, scope, wish.request_key)):
        return before
    message = _new(platform, scope, kept.document.id, wish.channel, content)
    message = replace(message, files=files, request_key=wish.request_key)
    return _take(platform, message, content.many)


def resend(platform: Platform, was: Told, request_key: str | None = None) -> Message:
    """The same again as a message of its own; NotFound once its words are forgotten, Conflict while it is under way."""
    message, scope = was.message, was.message.scope
    if message.next_action_at is not None:
        raise Conflict("El mensaje todavía está en camino; espere a que termine.", key="in_progress", retry_after_s=30)
    if was.content is None:
        sentence = "El contenido de este mensaje ya no se guarda; envíe uno nuevo."
        raise NotFound(sentence, key="message_not_found")
    if request_key and (before := _known(platform, scope, request_key)):
        return before
    content = replace(was.content, refused=())
    again = _new(platform, scope, message.document_id, message.channel, content)
    again = replace(again, files=message.files, masked=message.masked, request_key=request_key, resend_of=message.id)
    return _take(platform, again, content.many)


def _new(platform: Platform, scope: Scope, document_id: str, channel: str, content: Content) -> Message:
    """One that begins now; Misconfigured where the company has no such channel."""
    provider = platform.messaging.channel_of(platform, scope, channel).provider
    name, now = platform.new_id(), platform.clock()
    return Message(
        id=name,
        scope=scope,
        document_id=document_id,
        channel=channel,
        files=(),
        masked=masks(content),
        content=seal(platform, scope, name, content),
        created_at=now,
        give_up_at=now + GIVE_UP,
        updated_at=now,
        next_action_at=now,
        provider=provider,
    )


def _take(platform: Platform, message: Message, many: int) -> Message:
    """Keep it with its work and its share of the budget; who comes second with the same key gets the first one's."""
    platform.queue.open()
    try:
        with platform.database.transaction() as connection:
            message_budget.take(platform, connection, message.scope, message.channel, many)
            keep(platform, connection, message)
            platform.queue.put(connection, work_of(message))
    except Conflict:
        known = _known(platform, message.scope, message.request_key or "")
        if known is None:
            raise
        return known
    return message


def keep(platform: Platform, connection: Connection, message: Message) -> None:
    """Write a new message down, its history with it."""
    messages.add(connection, message.scope, message)
    messages.note(connection, message.scope, message.id, Move(platform.clock(), Standing.QUEUED))


def work_of(message: Message) -> Work:
    """The next piece of durable work of a message."""
    environment, ruc = message.scope.environment, message.scope.ruc
    return Work(f"msg:{environment}:{ruc}:{message.id}", environment, ruc, message.id, message.step, Kind.MESSAGE)


def find(platform: Platform, rucs: AbstractSet[str], message_id: str) -> Told:
    """A message of one of these companies, with its history; NotFound if they have none of this id."""
    with platform.database.reading() as connection:
        found = messages.find_among(connection, platform.environment, rucs, message_id)
    if found is None:
        raise NotFound("No hay un mensaje con este id.", key="message_not_found")
    return told(platform, found.scope, [found], whole=True)[0]


def log_of(platform: Platform, scope: Scope, wanted: Wanted, most: int) -> list[Told]:
    """A company's messages, the newest first, without their history."""
    with platform.database.reading() as connection:
        found = messages.page(connection, scope, wanted, most)
    return told(platform, scope, found)


def told(platform: Platform, scope: Scope, found: Sequence[Message], *, whole: bool = False) -> list[Told]:
    """Messages of one company with the receipts that they are about; with `whole` their history, too."""
    with platform.database.reading() as connection:
        receipts = messages.receipts_of(connection, scope, {each.document_id for each in found})
        moves = messages.moves_of(connection, scope, [each.id for each in found]) if whole else {}
    return [
        Told(each, receipts[each.document_id], _content(platform, each), tuple(moves.get(each.id, ())))
        for each in found
    ]


def _content(platform: Platform, message: Message) -> Content | None:
    """None once it is forgotten; what the vault cannot open is as good as forgotten."""
    try:
        return opened(platform, message.scope, message.id, message.content) if message.content is not None else None
    except Misconfigured as error:
        _log.error("a message cannot be opened", message=message.id, words=str(error))
        return None


def _known(platform: Platform, scope: Scope, request_key: str) -> Message | None:
    if not request_key:
        return None
    with platform.database.reading() as connection:
        return messages.find_by_key(connection, scope, request_key)
