"""For whom this thread works: what the second wall goes by, whatever a query asks for.

It is said where a caller is known (his token, a piece of work, the company that a command names), never beside a query,
so that one mistake does not take both walls down. Whoever said nothing works for nobody, and sees no company's rows.
What is about all companies says why. SQLite has one wall only, the conditions of the queries; see `walls`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Acting:
    """Whose rows may be seen and written."""

    environment: str = ""
    rucs: frozenset[str] = frozenset()
    credential: str = ""  # whose own requests and keys of requests, too
    why: str = field(default="", compare=False)  # it is about all companies; "" where it is not
    everyone: bool = False

    def __post_init__(self) -> None:
        """A RUC is digits: it stands in a list with commas in between."""
        if not all(ruc.isascii() and ruc.isdecimal() for ruc in self.rucs):
            raise ValueError("a company that is no RUC")


NOBODY = Acting()
_acting: ContextVar[Acting] = ContextVar("onapi_acting", default=NOBODY)


def acting() -> Acting:
    """For whom this thread, or this task, works."""
    return _acting.get()


@contextmanager
def acting_for(environment: Environment, *rucs: str) -> Iterator[None]:
    """Work for these companies, and for no others, until the block ends."""
    with _set(Acting(environment.value, frozenset(rucs))):
        yield


@contextmanager
def acting_for_scope(scope: Scope) -> Iterator[None]:
    """Work for one company until the block ends."""
    with acting_for(scope.environment, scope.ruc):
        yield


@contextmanager
def acting_for_all(why: str) -> Iterator[None]:
    """Work for the platform, and see every company's rows; also a decorator. A test knows each place that does."""
    with _set(Acting(why=why, everyone=True)):
        yield


def act_for(environment: Environment, rucs: Iterable[str], credential: str = "") -> None:
    """Work for these companies until the task ends: a request is known by its token somewhere on its way."""
    _acting.set(Acting(environment.value, frozenset(rucs), credential))


def act_only_for(ruc: str) -> None:
    """Of those that this task works for, work for one; if it is not among them, for none."""
    was = _acting.get()
    _acting.set(replace(was, rucs=was.rucs & {ruc}))


def act_for_nobody() -> None:
    """Forget for whom: a server begins one request's task in the context of another's."""
    _acting.set(NOBODY)


@contextmanager
def _set(acting: Acting) -> Iterator[None]:
    token = _acting.set(acting)
    try:
        yield
    finally:
        _acting.reset(token)
