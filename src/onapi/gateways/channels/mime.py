"""A parcel as the bytes of an e-mail: RFC 5322, its words RFC 2047, its file names RFC 2231, each line short and ASCII.

Written by ourselves and not by the standard library: the same parcel gives the same bytes at each attempt, and no text
of a user, whatever stands in it, can end a line of the head. A picture that the HTML calls as `cid:` and its name goes
inside the message; every other file is attached.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from onapi.gateways.channels.channel import Paper, Parcel
from onapi.values.one_line import one_line

MOST_SUBJECT = 200  # characters, as in the contract
_LINE = "\r\n"
_MOST_WORD_BYTES = 42  # of text in one encoded word: 75 characters in all
_WIDE = 70  # from here on a line of the head is folded
_MOST_NAME = 120
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_NO_SUBJECT: Final = "(sin asunto)"
_BINARY: Final = "application/octet-stream"
_CHARSET: Final = "utf-8''"


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands at the head beside what the parcel says."""

    sender: str  # address
    sender_name: str
    reply_to: str
    at: datetime


def message_id(parcel: Parcel, domain: str) -> str:
    """The same at each attempt, so that receivers know a repeat; without its angle brackets."""
    known = parcel.id if _ID.fullmatch(parcel.id) else hashlib.sha256(parcel.id.encode()).hexdigest()
    return f"{known}@{domain}"


def written(parcel: Parcel, heads: Heads, identity: str) -> bytes:
    """The whole message, its lines ended by CR LF."""
    head = [
        ("From", _address(heads.sender, parcel.sender_name or heads.sender_name)),
        ("To", _addresses(parcel.to) or "undisclosed-recipients:;"),
        ("Cc", _addresses(parcel.cc)),
        ("Reply-To", _addresses([each for each in (parcel.reply_to or heads.reply_to,) if each])),
        ("Subject", words(one_line(parcel.subject)[:MOST_SUBJECT].strip() or _NO_SUBJECT, len("Subject: "))),
        ("Date", format_datetime(heads.at)),
        ("Message-ID", f"<{identity}>"),
        ("MIME-Version", "1.0"),
        ("Auto-Submitted", "auto-generated"),
    ]
    first = "".join(f"{name}: {value}{_LINE}" for name, value in head if value)
    return first.encode() + _body(parcel)


def words(text: str, begun: int = 0) -> str:
    """Unstructured text of a head, RFC 2047 where it is not plain; `begun` characters stand before it on its line."""
    if text.isascii() and "=?" not in text and all(len(each) < _WIDE for each in text.split(" ")):
        return _folded(text.split(" "), begun)
    return _folded(_encoded(text), begun)


def _encoded(text: str) -> Iterator[str]:
    """Encoded words, none of which cuts a character."""
    part = b""
    for each in text:
        more = each.encode("utf-8", "replace")
        if len(part) + len(more) > _MOST_WORD_BYTES:
            yield _word(part)
            part = b""
        part += more
    if part:
        yield _word(part)


def _word(part: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(part).decode('ascii')}?="


def _folded(parts: Iterable[str], begun: int) -> str:
    lines, room = [""], _WIDE - begun
    for part in parts:
        if lines[-1] and len(lines[-1]) + 1 + len(part) > room:
            lines.append("")
            room = _WIDE
        lines[-1] += f" {part}" if lines[-1] else part
    return f"{_LINE} ".join(lines)


def _addresses(each: Sequence[str]) -> str:
    return f",{_LINE} ".join(each)


def _address(mailbox: str, name: str) -> str:
    shown = one_line(name)[:_MOST_NAME]
    if not shown:
        return mailbox
    if _PLAIN_NAME.fullmatch(shown) and "=?" not in shown:
        said = _folded(shown.split(" "), len("From: ")) if " " in shown else shown
    elif shown.isascii() and len(shown) < _WIDE and "=?" not in shown:
        said = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        said = _folded(_encoded(shown), len("From: "))
    return f"{said}{_LINE} <{mailbox}>"


def _body(parcel: Parcel) -> bytes:
    """Text; beside it the HTML with the pictures it calls; around them what is attached."""
    inline = [paper for paper in parcel.files if _is_inside(paper, parcel.html)]
    attached = [_file(paper, "attachment") for paper in parcel.files if paper not in inline]
    body = _text(parcel.text, "plain")
    if parcel.html:
        rich = _text(parcel.html, "html")
        if inline:
            rich = _many(parcel, 'related; type="text/html"', [rich, *(_file(paper, "inline") for paper in inline)])
        body = _many(parcel, "alternative", [body, rich])
    return _many(parcel, "mixed", [body, *attached]) if attached else body


def _is_inside(paper: Paper, html: str) -> bool:
    is_picture = paper.media_type.startswith("image/") and _FILE_NAME.fullmatch(paper.name) is not None
    return is_picture and f"cid:{paper.name}" in html


def _many(parcel: Parcel, kind: str, parts: Sequence[bytes]) -> bytes:
    # "=_" stands in no quoted-printable and no base64 text
    mark = "=_" + hashlib.sha256(f"{kind}\0{parcel.id}".encode()).hexdigest()[:32]
    head = f'Content-Type: multipart/{kind};{_LINE} boundary="{mark}"{_LINE}{_LINE}'.encode()
    edge = f"{_LINE}--{mark}"
    inner = b"".join(f"{edge}{_LINE}".encode() + part for part in parts)
    return head + inner + f"{edge}--{_LINE}".encode()


def _text(text: str, kind: str) -> bytes:
    lines = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text).rstrip("\n") + "\n"
    kept = "".join(x for x in lines if x in "\n\t" or unicodedata.category(x) not in {"Cc", "Cs"})
    quoted = binascii.b2a_qp(kept.encode(), quotetabs=False, istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8{_LINE}Content-Transfer-Encoding: quoted-printable{_LINE}{_LINE}"
    return head.encode() + quoted


def _file(paper: Paper, way: str) -> bytes:
    name = one_line(paper.name).replace("/", "_").replace("\\", "_")[:_MOST_NAME] or "archivo"
    media = paper.media_type if _MEDIA_TYPE.fullmatch(paper.media_type) else _BINARY
    head = [f"Content-Type: {media}", "Content-Transfer-Encoding: base64"]
    head.append(f"Content-Disposition: {way};{_named(name)}")
    if way == "inline":
        head.append(f"Content-ID: <{paper.name}>")
    data = base64.encodebytes(paper.content).replace(b"\n", b"\r\n")
    return _LINE.join([*head, "", ""]).encode() + data


def _named(name: str) -> str:
    """A file's name: as it is where it is plain, RFC 2231 where it is not, in numbered pieces where it is long."""
    if _FILE_NAME.fullmatch(name):
        return f'{_LINE} filename="{name}"'
    rest, pieces = quote(name.encode("utf-8", "replace"), safe=""), [""]
    for each in re.findall(r"%..|.", rest):
        if len(pieces[-1]) + len(each) > _MOST_WORD_BYTES:
            pieces.append("")
        pieces[-1] += each
    if len(pieces) == 1:
        return f"{_LINE} filename*=utf-8''{pieces[0]}"
    told = (f" filename*{n}*={'' if n else _CHARSET}{piece}" for n, piece in enumerate(pieces))
    return _LINE + f";{_LINE}".join(told)
