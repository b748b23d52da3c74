"""Files sent up to the phone, for messages to name: taken, told of, given back, deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final

from onapi.simulator.outbox import Content, clean
from onapi.simulator.phone.form import read_form
from onapi.simulator.phone.graph import denied
from onapi.simulator.phone.switchboard import Phone
from onapi.simulator.rest import Ask, Told

MOST_BYTES: Final = 13 * 1024 * 1024  # the true one takes documents of 100 MB
_MOST_IMAGE_BYTES: Final = 5 * 1024 * 1024
_LIFE: Final = timedelta(days=30)
# The types that the true one takes: no XML and no ZIP.
_DOCUMENTS: Final = (
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pdf",
    "text/plain",
    "application/vnd.ms-excel",
)
_SOUNDS: Final = ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus")
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp")
TYPES: Final = (*_SOUNDS, *_DOCUMENTS, *_PICTURES, "video/mp4", "video/3gpp")


@dataclass(frozen=True, slots=True)
class Media:
    """A file that was sent up."""

    id: str
    content: Content
    at: datetime


def take(phone: Phone, ask: Ask) -> Told:
    """Keep the file of a form and give it an id; Refused as the Cloud API refuses."""
    parts = read_form(ask)
    if parts.text("messaging_product") != "whatsapp":
        raise denied("100", "The parameter messaging_product is required")
    file = parts.file
    if file is None:
        raise denied("100", "The parameter file is required")
    media_type = (parts.text("type") or file.media_type).partition(";")[0].strip().lower()
    _refuse_unfit(media_type, len(file.content))
    told = Content(clean(file.name) or "archivo", media_type, file.content)
    return Told(200, {"id": _keep(phone, told)})


def tell(phone: Phone, number: str, address: str) -> Told:
    """What is known of a file, with the address where it lies."""
    found = _held(phone, number)
    told = found.content.enclosure
    facts = {"mime_type": told.media_type, "sha256": told.digest, "file_size": told.size}
    return Told(200, {"messaging_product": "whatsapp", "url": address, **facts, "id": number})


def give(phone: Phone, number: str) -> Content:
    """A file's content; Refused if there is none."""
    return _held(phone, number).content


def delete(phone: Phone, number: str) -> Told:
    """Forget a file, unless a message carries it: the person keeps hers."""
    _held(phone, number)
    query = "DELETE FROM media WHERE id = ? AND id NOT IN (SELECT media FROM files)"
    phone.outbox.memory.write(query, (number,))
    return Told(200, {"success": True})


def find_media(phone: Phone, number: str) -> Media | None:
    """A file by its id, for thirty days of the simulator's clock."""
    query = "SELECT id, name, media_type, content, at FROM media WHERE id = ?"
    row = phone.outbox.memory.row(query, (number,))
    if row is None or phone.clock() - datetime.fromisoformat(row[4]) > _LIFE:
        return None
    return Media(row[0], Content(row[1], row[2], bytes(row[3])), datetime.fromisoformat(row[4]))


def _held(phone: Phone, number: str) -> Media:
    found = find_media(phone, number)
    if found is None:
        raise denied("100", f"There is no object with the id {number[:64]}", 33)
    return found


def _keep(phone: Phone, content: Content) -> str:
    number = str(10**15 + randbelow(9 * 10**15))
    told = content.enclosure
    values = (number, "", told.name, told.media_type, phone.clock().isoformat(), told.digest, content.content)
    memory = phone.outbox.memory
    with memory.transaction():
        memory.write(
            "INSERT INTO media (id, owner, name, media_type, at, digest, content) VALUES (?, ?, ?, ?, ?, ?, ?)", values
        )
        phone.outbox.drop_orphans()
    return number


def _refuse_unfit(media_type: str, size: int) -> None:
    if media_type not in TYPES:
        known = ", ".join(TYPES)
        raise denied(
            "100", f"Param file must be a file with one of the following types: {known}. Received '{media_type[:80]}'."
        )
    if size == 0 or size > (_MOST_IMAGE_BYTES if media_type in _PICTURES else MOST_BYTES):
        raise denied("131053", f"A file of {size} bytes is too big or empty for {media_type}")
