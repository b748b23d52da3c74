"""The news of a message (sent, delivered, read, failed) and what persons write, as the Cloud API tells its callback."""

import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from onapi.simulator.outbox import FAILED, Message
from onapi.simulator.phone.graph import GraphError
from onapi.simulator.phone.switchboard import Phone

FORGED: Final = "!"  # after a standing: signed by somebody else
_COLUMNS: Final = "id, message, standing, body, due, tries"


@dataclass(frozen=True, slots=True)
class News:
    """Something that the callback has still to be told."""

    id: int
    message: int
    standing: str
    body: str  # JSON, as it goes out
    due: float  # seconds of the real clock
    tries: int

    def signature(self, phone: Phone) -> str:
        """What X-Hub-Signature-256 holds."""
        secret = "otro" if self.standing.endswith(FORGED) else phone.account.app_secret
        return f"sha256={hmac.new(secret.encode(), self.body.encode(), sha256).hexdigest()}"


def announce(phone: Phone, message: Message, standings: Sequence[str], error: GraphError | None = None) -> None:
    """Let the callback know of a message's standings, each after its delay."""
    now = time.time()
    for standing, delay_s in zip(standings, phone.delays(standings), strict=True):
        told = _status(phone, message, standing.rstrip(FORGED), delay_s, error)
        keep(phone, message.id, standing, _body(phone, {"statuses": [told]}), now + delay_s)


def hasten(phone: Phone, message: Message) -> None:
    """Let what is known of a message go out at once."""
    phone.outbox.memory.write("UPDATE news SET due = ? WHERE message = ? AND due > ?", (time.time(), message.id, 0))


def announce_written(phone: Phone, message: Message, name: str) -> None:
    """Let the callback know what a person wrote."""
    person = message.sender
    written = {
        "from": person,
        "id": message.provider_id,
        "timestamp": str(int(message.at.timestamp())),
        "type": "text",
        "text": {"body": message.text},
    }
    contact = {"profile": {"name": name}, "wa_id": person}
    keep(phone, message.id, message.standing, _body(phone, {"contacts": [contact], "messages": [written]}), time.time())


def keep(phone: Phone, message: int, standing: str, body: str, due: float) -> None:
    """Something to tell at a time."""
    phone.outbox.memory.write(
        "INSERT INTO news (message, standing, body, due, tries) VALUES (?, ?, ?, ?, 0)", (message, standing, body, due)
    )


def due(phone: Phone, now: float, most: int) -> list[News]:
    """What is to be told by now, oldest first."""
    query = f"SELECT {_COLUMNS} FROM news WHERE due <= ? ORDER BY due, id LIMIT ?"  # noqa: S608  our own words
    return [News(*row) for row in phone.outbox.memory.rows(query, (now, most))]


def _status(
    phone: Phone, message: Message, standing: str, delay_s: float, error: GraphError | None
) -> dict[str, object]:
    told: dict[str, object] = {
        "id": message.provider_id,
        "status": standing,
        "timestamp": str(int(phone.clock().timestamp() + delay_s)),
        "recipient_id": message.told["to"],
    }
    if message.told.get("mark"):
        told["biz_opaque_callback_data"] = message.told["mark"]
    if standing == FAILED and error is not None:
        return {**told, "errors": [error.in_news]}
    category = "utility" if message.kind == "template" else "service"
    conversation = {"id": sha256(message.provider_id.encode()).hexdigest()[:32], "origin": {"type": category}}
    return {
        **told,
        "conversation": conversation,
        "pricing": {"billable": True, "pricing_model": "PMP", "category": category},
    }


def _body(phone: Phone, news: dict[str, object]) -> str:
    account = phone.account
    metadata = {"display_phone_number": account.number, "phone_number_id": account.number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **news}
    entry = {"id": account.business_id, "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, separators=(",", ":"))
