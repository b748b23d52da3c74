"""Whatever is changed behind our back is found and named: lines, seals, heads and files."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flow_world import RUC, World

from onapi.flows import enrol
from onapi.flows.author import written_by
from onapi.flows.damage import Damage
from onapi.flows.seal import seal
from onapi.flows.verify import Verdict, verify
from onapi.store import acts
from onapi.store.record_lines import RECORDS
from onapi.store.token_keys import make_keys, rotate_keys

FLIPS = 1000
COLUMNS = {  # where a bit is flipped, by record
    "events": ("at", "event", "state", "code", "message", "ruc", "submission_id"),
    "talks": ("at", "operation", "address", "status", "answer", "trouble", "duration_ms"),
    "acts": ("at", "act", "about", "actor", "facts", "ruc"),
}


@pytest.fixture
def kept(here: World, tmp_path: Path) -> World:
    """A platform with some receipts that SUNAT took, all sealed, and a head of the day."""
    object.__setattr__(here.platform, "head_keys", tmp_path / "tokens.pem")
    make_keys(tmp_path / "tokens.pem")
    for _ in range(3):
        here.issue()
    here.run()
    with written_by("ana"):
        enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", "otra-clave")
    here.clock.forward(timedelta(minutes=6).total_seconds())
    assert seal(here.platform) >= len(RECORDS) - 1
    return here


def looked(world: World, **how: Any) -> Verdict:
    return verify(world.platform, **how)


def sql(world: World, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with world.platform.database.transaction() as connection:
        found = connection.exec_driver_sql(statement, values)
        return [tuple(row) for row in found] if found.returns_rows else []


def test_nothing_changed(kept: World) -> None:
    verdict = looked(kept)
    assert verdict.damages == []
    assert (verdict.unsealed, verdict.heads, verdict.unsigned) == (0, 1, 0)
    many = {record: sql(kept, f"SELECT count(*) FROM {record}")[0][0] for record in RECORDS}  # noqa: S608  our own names
    assert min(many.values()) > 0
    assert verdict.lines == sum(many.values())
    assert verdict.files == 6  # three XML, three CDR
    kept.issue()
    assert looked(kept).unsealed == 1


def test_every_flipped_bit_of_a_line_is_found(kept: World) -> None:
    """A bit in each line, whatever it holds there, until there were enough; each time all are named, and no other."""
    dice, flipped = random.Random(23), 0  # noqa: S311  it need not be secret
    with _tampering(kept) as tamper:
        lines = [(record, row[0]) for record in RECORDS for row in tamper(f"SELECT id FROM {record}")]  # noqa: S608  our own names
        while flipped < FLIPS:
            was = [_flip(tamper, dice, record, f"id = {line}", dice.choice(COLUMNS[record])) for record, line in lines]
            found = [each for each in looked(kept, with_files=False).damages if each.where in RECORDS]
            assert {(each.where, int(each.name)) for each in found} == set(lines)
            assert {each.what for each in found} == {"changed"}
            flipped += len(lines)
            for statement, value in was:
                tamper(statement, value)
    assert looked(kept).damages == []


@pytest.mark.parametrize("column", ["number", "record", "after_id", "upto_id", "marks", "digest"])
def test_every_flipped_bit_of_a_seal_is_found(kept: World, column: str) -> None:
    dice = random.Random(column)  # noqa: S311  it need not be secret
    with _tampering(kept) as tamper:
        for (number,) in tamper("SELECT number FROM seals") * 5:
            statement, value = _flip(tamper, dice, "seals", f"number = {number}", column)
            assert ("seals", str(number)) in {
                (each.where, each.name) for each in looked(kept, with_files=False).damages
            }
            tamper(statement, value)
    assert looked(kept).damages == []


@pytest.mark.parametrize("column", ["day", "number", "digest", "key", "signature"])
def test_every_flipped_bit_of_a_head_is_found(kept: World, column: str) -> None:
    dice = random.Random(column)  # noqa: S311  it need not be secret
    with _tampering(kept) as tamper:
        for _ in range(20):
            statement, value = _flip(tamper, dice, "heads", "1", column)
            assert {each.where for each in looked(kept, with_files=False).damages} == {"heads"}
            tamper(statement, value)
    assert looked(kept).damages == []


def test_every_flipped_bit_of_a_file_is_found(kept: World) -> None:
    dice = random.Random(24)  # noqa: S311  it need not be secret
    names = {row[0] for row in sql(kept, "SELECT xml FROM documents UNION SELECT cdr FROM submissions")}
    files = [
        each for each in Path(str(kept.platform.database.engine.url.database)).parent.rglob("*") if each.name in names
    ]
    assert len(files) == len(names) == 6
    for file in files * 10:
        was = file.read_bytes()
        bits = bytearray(was)
        bits[dice.randrange(len(bits))] ^= 1 << dice.randrange(8)
        file.write_bytes(bits)
        found = looked(kept).damages
        assert [(each.where, each.name, each.what) for each in found] == [("files", file.name, "changed")]
        assert f"{RUC}-01-F001-" in found[0].sentence
        file.write_bytes(was)
    files[0].unlink()
    assert [(each.name, each.what) for each in looked(kept).damages] == [(files[0].name, "missing")]


def test_what_is_taken_away_or_slipped_in_is_found(kept: World) -> None:
    with _tampering(kept) as tamper:
        (line,) = tamper("SELECT max(id) - 2 FROM events")[0]
        tamper(f"CREATE TABLE aside AS SELECT * FROM events WHERE id = {line}")  # noqa: S608  a number of ours
        tamper(f"DELETE FROM events WHERE id = {line}")  # noqa: S608  a number of ours
        assert Damage("events", f"{line}", "missing") in looked(kept).damages
        tamper("INSERT INTO events SELECT * FROM aside")
        assert looked(kept).damages == []
        tamper("UPDATE events SET id = id + 100000 WHERE id = (SELECT max(id) FROM events)")
        assert {each.what for each in looked(kept).damages} == {"missing"}


def test_a_document_is_sealed_with_its_history(kept: World) -> None:
    with _tampering(kept) as tamper:
        tamper("UPDATE documents SET total = '1.00' WHERE number = (SELECT min(number) FROM documents)")
    (found,) = looked(kept).damages
    assert (found.where, found.what) == ("events", "changed")
    assert f"{RUC}-01-F001-" in found.about


def test_a_state_without_its_history_is_found(kept: World) -> None:
    with _tampering(kept) as tamper:
        ((document,),) = tamper("SELECT min(document_id) FROM submissions")
        tamper("UPDATE submissions SET state = 'VOIDED' WHERE document_id = CAST(? AS TEXT)", document)
    (found,) = looked(kept).damages
    assert (found.where, found.name) == ("states", document.decode())


def test_a_history_written_anew_does_not_fit_the_head_noted_elsewhere(kept: World) -> None:
    noted = looked(kept).head
    assert looked(kept, head=noted).damages == []
    with _tampering(kept) as tamper:
        tamper("UPDATE events SET message = 'nada'")
        tamper("DELETE FROM seals")
        tamper("DELETE FROM heads")
    kept.clock.forward(600)
    assert seal(kept.platform) > 0
    assert looked(kept).damages == []  # whoever can write everything, keys included, leaves no trace here
    assert Damage("heads", noted, "missing") in looked(kept, head=noted).damages


def test_a_head_each_day(kept: World) -> None:
    for _ in range(3):
        kept.clock.forward(timedelta(days=1).total_seconds())
        kept.issue()
        seal(kept.platform)
    assert kept.platform.head_keys is not None
    rotate_keys(kept.platform.head_keys, kept.clock(), forget=True)
    verdict = looked(kept)
    assert (verdict.heads, verdict.unsigned, verdict.damages) == (4, 4, [])
    kept.clock.forward(timedelta(days=1).total_seconds())
    kept.issue()
    seal(kept.platform)
    assert (looked(kept).heads, looked(kept).unsigned) == (5, 4)


def test_lines_are_sealed_after_minutes_or_a_thousand(here: World) -> None:
    for _ in range(2):
        here.issue()
    assert seal(here.platform) > 0  # the first time at once
    here.issue()
    assert seal(here.platform) == 0
    here.clock.forward(301)
    assert seal(here.platform) == 1
    assert seal(here.platform) == 0


def test_two_workers_make_one_chain(here: World) -> None:
    for _ in range(4):
        here.issue()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: seal(here.platform), range(8)))
    assert looked(here).damages == []


def test_who_did_what(kept: World) -> None:
    with kept.platform.database.reading() as connection:
        found = acts.last(connection, kept.platform.environment, RUC, most=10)
        assert acts.last(connection, kept.platform.environment, "20000000010", most=10) == []
    newest = found[0]
    assert (newest.act, newest.about, newest.actor) == ("sol_set", "MODDATOS", "ana")
    assert [each.act for each in found[1:]] == ["sol_set", "certificate_set", "company_enrolled"]
    assert "otra-clave" not in repr(found)


Tamper = Callable[..., list[tuple[Any, ...]]]


@contextmanager
def _tampering(world: World) -> Iterator[Tamper]:
    """A hand in the database that obeys no rule of it."""
    file = str(world.platform.database.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.text_factory = bytes
        yield lambda statement, *values: raw.execute(statement, values).fetchall()


def _flip(tamper: Tamper, dice: random.Random, table: str, where: str, column: str) -> tuple[str, object]:
    """Flip a bit of what stands there; gives what puts it back. Where nothing stands, something does now."""
    look = f"SELECT typeof({column}), {column}, CAST({column} AS BLOB) FROM {table} WHERE {where}"  # noqa: S608  our own names
    ((kind, whole, was),) = tamper(look)
    if kind == b"integer":
        form, before, now = "?", whole, whole ^ (1 << dice.randrange(20))
    else:
        bits = bytearray(was or b"\0")
        bits[dice.randrange(len(bits))] ^= 1 << dice.randrange(8)
        form, before, now = "?" if kind == b"blob" else "CAST(? AS TEXT)", was, bytes(bits)
    tamper(f"UPDATE {table} SET {column} = {form} WHERE {where}", now)  # noqa: S608  our own names
    back = f"number = {now}" if (table, column) == ("seals", "number") else where
    return f"UPDATE {table} SET {column} = {form} WHERE {back}", before  # noqa: S608  our own names
