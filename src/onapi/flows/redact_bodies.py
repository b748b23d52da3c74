"""What of a request's body may be written down.

A receipt is the caller's own business: its fields, by the names of the public vocabulary, are kept. Of any other body
a few harmless fields are. Whatever is named like a secret is hidden everywhere, files are told by size and digest, and
what cannot be read is told by kind and size alone.
"""

import binascii
import hashlib
import json
import re
from base64 import b64decode
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, Final

from onapi.flows.redact_requests import HIDDEN
from onapi.intake.vocabularies import VOCABULARIES

MOST_SHOWN: Final = 8 * 1024  # bytes of JSON
MOST_READ: Final = 64 * 1024  # a longer one is told by kind and size
_MOST_TEXT = 1000
_MOST_ITEMS = 500  # of one list or object
_DEEPEST = 24
_LONG_BASE64 = 256

_SECRET_NAME: Final = re.compile(
    r"passw|clave|secret|token|certific|wsq|image|audio|contrase|huella|fingerprint|credential|private|pfx|p12|api_?key"
    r"|authoriz|cookie|biometr|selfie|photo|foto",
    re.IGNORECASE,
)
_SECRET_TEXT: Final = re.compile(
    r"eyJ[\w-]{6,}\.[\w-]+|-----BEGIN |\b(bearer|basic)\s+[\w.~+/=-]{8,}|whsec_", re.IGNORECASE
)
_BASE64: Final = re.compile(r"(data:[\w/+.-]{0,80};base64,)?[A-Za-z0-9+/_\s-]+={0,2}")
_TRAMA: Final = re.compile(r"[A-Z][A-Z0-9]\|")
_ENVELOPE: Final = frozenset(
    {
        "ruc", "doctype", "document", "trama", "tramaEncoding", "tramaCharset", "xml", "cdr", "externalId", "options",
        "wait", "send", "dryRun", "totals", "boletaMode", "include", "pdfTemplate", "resign",
        "verify", "ubigueo", "number", "numDocfectado", "mtoCargos", "mount",
    }
)  # fmt: skip
_HARMLESS: Final = frozenset(
    {
        "ruc", "doctype", "tipoDoc", "serie", "correlativo", "number", "reason", "motivo", "wait", "send", "include",
        "code", "status", "page", "size", "from", "date", "dryRun", "options", "events", "enabled",
        "environment",
    }
)  # fmt: skip


_TOLD_HIDDEN: Final = frozenset(
    {
        "password", "clave", "secret", "token", "refreshToken", "refresh_token", "certificate", "wsq", "image",
        "audio", "clientSecret", "solPassword",
    }
)  # fmt: skip


class Sort(StrEnum):
    """What an operation's body is."""

    RECEIPT = "receipt"
    ORDINARY = "ordinary"
    NEVER = "never"  # passwords, tokens, keys, fingerprints, photos: not even looked at


def shown_body(sort: Sort, media: str, body: bytes, size: int) -> tuple[Any, bool]:
    """What may be kept of a body, as JSON, and whether it is less than it was; `body` may be its beginning alone."""
    if size == 0:
        return None, False
    if sort is Sort.NEVER:
        return f"[{size} bytes, not recorded]", True
    if len(body) < size or size > MOST_READ:
        return _told(media, size), True
    if media == "application/json":
        return _cut(_json(sort, body, size))
    if media == "text/plain" and sort is Sort.RECEIPT:
        return _cut(_trama(body.decode("utf-8", "replace")))
    return f"{_told(media, size)[:-1]} sha256:{hashlib.sha256(body).hexdigest()}]", True


def _told(media: str, size: int) -> str:
    return f"[{media or 'unknown'}, {size} bytes]"


def _json(sort: Sort, body: bytes, size: int) -> Any:  # noqa: ANN401  what JSON can say
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return f"[unreadable JSON, {size} bytes]"
    if not isinstance(value, dict):
        return HIDDEN  # no operation takes it
    return _kept(value, _receipt_names() if sort is Sort.RECEIPT else _HARMLESS, _DEEPEST)


def _kept(value: Any, names: frozenset[str], depth: int) -> Any:  # noqa: ANN401  what JSON can say
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return _object(value, names, depth - 1) if depth else HIDDEN
    if isinstance(value, list):
        return [_kept(each, names, depth - 1) for each in islice(value, _MOST_ITEMS)] if depth else HIDDEN
    return value


def _object(value: dict[str, Any], names: frozenset[str], depth: int) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    others = 0
    for name, inner in islice(value.items(), _MOST_ITEMS):
        if name in _TOLD_HIDDEN:
            shown[name] = HIDDEN
        elif name not in names:
            others += 1  # not even its name: callers put secrets there too
        elif name == "trama" and isinstance(inner, str) and "|" in inner:
            shown[name] = _trama(inner)
        else:
            shown[name] = _kept(inner, names, depth)
    return {**shown, HIDDEN: others} if others else shown


def _text(text: str) -> str:
    if len(text) > _LONG_BASE64 and _BASE64.fullmatch(text.strip()):
        return _file(text)
    shown = text[:_MOST_TEXT].replace("\0", "").encode("utf-8", "replace").decode()
    if _SECRET_TEXT.search(shown):
        return HIDDEN
    return shown if len(text) <= _MOST_TEXT else f"{shown}… [{len(text)} characters]"


def _file(text: str) -> str:
    try:
        data = b64decode(text.partition(",")[2] if text.startswith("data:") else text)
    except (binascii.Error, ValueError):
        data = text.encode()
    return f"[base64 {len(data)} bytes sha256:{hashlib.sha256(data).hexdigest()}]"


def _trama(text: str) -> str:
    """Its records; a line that is none is hidden."""
    lines = text.splitlines()[:_MOST_ITEMS]
    return "\n".join(_text(line) if _TRAMA.match(line) else HIDDEN for line in lines if line.strip())


def _cut(value: Any) -> tuple[Any, bool]:  # noqa: ANN401  what JSON can say
    """The value, or the beginning of its JSON where that is long."""
    if value is None:
        return None, False
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) <= MOST_SHOWN:
        return value, False
    return text[:MOST_SHOWN].decode("utf-8", "ignore"), True


@cache
def _receipt_names() -> frozenset[str]:
    """Every name of the public vocabulary that no secret could have."""
    fields = (field.name for each in VOCABULARIES.values() for field in each.fields)
    names = {part.removesuffix("[]") for name in fields for part in name.split("/")}
    return frozenset(name for name in names | _ENVELOPE if not _SECRET_NAME.search(name))
