"""A05: whoever pages through a list sees each document once that was there when he began, whatever is added meanwhile.

Five thousand of them here; `ONAPI_LIST_ROWS=100000` is the figure of the guarantee.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, select, text
from store_rows import MINE, NOW, OTHERS, document, enrol, keep

from onapi.store import Database, lists, open_database
from onapi.store.lists import Order, Wanted
from onapi.store.tables import documents
from postgres_server import SORTS, database

ROWS = int(os.environ.get("ONAPI_LIST_ROWS", "5000"))
PAGE = 200
ADDED = 10  # between two pages: fifty a second, where a page is read in a fifth of it
FILL = """
    INSERT INTO documents (id, environment, ruc, doctype, series, number, revision, origin, input_format, fingerprint,
      issue_date, currency, digest, xml, warnings, created_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
    SELECT 'd' || (100000000 + (i * 7919) % :many), 'sandbox', '20000000001', '03', 'B001', i, 1, 'API', 'json', 'f',
      DAY, 'PEN', 'x', 'x', '[]', MOMENT FROM n
    """
DAYS = {
    "sqlite": (
        "date('2026-10-01', '+' || (i % 50) || ' days')",
        "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-10-01', '+' || (i / 3) || ' seconds')",
    ),
    "postgresql": ("DATE '2026-10-01' + i % 50", "TIMESTAMPTZ '2026-10-01 00:00:00+00' + i / 3 * INTERVAL '1 second'"),
}
_numbers = count(50_000_000)


@pytest.fixture(scope="module", params=SORTS)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A company's documents, of fifty days, several in each second; and some of another company."""
    folder = tmp_path_factory.mktemp("long")
    with database(request.param, folder, lambda: request.getfixturevalue("postgres")) as url:
        opened = open_database(url, durable=False)
        day, moment = DAYS[request.param]
        with opened.transaction() as connection:
            enrol(connection, MINE, OTHERS)
            connection.execute(text(FILL.replace("DAY", day).replace("MOMENT", moment)), {"many": ROWS})
            keep(connection, document(1, OTHERS))
            if request.param == "postgresql":  # which does so by itself in time
                connection.execute(text("ANALYZE"))
        yield opened
        opened.close()


def add(connection: Connection, order: Order) -> None:
    """Documents at every place of the order: before what was read, after it, and beside it."""
    for n in (next(_numbers) for _ in range(ADDED)):
        day = date(2026, 10, 1) + timedelta(days=n % 60)
        at = NOW - timedelta(seconds=n * 7919 % 5_000_000)
        series = "B001" if order is not Order.NUMBER else f"B{n % 9:03}"
        keep(connection, document(n, series=series, id=f"d{n * 7919 % 10**9:09}-{n}", issue_date=day, created_at=at))


@pytest.mark.parametrize("order", Order)
def test_none_is_missed_and_none_comes_twice(full: Database, order: Order) -> None:
    with full.reading() as connection:
        mine = (documents.c.environment == MINE.environment.value, documents.c.ruc == MINE.ruc)
        there = set(connection.execute(select(documents.c.id).where(*mine)).scalars())
    found, after = list[str](), None
    while True:
        with full.reading() as connection:
            page = lists.page(connection, MINE, Wanted(), order, NOW, after=after, limit=PAGE)
        found += [each.id for each in page]
        if len(page) < PAGE:
            break
        after = lists.key_of(page[-1], order)
        with full.transaction() as connection:
            add(connection, order)
    assert len(found) == len(set(found))
    assert len(there) >= ROWS
    assert there <= set(found)
