"""What a request to one of SUNAT's REST services carries, and how those services answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from onapi.errors import Unauthenticated

_RUC_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, read whole."""

    places: Mapping[str, str]  # the parts of the path that vary: client, name, ticket, ruc
    body: bytes
    content_type: str
    authorization: str

    def form(self) -> dict[str, str]:
        """The fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    status: int
    body: Mapping[str, object] = field(default_factory=dict)


def failure(status: int, words: str) -> Told:
    """An HTTP error as SUNAT writes it."""
    return Told(status, {"cod": str(status), "msg": words, "exc": None})


def invalid(words: str, *errors: tuple[str, str]) -> Told:
    """A request that can be read and is wrong: HTTP 422 with a code and a sentence for each thing."""
    told = [{"codError": code, "desError": sentence} for code, sentence in errors]
    return Told(422, {"cod": "422", "msg": words, "exc": None, "errors": told})


def granted(give: Callable[[], Mapping[str, object]]) -> Told:
    """A token, or why there is none as OAuth writes it."""
    try:
        return Told(200, give())
    except Unauthenticated as denied:
        return Told(int(str(denied.facts["status"])), {"error": denied.key, "error_description": str(denied)})


def sender_of(ask: Ask, operation: str) -> tuple[str, str, str]:
    """What a request is about, whose it is, and the file it carries in base64; "" for what it does not say."""
    places = ask.places
    subject = places.get("name") or places.get("ticket", "")
    if operation == "token":
        return subject, ask.form().get("username", "")[:_RUC_DIGITS], ""
    if operation == "validate":
        return _receipt(ask), places.get("ruc", ""), ""
    archive = _object(ask.body).get("archivo") if operation == "sendGre" else None
    content = archive.get("arcGreZip") if isinstance(archive, dict) else ""
    return subject, subject[:_RUC_DIGITS] if operation == "sendGre" else "", content if isinstance(content, str) else ""


def _receipt(ask: Ask) -> str:
    """The document that the Consulta Integrada is asked for, as its file would be named."""
    told = _object(ask.body)
    return "-".join(str(told.get(key, "")) for key in ("numRuc", "codComp", "numeroSerie", "numero"))


def _object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
