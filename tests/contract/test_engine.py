"""What flows may ask of the engine: work enqueued in a transaction shares its fate, is done once, and survives us."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from engine_place import Place, work
from sqlalchemy import text

from onapi.engine import UNHURRIED, urgency

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("program")]


@pytest.fixture(scope="module", autouse=True)
def _a_worker(place: Place) -> None:
    place.start_worker()


def test_work_shares_the_fate_of_its_transaction(place: Place) -> None:
    with place.database.engine.connect() as connection:
        place.queue.put(connection, work("rolled-back"))
        connection.rollback()
    with place.database.transaction() as connection:
        place.queue.put(connection, work("open"))
        time.sleep(1)
        assert place.count("begin", "open") == 0  # not committed, not seen
    place.until(lambda: place.count("end", "open") == 1)
    assert place.count("begin", "rolled-back") == 0


def test_the_same_work_twice_is_done_once(place: Place) -> None:
    place.put(work("twice"), work("twice"))
    place.put(work("twice"))
    place.until(lambda: place.count("end", "twice") == 1)
    place.put(work("twice"))  # done already
    place.put(work("twice", 1))
    place.until(lambda: place.count("end", "twice") == 2)
    place.put(*[work(f"many-{n}") for n in range(30)])
    place.until(lambda: all(place.count("end", f"many-{n}") for n in range(30)))
    assert [place.count("begin", f"many-{n}") for n in range(30)] == [1] * 30
    assert place.count("begin", "twice") == 2


def test_work_carries_what_was_put_in(place: Place) -> None:
    place.put(work("carried", 7))
    place.until(lambda: place.count("end", "carried") == 1)
    said = next(line.split() for line in place.lines() if line.startswith("end cpe:sandbox:carried "))
    assert (said[2], said[4]) == ("7", "sandbox/20000000001/id-of-carried")


def test_work_waits_as_long_as_asked(place: Place) -> None:
    begun = time.time()
    place.put(work("delayed"), delay_s=2)
    place.put(work("at-once"))
    place.until(lambda: place.count("end", "at-once") == place.count("end", "delayed") == 1)
    assert place.times("begin", "delayed")[0] - begun > 1.99


def test_the_queue_knows_what_it_holds(place: Place) -> None:
    place.put(work("held"), delay_s=3600)
    assert place.queue.holds(work("held"))
    assert not place.queue.holds(work("held", 1))
    place.put(work("fails"))
    place.until(lambda: place.count("begin", "fails") == 1 and not place.queue.holds(work("fails")))


def test_urgency_is_a_number_the_library_takes() -> None:
    now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert urgency(None) == UNHURRIED == 2**31 - 1
    assert urgency(now) + 60 == urgency(now + timedelta(hours=1)) < UNHURRIED
    assert urgency(datetime(1960, 1, 1, tzinfo=UTC)) == 1
    assert urgency(datetime(9999, 1, 1, tzinfo=UTC)) == UNHURRIED


def test_work_of_the_first_release_is_done(place: Place) -> None:
    client = place.queue._client()
    piece = work("old")
    with place.database.transaction() as connection:
        old = {"workflow_name": "submission", "queue_name": "submissions", "workflow_id": "old:0", "app_version": "1"}
        client.enqueue_in_transaction(connection, old, "sandbox", piece.ruc, "id-of-old", 0, piece.key)  # type: ignore[arg-type]  # the options as a plain table
    place.until(lambda: place.count("end", "old") == 1)


def test_what_is_finished_long_ago_is_forgotten(place: Place) -> None:
    place.put(work("long-ago"), work("lately"))
    place.until(lambda: place.count("end", "long-ago") == place.count("end", "lately") == 1)
    where = "dbos.workflow_status" if "postgresql" in place.url else "workflow_status"
    query = f"SELECT workflow_uuid FROM {where}"  # noqa: S608  a name of the library's

    def named(*conditions: str) -> set[str]:
        with place.database.reading() as connection:
            found = connection.scalars(text(" ".join([query, *conditions])))
            return {name.rpartition(":")[0].removeprefix("cpe:sandbox:") for name in found}

    # the library writes down that a work has ended a moment after it has
    place.until(lambda: named("WHERE completed_at IS NOT NULL") >= {"long-ago", "lately"})
    place.put(work("long-ago-but-waiting"), delay_s=3600)
    with place.database.transaction() as connection:
        days = f"UPDATE {where} SET completed_at = completed_at - 172800000 WHERE workflow_uuid LIKE '%long-ago%'"  # noqa: S608  as above
        connection.execute(text(days))
    place.until(lambda: "long-ago" not in named())
    assert named() >= {"lately", "long-ago-but-waiting"}


def test_the_planner_of_postgresql_hears_of_a_burst_soon(place: Place) -> None:
    if "postgresql" not in place.url:
        pytest.skip("SQLite plans without statistics")
    asked = text("SELECT reloptions FROM pg_class WHERE oid = 'dbos.workflow_status'::regclass")
    with place.database.reading() as connection:
        assert "autovacuum_analyze_scale_factor=0" in connection.execute(asked).scalar_one()
