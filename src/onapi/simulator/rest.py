"""What a request to one of SUNAT's REST services carries, and how those services answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from onapi.errors import Unauthenticated


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
