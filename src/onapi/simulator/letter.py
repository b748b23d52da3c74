"""A mail as it came over the wire, read: what a person sees of it, and its attachments byte for byte.

Nothing in a mail is sure to be well made. What cannot be read is left out; the mail itself is kept letter by letter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Final, cast

from onapi.simulator.outbox import Content

_UNNAMED: Final = "adjunto"
_HEADERS: Final = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError)  # what the library raises for bad headers


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail."""

    headers: dict[str, str]  # decoded; only those that it has
    text: str
    html: str
    files: tuple[Content, ...]

    @property
    def subject(self) -> str:
        """Of the mail; "" if it has none."""
        return self.headers.get("Subject", "")

    @property
    def message_id(self) -> str:
        """With its angles."""
        return self.headers.get("Message-ID", "")


def read_letter(raw: bytes) -> Letter:
    """A mail from its bytes; never fails."""
    message: EmailMessage = message_from_bytes(raw, policy=policy.default)
    headers = {name: value for name in _HEADERS if (value := _header(message, name))}
    leaves = list(_leaves(message))
    texts = {"plain": "", "html": ""}
    files: list[Content] = []
    for part in leaves:
        kind = part.get_content_subtype() if part.get_content_maintype() == "text" else ""
        if kind in texts and not texts[kind] and not _name(part) and part.get_content_disposition() != "attachment":
            texts[kind] = _words(part)
        else:
            files.append(_file(part, len(files) + 1))
    return Letter(headers, texts["plain"], texts["html"], tuple(files))


def _leaves(message: Message) -> Iterator[EmailMessage]:
    """The parts that hold something; a mail within a mail is one of them."""
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in cast("list[Message]", message.get_payload()):
            yield from _leaves(part)
    else:
        yield cast("EmailMessage", message)


def _header(message: EmailMessage, name: str) -> str:
    found = _read(lambda: message.get(name))
    return "" if found is None else " ".join(str(found).split())


def _name(part: EmailMessage) -> str:
    return str(_read(part.get_filename) or "")


def _read(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except _UNREADABLE:
        return None


def _words(part: EmailMessage) -> str:
    content = _bytes(part)
    charset = str(_read(part.get_content_charset) or "utf-8")
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("utf-8", "replace")


def _file(part: EmailMessage, place: int) -> Content:
    name = _name(part) or f"{_UNNAMED}-{place}"
    return Content(name, part.get_content_type(), _bytes(part))


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message" and isinstance(part.get_payload(), list):
        return b"".join(bytes(each) for each in cast("list[Message]", part.get_payload()))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
