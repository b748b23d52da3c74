"""An example for each parameter, by its name; what an operation says by itself goes before."""

from typing import Any, Final

from onapi.api.openapi.headers import HEADERS

_ID: Final = "01931f0a-8b7c-7e1d-9a2b-3c4d5e6f7a8b"
EXAMPLES: Final[dict[str, Any]] = {
    "ruc": "20000000001",
    "doctype": "01",
    "serie": "F001",
    "number": "123",
    "session": _ID,
    "user": _ID,
    "endpoint_id": _ID,
    "delivery_id": _ID,
    "token": "WyJzYW5kYm94Il0.3kVb",
    "limit": 20,
    "size": 20,
    "page": 1,
    "cursor": "",
    "after": "",
    "order": "newest",
    "method": "POST",
    "pathContains": "sendMessage",
    "since": "2026-11-20T10:00:00-05:00",
    "until": "2026-11-21",
    "from": "2026-11-01",
    "to": "2026-11-30",
    "createdFrom": "2026-11-20",
    "createdTo": "2026-11-20T18:00:00-05:00",
    "customer": "20000000010",
    "externalId": "PED-778",
    "wait": 20,
    "include": "qr,history",
    "refresh": False,
    "template": "A4",
    "format": "json",
    "download": False,
    "ttl": 86400,
    "once": False,
    "verbose": False,
    "If-Match": '"63f1a2b3c4d5e"',
    "Idempotency-Key": "pedido-778-1",
    "If-None-Match": HEADERS["ETag"]["example"],
    "Range": "bytes=0-99",
}
OWN: Final[dict[tuple[str, str], Any]] = {  # where the name alone does not tell
    ("log", "limit"): "100",
    ("log", "status"): "201",
    ("documents", "status"): "ACCEPTED,OBSERVED",
    ("documents_csv", "status"): "ACCEPTED,OBSERVED",
    ("documents", "number"): "F001-123",
    ("documents_csv", "number"): "F001-123",
    ("list_deliveries", "status"): "FAILED",
    ("list_deliveries", "cursor"): _ID,
    ("linked_file", "format"): "pdf",
}
_WORDS: Final = {"format": "En qué forma; va antes que Accept", "token": "Lo que va al final del enlace"}
_FILE_HEADERS: Final = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "description": words,
        "schema": {"type": "string"},
    }
    for name, words in (
        ("If-None-Match", "ETag del archivo que ya se tiene; si no cambió, 304"),
        ("Range", "La parte del archivo que se quiere, si no es todo"),
    )
]
_FILES: Final = frozenset({"xml", "cdr", "pdf", "linked_file"})


def tell_parameters(operation: dict[str, Any]) -> None:
    """Give each parameter its example and words, in the form in which it is sent."""
    name = operation["operationId"]
    if name in _FILES:
        operation.setdefault("parameters", []).extend(dict(each) for each in _FILE_HEADERS)
    for told in operation.get("parameters", ()):
        key = _header_name(told)
        told["name"] = key
        schema = told["schema"]
        if "description" in schema:  # the framework says it twice
            told.setdefault("description", schema.pop("description"))
            schema.pop("description", None)
        told.setdefault("description", _WORDS.get(key, key))
        shown = schema.pop("examples", None)
        if "example" not in told and "examples" not in told:
            told["example"] = OWN.get((name, key), shown[0] if shown else EXAMPLES.get(key, schema.get("default")))


def _header_name(told: dict[str, Any]) -> str:
    """Header names are read in any spelling; people know `If-Match` better than `if-match`."""
    name: str = told["name"]
    return name.title() if told["in"] == "header" and name.islower() else name
