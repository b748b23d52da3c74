"""Migrations make exactly the tables that the code speaks of, once, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from onapi.store.database import MIGRATIONS, Database, migrate, open_database
from onapi.store.tables import metadata


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new folder' / 'onapi.sqlite3'}"


def opened(url: str) -> Database:
    migrate(url)
    return open_database(url)


def test_migrated_and_written_tables_are_the_same(url: str) -> None:
    database = opened(url)
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == {*metadata.tables, "alembic_version"}
    database.close()


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
    insert = "INSERT INTO credential_rucs VALUES (?, ?)"
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        row = ("c", "integra", "ana", "x", "[]", 0, "2026-11-20 00:00:00")
        connection.exec_driver_sql("INSERT INTO credentials VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.exec_driver_sql(insert, ("c", "20000000001"))
    migrate(url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT ruc FROM credential_rucs").scalars().all() == ["20000000001"]
    database.close()


def test_four_who_come_at_once_find_it_migrated(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [url] * 4))
    database = open_database(url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM alembic_version").scalar_one() == 1
    database.close()


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
