"""Lists of documents: what is asked for, in order, page by page, whatever is added meanwhile."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection
from store_rows import MINE, NOW, OTHERS, document, enrol, keep

from onapi.flows.public_status import STATUSES, status_of
from onapi.store import Database, lists, members, submissions
from onapi.store.documents import StoredDocument
from onapi.store.lists import Order, Wanted
from onapi.store.members import Member
from onapi.values.scope import Scope

ALL = Wanted()


def ids(found: object) -> list[str]:
    return [each.id for each in found]  # type: ignore[attr-defined]  # they are documents


def made(number: int, scope: Scope = MINE, **more: object) -> StoredDocument:
    at = NOW + timedelta(seconds=number)
    return document(number, scope, **{"id": f"{scope.ruc[-2:]}-{number:06d}", "created_at": at, **more})  # type: ignore[arg-type]  # given by name


def walk(database: Database, wanted: Wanted, order: Order, size: int, between: object = None) -> list[StoredDocument]:
    found: list[StoredDocument] = []
    after = None
    while True:
        with database.reading() as connection:
            page = lists.page(connection, MINE, wanted, order, NOW, after=after, limit=size)
        found += page
        if len(page) < size:
            return found
        after = lists.key_of(page[-1], order)
        if callable(between):
            between()


@pytest.fixture
def full(database: Database) -> Database:
    """Sixty documents of a company, ten of another."""
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        for n in range(60):
            day = date(2026, 11, 20) - timedelta(days=n % 7)
            customer = {"id_type": "6", "id_number": f"2000000000{n % 3}", "name": "A"}
            keep(connection, made(n, issue_date=day, customer=customer, external_id=f"P-{n}"))
        for n in range(10):
            keep(connection, made(n, OTHERS))
    return database


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("size", [1, 7, 60, 200])
def test_pages_hold_each_document_once_and_in_order(full: Database, order: Order, size: int) -> None:
    found = walk(full, ALL, order, size)
    keys = [lists.key_of(each, order) for each in found]
    assert len(set(ids(found))) == len(found) == 60
    assert all((a < b) is (order is Order.NUMBER) for a, b in pairwise(keys))
    assert {each.scope for each in found} == {MINE}


@pytest.mark.parametrize("order", Order)
def test_what_is_added_meanwhile_moves_nothing(full: Database, order: Order) -> None:
    """Guarantee A05: none twice, none of those at the start left out."""
    number = iter(range(1000, 2000))

    def add() -> None:
        with full.transaction() as connection:
            for n in (next(number), next(number)):
                keep(connection, made(n, issue_date=date(2026, 11, 14 + n % 7), id=f"01-{n * 7 % 61:06d}-{n}"))

    found = walk(full, ALL, order, 5, add)
    assert len(set(ids(found))) == len(found)
    assert {f"01-{n:06d}" for n in range(60)} <= set(ids(found))


def test_filters(full: Database) -> None:
    with full.transaction() as connection:
        keep(connection, made(100, doctype="01", series="F001", id="factura"))

    def listed(**wanted: object) -> list[str]:
        return ids(walk(full, Wanted(**wanted), Order.NEWEST, 50))  # type: ignore[arg-type]  # given by name

    assert listed(doctype="01") == listed(series="F001") == listed(number=100) == ["factura"]
    assert listed(external_id="P-9") == ["01-000009"]
    assert len(listed(customer_number="20000000001")) == 20
    assert len(listed(issued_from=date(2026, 11, 19), issued_to=date(2026, 11, 19))) == 9
    assert listed(created_from=NOW + timedelta(seconds=58), created_to=NOW + timedelta(seconds=60)) == [
        "01-000059",
        "01-000058",
    ]
    assert listed(doctype="03", number=7, customer_number="20000000001") == ["01-000007"]
    assert listed(number=77) == []


def settled(connection: Connection, number: int, state: str, **columns: object) -> None:
    was = keep(connection, made(number), next_action_at=columns.pop("next_action_at", NOW))  # type: ignore[arg-type]  # given by name
    submissions.move(connection, MINE, was, NOW, state=state, **columns)


def test_the_public_statuses(database: Database) -> None:
    late = NOW - timedelta(seconds=91)
    with database.transaction() as connection:
        enrol(connection, MINE)
        settled(connection, 1, "SETTLED", outcome="ACCEPTED")
        settled(connection, 2, "SETTLED", outcome="OBSERVED")
        settled(connection, 3, "SETTLED", outcome="REJECTED")
        settled(connection, 4, "VOIDED", outcome="ACCEPTED")
        settled(connection, 5, "HELD", outcome="HELD")
        settled(connection, 6, "VOIDING", outcome="ACCEPTED")
        settled(connection, 7, "READY")
        settled(connection, 8, "READY", next_action_at=None)
        settled(connection, 9, "WAITING")
        settled(connection, 10, "SENDING", sent_at=NOW)
        settled(connection, 11, "SENDING", sent_at=late)
        settled(connection, 12, "TICKETED")
        settled(connection, 13, "UNKNOWN")
        for n, state, sent in ((20, "READY", None), (21, "TICKETED", NOW), (22, "UNKNOWN", NOW), (23, "SENDING", late)):
            batch = made(n, doctype="RC", series="20261120", id=f"batch-{n}")
            was = keep(connection, batch)
            submissions.move(connection, MINE, was, NOW, state=state, sent_at=sent)
            settled(connection, n + 10, "GATHERED")
            members.add(connection, MINE, batch.id, [Member(f"01-{n + 10:06d}", "1", 1)])

    def listed(*statuses: str) -> set[int]:
        found = walk(database, Wanted(statuses=statuses), Order.NEWEST, 2)
        return {each.receipt.number for each in found}

    by_status = {
        "ACCEPTED": {1},
        "OBSERVED": {2},
        "REJECTED": {3},
        "VOIDED": {4},
        "FAILED": {5},
        "VOID_PENDING": {6},
        "QUEUED": {7, 10, 20, 30},
        "SIGNED": {8, 9},
        "UNKNOWN": {11, 13, 22, 23, 32, 33},
        "SENT": {12, 21, 31},
    }
    assert {status: listed(status) for status in by_status} == by_status
    everything = set().union(*by_status.values())
    assert listed(*by_status) == everything
    assert set(by_status) == set(STATUSES)
    found = {each.receipt.number: each for each in walk(database, ALL, Order.NEWEST, 50)}
    with database.reading() as connection:
        for status, numbers in by_status.items():
            for number in numbers - {30, 31, 32, 33}:  # these follow their summary
                [road] = submissions.of_documents(connection, MINE, [found[number].id])
                assert status_of(road, NOW) == status
        assert lists.count(connection, MINE, Wanted(statuses=tuple(by_status)), NOW, 100) == len(everything)
        assert lists.count(connection, MINE, ALL, NOW, 5) == 6


def test_only_the_last_of_a_number_is_listed(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        keep(connection, document(1, id="a"))
        keep(connection, document(1, id="b", revision=2))
    assert ids(walk(database, ALL, Order.NEWEST, 9)) == ["b"]
