"""Who is at work: the user whose request it is, the person at the command line, or nobody but OnAPI itself.

The edge says so once, where the caller is known (`be`, `written_by`); every line of a history takes it from here, with
the id of the request, so that what a caller sees in his log leads to the document and back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from onapi.store.submissions import HistoryLine

_LONGEST = 120  # as long as the column


@dataclass(frozen=True, slots=True)
class Author:
    """Who, and in which request."""

    actor: str | None = None  # a credential's id, or a person's name; None: nobody but us
    request_id: str | None = None


_author: ContextVar[Author] = ContextVar("author", default=Author())  # noqa: B039  it is frozen


def author() -> Author:
    """Who is at work in this thread or task."""
    return _author.get()


def be(actor: str, request_id: str | None = None) -> None:
    """Let all that this task does from now on be somebody's: a request has a task of its own."""
    _author.set(Author(actor[:_LONGEST] or None, request_id or None))


@contextmanager
def written_by(actor: str) -> Iterator[None]:
    """Let what is done in the block be somebody's; an empty name leaves it to whoever is at work already."""
    if not actor:
        yield
        return
    before = _author.set(Author(actor[:_LONGEST], author().request_id))
    try:
        yield
    finally:
        _author.reset(before)


def signed(line: HistoryLine) -> HistoryLine:
    """A line of a history with the name of whoever is at work, where it bears none."""
    who = author()
    if who.actor is None and who.request_id is None:
        return line
    return replace(line, actor=line.actor or who.actor, request_id=line.request_id or who.request_id)
