"""A message as everybody is told it: the API, and with hidden receivers the webhook `message.updated`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onapi.flows.message_content import WHATSAPP, Content
from onapi.store.messages import Message, Move
from onapi.values.moment import stamp
from onapi.values.number import ReceiptId


@dataclass(frozen=True, slots=True)
class Told:
    """A message with what belongs to it."""

    message: Message
    receipt: ReceiptId
    content: Content | None  # None once it is forgotten
    moves: tuple[Move, ...] = ()


def file_names(receipt: ReceiptId, kinds: Sequence[str]) -> list[str]:
    """The names under which files of these kinds go out."""
    name = receipt.file_name
    names = {"pdf": f"{name}.pdf", "xml": f"{name}.xml", "cdr": f"R-{name}.zip", "qr": f"{name}-qr.png"}
    return [names[kind] for kind in kinds]


def told_message(told: Told, *, hidden: bool = False) -> dict[str, Any]:
    """The message as JSON; with `hidden` its receivers only so far that one knows them again."""
    message, receipt = told.message, told.receipt
    return {
        "messageId": message.id,
        "ruc": receipt.ruc,
        "doctype": receipt.doctype,
        "serie": receipt.series,
        "number": receipt.number,
        "channel": message.channel,
        "provider": message.provider or None,
        "providerMessageId": message.provider_id,
        "status": message.standing,
        **_receivers(told, hidden=hidden),
        "files": file_names(receipt, message.files),
        "attempts": message.attempts,
        "nextAttemptAt": _at(message.next_action_at),
        "error": {"code": message.code, "message": message.error} if message.code or message.error else None,
        "resendOf": message.resend_of,
        "createdAt": stamp(message.created_at),
        "updatedAt": stamp(message.updated_at),
    }


def told_moves(moves: Sequence[Move]) -> list[dict[str, Any]]:
    """Its history as JSON, oldest line first."""
    return [
        {
            "at": stamp(each.at),
            "status": each.standing,
            "attempt": each.attempt,
            "code": each.code,
            "message": each.words,
        }
        for each in moves
    ]


def _receivers(told: Told, *, hidden: bool) -> Mapping[str, Any]:
    """`phone`, or `to`, `cc` and `bcc`; whole while they are kept and nobody asked to hide them."""
    found = {name: list(told.message.masked.get(name, ())) for name in ("to", "cc", "bcc")}
    if told.content is not None and not hidden:
        found = {"to": list(told.content.to), "cc": list(told.content.cc), "bcc": list(told.content.bcc)}
    refused = list(told.content.refused) if told.content is not None and not hidden else []
    if told.message.channel == WHATSAPP:
        return {"phone": found["to"][0] if found["to"] else None}
    return {**found, "refused": refused}


def _at(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
