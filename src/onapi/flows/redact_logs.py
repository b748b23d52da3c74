"""The last look at each line of log: what is named like a secret, or looks like one, does not go out."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

_HIDDEN: Final = "[redacted]"
_DEEPEST: Final = 4
_LONGEST: Final = 20_000  # characters of one value; patterns may not take long
_NAME: Final = re.compile(
    r"passw|clave|secret|token|authoriz|cookie|credential$|private|pfx|p12|api_?key|^body$|headers", re.IGNORECASE
)
_TEXT: Final = (
    (re.compile(r"eyJ[\w-]{6,2000}\.[\w-]*(\.[\w-]*)?"), _HIDDEN),
    (re.compile(r"-----BEGIN [^-]*-----.*?(-----END [^-]*-----|$)", re.DOTALL), _HIDDEN),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    (re.compile(r"(<(?:\w+:)?(?:Password|Username)\b[^>]*>)[^<]*", re.IGNORECASE), rf"\1{_HIDDEN}"),
    (re.compile(r"(://[^/\s:@]+:)[^@\s/]+@"), rf"\1{_HIDDEN}@"),  # the password in a database's address
    (
        re.compile(
            r"""(['"]?\w*(?:passw|clave|secret|token)\w*['"]?\s*[:=]\s*)(["'][^"']*["']|[^\s,;&)}]+)""", re.IGNORECASE
        ),
        rf"\1{_HIDDEN}",
    ),
)


def without_secrets(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog."""
    return {name: _HIDDEN if _NAME.search(name) else _clean(value, _DEEPEST) for name, value in line.items()}


def _clean(value: Any, depth: int) -> Any:  # noqa: ANN401  whatever was logged
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return dict(without_secrets(None, "", dict(value))) if depth else _HIDDEN
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(each, depth - 1) for each in value] if depth else _HIDDEN
    return clean_text(str(value))


def clean_text(text: str) -> str:
    """Without what looks like a credential."""
    text = text[:_LONGEST]
    for pattern, instead in _TEXT:
        text = pattern.sub(instead, text)
    return text
