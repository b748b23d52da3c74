"""What of a request may be written down: by allow-list, so that what nobody thought of is left out.

Names and values are kept only where both are known; of the rest it is told that there was something. Bodies are the
affair of `redact_bodies`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

HIDDEN: Final = "[redacted]"
_MOST_NAMES = 60
_MOST_SEGMENTS = 16

_DATE = r"\d{4}-?\d{2}-?\d{2}(T[\d:.+Z-]{4,22})?"
_UUID = r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}"
_WORDS = r"(xml|cdr|pdf|qr|history|json|raw|csv|A4|A5|ticket|check|trust|replace|true|false|asc|desc)"
_STATES = r"(SIGNED|QUEUED|SENT|UNKNOWN|ACCEPTED|OBSERVED|REJECTED|FAILED|VOID_PENDING|VOIDED)"
_NUMBER = r"\d{1,8}"
_SHAPES: Final[Mapping[str, str]] = {  # of values in path and query, by name
    "ruc": r"\d{11}",
    "doctype": r"(0[13478]|09|20|31|40|RC|RA|RR)",
    "serie": r"([A-Za-z][A-Za-z0-9]{3}|\d{8})",
    **dict.fromkeys(("number", "limit", "wait", "page", "size", "most"), _NUMBER),
    **dict.fromkeys(("date", "from", "to", "since", "until", "day"), _DATE),
    **dict.fromkeys(("id", "jobId", "dispatchAdviceId", "evidenceId", "messageId", "webhookId"), _UUID),
    **dict.fromkeys(("include", "format", "template", "order", "refresh"), rf"{_WORDS}(,{_WORDS}){{0,7}}"),
    "status": rf"(\d{{3}}|{_STATES}(,{_STATES}){{0,9}})",
    "method": r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)",
}
_FITS: Final = {name: re.compile(shape, re.ASCII) for name, shape in _SHAPES.items()}
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")

_MEDIA: Final = re.compile(
    r"(\*/\*|application/(json|xml|pdf|zip|x-www-form-urlencoded|octet-stream|problem\+json|\*)"
    r"|text/(plain|xml|csv|html|\*)|multipart/form-data|image/(png|jpeg|webp|\*)|audio/\*)"
)
_HEADERS: Final = {
    "accept": _MEDIA,
    "content-type": _MEDIA,
    "accept-encoding": re.compile(r"(gzip|deflate|br|zstd|identity|\*)"),
    "accept-language": re.compile(r"[a-z]{2}(-[A-Z]{2})?"),
    "content-length": re.compile(r"\d{1,12}"),
    "content-encoding": re.compile(r"(gzip|identity)"),
    "transfer-encoding": re.compile(r"chunked"),
    "user-agent": re.compile(
        r"(Mozilla|curl|PostmanRuntime|bruno-runtime|python-httpx2?|python-requests|node|axios|okhttp|Java|Go-http-client"
        r"|GuzzleHttp|Wget|schemathesis|onapi[a-z-]*)(/[\d.]{1,12})?"
    ),
}
_TOLD_HIDDEN: Final = frozenset(  # that one was there may be told, since everybody sends them
    {
        "authorization", "cookie", "host", "idempotency-key", "if-none-match", "origin", "proxy-authorization",
        "referer", "x-api-key", "x-forwarded-for", "x-request-id",
    }
)  # fmt: skip


def shown_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str | int]:
    """Those that are known, with what of their value is known; of others how many there were."""
    shown: dict[str, str | int] = {}
    others = 0
    for raw, value in headers:
        name = raw.decode("latin-1").lower()
        if name in _HEADERS:
            shown[name] = _known_parts(name, value)
        elif name in _TOLD_HIDDEN:
            shown[name] = HIDDEN
        else:
            others += 1
    return {**shown, HIDDEN: others} if others else shown


@lru_cache(512)  # the same clients send the same ones
def _known_parts(name: str, value: bytes) -> str:
    """Of a list with parameters the known elements, without parameters; of a program's name the program."""
    text = value[:512].decode("latin-1")
    parts = text.split(" ")[:1] if name == "user-agent" else text.split(",")[:12]
    known = [part for each in parts if _HEADERS[name].fullmatch(part := each.partition(";")[0].strip())]
    return ", ".join(known) if known else HIDDEN


def shown_query(query: bytes) -> str:
    """The query without what is not known; of unknown names how many there were."""
    if not query:
        return ""
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_NAMES)
    except ValueError:
        return HIDDEN
    known = [f"{name}={_value(name, value)}" for name, value in pairs if name in _FITS or name == "pathContains"]
    others = len(pairs) - len(known)
    return "&".join([*known, f"{HIDDEN}={others}"] if others else known)


def _value(name: str, value: str) -> str:
    return value if name in _FITS and _FITS[name].fullmatch(value) else HIDDEN


def shown_path(path: str, route: str | None, known: Collection[str]) -> str:
    """The path: of its route's parameters those that fit; without a route the segments that some route has.

    A route may be told without the folder it hangs in.
    """
    segments = path.split("/")[: _MOST_SEGMENTS + 1]
    names = [""] * len(segments)
    if route is not None:
        parts = route.split("/")[1:]
        if 0 < len(parts) <= len(segments):
            names[-len(parts) :] = [match[1] if (match := _PARAMETER.fullmatch(part)) else "" for part in parts]
    shown = [_segment(name, each, known) for name, each in zip(names, segments, strict=True)]
    return "/".join(shown)


def _segment(name: str, value: str, known: Collection[str]) -> str:
    if name:
        return _value(name, value)
    return value if not value or value in known else HIDDEN
