"""The log of requests on both databases: who sees what, how it is searched, and how a day goes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text

from onapi.store import open_database
from onapi.store.request_log import Asked, DayFiles, Line, RequestLog, open_request_log
from onapi.store.tables.requests import requests
from onapi.values.scope import Environment

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
A, B = "20000000001", "20000000010"
_numbers = count(1)
_VALUES = {"environment_1": "a", "credential_id_1": "b", "ruc_1": "b", "param_1": 9}
LINE = Line(
    NOW, "", "sandbox", A, "ana", "GET", "/integrator/api/v1/integrator/ngr/20000000001/01/F001/1", 200, 12, "r" * 32,
    "127.0.0.1", "ana@a.example", "wait=2", body_truncated=False, headers={"accept": "*/*"}, body=None,
)  # fmt: skip
ANA = Asked(Environment.SANDBOX, "ana")


def line(**parts: object) -> Line:
    """A line with an id of its own."""
    return replace(LINE, **{"id": f"{next(_numbers):036}", **parts})  # type: ignore[arg-type]  # by name


@pytest.fixture
def log(url: str, tmp_path: Path) -> Iterator[RequestLog]:
    found = open_request_log(url, tmp_path / "requests")
    yield found
    found.close()


def test_what_is_kept_comes_back_the_newest_first(log: RequestLog) -> None:
    body = {"ruc": A, "document": {"mtoImpVenta": 118.5, "observacion": "año ñandú 😀"}}
    first, second = line(body=body, body_truncated=True), line(at=NOW + timedelta(seconds=1), body="texto", user=None)
    log.add([second, first])
    assert log.read(ANA, 10) == [second, first]
    assert log.read(ANA, 1) == [second]


def test_a_credential_sees_its_own_and_an_administrator_what_is_about_his_companies(log: RequestLog) -> None:
    mine, of_a, of_b = line(ruc=None), line(credential_id="eva"), line(credential_id="eva", ruc=B)
    nobody, elsewhere = line(credential_id=None, ruc=None), line(environment="beta")
    log.add([mine, of_a, of_b, nobody, elsewhere])
    seen = lambda asked: {each.id for each in log.read(asked, 100)}  # noqa: E731  said once
    assert seen(ANA) == {mine.id}
    assert seen(replace(ANA, rucs=frozenset({A}))) == {mine.id, of_a.id}
    assert seen(replace(ANA, rucs=frozenset({A, B}))) == {mine.id, of_a.id, of_b.id}
    assert seen(replace(ANA, rucs=frozenset({A, B}), ruc=B)) == {of_b.id}
    assert seen(replace(ANA, rucs=frozenset({A}), ruc=B)) == set()
    assert seen(Asked(Environment.SANDBOX, "nobody")) == set()


def test_every_filter_leaves_the_rest_out(log: RequestLog) -> None:
    plain = line()
    other = line(method="POST", status=422, path="/a_b%c", ruc=B, at=NOW + timedelta(hours=2))
    log.add([plain, other])
    for filtered, wanted in (
        ({"method": "POST"}, [other]),
        ({"status": 200}, [plain]),
        ({"path_contains": "a_b%"}, [other]),
        ({"path_contains": "n_r"}, []),  # neither sign stands for others
        ({"path_contains": "n%r"}, []),
        ({"ruc": B}, [other]),
        ({"since": NOW + timedelta(hours=1)}, [other]),
        ({"until": NOW + timedelta(hours=2)}, [plain]),
        ({"since": NOW, "until": NOW}, []),
    ):
        assert log.read(replace(ANA, **filtered), 10) == wanted, filtered  # type: ignore[arg-type]  # by name


def test_days_go_one_by_one(log: RequestLog) -> None:
    """A day is Lima's: five hours after midnight in Greenwich."""
    late = datetime(2026, 11, 20, 4, 59, tzinfo=UTC)
    days = [line(at=late), line(at=late + timedelta(minutes=1)), line(at=late + timedelta(days=1, minutes=1))]
    log.add(days)
    log.drop_before(date(2026, 11, 20))
    assert log.read(ANA, 10) == [days[2], days[1]]
    log.drop_before(date(2026, 11, 21))
    assert log.read(ANA, 10) == [days[2]]
    log.add([days[0]])  # one that was late itself
    assert log.read(ANA, 10) == [days[2], days[0]]
    log.drop_before(date(2026, 12, 1))
    assert log.read(ANA, 10) == []


def test_two_processes_write_the_same_day(log: RequestLog, url: str, tmp_path: Path) -> None:
    other = open_request_log(url, tmp_path / "requests")
    for _ in range(3):
        log.add([line()])
        other.add([line()])
    assert len(log.read(ANA, 10)) == 6
    other.close()


def test_the_database_of_documents_is_not_touched(log: RequestLog, url: str) -> None:
    """On SQLite its lock is never asked for; on PostgreSQL the day is a partition of a schema of its own."""
    database = open_database(url)
    with database.transaction() as connection:
        if isinstance(log, DayFiles):
            log.add([line()])  # while the write lock is held
        else:
            log.add([line()])
            names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'onapi_log'")).scalars()
            assert set(names) == {"requests", "requests_20261120"}
    database.close()


def test_a_search_uses_an_index(log: RequestLog, tmp_path: Path) -> None:
    log.add([line() for _ in range(3)])
    if isinstance(log, DayFiles):
        database = open_database(f"sqlite:///{next((tmp_path / 'requests').glob('*.sqlite3'))}")
        with database.reading() as connection:
            for column, name in (("credential_id", "ix_requests_credential"), ("ruc", "ix_requests_ruc")):
                wanted = select(requests).where(requests.c.environment == "a", requests.c[column] == "b")
                query = str(wanted.order_by(requests.c.at.desc()).limit(9)).replace("onapi_log.", "")
                plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", _VALUES).all())
                assert name in plan
                assert "TEMP B-TREE" not in plan
        database.close()
