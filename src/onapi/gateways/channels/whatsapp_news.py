"""News of WhatsApp's Cloud API as Meta posts it: whether it is signed, and what it says of messages of ours.

Meta signs the raw body with the secret of its application. What it says is read with suspicion all the same: an item
that is not as published is left out and counted, and the others are taken. What persons write to the number is none of
our business.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from onapi.facts.whatsapp_errors import whatsapp_error
from onapi.gateways.channels.whatsapp import clean
from onapi.gateways.channels.whatsapp_parts import Mark, read_mark
from onapi.lifecycle.standing import Standing

MOST_BYTES: Final = 3 * 1024 * 1024  # Meta's own limit
_MOST_NEWS: Final = 3000  # Meta puts a thousand together at most
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)
_STANDINGS: Final[Mapping[str, Standing]] = MappingProxyType(
    {
        "sent": Standing.SENT,
        "delivered": Standing.DELIVERED,
        "read": Standing.READ,
        "played": Standing.READ,  # of a voice message
        "failed": Standing.FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class News:
    """What became of one message of WhatsApp's."""

    provider_id: str
    standing: Standing
    at: datetime | None  # None where it says no moment
    mark: Mark | None  # None where it bears no mark of ours
    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """All that one call said."""

    news: tuple[News, ...]  # oldest first, each once
    ignored: int  # items that are none: what persons wrote, what cannot be read


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `X-Hub-Signature-256` is that of this very body, in the same time either way; never without a secret."""
    expected = "sha256=" + hmac.new(secret.encode("utf-8", "surrogatepass"), body, sha256).hexdigest()
    told = signature if looks_signed(signature) else "sha256=" + "0" * 64
    return hmac.compare_digest(expected, told) and bool(secret)


def looks_signed(signature: str) -> bool:
    """Whether it has the form of a signature; what has not is refused before its body is read."""
    return _SIGNATURE.fullmatch(signature) is not None


def read_bulletin(said: object) -> Bulletin:
    """What a body says, once it is read as JSON."""
    found: dict[tuple[str, Standing], News] = {}
    ignored = 0
    for item in _items(said):
        news = _news(item) if len(found) < _MOST_NEWS else None
        if news is None:
            ignored += 1
        else:
            found.setdefault((news.provider_id, news.standing), news)
    first = datetime.fromtimestamp(0, UTC)
    return Bulletin(tuple(sorted(found.values(), key=lambda each: each.at or first)), ignored)


def _items(said: object) -> Iterator[Any]:
    """Each status, and whatever else stands where statuses do."""
    if _at(said, "object") != "whatsapp_business_account":
        yield None
        return
    for entry in _list(_at(said, "entry")):
        for change in _list(_at(entry, "changes")):
            value = _at(change, "value")
            statuses = _list(_at(value, "statuses"))
            yield from statuses
            yield from [None] * (0 if statuses else 1)


def _news(item: object) -> News | None:
    named, standing = _at(item, "id"), _STANDINGS.get(str(_at(item, "status")))
    if standing is None or not isinstance(named, str) or not _ID.fullmatch(named):
        return None
    code, words = _why(item) if standing is Standing.FAILED else ("", "")
    mark = read_mark(_at(item, "biz_opaque_callback_data"))
    return News(named, standing, _moment(_at(item, "timestamp")), mark, code, words)


def _why(item: object) -> tuple[str, str]:
    """Meta's code of what went wrong, and a Spanish sentence with what to do."""
    errors = _list(_at(item, "errors"))
    error = errors[0] if errors else None
    code = _at(error, "code")
    if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code < 10**9:
        return "", "WhatsApp no entregó el mensaje y no explica por qué."
    known = whatsapp_error(code)
    said = _at(_at(error, "error_data"), "details") or _at(error, "title") or _at(error, "message")
    told = clean(said) if isinstance(said, str) else ""
    sentence = known.sentence.replace(" Se intentará de nuevo.", " Reenvíelo.") if known else "WhatsApp no lo entregó."
    return str(code), f"{sentence} (Meta: {told})" if told else sentence


def _moment(said: object) -> datetime | None:
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    return datetime.fromtimestamp(int(text), UTC) if _SECONDS.fullmatch(text) else None


def _at(said: object, name: str) -> Any:  # noqa: ANN401  whatever JSON holds
    return said.get(name) if isinstance(said, dict) else None


def _list(said: object) -> list[Any]:
    return said if isinstance(said, list) else []
