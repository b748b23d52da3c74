"""Names of the work in hand, in every line of log that it writes: the natural key of its document, and the company."""

from collections.abc import Callable

import structlog

from onapi.engine import Work


def named_in_log(do: Callable[[Work], None]) -> Callable[[Work], None]:
    """The same work, its names bound while it is done."""

    def named(work: Work) -> None:
        with structlog.contextvars.bound_contextvars(work=work.key, ruc=work.ruc):
            do(work)

    return named
