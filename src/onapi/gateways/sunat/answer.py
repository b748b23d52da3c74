"""What an answer of SUNAT can be, and what a status with or without its file comes to.

Only a file is a proof. A status that says "processed" and brings none ends nothing: it is silence.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

from onapi.gateways.sunat.spelling import code_in_words, status_code

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # with an entry, and empty
_TICKET = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}", re.ASCII)


class Kind(StrEnum):
    """The shapes an answer can have."""

    FILE = "FILE"  # a ZIP that should hold a CDR
    CODE = "CODE"  # a return code with words
    TICKET = "TICKET"  # taken in; the verdict comes to whoever asks with this number
    PENDING = "PENDING"  # the ticket is in process
    SILENCE = "SILENCE"  # nothing that can be read, or that proves anything


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    kind: Kind
    file: bytes = b""
    code: str = ""
    words: str = ""
    ticket: str = ""
    status: str = ""  # of a ticket, as it came: what stands here is about the file, a fault may be about the question


def silence(words: str) -> Answer:
    """Nothing that can be read."""
    return Answer(Kind.SILENCE, words=words)


def of_ticket(number: str) -> Answer:
    """The number of a ticket, if it looks like one."""
    return Answer(Kind.TICKET, ticket=number) if _TICKET.fullmatch(number) else silence("no ticket")


def of_file(content: str) -> Answer:
    """The file in an answer that is nothing but a file."""
    decoded = _decoded(content)
    if decoded is None:
        return silence("content is no base64")
    return Answer(Kind.FILE, file=decoded) if decoded.startswith(_ZIP) else silence("content is no ZIP")


def of_status(status: str, content: str, *, words: str = "", error: str = "") -> Answer:
    """A status with its file, its words, or neither; `error` is the code that the answer names beside it, if any.

    98 is in process; 0 without a file is silence, for nothing proves it; 99 without one is the code that it names, or
    silence. Any other number is a return code: 0127 of a ticket, 0001 to 0012 of the consult service.
    """
    found = of_file(content)
    if found.kind is Kind.FILE:
        return Answer(Kind.FILE, file=found.file, code=status.strip(), status=status.strip())
    code, told = status_code(status), words or _text_in(content)
    match code:
        case "" | "0000":
            return silence(f"{status.strip()} {told}".strip())
        case "0098":
            return Answer(Kind.PENDING, code=code, words=told, status=code)
        case "0099":
            named = error or code_in_words(words) or code_in_words(_text_in(content))
            return Answer(Kind.CODE, code=named, words=told, status=code) if named else silence(f"99 {told}".strip())
        case _:
            return Answer(Kind.CODE, code=code, words=told, status=code)


def _decoded(content: str) -> bytes | None:
    """What base64 stands for; None if it is none. Line breaks and spaces inside are as SUNAT sends them."""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _text_in(content: str) -> str:
    """The words that some servers put where the file belongs, plain or in base64; some plain ones look like base64."""
    plain, decoded = content.strip(), _decoded(content)
    if decoded is None or code_in_words(plain):
        return plain
    if decoded.startswith(b"PK"):
        return ""
    try:
        text = " ".join(decoded.decode("utf-8").split())
    except UnicodeDecodeError:
        return plain
    return text if text.isprintable() else plain
