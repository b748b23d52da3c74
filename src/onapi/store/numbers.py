"""The next number of a series, without gaps: it is taken in the caller's transaction and goes back if that fails.

Whoever takes from the same series waits until that transaction has ended: keep it short. A series begins after the
highest number kept of it, and steps over numbers that callers chose themselves.
"""

from sqlalchemy import Connection, bindparam, exists, func, select, text, update

from onapi.store.tables import documents, owner, series
from onapi.values.scope import Scope

_KEY = ("environment", "ruc", "doctype", "series")
_HERE = [series.c[name] == bindparam(f"of_{name}") for name in _KEY]
_KEPT = [documents.c[name] == bindparam(f"of_{name}") for name in _KEY]
_TAKEN = (
    series.c.next_number - 1
)  # SQLite's RETURNING names no table: only a column that no other table has is safe here
_IN_USE = exists().where(*_KEPT, documents.c.number == _TAKEN).correlate(series)
_TAKE = (
    update(series)
    .where(*_HERE)
    .values(next_number=series.c.next_number + 1)
    .returning(_TAKEN.label("number"), _IN_USE.label("is_used"))
)
_HIGHEST = select(func.max(documents.c.number)).where(*_KEPT)
_later = documents.alias("later")
_FOLLOWED = exists().where(
    *[_later.c[name] == bindparam(f"of_{name}") for name in _KEY], _later.c.number == documents.c.number + 1
)
_LAST_IN_A_ROW = (  # of the kept numbers that follow on the one just met without a break
    select(func.min(documents.c.number))
    .where(*_KEPT, documents.c.number >= _TAKEN, ~_FOLLOWED.correlate(documents))
    .correlate(series)
    .scalar_subquery()
)
_STEP_OVER = update(series).where(*_HERE).values(next_number=_LAST_IN_A_ROW + 2).returning(_TAKEN)
_NEXT = select(series.c.next_number).where(*_HERE)
_BEGIN = text(
    "INSERT INTO series (environment, ruc, doctype, series, next_number)"
    " VALUES (:environment, :ruc, :doctype, :series, (SELECT COALESCE(MAX(number), 0) + 1 FROM documents"
    " WHERE environment = :of_environment AND ruc = :of_ruc AND doctype = :of_doctype AND series = :of_series))"
    " ON CONFLICT DO NOTHING"  # somebody else began it at the same moment
)


def take(connection: Connection, scope: Scope, doctype: str, series_name: str) -> int:
    """The next number, from 1; of a batch the series is its day, as YYYYMMDD."""
    name = {**owner(scope), "doctype": doctype, "series": series_name}
    key = {f"of_{column}": value for column, value in name.items()}
    row = connection.execute(_TAKE, key).one_or_none()
    if row is None:
        connection.execute(_BEGIN, name | key)
        row = connection.execute(_TAKE, key).one()
    number: int = connection.execute(_STEP_OVER, key).scalar_one() if row.is_used else row.number
    return number


def peek(connection: Connection, scope: Scope, doctype: str, series_name: str) -> int:
    """The number that is likely to come next; only `take` gives it."""
    key = {
        f"of_{column}": value for column, value in {**owner(scope), "doctype": doctype, "series": series_name}.items()
    }
    found: int | None = connection.execute(_NEXT, key).scalar_one_or_none()
    return found if found is not None else (connection.execute(_HIGHEST, key).scalar_one() or 0) + 1
