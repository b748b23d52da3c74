"""The second wall stands around every table of companies, for whoever signs in, and falls with no connection."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, make_url, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from wall_rows import HERE, NOW, OF_COMPANIES, A, B

from onapi.flows.doctor_ground import Ground, examine_ground
from onapi.flows.examination import Level, Point
from onapi.store import Database, acts, companies, documents, open_database, walls
from onapi.store.acting import NOBODY, act_for, acting, acting_for, acting_for_all, acting_for_scope
from onapi.store.acts import Act
from onapi.store.database import migrate
from onapi.store.request_log import Asked, DayPartitions, Line
from onapi.store.tables import companies as rows
from onapi.store.tables import metadata
from onapi.values.scope import Environment
from postgres_server import Server

WALLED = text(
    "SELECT c.relnamespace::regnamespace || '.' || c.relname FROM pg_class c WHERE c.relrowsecurity"
    " AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'"
    " AND p.polpermissive AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)"
)
WITH_OWNERS = text(
    "SELECT c.relnamespace::regnamespace || '.' || c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname IN ('ruc', 'credential')"
    " AND c.relnamespace::regnamespace::text IN ('public', 'onapi_log')"
)
# people act for several companies: an administrator may reach those only who act for none but his, and has to see all
OF_PEOPLE = {"public.credential_rucs"}


def rucs(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(rows.c.ruc).order_by(rows.c.ruc)).scalars())


def test_every_table_of_companies_has_the_wall(walled: Database) -> None:
    with walled.reading() as connection:
        found, wanted = (set(connection.execute(query).scalars()) for query in (WALLED, WITH_OWNERS))
    assert found == wanted - OF_PEOPLE
    assert found == {f"public.{name}" for name in OF_COMPANIES} | {"onapi_log.requests"}
    owned = {name for name, table in metadata.tables.items() if {"environment", "ruc"} <= {*table.c.keys()}}
    assert owned == {*OF_COMPANIES} - {"request_keys"}


def test_a_new_table_without_it_would_be_named(walled: Database) -> None:
    with acting_for_all("tests"), walled.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE news (environment text, ruc text)")
        assert "public.news" in set(connection.execute(WITH_OWNERS).scalars())
        connection.rollback()


def test_who_says_nothing_sees_nothing_and_writes_nothing(walled: Database) -> None:
    assert acting() == NOBODY
    for table in OF_COMPANIES:
        with walled.reading() as connection:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0  # noqa: S608  names of ours
    with pytest.raises(ProgrammingError, match="row-level security"), walled.transaction() as connection:
        documents.add(connection, A.scope, A.document("new", 99))
    with walled.transaction() as connection:
        assert connection.exec_driver_sql("UPDATE companies SET name = 'x'").rowcount == 0
        assert connection.exec_driver_sql("DELETE FROM talks").rowcount == 0


def test_a_line_about_a_user_is_written_by_anybody_and_seen_by_none_of_them(walled: Database) -> None:
    """A user of several companies belongs to none; what is written of him is for the owner of the platform."""
    act = Act(NOW, "user_changed", "ana")
    with acting_for_scope(A.scope), walled.transaction() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM acts").scalar_one()
        acts.add(connection, A.scope.environment, act)
        assert connection.exec_driver_sql("SELECT count(*) FROM acts").scalar_one() == before
    with acting_for_all("tests"), walled.transaction() as connection:
        assert act in acts.last(connection, A.scope.environment, "", most=9)
        connection.rollback()
    with (
        acting_for_scope(A.scope),
        pytest.raises(ProgrammingError, match="security"),
        walled.transaction() as connection,
    ):
        acts.add(connection, A.scope.environment, replace(act, ruc=B.scope.ruc))


def test_one_sees_his_companies_here_and_no_others(walled: Database) -> None:
    with acting_for_scope(A.scope):
        assert rucs(walled) == [A.scope.ruc]
        with acting_for_all("tests"):
            assert rucs(walled) == [A.scope.ruc, B.scope.ruc]
        assert rucs(walled) == [A.scope.ruc]
    with acting_for(HERE, A.scope.ruc, B.scope.ruc):
        assert rucs(walled) == [A.scope.ruc, B.scope.ruc]
    with acting_for(Environment.PRODUCTION, A.scope.ruc):
        assert rucs(walled) == []
    with acting_for(HERE):
        assert rucs(walled) == []


def test_a_row_cannot_be_given_to_another_company(walled: Database) -> None:
    moved = f"UPDATE pauses SET ruc = '{B.scope.ruc}', door = 'x'"  # noqa: S608  values of ours
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_for_scope(A.scope), refused, walled.transaction() as connection:
        connection.exec_driver_sql(moved)


def served_by(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def test_a_connection_forgets_for_whom_it_worked(address: str) -> None:
    with closing(open_database(address)) as database:
        seen = set()
        for scope, want in ((A.scope, [A.scope.ruc]), (B.scope, [B.scope.ruc]), (None, [])) * 3:
            with acting_for(scope.environment, scope.ruc) if scope else acting_for(HERE):
                assert rucs(database) == want
            with database.engine.connect() as connection:  # whoever takes it without a word
                seen.add(served_by(connection))
                assert connection.execute(select(rows.c.ruc)).all() == []
        assert len(seen) == 1


def test_it_forgets_after_an_error_too(address: str) -> None:
    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1/0")

    with closing(open_database(address)) as database:
        for opened in (database.transaction, database.reading, database.promise):
            with acting_for_scope(A.scope), pytest.raises(DBAPIError), opened() as connection:
                fail(connection)
            with acting_for_scope(A.scope), pytest.raises(KeyError), opened() as connection:
                raise KeyError
            assert acting() == NOBODY
            assert rucs(database) == []
            with database.engine.connect() as connection:
                assert connection.execute(select(rows.c.ruc)).all() == []


def kill(database: Database, process: int) -> None:
    with database.reading() as connection:
        connection.execute(text("RESET ROLE"))  # a superuser's server process is killed by no other
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": process})


def test_it_forgets_when_its_server_process_is_killed(address: str) -> None:
    with closing(open_database(address)) as database, closing(open_database(address)) as other:
        with acting_for_scope(A.scope):
            with pytest.raises(OperationalError), database.transaction() as connection:  # noqa: PT012  it dies inside
                kill(other, served_by(connection))
                connection.execute(select(rows.c.ruc))
            assert rucs(database) == [A.scope.ruc]
        assert rucs(database) == []


BEGUN_BROKEN = """
import os, sys
from onapi.store import open_database
from onapi.store.acting import acting_for
from onapi.values.scope import Environment
database = open_database(sys.argv[1])
with acting_for(Environment.SANDBOX, "20000000001"), database.transaction() as connection:
    connection.exec_driver_sql("UPDATE companies SET name = 'half'")
    sys.stdout.write("in it\\n"); sys.stdout.flush()
    sys.stdin.read()
"""


def test_a_killed_process_leaves_nothing_behind(address: str, walled: Database) -> None:
    source = str(Path(companies.__file__).parents[2])
    command = [sys.executable, "-c", BEGUN_BROKEN, address]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env={**os.environ, "PYTHONPATH": source}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in it\n"
        process.send_signal(signal.SIGKILL)
    assert rucs(walled) == []
    with acting_for_scope(A.scope), walled.reading() as connection:
        found = companies.find(connection, A.scope)
    assert found is not None
    assert found.party.name == A.party.name


def test_a_connection_that_breaks_as_it_begins_is_told_in_words_that_callers_know(address: str) -> None:
    with closing(open_database(address)) as database, acting_for_scope(A.scope):
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            os.close(raw.fileno())  # type: ignore[union-attr]  psycopg's own
            with pytest.raises(OperationalError), connection.begin():
                walls.begin(connection)
            connection.invalidate()
        assert rucs(database) == [A.scope.ruc]


@pytest.fixture
def own(postgres: Server) -> Iterator[str]:
    """A database with nothing in it."""
    url = postgres.database(migrated=False)
    yield url
    postgres.drop(url)


def as_user(postgres: Server, url: str, name: str, rights: str) -> str:
    """The address for a new user who owns the database."""
    admin = open_database(postgres.address.render_as_string(hide_password=False), walled=False)
    with closing(admin), admin.transaction() as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {rights}")
        connection.exec_driver_sql(f"ALTER DATABASE {make_url(url).database} OWNER TO {name}")
        connection.exec_driver_sql(f"GRANT {name} TO CURRENT_USER")
    inside = open_database(url, walled=False)
    with closing(inside), inside.transaction() as connection:
        connection.exec_driver_sql(f"ALTER SCHEMA public OWNER TO {name}")
    return make_url(url).set(username=name).render_as_string(hide_password=False)


def walls_point(url: str, home: Path) -> Point:
    ground = Ground(url, str(home), home / "ring", home)
    return next(point for point in examine_ground(ground) if point.key == "walls")


@pytest.mark.parametrize(
    ("rights", "level"),
    [("SUPERUSER", Level.WELL), ("NOSUPERUSER", Level.WELL), ("NOSUPERUSER BYPASSRLS", Level.ATTENTION)],
)
def test_whoever_signs_in_obeys_or_the_doctor_says_so(
    postgres: Server, own: str, tmp_path: Path, rights: str, level: Level
) -> None:
    name = f"u{os.getpid()}_{len(rights)}"
    url = as_user(postgres, own, name, rights)
    migrate(url)
    with closing(open_database(url)) as database:
        with acting_for(HERE, A.scope.ruc, B.scope.ruc), database.transaction() as connection:
            for company in (A, B):
                companies.keep(connection, company.scope, company.party, NOW)
        with acting_for_scope(A.scope):
            assert (rucs(database) == [A.scope.ruc]) is (level is Level.WELL)
    point = walls_point(url, tmp_path)
    assert point.level is level
    assert bool(point.action) is (level is Level.ATTENTION)


def test_the_doctor_names_a_database_without_walls(own: str, tmp_path: Path) -> None:
    migrate(own)
    with closing(open_database(own, walled=False)) as database, database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE talks NO FORCE ROW LEVEL SECURITY")
    assert walls_point(own, tmp_path).level is Level.ATTENTION


def line(ruc: str | None, credential: str) -> Line:
    return Line(NOW, f"{ruc}{credential}"[:36], HERE.value, ruc, credential, "GET", "/x", 200, 1, "r", "::1", None,
                "", False, {}, None)  # fmt: skip  # noqa: FBT003  as the columns stand


def test_the_log_of_requests_has_it_too(address: str, walled: Database) -> None:
    log = DayPartitions(address)
    lines = [line(A.scope.ruc, "a"), line(B.scope.ruc, "b"), line(None, "b"), line(B.scope.ruc, "a")]
    log.add(lines)
    everything = text("SELECT id FROM onapi_log.requests ORDER BY id")

    def seen() -> set[str]:
        with walled.reading() as connection:
            return set(connection.execute(everything).scalars())

    assert seen() == set()
    assert log.read(Asked(HERE, "b", frozenset({A.scope.ruc, B.scope.ruc})), 9) == []
    with acting_for_scope(A.scope):
        assert seen() == {lines[0].id}
    with acting_for_all("tests"):
        assert len(seen()) == len(lines)
    log.close()


def test_for_whom_is_said_in_the_message_that_begins(walled: Database) -> None:
    """No round trip more than without a wall: PostgreSQL hears both at once."""
    said: list[str] = []

    def hear(*_: object) -> None:
        said.append("statement")

    with acting_for_scope(A.scope), walled.transaction() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        told = connection.exec_driver_sql("SELECT current_setting('onapi.rucs')").scalar_one()
        event.remove(connection, "before_cursor_execute", hear)
    assert (told, said) == (A.scope.ruc, ["statement"])


def test_what_is_no_ruc_is_refused() -> None:
    with pytest.raises(ValueError, match="no RUC"), acting_for(HERE, "2000,'x"):
        pass


def test_a_quote_in_a_name_stays_in_the_name(walled: Database) -> None:
    with acting_for(HERE):
        act_for(HERE, (), "o'; SET LOCAL onapi.everyone = 'yes'; --")
        assert rucs(walled) == []
        act_for(HERE, ())
