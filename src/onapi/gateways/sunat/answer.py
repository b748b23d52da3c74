"""What SUNAT's raw answer says, in whichever of its spellings.

Only three things can come out: a file, a code with words, or silence.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

from onapi.errors import Unreadable
from onapi.gateways.door import Talk
from onapi.values.xmltree import Element, find_local, parse_xml, text_of

_CODE_IN_FAULT = re.compile(r"(?:^|[.:])\s*(\d{3,4})\s*$", re.ASCII)
_LONE_CODE = re.compile(r"\s*(\d{3,4})\s*", re.ASCII)
_STATUS_CODE = re.compile(r"\s*\d{1,4}\s*", re.ASCII)  # 0, 98 and 99 among them
_NOT_CODED = {401: "0102", 403: "0111"}  # what these mean on the wire when no SOAP comes with them
_TAKES_NOTHING = frozenset({429, 500, 502, 503, 504})  # static pages of the front: nothing was registered
BUSY_CODE = "0109"


class Kind(StrEnum):
    """The shapes an answer can have."""

    FILE = "FILE"  # a ZIP that should hold a CDR
    CODE = "CODE"  # a return code with words
    SILENCE = "SILENCE"  # nothing that can be read


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    kind: Kind
    file: bytes = b""
    code: str = ""
    words: str = ""


def read_answer(talk: Talk) -> Answer:
    """Read a talk; never raises: what cannot be read is silence."""
    if talk.status is None:
        return Answer(Kind.SILENCE, words=talk.trouble)
    try:
        root = parse_xml(talk.answer)
    except Unreadable:
        return _without_soap(talk)
    body = find_local(root, "Body")
    if body is None:
        return _without_soap(talk)
    fault = find_local(body, "Fault")
    return _fault(fault) if fault is not None else _content(body)


def _without_soap(talk: Talk) -> Answer:
    if talk.status in _NOT_CODED:
        return Answer(Kind.CODE, code=_NOT_CODED[talk.status], words=f"HTTP {talk.status}")
    if talk.status in _TAKES_NOTHING:
        return Answer(Kind.CODE, code=BUSY_CODE, words=f"HTTP {talk.status}")
    return Answer(Kind.SILENCE, words=f"HTTP {talk.status}, {len(talk.answer)} bytes")


def _fault(fault: Element) -> Answer:
    """The code ends `faultcode`; some nodes write it as `faultstring` alone, with the words in `detail`."""
    coded, words = text_of(fault, "faultcode"), text_of(fault, "faultstring")
    detail = text_of(fault, "detail/message") or text_of(fault, "detail")
    if found := _CODE_IN_FAULT.search(coded):
        return Answer(Kind.CODE, code=found[1].zfill(4), words=words or detail)
    if found := _LONE_CODE.fullmatch(words):
        return Answer(Kind.CODE, code=found[1].zfill(4), words=detail)
    return Answer(Kind.SILENCE, words=f"{coded} {words}".strip())


def _content(body: Element) -> Answer:
    response = next(iter(body), None)
    if response is None:
        return Answer(Kind.SILENCE, words="empty body")
    if (found := find_local(response, "applicationResponse")) is not None:
        return _file(text_of(found), "")
    status = find_local(response, "statusCdr")
    status = status if status is not None else find_local(response, "status")
    if status is None:
        return Answer(Kind.SILENCE, words="no response in the body")
    code, words = text_of(status, "statusCode"), text_of(status, "statusMessage")
    file = _file(text_of(status, "content"), code)
    if file.kind is Kind.FILE:
        return file
    if not _STATUS_CODE.fullmatch(code):
        return Answer(Kind.SILENCE, words=f"{code} {words}".strip())
    return Answer(Kind.CODE, code=code.strip().zfill(4), words=words)


def _file(text: str, code: str) -> Answer:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return Answer(Kind.SILENCE, words="content is no base64")
    if not content.startswith(b"PK"):
        return Answer(Kind.SILENCE, words="content is no ZIP")
    return Answer(Kind.FILE, file=content, code=code)
