"""What Schemathesis is told beside the OpenAPI document: who calls what, what a RUC is, what else makes data sound.

Loaded by the fuzzer's own process, see `schemathesis.toml`; it also counts the cases of each operation.
"""

import atexit
import json
import os
import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from onapi.api import examples
from onapi.values.identity import ruc_check_digit

_TOLD: dict[str, Any] = json.loads(os.environ["FUZZ_TOLD"])
_COUNTS = Path(os.environ["FUZZ_COUNTS"])
_ADMINISTERED = {"Companies", "Users", "Webhooks"}
# Whose schemas leave so little to say that cases would be few: how many are added.
_NARROW = {"livez": 100, "end_session": 100, "delete_webhook": 100} | dict.fromkeys(
    ("get_webhook", "change_webhook", "rotate_webhook", "test_webhook", "list_deliveries", "get_delivery"), 60
)
_ROWS_BY_PAGE = 50  # pages of at most 200 rows: within those that may be counted
_DOCUMENTS = [(known["doctype"], known["document"]) for known in (examples.FACTURA, examples.BOLETA)]
_cases: Counter[str] = Counter()
_good: Counter[str] = Counter()

_TEN = st.builds("{}{:08}".format, st.sampled_from(["10", "15", "16", "17", "20"]), st.integers(0, 10**8 - 1))
schemathesis.openapi.format("ruc", _TEN.map(lambda ten: ten + ruc_check_digit(ten)))


@REQUESTS_TRANSPORT.serializer("application/zip")
def _as_it_is(_context: Any, value: Any) -> dict[str, Any]:
    return {"data": value if isinstance(value, bytes) else getattr(value, "data", str(value).encode())}


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """One user issues, another administers: neither spoils what the other needs."""

    def get(self, _case: Any, context: Any) -> str | None:
        """The token of whom an operation is for; none where the document asks for none."""
        return _token_for(context.operation)

    def set(self, case: Any, data: str, _context: Any) -> None:
        """Send it."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def _token_for(operation: Any) -> str | None:
    if not operation.definition.raw.get("security"):
        return None
    tag = "admin" if _ADMINISTERED & set(operation.tags or ()) else "issuer"
    return str(_TOLD["tokens"]["changer" if _name(operation) == "change_own_password" else tag])


@schemathesis.hook
def before_add_examples(context: Any, examples: list[Any]) -> None:
    """What is true of this one stack: a password, a certificate, a link."""
    operation = context.operation
    token, known = _token_for(operation), _TOLD["sound"].get(_name(operation))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if known:
        media = {"media_type": "application/json"} if "body" in known else {}
        examples.append(_signed(operation.Case(**known, **media, headers=headers)))
    examples += [_asked_oddly(operation, headers, number) for number in range(_NARROW.get(_name(operation), 0))]


def _asked_oddly(operation: Any, headers: dict[str, str], number: int) -> Any:
    """What changes nothing: a query that nobody reads, a language, a name for the request, an id that nobody has."""
    draw = sha256(f"{_name(operation)} {number}".encode()).hexdigest()
    odd = {"Accept-Language": ("es", "en", "fr", "*", draw[:3])[number % 5], "X-Request-Id": draw[: number % 64 + 1]}
    ids = {name: str(UUID(draw[:32])) for name in re.findall(r"{(\w+)}", operation.path)}
    return _signed(operation.Case(path_parameters=ids, query={draw[:4]: draw[4:20]}, headers={**headers, **odd}))


def _signed(case: Any) -> Any:
    """A case of ours bears a token that is good, which the library cannot know of a header."""
    case._has_explicit_auth = "Authorization" in case.headers
    return case


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Make data that fit their schema sound in what no schema says; what is meant to be wrong stays as it is."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    name = _name(context.operation)
    case.body = _without_nul(case.body)
    if name == "send_message" and isinstance(case.body, dict) and case.body.get("document") is not None:
        case.body = _with_a_receipt(case.body)
    if name in {"documents", "documents_csv"} and case.query:
        case.query = _that_agree(dict(case.query))
    return case


def _without_nul(value: Any) -> Any:
    """NUL is no text in any body, at any depth."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(inner) for name, inner in value.items()}
    return [_without_nul(inner) for inner in value] if isinstance(value, list) else value


def _with_a_receipt(body: dict[str, Any]) -> dict[str, Any]:
    """Of every four two are receipts that SUNAT would take, so that what follows a good one is fuzzed too."""
    draw = sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()[0] % 4
    if draw >= len(_DOCUMENTS):
        return body
    doctype, document = _DOCUMENTS[draw]
    kept = {name: body[name] for name in ("externalId", "options") if name in body}
    return {**kept, "ruc": examples.FACTURA["ruc"], "doctype": doctype, "document": {**document, "correlativo": "#"}}


def _that_agree(query: dict[str, Any]) -> dict[str, Any]:
    """Filters that do not contradict one another; a cursor is ours to give, and only so many pages are counted."""
    query.pop("cursor", None)
    if query.get("serie"):
        query.pop("number", None)
    if isinstance(query.get("page"), int):
        query["page"] = 1 + query["page"] % _ROWS_BY_PAGE
    return query


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    """Count."""
    _cases[case.operation.label] += 1
    _good[case.operation.label] += 200 <= response.status_code < 300


@atexit.register
def _tell() -> None:
    _COUNTS.write_text(json.dumps({name: [many, _good[name]] for name, many in _cases.items()}), "utf-8")
