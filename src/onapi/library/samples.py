"""A receipt of each kind, made up: what a template is tried on. The texts stand in `samples.json`."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from onapi.library.receipt import Receipt, read

_FILE = Path(__file__).with_name("samples.json")
_THEN = datetime(2026, 11, 22, 15, tzinfo=UTC)


@cache
def samples() -> Mapping[str, Receipt]:
    """One receipt of each kind, by its code."""
    told = json.loads(_FILE.read_text("utf-8"))
    return {code: _read({**document, "company": told["company"]}) for code, document in told["documents"].items()}


def longer(lines: int) -> Receipt:
    """The factura among them, with so many lines."""
    told = json.loads(_FILE.read_text("utf-8"))
    factura = {name: value for name, value in told["documents"]["01"].items() if name not in {"formaPago", "cuotas"}}
    details = (factura["details"] * lines)[:lines]
    return _read({**factura, "details": details, "company": told["company"]})


def _read(document: dict[str, object]) -> Receipt:
    return read(document, now=_THEN)
