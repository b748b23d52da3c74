"""The body of a message to the phone, read: what kind it is, to whom, what it says, which file it carries."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from onapi.simulator.phone.graph import denied

_PHONE: Final = re.compile(r"\+?[0-9 ().-]{7,24}")
_DIGITS: Final = range(7, 16)
_LINK: Final = re.compile(r"https?://[^\s]+")
_MOST_TEXT: Final = 4096  # characters
_MOST_CAPTION: Final = 1024
_MOST_NAME: Final = 240
_MOST_MARK: Final = 512
_MEDIA_KINDS: Final = frozenset({"audio", "document", "image", "video"})
_WITH_CAPTION: Final = frozenset({"document", "image", "video"})

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that a message names: one that was sent up, or one that lies elsewhere."""

    kind: str  # document, image …
    media: str = ""  # id
    link: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that the phone is asked to send."""

    kind: str
    given: str  # the receiver as written
    to: str  # and as WhatsApp knows him: digits
    text: str
    file: Enclosed | None = None
    template: str = ""  # name
    language: str = ""
    variables: tuple[str, ...] = ()
    mark: str = ""  # biz_opaque_callback_data: comes back in the news


def read_object(body: bytes) -> dict[str, object]:
    """A JSON object; Refused if it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise denied("100", "The body is not a JSON object")
    return found


def read_message(body: bytes) -> Asked:
    """The message in a body; Refused with the parameter that is wrong."""
    told = read_object(body)
    if told.get("messaging_product") != "whatsapp":
        raise denied("100", "The parameter messaging_product is required")
    if told.get("recipient_type", "individual") != "individual":
        raise denied("131009", "recipient_type has to be individual")
    given, kind = _text(told, "to", _MOST_NAME), str(told.get("type", "text"))
    to = digits_of(given)
    mark = _text(told, "biz_opaque_callback_data", _MOST_MARK, required=False)
    inside = told.get(kind)
    if kind not in _READERS:
        raise denied("131051", f"{kind[:_MOST_NAME]} is no type of message that this phone takes")
    if not isinstance(inside, dict):
        raise denied("131008", f"The parameter {kind} is required")
    return _READERS[kind](Asked(kind, given, to, "", mark=mark), inside)


def digits_of(phone: str) -> str:
    """A phone as WhatsApp knows it; Refused if it is none."""
    digits = re.sub(r"\D", "", phone)
    if not _PHONE.fullmatch(phone) or not phone.isascii() or len(digits) not in _DIGITS:
        raise denied("131009", "The parameter to is not a phone number")
    return digits


def _read_text(asked: Asked, inside: Fields) -> Asked:
    return Asked(asked.kind, asked.given, asked.to, _text(inside, "body", _MOST_TEXT), mark=asked.mark)


def _read_media(asked: Asked, inside: Fields) -> Asked:
    caption = _text(inside, "caption", _MOST_CAPTION, required=False) if asked.kind in _WITH_CAPTION else ""
    file = _enclosed(asked.kind, inside)
    return Asked(asked.kind, asked.given, asked.to, caption, file, mark=asked.mark)


def _enclosed(kind: str, inside: Fields) -> Enclosed:
    media = _text(inside, "id", _MOST_NAME, required=False)
    link = _text(inside, "link", _MOST_TEXT, required=False)
    if bool(media) == bool(link):
        raise denied("131008", f"{kind} takes an id or a link, and not both")
    if link and not _LINK.fullmatch(link):
        raise denied("131009", f"The link of {kind} is no web address")
    return Enclosed(kind, media, link, _text(inside, "filename", _MOST_NAME, required=False))


def _read_template(asked: Asked, inside: Fields) -> Asked:
    name, language = _text(inside, "name", _MOST_CAPTION), inside.get("language")
    if not isinstance(language, dict):
        raise denied("131008", "The parameter template['language'] is required")
    file, variables = None, []
    for kind, parameter in _parameters(inside.get("components", [])):
        if parameter.get("type") in _MEDIA_KINDS:
            media = parameter.get(str(parameter["type"]))
            file = _enclosed(str(parameter["type"]), media if isinstance(media, dict) else {})
        elif kind != "button":
            variables.append(_text(parameter, "text", _MOST_TEXT))
    text = " · ".join(variables)
    code = _text(language, "code", _MOST_NAME)
    return Asked(asked.kind, asked.given, asked.to, text, file, name, code, tuple(variables), asked.mark)


def _parameters(components: object) -> list[tuple[str, Fields]]:
    if not isinstance(components, list) or not all(isinstance(each, dict) for each in components):
        raise denied("132012", "The components of a template are a list of objects")
    found: list[tuple[str, Fields]] = []
    for component in components:
        parameters = component.get("parameters", [])
        if not isinstance(parameters, list) or not all(isinstance(each, dict) for each in parameters):
            raise denied("132012", "The parameters of a component are a list of objects")
        found += [(str(component.get("type", "")).lower(), each) for each in parameters]
    return found


def _text(fields: Fields, name: str, most: int, *, required: bool = True) -> str:
    value = fields.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise denied("131008" if value in (None, "") else "131009", f"The parameter {name} is required, as a text")
    if len(value) > most:
        raise denied("131009", f"The parameter {name} has more than {most} characters")
    return value


_READERS: Final[Mapping[str, Callable[[Asked, Fields], Asked]]] = {
    "text": _read_text,
    "template": _read_template,
    **dict.fromkeys(sorted(_MEDIA_KINDS), _read_media),
}
