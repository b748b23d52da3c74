"""Migrations make exactly the tables that the code speaks of, once, whoever comes first."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from onapi.store import credentials, documents, submissions
from onapi.store.acting import acting_for_all
from onapi.store.credentials import Credential
from onapi.store.database import MIGRATIONS, Database, migrate, open_database
from onapi.store.submissions import HistoryLine
from onapi.store.tables import metadata
from onapi.values.scope import Environment, Scope

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SCOPE = Scope(Environment.SANDBOX, "20000000001")
OLD_ROWS = (
    """
    INSERT INTO companies (environment, ruc, name, trade_name, address, email, telephone, created_at, updated_at)
    VALUES ('sandbox', '20000000001', 'A', '', '{}', '', '', '2026-11-20 15:00:00+00', '2026-11-20 15:00:00+00')
    """,
    """
    INSERT INTO documents (id, environment, ruc, doctype, series, number, revision, origin, input_format, fingerprint,
      issue_date, digest, xml, warnings, created_at)
    VALUES ('d', 'sandbox', '20000000001', '03', 'B001', 1, 1, 'API', 'json', 'f', '2026-11-20', 'x', 'x', '[]',
      '2026-11-20 15:00:00+00')
    """,
    """
    INSERT INTO submissions (id, document_id, environment, ruc, route, state, step, attempts, tries, absences, remarks,
      updated_at)
    VALUES ('s', 'd', 'sandbox', '20000000001', 'bill', 'READY', 0, 0, 0, 0, '[]', '2026-11-20 15:00:00+00')
    """,
    """
    INSERT INTO events (submission_id, environment, ruc, at, event, state)
    VALUES ('s', 'sandbox', '20000000001', '2026-11-20 15:00:00+00', 'SIGNED', 'READY')
    """,
)


def upgrade(connection: Connection, revision: str) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, revision)


def opened(url: str) -> Database:
    migrate(url)
    return open_database(url)


def test_migrated_and_written_tables_are_the_same(empty_url: str) -> None:
    database = opened(empty_url)
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == {*metadata.tables, "alembic_version"}
    database.close()


def test_partial_indexes_are_of_the_same_rows(empty_url: str) -> None:
    database = opened(empty_url)
    with database.transaction() as connection:
        option = f"{connection.dialect.name}_where"
        kept = [x for table in metadata.tables for x in inspect(connection).get_indexes(table)]
    conditions = {x["name"]: x.get("dialect_options", {}).get(option) for x in kept}
    found = {name: plain(str(where)) for name, where in conditions.items() if where is not None}
    wanted = {x.name: x.dialect_options["sqlite"]["where"] for table in metadata.tables.values() for x in table.indexes}
    assert found == {name: plain(str(where)) for name, where in wanted.items() if where is not None}
    database.close()


def plain(condition: str) -> str:
    """A condition as both databases can be brought to say it."""
    said = re.sub(r"::[a-z ]+(\[\])?|\W?ARRAY\[|[()\[\]]", " ", condition).lower()
    return " ".join(said.replace("<> all", "not in").replace(" ,", ",").split())


def test_a_difference_would_be_seen(url: str) -> None:
    database = opened(url)
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP INDEX ix_submissions_due")
        connection.exec_driver_sql("ALTER TABLE talks DROP COLUMN duration_ms")
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert {str(change[0]) for change in found} == {"add_index", "add_column"}
    database.close()


def test_migrating_again_keeps_what_is_there(url: str) -> None:
    database = opened(url)
    with database.transaction() as connection:
        credentials.keep(connection, Credential("c", "integra", "ana", "x", (), ("20000000001",), disabled=False), NOW)
    migrate(url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT ruc FROM credential_rucs").scalars().all() == ["20000000001"]
    database.close()


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    opened(f"sqlite:///{tmp_path / 'new' / 'folder' / 'onapi.sqlite3'}").close()


def test_what_the_first_release_kept_is_there_after_the_second(empty_url: str) -> None:
    database = open_database(empty_url)
    with database.transaction() as connection:
        upgrade(connection, "0001")
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    migrate(empty_url)
    with database.transaction() as connection:
        submission = submissions.get(connection, SCOPE, "s")
        document = documents.get(connection, SCOPE, "d")
        assert [line.event for line in submissions.history(connection, SCOPE, "s")] == ["SIGNED"]
        submissions.note(connection, SCOPE, "s", HistoryLine(NOW, "SEND", "SENDING", None, None))
    assert (submission.purpose, submission.ticket, submission.about_document_id) == ("report", None, None)
    assert document is not None
    assert document.boleta_mode == "individual"
    database.close()


def test_four_who_come_at_once_find_it_migrated(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_url] * 4))
    database = open_database(empty_url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM alembic_version").scalar_one() == 1
    database.close()


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def test_a_certificate_of_before_is_in_force_since_it_was_put(empty_url: str) -> None:
    """From 0007 to the newest: the history knows when; where there is none, the company's own last change."""
    database = open_database(empty_url)
    with database.transaction() as connection:
        upgrade(connection, "0007")
        for ruc in ("20000000001", "20000000010", "20000000028"):
            connection.execute(text(OLD_ROWS[0].replace("20000000001", ruc)))
        connection.execute(text("UPDATE companies SET certificate = 'x' WHERE ruc <> '20000000028'"))
        connection.execute(
            text(
                "INSERT INTO certificates (environment, ruc, fingerprint, subject, issuer, serial, not_before,"
                " not_after, rucs, put_at) VALUES ('sandbox', '20000000001', 'f', '', '', '1',"
                " '2026-01-01 00:00:00+00', '2027-01-01 00:00:00+00', '[]', '2026-03-04 05:06:07+00')"
            )
        )
    with database.transaction() as connection:
        upgrade(connection, "head")
    with acting_for_all("a test looks at all companies"), database.reading() as connection:
        rows = connection.execute(text("SELECT certificate_updated_at FROM companies ORDER BY ruc")).scalars().all()
    assert [str(each)[:19] if each else None for each in rows] == ["2026-03-04 05:06:07", "2026-11-20 15:00:00", None]
    database.close()
