"""The box of everything that was sent to people in the sandbox: mails and WhatsApp messages, whole, kept on disk.

It survives restarts and may be read by other processes while the simulator writes. It holds so many messages and so
many bytes; beyond that the oldest go.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from onapi.simulator.memory import Memory, Row
from onapi.simulator.outbox_file import OutboxFile

MOST_MESSAGES: Final = 2_000
MOST_BYTES: Final = 512 * 1024 * 1024
_MOST_ORPHANS: Final = 200  # files that were sent up and belong to no message
_SUFFIX: Final = ".outbox"

MAIL, WHATSAPP = "email", "whatsapp"
ACCEPTED, SENT, DELIVERED, READ, FAILED = "accepted", "sent", "delivered", "read", "failed"

_COLUMNS: Final = (
    "id, channel, kind, at, sender, receivers, subject, text, provider_id, standing, code, words, size, told"
)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came along."""

    name: str
    media_type: str
    size: int  # bytes
    digest: str  # SHA-256, hexadecimal


@dataclass(frozen=True, slots=True)
class Content:
    """A file and what is in it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def enclosure(self) -> Enclosure:
        """What is told of it."""
        return Enclosure(self.name, self.media_type, len(self.content), sha256(self.content).hexdigest())


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it reached a mailbox or a phone."""

    channel: str  # email, whatsapp
    kind: str  # email; or the Cloud API's text, document, image, template …; or incoming, which a person wrote
    at: datetime
    sender: str
    receivers: tuple[str, ...]
    subject: str = ""
    text: str = ""  # of a mail only its beginning: the whole of it is in the raw
    provider_id: str = ""  # Message-ID, or wamid
    standing: str = DELIVERED
    code: str = ""  # of what went wrong
    words: str = ""
    told: dict[str, object] = field(default_factory=dict)  # what else its channel knows of it
    files: tuple[Enclosure, ...] = ()
    id: int = 0  # given by the box
    size: int = 0


class Outbox:
    """The open box. Its methods may be called from any thread."""

    def __init__(self, path: Path, *, most: int = MOST_MESSAGES, most_bytes: int = MOST_BYTES) -> None:
        self.memory: Memory = OutboxFile(path)
        self._most, self._most_bytes = most, most_bytes

    def close(self) -> None:
        """Let go of the file."""
        self.memory.close()

    def put(self, message: Message, raw: bytes, files: Sequence[tuple[Enclosure, str]] = ()) -> Message:
        """Keep a message with what was sent letter by letter; files by the id of their content, "" if in `raw`."""
        size = len(raw) + sum(each.size for each, media in files if media)
        with self.memory.transaction():
            number = self.memory.write(
                f"INSERT INTO messages ({_COLUMNS}) VALUES (NULL{', ?' * 13})",  # noqa: S608  names of our own
                _values(message, size),
            )
            self.memory.write("INSERT INTO raws VALUES (?, ?)", (number, raw))
            for place, (each, media) in enumerate(files):
                values = (number, place, clean(each.name), clean(each.media_type), each.size, each.digest, media)
                self.memory.write("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            self._forget_oldest()
        return replace(message, id=number, size=size, files=tuple(each for each, _ in files))

    def find(self, number: int) -> Message | None:
        """A message by its number."""
        return next(self._messages("WHERE id = ?", (number,)), None)

    def find_sent(self, provider_id: str) -> Message | None:
        """A message by the name that its provider gave it."""
        return next(self._messages("WHERE provider_id = ? ORDER BY id DESC", (provider_id,)), None)

    def list(self, where: str = "", values: Sequence[str | int] = (), *, most: int = 50) -> list[Message]:
        """Messages, newest first; see `onapi.simulator.outbox_view.wanted` for conditions."""
        condition = f"WHERE {where}" if where else ""
        return list(self._messages(f"{condition} ORDER BY id DESC LIMIT ?", (*values, most)))

    def count(self, where: str = "", values: Sequence[str | int] = ()) -> int:
        """How many there are."""
        condition = f"WHERE {where}" if where else ""
        row = self.memory.row(f"SELECT COUNT(*) FROM messages {condition}", values)  # noqa: S608  our own words
        return int(row[0]) if row else 0

    def raw(self, number: int) -> bytes:
        """What was sent, letter by letter; empty if there is no such message."""
        row = self.memory.row("SELECT raw FROM raws WHERE message = ?", (number,))
        return bytes(row[0]) if row else b""

    def media_of(self, number: int, place: int) -> str:
        """The id of a message's file that was sent up apart from it; "" if it was not."""
        row = self.memory.row("SELECT media FROM files WHERE message = ? AND place = ?", (number, place))
        return str(row[0]) if row else ""

    def move(self, number: int, standing: str, code: str = "", words: str = "") -> None:
        """A message is somewhere else now."""
        self.memory.write(
            "UPDATE messages SET standing = ?, code = ?, words = ? WHERE id = ?", (standing, code, words, number)
        )

    def remove(self, number: int) -> bool:
        """Forget one message; False if there is none."""
        with self.memory.transaction():
            found = self.find(number) is not None
            self._forget("message = ?", "id = ?", number)
        return found

    def clear(self) -> int:
        """Forget all messages, their files and the news of them; how many there were."""
        with self.memory.transaction():
            many = self.count()
            self._forget("message <= ?", "id <= ?", 2**62)
            self.memory.write("DELETE FROM media")
            self.memory.write("DELETE FROM persons")
        return many

    def _messages(self, rest: str, values: Sequence[str | int]) -> Iterator[Message]:
        for row in self.memory.rows(f"SELECT {_COLUMNS} FROM messages {rest}", values):  # noqa: S608  our own words
            yield _message(row, self._files(int(row[0])))

    def _files(self, number: int) -> tuple[Enclosure, ...]:
        query = "SELECT name, media_type, size, digest FROM files WHERE message = ? ORDER BY place"
        return tuple(Enclosure(*row) for row in self.memory.rows(query, (number,)))

    def _forget_oldest(self) -> None:
        query = """SELECT MAX(id) FROM (SELECT id, SUM(size) OVER newest AS bytes, ROW_NUMBER() OVER newest AS place
                   FROM messages WINDOW newest AS (ORDER BY id DESC)) WHERE (bytes > ? AND place > 1) OR place > ?"""
        row = self.memory.row(query, (self._most_bytes, self._most))
        if row and row[0] is not None:
            self._forget("message <= ?", "id <= ?", int(row[0]))

    def _forget(self, of_message: str, messages: str, number: int) -> None:
        for table in ("raws", "files", "news"):
            self.memory.write(f"DELETE FROM {table} WHERE {of_message}", (number,))  # noqa: S608  our own words
        self.memory.write(f"DELETE FROM messages WHERE {messages}", (number,))  # noqa: S608  our own words
        self.drop_orphans()

    def drop_orphans(self) -> None:
        """Files that no message carries: only the newest stay, for they may be about to be sent."""
        self.memory.write(
            """DELETE FROM media WHERE number NOT IN (SELECT number FROM media WHERE id NOT IN
               (SELECT media FROM files) ORDER BY number DESC LIMIT ?) AND id NOT IN (SELECT media FROM files)""",
            (_MOST_ORPHANS,),
        )


def outbox_beside(ledger: Path) -> Path:
    """Where a simulator with this ledger keeps its box."""
    return ledger.with_name(f"{ledger.name}{_SUFFIX}")


def clean(text: str) -> str:
    """A text as UTF-8 can hold it: what was badly encoded shows as question marks."""
    return text.encode("utf-8", "replace").decode()


def _values(message: Message, size: int) -> tuple[str | int, ...]:
    return (
        message.channel,
        message.kind,
        message.at.isoformat(),
        clean(message.sender),
        clean(json.dumps(message.receivers, ensure_ascii=False)),
        clean(message.subject),
        clean(message.text),
        clean(message.provider_id),
        message.standing,
        message.code,
        message.words,
        size,
        json.dumps(message.told),
    )


def _message(row: Row, files: tuple[Enclosure, ...]) -> Message:
    number, channel, kind, at, sender, receivers, subject, text, sent_as, standing, code, words, size, told = row
    return Message(
        channel,
        kind,
        datetime.fromisoformat(at),
        sender,
        tuple(json.loads(receivers)),
        subject,
        text,
        sent_as,
        standing,
        code,
        words,
        json.loads(told),
        files,
        number,
        size,
    )
