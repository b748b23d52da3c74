"""What a reconciliation asks of the store, on both databases: gaps, doubles, batches, what is due, and the night."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from store_rows import MINE, NOW, OTHERS, TODAY, document, enrol, keep

from onapi.store import Database, batch_report, checks, condition, members, nights, numbers, series_report, submissions
from onapi.store.checks import END, SILENCE, Check, Wanted
from onapi.store.members import Member
from onapi.store.series_report import NumberNote
from onapi.values.scope import Environment

HERE = Environment.SANDBOX
HOUR = timedelta(hours=1)


def settled(connection: Connection, number: int, state: str = "SETTLED", outcome: str = "ACCEPTED") -> str:
    kept = document(number)
    was = keep(connection, kept)
    submissions.move(connection, MINE, was, NOW, state=state, outcome=outcome)
    return kept.id


def batch(connection: Connection, number: int, state: str, outcome: str | None, *rows: Member, cdr: str = "") -> str:
    kept = document(number, doctype="RC", series="20261120")
    was = keep(connection, kept)
    submissions.move(connection, MINE, was, NOW, state=state, outcome=outcome, cdr=cdr or None)
    members.add(connection, MINE, kept.id, rows)
    return kept.id


def test_gaps_are_between_kept_numbers_and_after_the_last_that_was_given(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        for number in (7, 8, 10, 14):
            keep(connection, document(number))
        keep(connection, document(1, OTHERS))
        keep(connection, document(3, OTHERS, series="B002"))
        for number in (1, 5):
            keep(connection, document(number, doctype="RC", series="20261120"))
        for _ in range(3):
            numbers.take(connection, OTHERS, "03", "B001")
        found = series_report.gaps(connection, HERE)
        assert [(gap.scope, gap.first, gap.last) for gap in found] == [
            (MINE, 9, 9),
            (MINE, 11, 13),
            (OTHERS, 2, 4),
        ]
        assert [gap.after_id for gap in found] == ["01-03-B001-10", "01-03-B001-14", None]
        assert len(series_report.gaps(connection, HERE, OTHERS.ruc)) == 1
        assert series_report.gaps(connection, Environment.BETA) == []


def test_numbers_held_twice_come_with_the_later_revision_first(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        keep(connection, document(1))
        keep(connection, document(2))
        keep(connection, document(2, id="again", revision=2))
        assert [row[0] for row in series_report.held_twice(connection, HERE)] == ["again", "01-03-B001-2"]


def test_what_somebody_said_of_a_number_is_kept(database: Database) -> None:
    said = NumberNote("03", "B001", 2, 3, "Talonario perdido", "ana", NOW)
    with database.transaction() as connection:
        series_report.explain(connection, MINE, said)
        assert series_report.explained(connection, MINE) == [said]
        assert series_report.explained(connection, OTHERS) == []


def test_members_that_follow_their_batch_agree(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        stands, void = settled(connection, 1), settled(connection, 2, "VOIDED")
        waits, leaves = settled(connection, 3, "GATHERED"), settled(connection, 4, "VOIDING")
        free, held = settled(connection, 5, "WAITING"), settled(connection, 6, "GATHERED")
        one = batch(connection, 1, "SETTLED", "OBSERVED", Member(stands, "1", 1), Member(void, "3", 2))
        batch(connection, 2, "TICKETED", None, Member(waits, "1", 1), Member(leaves, "3", 2))
        refused = batch(connection, 3, "SETTLED", "REJECTED", Member(free, "1", 1))
        batch(connection, 4, "READY", None, Member(held, "1", 1))
        for each in (one, refused):
            members.close(connection, MINE, each, NOW)
        assert batch_report.disagreements(connection, HERE, None, ["0102"]) == []


@pytest.mark.parametrize(
    ("state", "code", "batch_state", "outcome", "is_closed"),
    [
        ("WAITING", "1", "SETTLED", "ACCEPTED", True),  # it was reported, and waits for a report
        ("SETTLED", "3", "SETTLED", "ACCEPTED", True),  # it was voided, and stands
        ("SETTLED", "1", "SETTLED", "ACCEPTED", False),  # the batch was judged, and is open
        ("GATHERED", "1", "SETTLED", "REJECTED", False),
        ("SETTLED", "1", "SETTLED", "REJECTED", True),  # with the batch's CDR for its proof
        ("WAITING", "1", "TICKETED", None, False),  # it waits for a report and stands in one
        ("GATHERED", "1", "TICKETED", None, True),
        ("SETTLED", "3", "UNKNOWN", None, False),
    ],
)
def test_members_that_do_not_follow_their_batch_are_found(
    database: Database, state: str, code: str, batch_state: str, outcome: str | None, *, is_closed: bool
) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        kept = document(1)
        was = keep(connection, kept)
        submissions.move(connection, MINE, was, NOW, state=state, outcome="ACCEPTED", cdr="c")
        of = batch(connection, 1, batch_state, outcome, Member(kept.id, code, 1), cdr="c")
        if is_closed:
            members.close(connection, MINE, of, NOW)
        found = batch_report.disagreements(connection, HERE, MINE.ruc, [])
        assert [each.document_id for each in found] == [kept.id]
        assert batch_report.disagreements(connection, HERE, OTHERS.ruc, []) == []


@pytest.mark.parametrize("state", ["GATHERED", "VOIDING", "VOIDED"])
def test_what_follows_a_batch_that_is_not_there_is_found(database: Database, state: str) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        lost = settled(connection, 1, state)
        found = batch_report.disagreements(connection, HERE, None, [])
        assert [(each.document_id, each.batch_id) for each in found] == [(lost, None)]


def page(connection: Connection, wanted: Wanted, before: str = END, **more: object) -> list[tuple[str, bool]]:
    times = {"started_at": NOW + 3 * HOUR, "again_at": NOW - 24 * HOUR, "most": 9, **more}
    found = checks.page(connection, wanted, before, **times)  # type: ignore[arg-type]  # the times above
    return [(place.id[-1], place.is_due) for place in found]


def test_what_is_due_is_told_from_the_newest_on(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        for number in range(1, 7):
            settled(connection, number)
        name = "01-03-B001-{}".format
        fine = Check(name(2), MINE, NOW + HOUR, "getStatus", NOW + HOUR, "ACCEPTED")
        checks.keep(connection, fine)
        checks.keep(connection, replace(fine, document_id=name(3), looked_at=NOW - HOUR))  # it changed since
        checks.keep(connection, replace(fine, document_id=name(4), channel=SILENCE, told=None))
        checks.keep(connection, replace(fine, document_id=name(5), looked_at=NOW + 3 * HOUR, channel=SILENCE))  # now
        keep(connection, document(6, id=name("7"), revision=2))
        all_of_it = Wanted(HERE)
        due = [("7", True), ("6", False), ("5", False), ("4", True), ("3", True), ("2", False), ("1", True)]
        assert page(connection, all_of_it) == due
        assert page(connection, all_of_it, name(3)) == due[-2:]
        assert page(connection, all_of_it, again_at=NOW + 2 * HOUR)[-2] == ("2", True)
        assert page(connection, replace(all_of_it, ruc=OTHERS.ruc)) == []
        assert page(connection, replace(all_of_it, first=TODAY + timedelta(days=1))) == []
        assert len(page(connection, Wanted(HERE, MINE.ruc, TODAY, TODAY))) == 7


def test_what_did_not_agree_and_what_has_no_verdict_comes_first(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        fine, wrong, live = settled(connection, 1), settled(connection, 2), settled(connection, 3, "UNKNOWN")
        seen = Check(wrong, MINE, NOW, "getStatus", NOW, "NOT_FOUND", ("accepted_not_there", "cdr_gone"))
        checks.keep(connection, seen)
        wanted = Wanted(HERE)
        assert [place.id for place in checks.urgent(connection, wanted, NOW + HOUR, most=9)] == [wrong, live]
        assert [place.id for place in checks.urgent(connection, wanted, NOW, most=9)] == [live]
        assert [place.id for place in checks.open_ones(connection, wanted, "", most=9)] == [wrong]
        assert checks.of_documents(connection, MINE, [wrong, fine]) == {wrong: seen}
        assert checks.count_open(connection, HERE) == 1
        checks.keep(connection, replace(seen, findings=()))
        assert checks.count_open(connection, HERE) == 0


def test_a_night_is_one_workers_of_many(database: Database) -> None:
    def take(_: int) -> bool:
        with database.transaction() as connection:
            return nights.claim(connection, HERE, TODAY, END, now=NOW, until=NOW + HOUR) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1
    with database.transaction() as connection:
        night = nights.find(connection, HERE, TODAY)
        assert night is not None
        assert nights.last(connection, HERE) is None
        later = nights.claim(connection, HERE, TODAY, END, now=NOW + HOUR, until=NOW + 2 * HOUR)
        assert later is not None
        assert not nights.keep(connection, night, checked=9)  # another has it now
        assert nights.keep(connection, later, ended_at=NOW, held_until=NOW)
        assert not nights.keep(connection, replace(later, held_until=NOW), ended_at=NOW)
        assert nights.claim(connection, HERE, TODAY, END, now=NOW + 2 * HOUR, until=NOW + 3 * HOUR) is None
        last = nights.last(connection, HERE)
        assert last is not None
        assert (last.night, last.ended_at) == (TODAY, NOW)


def test_how_the_database_stands(database: Database, tmp_path: Path) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        held = settled(connection, 1, "HELD")
        was = keep(connection, document(2))
        submissions.move(connection, MINE, was, NOW, obstacle="host", sent_at=NOW)
        found, newest = condition.revisions(connection)
        assert found == newest
        assert [each.scope for each in condition.companies_of(connection, HERE)] == [MINE, OTHERS]
        assert condition.in_states(connection, HERE, ["HELD"]) == [(held, MINE)]
        assert condition.waiting(connection, HERE) == [condition.Waiting("host", 1, NOW)]
        assert condition.workers_alive(connection, NOW) == []
    assert condition.missing_file(f"sqlite:///{tmp_path / 'none'}") == tmp_path / "none"
    assert condition.missing_file("postgresql://localhost/none") is None
