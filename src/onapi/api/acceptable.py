"""Whether an operation can answer in what the caller takes: 406 before anything is done, not after.

What an operation answers with stands in its own `responses`; JSON is what it answers with where nothing else is asked.
"""

from functools import lru_cache
from typing import Any, Final

from fastapi import Request

from onapi.errors import Unreadable

_JSON: Final = "application/json"
_MOST_PARTS: Final = 32
_FIRST_FAILURE: Final = 300


async def acceptable(request: Request) -> None:
    """Refuse an `Accept` that fits nothing the operation offers; `?format=` overrules the header."""
    accept = request.headers.get("accept", "")
    if not accept or "*/*" in accept or _JSON in accept or "format" in request.query_params:
        return
    offered = _offered(request.scope.get("route"))
    if not _fits(accept.lower(), offered):
        raise Unreadable(f"La operación responde {' o '.join(offered)}.", key="not_acceptable")


def _offered(route: Any) -> tuple[str, ...]:  # noqa: ANN401  the framework's own kind of route
    """The media types of a route's good answers."""
    responses: dict[int | str, dict[str, Any]] = getattr(route, "responses", {}) or {}
    told = [
        kind
        for status, response in responses.items()
        if int(status) < _FIRST_FAILURE
        for kind in response.get("content", {})
    ]
    return tuple(dict.fromkeys([_JSON, *told]))


@lru_cache(1024)
def _fits(accept: str, offered: tuple[str, ...]) -> bool:
    """One part of the header, not weighed to nothing, covers one of the types."""
    for part in accept.split(",")[:_MOST_PARTS]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        if any(piece.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for piece in parameters):
            continue
        main = kind.removesuffix("*") if kind.endswith("/*") else None
        names = {kind, kind.replace("text/xml", "application/xml")}  # the older name of the same thing
        if any(type_ in names or (main and type_.startswith(main)) for type_ in offered):
            return True
    return False
