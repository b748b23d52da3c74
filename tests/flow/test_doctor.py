"""Doctor: each thing that needs a person or is late is said, once, with what to do; nothing secret ever."""

import base64
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flow_books import LATER, Books
from flow_world import BORN, RUC, World
from sqlalchemy import update

from onapi.flows import enrol
from onapi.flows.doctor import examine
from onapi.flows.doctor_ground import Ground, examine_ground
from onapi.flows.examination import Level, Point, worst
from onapi.flows.seal import seal
from onapi.store import open_database, pauses
from onapi.store.tables import companies, leases
from onapi.store.vault import Vault, make_ring

HOUR = timedelta(hours=1)


@pytest.fixture
def books(here: World) -> Books:
    """A company in good order, with a worker."""
    give_lease(here)
    return Books(here)


def give_lease(here: World) -> None:
    row = {"id": "w", "name": "worker-1", "place": "", "process": "", "expires_ms": 2**50}
    with here.platform.database.transaction() as connection:
        connection.execute(leases.insert().values(row))


def look(here: World, host_time: Callable[[str], datetime | None] | None = None) -> dict[str, Point]:
    return {point.key: point for point in examine(here.platform, host_time)}


def test_a_house_in_good_order_is_well(books: Books) -> None:
    books.sent("F001")
    books.signed("F002")  # only signed: it waits for nobody
    found = look(books.here, lambda _: books.here.clock())
    assert {point.key: point.sentence for point in found.values() if point.level} == {}


def only_trouble(here: World, key: str, level: Level = Level.ATTENTION) -> Point:
    found = look(here)
    assert {point.key: point.level for point in found.values() if point.level} == {key: level}
    assert found[key].action
    return found[key]


def test_no_worker_is_broken(here: World) -> None:
    only_trouble(here, "workers", Level.BROKEN)


def test_a_worker_whose_lease_ran_out_is_none(books: Books) -> None:
    with books.here.platform.database.transaction() as connection:
        connection.execute(update(leases).values(expires_ms=int(BORN.timestamp() * 1000) - 1))
    only_trouble(books.here, "workers", Level.BROKEN)


def test_a_company_that_is_stopped_is_told_with_code_and_since_when(books: Books) -> None:
    with books.here.platform.database.transaction() as connection:
        pauses.begin(connection, books.here.platform.scope(RUC), "sol", "0102", BORN)
    point = only_trouble(books.here, "pauses")
    assert point.details == (f"{RUC} (sol) desde 20/11/2026 10:00, código 0102",)


@pytest.mark.parametrize(("obstacle", "key"), [("host", "circuit"), ("company", "stopped")])
def test_what_waits_for_sunat_or_for_credentials_is_counted(books: Books, obstacle: str, key: str) -> None:
    issued = books.signed()
    books.here.move(issued, obstacle=obstacle, next_action_at=BORN + HOUR)
    assert only_trouble(books.here, key).sentence.startswith("1 comprobante")


@pytest.mark.parametrize(("days", "level"), [(61, Level.WELL), (59, Level.ATTENTION), (-1, Level.ATTENTION)])
def test_certificates_are_told_of_sixty_days_before_they_expire(books: Books, days: int, level: Level) -> None:
    with books.here.platform.database.transaction() as connection:
        connection.execute(update(companies).values(certificate_expires_at=BORN + timedelta(days=days, hours=1)))
    assert look(books.here)["certificates"].level == level


def test_a_company_without_certificate_is_told(books: Books) -> None:
    with books.here.platform.database.transaction() as connection:
        connection.execute(update(companies).values(certificate=None, certificate_expires_at=None))
    assert only_trouble(books.here, "certificates").details == (f"{RUC}: no tiene certificado",)


def test_secrets_that_the_ring_does_not_open_are_broken(books: Books) -> None:
    books.here.platform = replace(books.here.platform, vault=Vault([bytes(range(32))]))
    assert only_trouble(books.here, "secrets", Level.BROKEN).details == (RUC,)


def test_a_sol_password_that_the_ring_does_not_open_is_broken_without_a_certificate_too(books: Books) -> None:
    with books.here.platform.database.transaction() as connection:
        connection.execute(update(companies).values(certificate=None, certificate_expires_at=None))
    books.here.platform = replace(books.here.platform, vault=Vault([bytes(range(32))]))
    assert look(books.here)["secrets"].level is Level.BROKEN


def test_a_day_without_proof_is_for_a_person(books: Books) -> None:
    issued = books.unknown("F001")
    books.here.clock.forward(24 * 3600 + 1)
    books.here.move(issued, next_action_at=books.here.clock() + HOUR, deadline=None)
    seal(books.here.platform)
    point = only_trouble(books.here, "unknown")
    assert point.details == (issued.document.receipt.file_name,)
    assert "onapi evidence" in point.action
    assert "onapi settle" in point.action


def test_what_is_not_sealed_for_an_hour_is_told(books: Books) -> None:
    books.accepted("F001")
    books.here.clock.forward(3601)
    assert "no se sella desde" in only_trouble(books.here, "seals").sentence
    seal(books.here.platform)
    assert look(books.here)["seals"].level is Level.WELL


def test_what_is_held_is_told_with_its_code(books: Books) -> None:
    issued = books.signed()
    books.says(issued, "HELD", state="HELD", code="0151")
    assert only_trouble(books.here, "held").details == (f"{issued.document.receipt.file_name} (código 0151)",)


@pytest.mark.parametrize(("left", "key"), [(-HOUR, "late"), (HOUR, "near")])
def test_deadlines_that_are_near_or_past_are_told(books: Books, left: timedelta, key: str) -> None:
    issued = books.signed()
    books.here.move(issued, deadline=BORN + left, next_action_at=BORN + LATER)
    assert issued.document.receipt.file_name in only_trouble(books.here, key).details[0]


def test_what_nobody_will_look_at_is_broken(books: Books) -> None:
    books.unknown("F001", due=False)
    only_trouble(books.here, "stranded", Level.BROKEN)


def test_overdue_work_and_lost_work_are_two_things(books: Books) -> None:
    books.signed("F001", send=True)
    lost = books.signed("F002")
    books.here.move(lost, next_action_at=BORN)
    books.here.clock.forward(301)
    found = look(books.here)
    assert {point.key for point in found.values() if point.level} == {"overdue", "lost"}
    assert found["overdue"].sentence == "2 pasos atrasados."
    assert found["lost"].details == (lost.document.receipt.file_name,)


def test_a_resumen_that_could_not_be_made_is_told(books: Books) -> None:
    books.signed("B001", send=True, in_summary=True)
    books.here.clock.forward(901)
    found = look(books.here)
    assert found["summaries"].details == (f"{RUC}: 1 boleta(s) del 20/11/2026 en PEN",)


def test_a_ticket_in_process_for_an_hour_is_told(books: Books) -> None:
    issued = books.signed()
    at = BORN + LATER
    books.here.move(issued, state="TICKETED", ticket="17", ticketed_at=BORN - HOUR * 2, next_action_at=at)
    assert only_trouble(books.here, "tickets").details == (f"{issued.document.receipt.file_name} (ticket 17)",)


@pytest.mark.parametrize(
    ("skew_s", "level"), [(0, Level.WELL), (-20, Level.WELL), (60, Level.ATTENTION), (-900, Level.BROKEN)]
)
def test_our_clock_is_held_against_sunats(books: Books, skew_s: int, level: Level) -> None:
    found = look(books.here, lambda _: books.here.clock() + timedelta(seconds=skew_s))
    assert found["clock"].level == level


def test_a_host_that_does_not_answer_is_named(books: Books) -> None:
    found = look(books.here, lambda _: None)
    assert found["sunat"].level == Level.ATTENTION
    assert found["sunat"].details[0].startswith("127.0.0.1:")
    assert "clock" not in found


def test_nothing_secret_is_said(books: Books) -> None:
    enrol.set_sol(books.here.platform, books.here.platform.scope(RUC), "MODDATOS", "clave-secreta")
    books.here.platform = replace(books.here.platform, vault=Vault([bytes(range(32))]))
    said = repr(look(books.here))
    assert "clave-secreta" not in said
    assert base64.b64encode(bytes(range(32))).decode() not in said


# the ground


@pytest.fixture
def ground(here: World, tmp_path: Path) -> Ground:
    make_ring(tmp_path / "ring")
    database = str(here.platform.database.engine.url)
    return Ground(database, str(tmp_path / "blobs"), tmp_path / "ring", tmp_path)


def state(ground: Ground) -> dict[str, Level]:
    (ground.home / "blobs").mkdir(exist_ok=True)
    return {point.key: point.level for point in examine_ground(ground)}


def test_sound_ground(ground: Ground) -> None:
    assert {key for key, level in state(ground).items() if level is Level.BROKEN} == set()
    assert state(ground)["database"] is state(ground)["files"] is state(ground)["keys"] is Level.WELL
    assert [path.name for path in (ground.home / "blobs").iterdir()] == []  # it leaves nothing behind


def test_a_folder_of_files_that_is_made_later_is_no_trouble(ground: Ground, tmp_path: Path) -> None:
    points = {point.key: point.level for point in examine_ground(replace(ground, files=str(tmp_path / "later")))}
    assert points["files"] is Level.WELL
    assert not (tmp_path / "later").exists()


def test_a_database_that_is_not_there_is_not_made(ground: Ground, tmp_path: Path) -> None:
    missing = tmp_path / "none.sqlite3"
    assert state(replace(ground, database=f"sqlite:///{missing}"))["database"] is Level.BROKEN
    assert not missing.exists()


def test_a_database_of_another_release_is_broken(ground: Ground) -> None:
    with closing(open_database(ground.database)) as database, database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert state(ground)["database"] is Level.BROKEN


def test_a_database_server_that_is_away_is_broken_and_its_password_is_not_told(ground: Ground) -> None:
    away = replace(ground, database="postgresql://onapi:clave-secreta@127.0.0.1:1/onapi?connect_timeout=1")
    points = [*examine_ground(away)]
    assert points[0].level is Level.BROKEN
    assert "clave-secreta" not in repr(points)


def test_files_that_cannot_be_written_are_broken(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert state(replace(ground, files=str(tmp_path / "file" / "blobs")))["files"] is Level.BROKEN


def test_a_ring_that_is_gone_or_nonsense_is_broken_and_an_open_one_is_told(ground: Ground, tmp_path: Path) -> None:
    assert state(replace(ground, ring=tmp_path / "no-ring"))["keys"] is Level.BROKEN
    (tmp_path / "bad").write_text("%%%\n")
    assert state(replace(ground, ring=tmp_path / "bad"))["keys"] is Level.BROKEN
    ground.ring.chmod(0o644)
    assert state(ground)["keys"] is Level.ATTENTION


def test_the_worst_point_is_the_exit_status() -> None:
    points = [Point("a", Level.WELL, ""), Point("b", Level.BROKEN, ""), Point("c", Level.ATTENTION, "")]
    assert (worst(points), worst(points[:1]), worst([])) == (2, 0, 0)
