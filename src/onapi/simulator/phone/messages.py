"""A message comes to the phone: it is taken or refused, kept in the box, and its news are put in line."""

from base64 import b64encode
from dataclasses import dataclass, replace
from secrets import token_bytes
from typing import Final

from onapi.errors import Refused
from onapi.simulator.outbox import ACCEPTED, WHATSAPP, Enclosure, Message
from onapi.simulator.phone.graph import denied, graph_error
from onapi.simulator.phone.media import find_media
from onapi.simulator.phone.news import announce, announce_written
from onapi.simulator.phone.reading import Asked, Enclosed, read_message
from onapi.simulator.phone.switchboard import Phone
from onapi.simulator.receivers import Receiver, magic_phone
from onapi.simulator.rest import Told

_TEMPLATE: Final = "template"
_OUTSIDE: Final = "131047"  # the window of 24 hours
_USUAL: Final = ("sent", "delivered")
_ANSWERS, _FAILS = "51900??????", "51901??????"
_CODE: Final = slice(-6, None)
INCOMING: Final = "incoming"
_HEAD: Final = b"\x1c\x18\x0b"


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a message that was taken."""

    standings: tuple[str, ...] = _USUAL
    code: str = ""  # of the error that its news bring


def send(phone: Phone, body: bytes) -> Told:
    """Take a message; Refused as the Cloud API refuses."""
    asked = read_message(body)
    _refuse_wrong_template(phone, asked)
    files = _files(phone, asked.file)
    fate = _fate(phone, asked, magic_phone(asked.to))
    sent_as = new_wamid()
    kept = phone.outbox.put(_message(phone, asked, sent_as, fate), body, files)
    announce(phone, kept, fate.standings, graph_error(fate.code) if fate.code else None)
    message: dict[str, object] = {"id": sent_as}
    if asked.kind == _TEMPLATE:
        message["message_status"] = ACCEPTED
    contact = {"input": asked.given, "wa_id": asked.to}
    return Told(200, {"messaging_product": WHATSAPP, "contacts": [contact], "messages": [message]})


def write(phone: Phone, person: str, text: str, name: str) -> Message:
    """A person writes to the phone: kept, told to the callback, and the window of 24 hours is open."""
    phone.hear(person)
    told: dict[str, object] = {"to": phone.account.number}
    kept = phone.outbox.put(
        Message(
            WHATSAPP, INCOMING, phone.clock(), person, (f"+{phone.account.number}",), "", text, new_wamid(), told=told
        ),
        text.encode(),
    )
    announce_written(phone, kept, name)
    return kept


def new_wamid() -> str:
    """A name for a message, in the form that WhatsApp gives."""
    return f"wamid.{b64encode(_HEAD + token_bytes(33)).decode()}"


def subject_of(body: bytes) -> str:
    """To whom a body goes, for the plan of faults; "" if nobody can tell."""
    try:
        return read_message(body).to
    except Refused:
        return ""


def _fate(phone: Phone, asked: Asked, magic: Receiver | None) -> _Fate:
    code = asked.to[_CODE] if magic and magic.who in {_ANSWERS, _FAILS} else ""
    is_free = asked.kind == _TEMPLATE or phone.has_written(asked.to)
    if code == _OUTSIDE and is_free:
        return _Fate()
    if magic and magic.who == _ANSWERS and code.strip("0"):
        raise denied(code)
    if magic and magic.who == _FAILS and code.strip("0"):
        return _Fate(("failed",), code)
    if phone.manners.is_strict and not is_free:
        return _Fate(("failed",), _OUTSIDE)
    return _Fate(tuple(magic.answer.split())) if magic and magic.answer else _Fate()


def _refuse_wrong_template(phone: Phone, asked: Asked) -> None:
    approved = phone.manners.templates
    if asked.kind != _TEMPLATE or (approved is None and not asked.template.startswith("no_existe")):
        return
    found = [each for each in approved or () if (each.name, each.language) == (asked.template, asked.language)]
    if not found:
        raise denied("132001", f"There is no template {asked.template} in {asked.language}")
    if found[0].variables not in {None, len(asked.variables)}:
        raise denied("132000", f"The template has {found[0].variables} variables, and {len(asked.variables)} came")


def _files(phone: Phone, enclosed: Enclosed | None) -> list[tuple[Enclosure, str]]:
    if enclosed is None or not enclosed.media:
        return []
    found = find_media(phone, enclosed.media)
    if found is None:
        raise denied("131009", f"Param {enclosed.kind}['id'] is the id of no file that was sent up")
    told = found.content.enclosure
    return [(replace(told, name=enclosed.name or told.name), found.id)]


def _message(phone: Phone, asked: Asked, sent_as: str, fate: _Fate) -> Message:
    told: dict[str, object] = {"to": asked.to, "mark": asked.mark, "error": fate.code}
    if asked.file and asked.file.link:
        told["link"], told["filename"] = asked.file.link, asked.file.name
    if asked.kind == _TEMPLATE:
        told |= {"template": asked.template, "language": asked.language, "variables": list(asked.variables)}
    subject = f"{asked.template} ({asked.language})" if asked.kind == _TEMPLATE else ""
    sender = f"+{phone.account.number}"
    return Message(
        WHATSAPP,
        asked.kind,
        phone.clock(),
        sender,
        (f"+{asked.to}",),
        subject,
        asked.text,
        sent_as,
        ACCEPTED,
        told=told,
    )
