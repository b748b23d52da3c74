"""With a hundred thousand documents every question that is asked all the time is answered by an index."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from store_rows import MINE, NOW, TODAY, enrol

from onapi.store import documents, members, numbers, open_database, receipts, submissions
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment
from postgres_server import SORTS, database

MANY = 100_000
SANDBOX = Environment.SANDBOX
SCAN = re.compile(r"SCAN (?:documents|submissions|members|series)(?! USING)|Seq Scan on", re.IGNORECASE)
# of three hundred documents one is on its way; some of those are boletas for a summary
FILL = (
    """
    INSERT INTO documents (id, environment, ruc, doctype, series, number, revision, origin, input_format, fingerprint,
      issue_date, currency, digest, xml, warnings, created_at, boleta_mode)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    SELECT 'd' || i, 'sandbox', '20000000001', CASE i % 2 WHEN 0 THEN '03' ELSE '01' END,
      CASE i % 2 WHEN 0 THEN 'B001' ELSE 'F001' END, i, 1, 'API', 'json', 'f', '2026-11-20', 'PEN', 'x', 'x', '[]',
      '2026-11-20 15:00:00+00', CASE i % 4 WHEN 0 THEN 'summary' ELSE 'individual' END FROM n
    """,
    """
    INSERT INTO submissions (id, document_id, environment, ruc, route, state, step, attempts, tries, absences, remarks,
      next_action_at, deadline, updated_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    SELECT 's' || i, 'd' || i, 'sandbox', '20000000001', 'bill', CASE i % 300 WHEN 0 THEN 'READY' ELSE 'SETTLED' END,
      1, 1, 1, 0, '[]', CASE i % 300 WHEN 0 THEN MOMENT END, MOMENT, MOMENT FROM n
    """,
    """
    INSERT INTO members (batch_document_id, document_id, environment, ruc, status_code, line, closed_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT 'd' || (i % 40), 'd' || (i * 4 + 2), 'sandbox', '20000000001', '1', i,
      CASE i % 10 WHEN 0 THEN NULL ELSE MOMENT END FROM n WHERE i % 40 > 0
    """,
)


@pytest.fixture(scope="module", params=SORTS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Asked"]:
    """A full database that keeps what it is asked."""
    folder = tmp_path_factory.mktemp("plans")
    with database(request.param, folder, lambda: request.getfixturevalue("postgres")) as url:
        opened = open_database(url, durable=False)
        moment = "'2026-11-20 15:00:00.000000'" if request.param == "sqlite" else "timestamptz '2026-11-20 15:00:00+00'"
        with opened.transaction() as connection:
            enrol(connection, MINE)
            for statement in FILL:
                connection.execute(text(statement.replace("MOMENT", moment)))
            numbers.take(connection, MINE, "RC", "20261120")
            if request.param == "postgresql":  # which does so by itself in time; SQLite never
                connection.execute(text("ANALYZE"))
        with opened.transaction() as connection:
            yield Asked(connection)
        opened.close()


class Asked:
    """A connection that keeps the statements that run on it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._said: list[tuple[str, Any]] = []
        event.listen(connection, "before_cursor_execute", self._keep)

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        self._said.append((statement, parameters))

    def each_plan(self) -> list[str]:
        """How the database answers each thing that it was asked since the last time."""
        said, self._said = self._said, []
        explain = "EXPLAIN QUERY PLAN " if self.connection.dialect.name == "sqlite" else "EXPLAIN "
        plans = []
        for statement, parameters in said:
            if statement.startswith(("SELECT", "WITH", "UPDATE")):
                one = parameters[0] if isinstance(parameters, list) else parameters
                rows = self.connection.exec_driver_sql(explain + statement, one)
                plans.append("\n".join(str(row[-1]) for row in rows))
        self._said = []
        return plans

    def plans(self) -> str:
        """The same as one text."""
        return "\n".join(self.each_plan())


def assert_by_index(asked: Asked, *names: str) -> None:
    plans = asked.plans()
    assert not SCAN.search(plans), plans
    for name in names:
        assert name in plans, plans


NATURAL_KEY = "uq_documents_environment_ruc_doctype_series_number_revision"


def on_sqlite(name: str, asked: Asked) -> str:
    """SQLite calls the index of a table's own constraint by a number."""
    return "sqlite_autoindex_documents" if asked.connection.dialect.name == "sqlite" else name


def test_a_document_by_its_number(asked: Asked) -> None:
    found = receipts.find(asked.connection, MINE, ReceiptId(MINE.ruc, "03", "B001", 300))
    assert found is not None
    assert found == receipts.get(asked.connection, MINE, found.document.id)
    assert found.document == documents.get(asked.connection, MINE, found.document.id)
    submissions.of_documents(asked.connection, MINE, [found.document.id])
    assert_by_index(asked, on_sqlite(NATURAL_KEY, asked))


def test_what_is_overdue(asked: Asked) -> None:
    found = submissions.overdue(asked.connection, SANDBOX, ["READY", "SENDING"], NOW + timedelta(1), most=200)
    assert len(found) == 200
    assert_by_index(asked, "ix_submissions_due")


def test_what_is_due_soon(asked: Asked) -> None:
    assert len(submissions.due_soon(asked.connection, SANDBOX, NOW + timedelta(1), most=500)) == MANY // 300
    assert_by_index(asked, "ix_submissions_deadline")


def test_what_the_doctor_asks(asked: Asked) -> None:
    assert submissions.counts_by_state(asked.connection, SANDBOX) == {"READY": MANY // 300}
    submissions.without_next_action(asked.connection, SANDBOX)
    submissions.in_state(asked.connection, MINE, ["READY", "WAITING"], 500)
    for plan in asked.each_plan():
        assert re.search(r"ix_submissions_(live|deadline)", plan), plan  # both hold live rows only
    assert len(submissions.stuck(asked.connection, SANDBOX, NOW + timedelta(1), most=500)) == MANY // 300
    assert re.search(r"ix_submissions_(due|deadline)", asked.plans())  # by the date, or all live rows and sorted


def test_a_batch_and_its_members(asked: Asked) -> None:
    ids = [f"d{n}" for n in range(1, 500)]
    assert len(documents.by_ids(asked.connection, MINE, ids)) == 499
    was = submissions.of_documents(asked.connection, MINE, ids)
    assert_by_index(asked)
    with asked.connection.begin_nested() as trial:
        submissions.move_many(asked.connection, MINE, [(each, {"code": "0"}) for each in was[:2]], NOW)
        trial.rollback()
    assert_by_index(asked, "submissions")


def test_what_waits_for_a_summary(asked: Asked) -> None:
    found = documents.waiting_for_summary(asked.connection, MINE, TODAY, "PEN")
    assert len(found) == MANY // 300
    assert_by_index(asked, "members_")
    assert [day.many for day in documents.days_waiting(asked.connection, SANDBOX)] == [MANY // 300]
    assert_by_index(asked, "members_")


def test_tickets_voidings_and_members(asked: Asked) -> None:
    submissions.with_ticket(asked.connection, MINE, "1712")
    submissions.about(asked.connection, MINE, "d1")
    assert_by_index(asked, "ix_submissions_ticket", "ix_submissions_about")
    members.open_batch_of(asked.connection, MINE, "d1")
    members.of_batch(asked.connection, MINE, "d1")
    members.of_document(asked.connection, MINE, "d1")
    assert_by_index(asked, "members")


def test_numbers(asked: Asked) -> None:
    assert len(documents.numbers_in(asked.connection, MINE, "03", "B001")) == MANY // 2
    assert_by_index(asked, on_sqlite(NATURAL_KEY, asked))


def test_a_scan_would_be_seen(asked: Asked) -> None:
    asked.connection.execute(text("SELECT * FROM documents WHERE digest = 'y'")).all()
    with pytest.raises(AssertionError):
        assert_by_index(asked)
