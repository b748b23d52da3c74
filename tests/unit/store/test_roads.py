"""Submissions and documents found by what flows ask of them: tickets, voidings, deadlines, what waits for a summary."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from store_rows import MINE, NOW, OTHERS, TODAY, document, enrol, keep

from onapi.errors import Conflict
from onapi.store import Database, companies, documents, members, submissions
from onapi.store.documents import WaitingDay
from onapi.store.members import Member
from onapi.values.scope import Environment

HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as found:
        enrol(found, MINE, OTHERS)
        yield found


def test_a_ticket_is_kept_and_found_by_its_own_company(connection: Connection) -> None:
    first, second = (keep(connection, document(n, doctype="RC", series="20261120")) for n in (1, 2))
    others = keep(connection, document(1, OTHERS))
    for was in (first, second, others):
        submissions.move(connection, was.scope, was, NOW, state="TICKETED", step=1, ticket="1712", ticketed_at=NOW)
    found = submissions.with_ticket(connection, MINE, "1712")
    assert [(x.id, x.ticket, x.ticketed_at) for x in found] == [(x.id, "1712", NOW) for x in (first, second)]
    assert submissions.with_ticket(connection, MINE, "1713") == []


def test_a_voiding_points_at_its_document(connection: Connection) -> None:
    voided = keep(connection, document(1))
    keep(connection, document(2))
    voiding = document(1, doctype="RA", series="20261120")
    kept = keep(connection, voiding, purpose="void", about_document_id=voided.document_id)
    assert (kept.purpose, kept.about_document_id) == ("void", voided.document_id)
    assert [x.id for x in submissions.about(connection, MINE, voided.document_id)] == [kept.id]
    assert submissions.about(connection, OTHERS, voided.document_id) == []
    assert (voided.purpose, voided.about_document_id) == ("report", None)
    both = submissions.of_documents(connection, MINE, [voiding.id, voided.document_id])
    assert {x.id for x in both} == {voided.id, kept.id}


def test_what_is_due_soon_comes_nearest_first(connection: Connection) -> None:
    for n, (state, hours) in enumerate((("READY", 30), ("SETTLED", 1), ("HELD", 5), ("UNKNOWN", 2), ("READY", 90)), 1):
        keep(connection, document(n), state, deadline=NOW + hours * HOUR)
    keep(connection, document(6))  # without deadline
    keep(connection, document(1, OTHERS), deadline=NOW - HOUR)
    found = submissions.due_soon(connection, Environment.SANDBOX, NOW + 48 * HOUR)
    assert [(x.state, x.deadline) for x in found] == [
        ("READY", NOW - HOUR),
        ("UNKNOWN", NOW + 2 * HOUR),
        ("HELD", NOW + 5 * HOUR),
        ("READY", NOW + 30 * HOUR),
    ]
    assert len(submissions.due_soon(connection, Environment.SANDBOX, NOW + 48 * HOUR, most=1)) == 1
    assert submissions.due_soon(connection, Environment.PRODUCTION, NOW + 48 * HOUR) == []


def test_boletas_wait_for_a_summary_until_they_are_in_one(connection: Connection) -> None:
    for n in range(1, 6):
        keep(connection, document(n, boleta_mode="summary"))
    keep(connection, document(6))  # goes by itself
    keep(connection, document(7, boleta_mode="summary"), "SETTLED")
    keep(connection, document(8, boleta_mode="summary"), next_action_at=None)  # only signed
    keep(connection, document(9, boleta_mode="summary", currency="USD"))
    keep(connection, document(10, boleta_mode="summary", issue_date=TODAY - timedelta(days=1)))
    keep(connection, document(1, OTHERS, boleta_mode="summary"))
    keep(connection, document(11), "WAITING")  # too late to go by itself
    keep(connection, document(12, boleta_mode="summary"), "HELD")
    batch = document(1, doctype="RC", series="20261120")
    keep(connection, batch)
    found = documents.waiting_for_summary(connection, MINE, TODAY, "PEN")
    assert [x.receipt.number for x in found] == [1, 2, 3, 4, 5, 11]
    assert found[0] == document(1, boleta_mode="summary")
    assert len(documents.waiting_for_summary(connection, MINE, TODAY, "PEN", most=2)) == 2
    members.add(connection, MINE, batch.id, [Member(x.id, "1", n) for n, x in enumerate(found[:4], 1)])
    assert [x.receipt.number for x in documents.waiting_for_summary(connection, MINE, TODAY, "PEN")] == [5, 11]
    assert documents.days_waiting(connection, Environment.SANDBOX) == [
        WaitingDay(MINE, TODAY - timedelta(days=1), "PEN", 1),
        WaitingDay(MINE, TODAY, "PEN", 2),
        WaitingDay(MINE, TODAY, "USD", 1),
        WaitingDay(OTHERS, TODAY, "PEN", 1),
    ]
    assert members.close(connection, MINE, batch.id, NOW) == 4
    assert members.close(connection, MINE, batch.id, NOW) == 0
    assert len(documents.waiting_for_summary(connection, MINE, TODAY, "PEN")) == 6  # SUNAT took none of them


def test_members_are_told_by_line_and_by_document(connection: Connection) -> None:
    for n in (1, 2, 3):
        keep(connection, document(n))
    first, second = (document(n, doctype="RC", series="20261120") for n in (1, 2))
    for batch in (first, second):
        keep(connection, batch)
    a, b, c = (document(n).id for n in (1, 2, 3))
    members.add(connection, MINE, first.id, [Member(b, "1", 1), Member(a, "2", 2)])
    told = [Member(b, "1", 1, first.id), Member(a, "2", 2, first.id)]
    assert members.of_batch(connection, MINE, first.id) == told
    assert members.of_batch(connection, OTHERS, first.id) == []
    opened = [members.open_batch_of(connection, MINE, x) for x in (a, b, c)]
    assert opened == [first.id, first.id, None]
    assert members.open_batch_of(connection, OTHERS, a) is None
    assert members.close(connection, OTHERS, first.id, NOW) == 0
    members.close(connection, MINE, first.id, NOW)
    members.add(connection, MINE, second.id, [Member(a, "3", 1)])
    assert members.open_batch_of(connection, MINE, a) == second.id
    closed = [replace(x, closed_at=NOW) for x in told]
    assert members.of_batch(connection, MINE, first.id) == closed
    assert set(members.of_document(connection, MINE, a)) == {closed[1], Member(a, "3", 1, second.id)}


def test_nobody_is_in_two_open_batches(database: Database) -> None:
    batches = [document(n, doctype="RC", series="20261120") for n in (1, 2)]
    with database.transaction() as connection:
        enrol(connection, MINE)
        for kept in (document(1), *batches):
            keep(connection, kept)
        members.add(connection, MINE, batches[0].id, [Member(document(1).id, "1", 1)])
    with pytest.raises(Conflict), database.transaction() as connection:
        members.add(connection, MINE, batches[1].id, [Member(document(1).id, "3", 1)])
    with database.reading() as connection:
        assert members.of_batch(connection, MINE, batches[1].id) == []


def test_a_company_keeps_the_credentials_of_both_rest_services(connection: Connection) -> None:
    companies.keep_gre(connection, MINE, "gre-id", b"sealed 1", NOW)
    companies.keep_validity(connection, MINE, "validity-id", b"sealed 2", NOW)
    found, others = companies.find(connection, MINE), companies.find(connection, OTHERS)
    assert found is not None
    assert (found.gre_client_id, found.gre_client_secret) == ("gre-id", b"sealed 1")
    assert (found.validity_client_id, found.validity_client_secret) == ("validity-id", b"sealed 2")
    assert others is not None
    assert (others.gre_client_id, others.validity_client_secret) == (None, None)


def test_a_submission_that_moved_on_is_not_moved_again(connection: Connection) -> None:
    was = keep(connection, document(1))
    moved = submissions.move(connection, MINE, was, NOW, state="SENDING", step=1)
    assert (moved.state, moved.step) == ("SENDING", 1)
    for stale in (was, replace(moved, state="READY"), replace(moved, step=0), replace(moved, step=2)):
        with pytest.raises(Conflict):
            submissions.move(connection, MINE, stale, NOW, step=9)
    with pytest.raises(Conflict):
        submissions.move(connection, OTHERS, moved, NOW, step=9)
    assert submissions.get(connection, MINE, was.id) == moved
