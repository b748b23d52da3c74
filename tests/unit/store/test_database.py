"""Transactions are whole and take turns; a look waits for nobody; columns give back what they were given."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from onapi.store import Database, open_database
from onapi.store.columns import Amount, Instant
from onapi.store.database import migrate
from postgres_server import Server

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant), Column("sum", Amount)
)


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    found = open_database(empty_url)
    with found.transaction() as connection:
        THINGS.create(connection)
    yield found
    found.close()


def count(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(THINGS)).all())


def test_a_look_neither_waits_for_a_writer_nor_sees_him(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(THINGS))
        begun = time.monotonic()
        assert count(database) == 0
        assert time.monotonic() - begun < 10  # a look that took the lock would wait thirty seconds for it
    assert count(database) == 1


def is_in_transaction(connection: Connection) -> bool:
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        return bool(raw.in_transaction)
    return bool(raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS)


def test_a_look_between_transactions_leaves_them_as_they_were(database: Database) -> None:
    for n in range(3):
        assert count(database) == n
        with database.transaction() as connection:
            connection.execute(insert(THINGS))
            assert is_in_transaction(connection)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(THINGS), [{"id": 1}, {"id": 2}, {"id": 1}])
    assert count(database) == 0


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_sqlite_is_opened_as_promised(tmp_path: Path, durable: object, synchronous: int) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'y.sqlite3'}", durable=bool(durable))
    with database.reading() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked] == ["wal", synchronous, 1]
    database.ping()
    database.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_is_reached_with_the_driver_we_ship(scheme: str) -> None:
    database = open_database(f"{scheme}://ana:clave%40@db.example:5433/onapi?sslmode=require")
    found = database.engine.url
    assert (found.drivername, found.password, found.port) == ("postgresql+psycopg", "clave@", 5433)
    assert (database.engine.dialect.driver, found.query["sslmode"]) == ("psycopg", "require")


def test_an_address_without_driver_works(postgres: Server) -> None:
    address = make_url(postgres.database()).set(drivername="postgresql").render_as_string(hide_password=False)
    migrate(address)
    database = open_database(address, durable=False)
    database.ping()
    database.close()
    postgres.drop(address)


def test_a_key_that_leads_nowhere_is_refused(url: str) -> None:
    database = open_database(url)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO credential_rucs VALUES ('nadie', '20000000001')")
    database.close()


LIMA = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 20, 10, 15, 0, 123456, tzinfo=LIMA),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=LIMA),
        datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_the_same_in_utc(database: Database, moment: datetime) -> None:
    with database.transaction() as connection:
        connection.execute(insert(THINGS).values(at=moment))
    with database.reading() as connection:
        found = connection.execute(select(THINGS.c.at)).scalar_one()
    assert (found, found.tzinfo) == (moment, UTC)


def test_moments_sort_as_they_happened(database: Database) -> None:
    later, earlier = datetime(2026, 11, 20, 20, 0, tzinfo=LIMA), datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    with database.transaction() as connection:
        connection.execute(insert(THINGS), [{"at": later}, {"at": earlier}])
    with database.reading() as connection:
        assert connection.execute(select(THINGS.c.at).order_by(THINGS.c.at)).scalars().all() == [earlier, later]


def test_a_moment_without_zone_is_our_bug(database: Database) -> None:
    with pytest.raises(StatementError, match="without zone"), database.transaction() as connection:
        connection.execute(insert(THINGS).values(at=datetime(2026, 11, 20)))  # noqa: DTZ001  that is the point


@pytest.mark.parametrize("amount", ["0.10", "236.00", "9999999999999999.99", "-1.05", "0.00"])
def test_money_comes_back_to_the_last_cent(database: Database, amount: str) -> None:
    with database.transaction() as connection:
        connection.execute(insert(THINGS).values(sum=Decimal(amount)))
    with database.reading() as connection:
        found = connection.execute(select(THINGS.c.sum)).scalar_one()
    assert (type(found), str(found)) == (Decimal, amount)


def test_money_is_a_number_on_postgresql_and_text_on_sqlite() -> None:
    assert "NUMERIC(18, 2)" in str(Amount().compile(postgresql.dialect()))
    assert "VARCHAR" in str(Amount().compile(sqlite.dialect()))
    assert "TIMESTAMP WITH TIME ZONE" in str(Instant().compile(postgresql.dialect()))


def test_a_promise_is_on_the_disk_and_the_usual_way_comes_back(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    migrate(address)
    database = open_database(address, durable=False)
    with database.promise() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        connection.exec_driver_sql("CREATE TABLE kept (n INTEGER)")
    with database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL

    def broken() -> None:
        with database.promise() as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar() == 0
    database.close()
