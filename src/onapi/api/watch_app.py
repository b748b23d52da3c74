"""Puts everything by which the API is watched around its routes, in order: traces outside, counts and log inside."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import FastAPI

from onapi.api import BASE, receipts
from onapi.api.request_log import EdgeMiddleware, known_segments
from onapi.api.watching import Watching


def watch(app: FastAPI, watching: Watching, clock: Callable[[], datetime]) -> None:
    """Call it once all routes are there, before the middleware that names requests."""
    watching.writer.known = known_segments(app.routes, BASE)
    app.add_middleware(EdgeMiddleware, clock=clock, listeners=(watching.writer, watching.metrics))
    if watching.tracing is None:
        return
    from onapi.api.tracing import TracingMiddleware  # noqa: PLC0415  only where traces are wanted

    app.add_middleware(TracingMiddleware, tracing=watching.tracing)
    issue = vars(receipts)["issue"]
    if not hasattr(issue, "__wrapped__"):  # how instrumentation is done: nothing is paid where it is off
        vars(receipts)["issue"] = watching.tracing.around("issue", _told)(issue)


def _told(_platform: object, order: Any) -> dict[str, object]:  # noqa: ANN401  an order of the flow
    return {"ruc": order.ruc}
