"""Ways to spoil an answer, by chance that can be played again; and what an accepted one is held against.

What is spoilt on its way (bytes, base64, ZIP, SOAP) may still be believed only if the very CDR that was right is in it.
What is spoilt in the CDR itself, and packed anew, may be believed only if another reader than ours finds in it that
this document was accepted.
"""

import io
import random
import re
import zipfile
from base64 import b64encode
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

from chaos_answers import DIGEST, OTHER_DIGEST, Ear, packed, right_xml

from onapi.store.documents import StoredDocument
from onapi.values.number import ReceiptId

Chance = random.Random
_OBSERVED_FROM = 4000  # SUNAT's codes from here on accept with observations
_TEXT = re.compile(rb">([^<>]{1,200})<")
_WORDS = (b"0", b"98", b"99", b"2335", b"", b"<", b">", b"&", b"]]>", b"\0", b"\xff", b"PK", b"=", b'"', b"}", b"<a/>")


@cache
def cdrs(receipt: ReceiptId) -> tuple[bytes, ...]:
    """Ours, a rejection of ours, and those of others; the first is the one that may be believed."""
    other = replace(receipt, number=receipt.number + 1)
    company = ReceiptId("20000000010", receipt.doctype, receipt.series, receipt.number)
    wrong = right_xml(receipt, document_hash=OTHER_DIGEST)
    return right_xml(receipt), right_xml(receipt, "2335"), right_xml(other), right_xml(company), wrong


def spoilt_on_its_way(ear: Ear, document: StoredDocument, chance: Chance) -> bytes:
    """An answer with a right or a foreign CDR, damaged at one, two or three places."""
    mine = document.receipt
    xml = chance.choice(cdrs(mine)[: 1 + 4 * (chance.random() < 0.3)])
    file = packed(mine, xml, streamed=chance.random() < 0.3, method=chance.choice((0, 8)))
    way = chance.randrange(6)
    if way == 0:
        file = _damaged(file, chance)
    text = b64encode(file)
    if way == 1:
        text = _damaged(text, chance)
    if way == 2:
        text = _spliced(text, b64encode(packed(mine, chance.choice(cdrs(mine)))), chance)
    if way == 3:
        text += chance.choice(_WORDS) + b64encode(file[: chance.randrange(40)])
    answer = ear.wrap("@@").replace(b"@@", text)
    if way == 4:
        answer = _damaged(answer, chance)
    if way == 5:
        answer = _reshaped(answer, chance)
    return answer


def spoilt_inside(document: StoredDocument, chance: Chance) -> bytes:
    """A CDR with other words in it, packed as it should be."""
    mine = document.receipt
    found = chance.choice(cdrs(mine))
    for _ in range(chance.randrange(1, 4)):
        found = _edited(found, mine, chance)
    return packed(mine, found, streamed=chance.random() < 0.3)


def is_the_right_one(document: StoredDocument, file: bytes) -> bool:
    """Whether the very CDR that was right is in a file."""
    return _content(file)[1] == cdrs(document.receipt)[0]


def proves(document: StoredDocument, file: bytes) -> bool:
    """Whether another reader than ours finds this document accepted in a file."""
    xml = _content(file)[1]
    root = ET.fromstring(xml)  # noqa: S314  what the reader under test has taken already
    mine, inside = document.receipt, "{*}DocumentResponse/"
    codes = [each.text or "" for each in root.iterfind(f"{inside}{{*}}Response/{{*}}ResponseCode")]
    references = [*root.iterfind(f"{inside}{{*}}Response/{{*}}ReferenceID")]
    references += [*root.iterfind(f"{inside}{{*}}DocumentReference/{{*}}ID")]
    labels = [(each.text or "").strip() for each in references if (each.text or "").strip()]
    issuers = [each.text or "" for each in root.iterfind("{*}ReceiverParty/{*}PartyIdentification/{*}ID")]
    digests = [each.text or "" for each in root.iterfind(f"{inside}{{*}}DocumentReference//{{*}}DocumentHash")]
    return (
        root.tag.endswith("}ApplicationResponse")
        and len(codes) == 1
        and (int(codes[0].strip()) == 0 or int(codes[0].strip()) >= _OBSERVED_FROM)
        and bool(labels)
        and all(_unpadded(label) == mine.label for label in labels)
        and all(issuer.strip().rpartition("-")[2] in {"", mine.ruc} for issuer in issuers)
        and all(digest.strip() in {"", DIGEST} for digest in digests)
    )


def _content(file: bytes) -> tuple[str, bytes]:
    # this reader refuses versions and flags that it does not know, which say nothing about what is inside
    file = re.sub(rb"(?<=PK\x01\x02..)(..)(.)(.)", _plain_marks, file, flags=re.DOTALL)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        names = [each.filename for each in archive.infolist() if not each.is_dir()]
        assert len(names) == 1, names
        return names[0], archive.read(names[0])


def _plain_marks(found: re.Match[bytes]) -> bytes:
    """Version 2.0, and of the flags those of a data descriptor and of UTF-8 alone."""
    return bytes([20, 0, found[2][0] & 0x08, found[3][0] & 0x08])


def _unpadded(label: str) -> str:
    head, _, number = label.rpartition("-")
    return f"{head}-{int(number)}" if number.isdigit() else label


def _damaged(data: bytes, chance: Chance) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(data))
        until = min(len(data), at + chance.choice((1, 1, 2, 8, 64)))
        middle = (
            bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 : until],
            b"",
            data[at:until] * 2,
            data[at:until][::-1],
            chance.choice(_WORDS) + data[at:until],
            bytes(until - at),
        )[chance.randrange(6)]
        data = data[:at] + middle + data[until:]
        if chance.random() < 0.1:
            data = data[: chance.randrange(1, max(2, len(data)))]
        if not data:
            return b"\0"
    return data


def _spliced(one: bytes, other: bytes, chance: Chance) -> bytes:
    """The beginning of one file and the end of another."""
    if chance.random() < 0.5:
        one, other = other, one
    cut = chance.randrange(0, len(one), 4)
    return one[:cut] + other[chance.choice((cut, chance.randrange(0, len(other), 4))) :]


def _reshaped(answer: bytes, chance: Chance) -> bytes:
    """An element more, less, twice, or under another name; the same for the members of JSON."""
    if answer.startswith(b"{"):
        places = [found.span() for found in re.finditer(rb'"[^"]{0,40}"', answer)]
    else:
        places = [found.span() for found in re.finditer(rb"</?[^<>]+>", answer)]
    begin, end = chance.choice(places)
    part = answer[begin:end]
    new = (b"", part * 2, part.upper(), b"<status>", b'"0"', b"<!-- -->" + part, part + b"<?x?>")[chance.randrange(7)]
    return answer[:begin] + new + answer[end:]


def _edited(xml: bytes, mine: ReceiptId, chance: Chance) -> bytes:
    """Another text where one stood, or a text moved, or two CDRs joined at the same place."""
    places = [found.span(1) for found in _TEXT.finditer(xml)]
    (begin, end), way = chance.choice(places), chance.randrange(4)
    if way == 0:
        words = (
            mine.label,
            mine.ruc,
            "F001-8",
            "20000000010",
            "0",
            "0000",
            "2335",
            "98",
            "",
            " 0 ",
            "00",
            DIGEST,
            OTHER_DIGEST,
        )
        return xml[:begin] + chance.choice(words).encode() + xml[end:]
    if way == 1:
        one, other = chance.choice(places)
        return xml[:begin] + xml[one:other] + xml[end:]
    if way == 2:
        return xml[:begin] + _damaged(xml[begin:end], chance) + xml[end:]
    parts = [found.span() for found in re.finditer(rb"<cac:(\w+)>.*?</cac:\1>", chance.choice(cdrs(mine)), re.DOTALL)]
    source = chance.choice(cdrs(mine))
    one, other = chance.choice(parts)
    return xml[: begin - 1] + b">" + source[one:other] + b"<" + xml[end + 1 :] if chance.random() < 0.3 else xml
