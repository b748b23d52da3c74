"""Reading a CDR: strict about danger, lenient about shape.

Real CDRs break their own schema: a date and time where a date belongs, notes out of order, other
prefixes, ISO-8859-1, an empty `dummy/` folder in the ZIP. So elements are found by local name and nothing is asked of
them but what the verdict rests on. Whether the answer is about *our* document is judged elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from onapi.errors import Unreadable
from onapi.values.archive import unzip_one
from onapi.values.moment import in_lima
from onapi.values.xmltree import Element, all_local, local_name, parse_xml, text_of

_CODE = re.compile(r"\d{1,4}", re.ASCII)
_NOTE = re.compile(r"(\d{3,4})\s*-\s*(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Note:
    """An observation: the document stands. `code` is "" when SUNAT wrote a sentence without one."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Cdr:
    """What SUNAT answered about one document."""

    id: str  # SUNAT's ticket
    code: str  # "0" accepted, else four digits
    description: str
    notes: tuple[Note, ...]
    reference_id: str  # as SUNAT names the document in its answer: F001-22
    document_id: str  # the same in the reference beside it
    receiver_ruc: str  # who issued the document and receives the answer
    document_hash: str | None
    link: str | None  # a GRE's QR address
    issued_at: datetime | None  # aware, Lima; None when SUNAT's dates cannot be read
    xml: bytes  # the answer itself, as it was signed


def read_cdr(data: bytes) -> Cdr:
    """The CDR in a ZIP or in bare XML; Unreadable (`sunat_bad_response`) when it is no CDR that says one thing."""
    try:
        xml = unzip_one(data)[1] if data.startswith(b"PK") else data.strip()
        root = parse_xml(xml)
    except Unreadable as error:
        raise _no_cdr(str(error), **error.facts) from None
    if local_name(root) != "ApplicationResponse":
        raise _no_cdr("La respuesta de SUNAT no es una constancia de recepción.")
    response, reference = _one_answer(root)
    return Cdr(
        id=text_of(root, "ID"),
        code=_code(_plain(response, "ResponseCode")),
        description=text_of(response, "Description"),
        notes=tuple(_note(text_of(note)) for note in all_local(root, "Note") if text_of(note)),
        reference_id=_plain(response, "ReferenceID"),
        document_id="" if reference is None else _plain(reference, "ID"),
        receiver_ruc=_receiver(root),
        document_hash=_below(reference, "Attachment/ExternalReference/DocumentHash"),
        link=_below(reference, "DocumentDescription"),
        issued_at=_issued_at(root),
        xml=xml,
    )


def _one_answer(root: Element) -> tuple[Element, Element | None]:
    """The response and the reference to the document; two answers in one CDR are none."""
    responses = list(all_local(root, "DocumentResponse/Response"))
    references = list(all_local(root, "DocumentResponse/DocumentReference"))
    if len(responses) != 1 or len(references) > 1:
        raise _no_cdr("La constancia de SUNAT no trae exactamente una respuesta.")
    return responses[0], references[0] if references else None


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise _no_cdr("La constancia de SUNAT no trae un código de respuesta.", code=text)
    return "0" if int(text) == 0 else text.zfill(4)


def _note(text: str) -> Note:
    match = _NOTE.match(text)
    return Note(match[1].zfill(4), match[2].strip()) if match else Note("", text)


def _receiver(root: Element) -> str:
    """The receiver's RUC, also where it is written `6-20000000001`."""
    party = "ReceiverParty/PartyIdentification/ID"
    return _plain(root, party).rpartition("-")[2]


def _plain(element: Element, path: str) -> str:
    """The text of what decides; elements inside of it are no shape that SUNAT ever gave a value."""
    for found in all_local(element, path):
        if any(isinstance(child.tag, str) for child in found):
            raise _no_cdr("La constancia de SUNAT trae elementos dentro de un valor.", field=path)
    return text_of(element, path)


def _below(reference: Element | None, path: str) -> str | None:
    return (_plain(reference, path) or None) if reference is not None else None


def _issued_at(root: Element) -> datetime | None:
    """When SUNAT answered; when it took the document in, if it does not say."""
    for day, time in (("ResponseDate", "ResponseTime"), ("IssueDate", "IssueTime")):
        moment = _moment(text_of(root, day), text_of(root, time))
        if moment:
            return moment
    return None


def _moment(day: str, time: str) -> datetime | None:
    text = day if "T" in day or not time else f"{day[:10]}T{time}"
    try:
        return in_lima(datetime.fromisoformat(text))
    except ValueError:
        return None


def _no_cdr(sentence: str, **facts: object) -> Unreadable:
    return Unreadable(sentence, key="sunat_bad_response", **facts)
