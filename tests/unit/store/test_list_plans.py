"""Among a hundred thousand documents each page of a list is found by an index, and read no further than it is long."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from store_rows import MINE, NOW, enrol
from test_plans import FILL, SCAN, Asked

from onapi.store import lists, open_database
from onapi.store.lists import Order, Wanted
from postgres_server import SORTS, database

SORTED = re.compile(r"USE TEMP B-TREE FOR (?:ORDER|LAST)|Sort Key", re.IGNORECASE)
FEW = """
    UPDATE submissions
    SET outcome = CASE CAST(substr(id, 2) AS INTEGER) % 1000 WHEN 7 THEN 'REJECTED' ELSE 'ACCEPTED' END
    WHERE state = 'SETTLED'
    """
CALLS = """
    INSERT INTO events (submission_id, environment, ruc, at, event, state, request_id)
    SELECT id, environment, ruc, MOMENT, 'SIGNED', 'READY', 'peticion-' || id FROM submissions
    """
STATUSES = ("OBSERVED", "REJECTED", "VOIDED", "FAILED", "VOID_PENDING", "SIGNED", "QUEUED", "SENT", "UNKNOWN")


@pytest.fixture(scope="module", params=SORTS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A full database that keeps what it is asked."""
    folder = tmp_path_factory.mktemp("plans")
    with database(request.param, folder, lambda: request.getfixturevalue("postgres")) as url:
        opened = open_database(url, durable=False)
        moment = "'2026-11-20 15:00:00.000000'" if request.param == "sqlite" else "timestamptz '2026-11-20 15:00:00+00'"
        with opened.transaction() as connection:
            enrol(connection, MINE)
            for statement in (*FILL, FEW, CALLS):
                connection.execute(text(statement.replace("MOMENT", moment)))
            connection.execute(text("UPDATE documents SET customer_number = '2000000' || (number % 5000)"))
            if request.param == "postgresql":
                connection.execute(text("ANALYZE"))
        with opened.transaction() as connection:
            yield Asked(connection)
        opened.close()


PLACES = {
    Order.NEWEST: ("d5",),
    Order.CREATED: (NOW, "d5"),
    Order.ISSUED: (date(2026, 11, 20), "d5"),
    Order.NUMBER: ("03", "B001", 500, 1),
}


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("goes_on", [False, True])
def test_every_order_is_an_index(asked: Asked, order: Order, *, goes_on: bool) -> None:
    asked.each_plan()
    after = PLACES[order] if goes_on else None
    assert len(lists.page(asked.connection, MINE, Wanted(), order, NOW, after=after, limit=50)) == 50
    plans = asked.plans()
    assert not SCAN.search(plans), plans
    assert not SORTED.search(plans), plans
    assert order is Order.NUMBER or f"ix_documents_{order}" in plans or asked.connection.dialect.name != "sqlite", plans


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (Wanted(doctype="03", series="B001"), Order.NUMBER),
        (Wanted(number=500), Order.NEWEST),
        (Wanted(customer_number="20000007"), Order.NEWEST),
        (Wanted(external_id="P-1"), Order.NEWEST),
        (Wanted(request_id="peticion-s5"), Order.NEWEST),
        (Wanted(request_id="peticion-s5", statuses=STATUSES), Order.NEWEST),
        (Wanted(issued_from=date(2026, 11, 1), issued_to=date(2026, 11, 30)), Order.ISSUED),
        (Wanted(created_from=NOW - timedelta(1), created_to=NOW + timedelta(1)), Order.CREATED),
        *((Wanted(statuses=(status,)), Order.NEWEST) for status in STATUSES),
        (Wanted(statuses=STATUSES), Order.NEWEST),
        (Wanted(statuses=("ACCEPTED",)), Order.NEWEST),
    ],
    ids=lambda each: "-".join(each.statuses)[:30] if isinstance(each, Wanted) else str(each),
)
def test_every_filter_has_its_index(asked: Asked, wanted: Wanted, order: Order) -> None:
    asked.each_plan()
    lists.page(asked.connection, MINE, wanted, order, NOW, limit=50)
    plans = asked.plans()
    assert not SCAN.search(plans), plans
    assert wanted.request_id is None or "ix_events_request" in plans, plans
    if wanted.statuses and "ACCEPTED" not in wanted.statuses and wanted.request_id is None:
        assert re.search(r"ix_submissions_(rare|live|due|deadline)", plans), plans
