"""What the box shows: messages by who, what and when, one whole, one file; for HTTP and for the command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onapi.errors import InvalidDocument
from onapi.simulator.letter import Letter, read_letter
from onapi.simulator.outbox import MAIL, WHATSAPP, Content, Message, Outbox

MOST_LISTED: Final = 200
_USUAL: Final = 50
_CHANNELS: Final = (MAIL, WHATSAPP)
_KNOWN: Final = ("channel", "to", "subject", "standing", "since", "before", "limit")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages."""

    where: str = ""
    values: tuple[str | int, ...] = ()
    most: int = _USUAL


def wanted(asked: Mapping[str, str]) -> Wanted:
    """Filters as a query has them: channel, to and subject (a part of it), standing, since, before (an id), limit.

    InvalidDocument with a Spanish sentence for what makes no sense.
    """
    strange = next((key for key in asked if key not in _KNOWN), "")
    if strange:
        raise InvalidDocument(f"No hay un filtro {strange}; hay: {', '.join(_KNOWN)}.")
    if asked.get("channel", MAIL) not in _CHANNELS:
        raise InvalidDocument(f"channel es uno de: {', '.join(_CHANNELS)}.")
    conditions: list[tuple[str, str | int]] = []
    for key, condition in _CONDITIONS.items():
        if asked.get(key):
            conditions.append((condition, _part(asked[key]) if "LIKE" in condition else asked[key]))
    if asked.get("before"):
        conditions.append(("id < ?", _number(asked, "before", 2**62)))
    where = " AND ".join(condition for condition, _ in conditions)
    most = _number(asked, "limit", MOST_LISTED) if asked.get("limit") else _USUAL
    return Wanted(where, tuple(value for _, value in conditions), most)


_CONDITIONS: Final[Mapping[str, str]] = {
    "channel": "channel = ?",
    "standing": "standing = ?",
    "to": "receivers LIKE ? ESCAPE '\\'",
    "subject": "subject LIKE ? ESCAPE '\\'",
    "since": "julianday(at) >= julianday(?)",
}


def _part(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _number(asked: Mapping[str, str], key: str, most: int) -> int:
    text = asked[key]
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise InvalidDocument(f"{key} es un número de 1 a {most}.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Whole:
    """A message with everything in it."""

    message: Message
    raw: bytes
    letter: Letter | None  # of a mail

    @property
    def text(self) -> str:
        """All of it."""
        return self.letter.text if self.letter else self.message.text


def whole(outbox: Outbox, number: int) -> Whole | None:
    """A message by its number."""
    message = outbox.find(number)
    if message is None:
        return None
    raw = outbox.raw(number)
    return Whole(message, raw, read_letter(raw) if message.channel == MAIL else None)


def file_of(outbox: Outbox, found: Whole, place: int) -> Content | None:
    """A message's file, counted from 1; None if there is none."""
    if not 1 <= place <= len(found.message.files):
        return None
    if found.letter:
        return found.letter.files[place - 1]
    told = found.message.files[place - 1]
    row = outbox.memory.row("SELECT content FROM media WHERE id = ?", (outbox.media_of(found.message.id, place - 1),))
    return Content(told.name, told.media_type, bytes(row[0])) if row else None


def told(message: Message) -> dict[str, object]:
    """A message as lists show it."""
    files = [
        {"n": place, "name": each.name, "mediaType": each.media_type, "size": each.size, "sha256": each.digest}
        for place, each in enumerate(message.files, 1)
    ]
    return {
        "id": message.id,
        "channel": message.channel,
        "kind": message.kind,
        "at": message.at.isoformat(timespec="milliseconds"),
        "from": message.sender,
        "to": list(message.receivers),
        "subject": message.subject,
        "text": message.text,
        "providerId": message.provider_id,
        "status": message.standing,
        "code": message.code or None,
        "error": message.words or None,
        "size": message.size,
        "files": files,
        "details": message.told,
    }


def told_whole(found: Whole) -> dict[str, object]:
    """A message with its text whole and, if it is a mail, its headers and HTML."""
    letter = found.letter
    more = {"headers": letter.headers, "html": letter.html or None} if letter else {"headers": {}, "html": None}
    return {**told(found.message), "text": found.text, **more}
