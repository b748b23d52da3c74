"""A company's receipts, page by page, each with where it stands and the batches that decide about it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection

from onapi.errors import InvalidDocument
from onapi.flows.kept import Surroundings
from onapi.flows.look import surroundings_in
from onapi.flows.platform import Platform
from onapi.rules.rule import Fault
from onapi.store import documents, lists, members, submissions
from onapi.store.documents import StoredDocument
from onapi.store.lists import Order, Wanted
from onapi.store.members import Member
from onapi.store.receipts import Kept
from onapi.values.scope import Scope

MOST_COUNTED: Final = 10_000  # to count further costs more the more there are
_LONGEST_CURSOR: Final = 300
_TOO_LARGE: Final = 2**31


@dataclass(frozen=True, slots=True)
class Page:
    """Some receipts, and where the next page begins; None at the end."""

    items: Sequence[tuple[Kept, Surroundings]]
    cursor: str | None


def page(
    platform: Platform, scope: Scope, wanted: Wanted, order: Order, *, limit: int, cursor: str = "", skip: int = 0
) -> Page:
    """The page after a cursor, or the first; InvalidDocument if the cursor is none of this order."""
    after = _read_cursor(cursor, order) if cursor else None
    now = platform.clock()
    with platform.database.reading() as connection:
        found = lists.page(connection, scope, wanted, order, now, after=after, skip=skip, limit=limit + 1)
        shown = found[:limit]
        kept = _kept(connection, scope, shown)
        around = _around(connection, scope, kept)
    items = [(each, around.get(each.document.id, Surroundings())) for each in kept]
    return Page(items, _cursor(shown[-1], order) if len(found) > limit else None)


def count(platform: Platform, scope: Scope, wanted: Wanted) -> int | None:
    """How many there are; None where there are more than anybody should count."""
    with platform.database.reading() as connection:
        many = lists.count(connection, scope, wanted, platform.clock(), MOST_COUNTED)
    return many if many <= MOST_COUNTED else None


def _kept(connection: Connection, scope: Scope, found: Sequence[StoredDocument]) -> Sequence[Kept]:
    roads = {
        each.document_id: each for each in submissions.of_documents(connection, scope, [each.id for each in found])
    }
    return [Kept(each, roads[each.id]) for each in found]


def _around(connection: Connection, scope: Scope, kept: Sequence[Kept]) -> Mapping[str, Surroundings]:
    """The batches of all of them, by three statements however many they are."""
    rows = members.of_documents(connection, scope, [each.document.id for each in kept])
    if not rows:
        return {}
    names = sorted({row.batch_document_id for row in rows})
    batches = {each.document.id: each for each in _kept(connection, scope, documents.by_ids(connection, scope, names))}

    def whose(row: Member) -> str:
        return row.document_id

    return {
        name: surroundings_in([(row, batches[row.batch_document_id]) for row in its])
        for name, its in groupby(sorted(rows, key=whose), whose)
    }


def _cursor(document: StoredDocument, order: Order) -> str:
    """Where a page ended; it says its order, since it means nothing in another."""
    place = [part.isoformat() if isinstance(part, date) else part for part in lists.key_of(document, order)]
    return urlsafe_b64encode(json.dumps([order, *place], separators=(",", ":")).encode()).decode().rstrip("=")


_READERS: Final[Mapping[Order, tuple[Any, ...]]] = {
    Order.NEWEST: (str,),
    Order.CREATED: (datetime.fromisoformat, str),
    Order.ISSUED: (date.fromisoformat, str),
    Order.NUMBER: (str, str, int, int),
}


def _read_cursor(cursor: str, order: Order) -> tuple[Any, ...]:
    try:
        said = json.loads(urlsafe_b64decode(cursor[:_LONGEST_CURSOR] + "=" * (-len(cursor) % 4)))
        place = _place(said, order)
    except (ValueError, Error, RecursionError):
        place = None
    if place is None:
        sentence = "El cursor no es de esta lista; use el de la página anterior, con los mismos filtros y orden."
        fault = Fault("invalid_parameter", "/query/cursor", sentence, received=cursor[:40])
        raise InvalidDocument(sentence, key="invalid_parameter", faults=(fault,))
    return place


def _place(said: object, order: Order) -> tuple[Any, ...] | None:
    """What a cursor says; None where a list in this order never said so. ValueError for a date that is none."""
    readers = _READERS[order]
    kinds = [str, *(int if read is int else str for read in readers)]
    if not isinstance(said, list) or [type(part) for part in said] != kinds or said[0] != order:
        return None
    found = tuple(read(part) for read, part in zip(readers, said[1:], strict=True))
    return found if all(_is_storable(part) for part in found) else None


def _is_storable(part: object) -> bool:
    """No database knows a moment without zone, a text with NUL, or a whole number of more than its 32 bits."""
    match part:
        case datetime():
            return part.tzinfo is not None
        case str():
            return "\0" not in part and part.isascii()
        case int():
            return abs(part) < _TOO_LARGE
        case _:
            return True
