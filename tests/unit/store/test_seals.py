"""Lines and the seals over them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, text
from store_rows import MINE, NOW, document, enrol, keep

from onapi.flows.damage import Damage
from onapi.flows.seal import seal_all
from onapi.flows.verify_seals import Chain
from onapi.store import Database, acts, record_lines, references, seals
from onapi.store.acts import Act
from onapi.store.record_lines import RECORDS, Line
from onapi.store.seals import BEGINNING, Head, Seal, marks_of, sealed
from onapi.values.scope import Environment

SANDBOX = Environment.SANDBOX


@pytest.fixture
def filled(database: Database) -> Database:
    """A company with three receipts, and one thing that a person did."""
    with database.transaction() as connection:
        enrol(connection, MINE)
        for number in range(1, 4):
            keep(connection, document(number, total=None if number == 3 else document(1).total))
        acts.add(connection, SANDBOX, Act(NOW, "sol_set", "MODDATOS", MINE.ruc, "ana", facts={"tilde": "ñandú"}))
    return database


def lines_of(database: Database, record: str) -> list[Line]:
    with database.reading() as connection:
        return [*record_lines.lines(connection, SANDBOX, record, 0, 10**9)]


def test_a_line_is_the_same_on_both_databases(filled: Database) -> None:
    """Whoever moves from one to the other takes his seals along."""
    (act,) = lines_of(filled, "acts")
    assert act.digest.hex() == "ea325f6e0e692dc907feb135b1795a12a0cb0950846fd4bfb55652037f968441"
    assert [line.digest.hex()[:8] for line in lines_of(filled, "events")] == ["08f3dfbe", "a3a4565c", "19aebc87"]


def test_lines_are_by_id_and_of_one_environment(filled: Database) -> None:
    first, second, third = lines_of(filled, "events")
    assert len({first.digest, second.digest, third.digest}) == 3
    with filled.reading() as connection:
        found = record_lines.lines(connection, SANDBOX, "events", first.id, third.id, most=1)
        assert [*found] == [second]
        assert [*record_lines.lines(connection, Environment.PRODUCTION, "events", 0, 10**9)] == []
        assert record_lines.count_after(connection, SANDBOX, "events", first.id) == 2
        assert record_lines.tops(connection) == {"events": third.id, "talks": 0, "acts": 1}


def test_nothing_below_the_top_can_still_come(database: Database) -> None:
    """On PostgreSQL an id is taken before its line is seen."""
    is_under_way, may_end = Event(), Event()

    def slow() -> None:
        with database.transaction() as connection:
            acts.add(connection, SANDBOX, Act(NOW, "slow", "x"))
            is_under_way.set()
            assert may_end.wait(20)

    def settled() -> object:
        with database.transaction() as connection:
            return record_lines.settled(connection)

    with ThreadPoolExecutor(1) as others:
        doing = others.submit(copy_context().run, slow)
        assert is_under_way.wait(20)
        if database.engine.dialect.name == "postgresql":
            with database.transaction() as connection:
                acts.add(connection, SANDBOX, Act(NOW, "quick", "x"))
            assert settled() is None  # what was seen ends at 2, and 1 is still to come
        may_end.set()
        doing.result()
    assert settled() == {"events": 0, "talks": 0, "acts": len(lines_of(database, "acts"))}


def test_seals_are_kept_once(filled: Database) -> None:
    lines = lines_of(filled, "events")
    first = sealed(SANDBOX, 1, "events", 0, lines=lines[:2], before=BEGINNING)
    second = sealed(SANDBOX, 2, "events", first.upto_id, lines=lines[2:], before=first.digest)
    with filled.transaction() as connection:
        assert seals.last(connection, SANDBOX) is None
        assert [seals.add(connection, each, NOW) for each in (first, second, first)] == [True, True, False]
    with filled.reading() as connection:
        assert list(seals.page(connection, SANDBOX, 0, most=9)) == [first, second]
        assert seals.last(connection, SANDBOX) == second
        assert seals.ends(connection, SANDBOX) == {"events": lines[2].id, "talks": 0, "acts": 0}
        assert seals.last_at(connection, SANDBOX) == NOW
        assert seals.last(connection, Environment.PRODUCTION) is None


def test_a_head_for_each_day(filled: Database) -> None:
    head = Head(SANDBOX, "2026-11-20", 1, b"d" * 32, "kid", b"s" * 64)
    with filled.transaction() as connection:
        assert seals.last_head(connection, SANDBOX) is None
        later = replace(head, day="2026-11-21", number=2)
        assert [seals.add_head(connection, each, NOW) for each in (later, head, head)] == [True, True, False]
        assert list(seals.all_heads(connection, SANDBOX)) == [head, later]
        assert seals.last_head(connection, SANDBOX) == later


@pytest.mark.parametrize("change", [{"number": 2}, {"record": "talks"}, {"after": 1}, {"before": b"x" * 32}])
def test_a_seal_is_over_all_it_says(change: dict[str, object]) -> None:
    lines = [Line(5, b"a" * 32), Line(7, b"b" * 32)]

    def made(number: int = 1, record: str = "events", after: int = 0, before: bytes = BEGINNING) -> Seal:
        return sealed(SANDBOX, number, record, after, lines=lines, before=before)

    assert made(**change).digest != made().digest  # type: ignore[arg-type]  # each of its own sort
    assert marks_of(made().marks) == {5: b"a" * 8, 7: b"b" * 8}
    assert marks_of(made().marks[:-1]) == {5: b"a" * 8}


def test_files_states_and_receipts(filled: Database) -> None:
    with filled.transaction() as connection:
        found = references.files(connection, SANDBOX, "", most=2)
        assert [each.files for each in found] == [("x",), ("x",)]
        rest = references.files(connection, SANDBOX, found[-1].document_id, most=9)
        assert len({each.document_id for each in (*found, *rest)}) == 3
        assert references.astray(connection, SANDBOX) == []
        connection.execute(
            text("UPDATE submissions SET state = 'VOIDED' WHERE document_id = :it"), {"it": rest[0].document_id}
        )
        assert references.astray(connection, SANDBOX) == [rest[0].document_id]
        assert references.receipt_of(connection, rest[0].document_id) == f"{MINE.ruc}-03-B001-3"
        assert references.receipt_of_line(connection, "events", 1) != ""
        assert references.receipt_of_line(connection, "acts", 1) == ""
        assert references.receipt_of(connection, "nobody") == ""


def test_every_record_is_only_added_to() -> None:
    assert set(RECORDS) == {"events", "talks", "acts"}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_two_workers_make_one_chain(filled: Database, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """On PostgreSQL each statement sees what was committed just before it: between two of them another may seal."""
    here: Any = SimpleNamespace(database=filled, environment=SANDBOX, clock=lambda: NOW, head_keys=None)
    plain, others = seals.last, iter([lambda: seal_all(here, ends, float("inf"))])
    with filled.reading() as connection:
        ends = seals.ends(connection, SANDBOX)

    def meanwhile() -> None:
        for other in others:
            if filled.engine.dialect.name == "postgresql":  # SQLite lets nobody in
                with ThreadPoolExecutor(1) as worker:
                    worker.submit(copy_context().run, other).result()

    def last(connection: Connection, environment: Environment) -> Seal | None:
        """What is last; just before or after, the other worker seals all there is."""
        if moment == "before":
            meanwhile()
        found = plain(connection, environment)
        meanwhile()
        return found

    monkeypatch.setattr(seals, "last", last)
    seal_all(here, ends, float("inf"))
    damages = list[Damage]()
    chain = Chain(damages)
    with filled.reading() as connection:
        for each in seals.page(connection, SANDBOX, 0, most=99):
            between = (each.after_id, each.upto_id)
            chain.follow(each, [*record_lines.lines(connection, SANDBOX, each.record, *between)])
    assert damages == []
    assert chain.lines == 4
