"""The ledger by itself: one holder for a number, and nothing forgotten when the process is killed or renewed."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from onapi.simulator.authority import open_authority
from onapi.simulator.ledger import Ledger, Registered, Sending, Standing
from onapi.simulator.memory import Memory
from onapi.simulator.ticketbook import TicketBook
from onapi.values.number import ReceiptId

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
KEY = ReceiptId("20000000001", "01", "F001", 1)
OVER = frozenset({Standing.REJECTED})


def _document(digest: str, standing: Standing = Standing.ACCEPTED, key: ReceiptId = KEY) -> Registered:
    return Registered(key, key.file_name, digest, standing, "0", NOW)


def _take(ledger: Ledger, document: Registered, over: frozenset[Standing] = frozenset()) -> Registered | None:
    return ledger.register(document, Sending(document.id, document.digest, "0", NOW), b"cdr", over=over)


def _found(ledger: Ledger) -> Registered:
    found = ledger.find(KEY)
    assert found is not None
    return replace(found, send_id=0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    memory = Memory(tmp_path / "ledger")
    yield Ledger(memory)
    memory.close()


def test_what_is_registered_is_found(ledger: Ledger) -> None:
    assert ledger.find(KEY) is None
    assert _take(ledger, _document("a")) is None
    assert _found(ledger) == _document("a")
    held = next(ledger.all_documents(KEY.file_name))
    assert ledger.cdr(held.send_id) == b"cdr"
    assert ledger.send_counts() == {("20000000001", "01", "F001", 1): 1}


def test_the_first_holder_stays(ledger: Ledger) -> None:
    _take(ledger, _document("a"), OVER)
    assert _take(ledger, _document("b"), OVER) is not None
    assert _found(ledger) == _document("a")


def test_a_rejected_holder_gives_way_only_where_asked_and_its_cdr_stays(ledger: Ledger) -> None:
    _take(ledger, _document("a", Standing.REJECTED))
    first = next(ledger.all_documents()).send_id
    assert _take(ledger, _document("b")) is not None
    assert _take(ledger, _document("b"), OVER) is None
    assert _found(ledger) == _document("b")
    assert ledger.cdr(first) == b"cdr"
    assert [sending.digest for sending in ledger.sends(KEY)] == ["a", "b"]


def test_sends_are_counted_apart_from_documents(ledger: Ledger) -> None:
    ledger.note_send(Sending(KEY, "", "0109", NOW))
    assert ledger.count() == 0
    _take(ledger, _document("a"))
    assert [(sending.code, sending.operation) for sending in ledger.sends(KEY)] == [
        ("0109", "sendBill"),
        ("0", "sendBill"),
    ]


def test_many_threads_and_two_connections_give_one_holder(tmp_path: Path) -> None:
    memories = [Memory(tmp_path / "ledger") for _ in range(2)]
    ledgers = [Ledger(memory) for memory in memories]
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda n: _take(ledgers[n % 2], _document(str(n))), range(40)))
    assert first.count(None) == 1
    assert {holder.digest for holder in first if holder} == {str(first.index(None))}
    for memory in memories:
        memory.close()


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from onapi.simulator.ledger import Ledger, Registered, Sending, Standing
from onapi.simulator.memory import Memory
from onapi.values.number import ReceiptId
ledger = Ledger(Memory(Path(sys.argv[1])))
for number in range(1, 100_000):
    key = ReceiptId("20000000001", "01", "F001", number)
    now = datetime.now(UTC)
    ledger.register(Registered(key, "x", "d", Standing.ACCEPTED, "0", now), Sending(key, "d", "0", now))
    print(number, flush=True)
"""


def test_what_was_said_survives_kill_9(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, tmp_path / "ledger"], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        said = [int(next(writer.stdout)) for _ in range(50)]
        writer.kill()
        said += [int(line) for line in writer.stdout]
    memory = Memory(tmp_path / "ledger")
    assert [document.id.number for document in Ledger(memory).all_documents()][: len(said)] == said
    memory.close()


def test_the_authority_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    first = open_authority(path, NOW)
    assert open_authority(path, NOW).certificate == first.certificate
    assert path.stat().st_mode & 0o077 == 0
    first.certificate.verify_directly_issued_by(first.issuer)
    assert list(tmp_path.iterdir()) == [path]


def test_a_registration_that_fails_leaves_nothing_behind(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.delattr(Ledger, "put")  # the second of its two writes
        with pytest.raises(AttributeError):
            _take(ledger, _document("a"))
    assert (ledger.count(), ledger.sends(KEY)) == (0, [])
    assert _take(ledger, _document("a")) is None


def test_a_part_that_fails_is_undone_and_the_rest_stays(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.memory.undoable():
            ledger.put(_document("b", key=replace(KEY, number=2)))
            raise KeyError

    with ledger.memory.transaction():
        ledger.put(_document("a"))
        with pytest.raises(KeyError):
            fail()
    assert [document.digest for document in ledger.all_documents()] == ["a"]


def test_ticket_numbers_are_given_once_by_all_who_share_the_file(tmp_path: Path) -> None:
    books = [TicketBook(Memory(tmp_path / "ledger")) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: books[n % 2].next_number(1_000), range(200)))
    assert sorted(numbers) == list(range(1_000, 1_200))
    assert books[0].next_number(5) == 1_200, "also when the clock goes back"
    for book in books:
        book.memory.close()


_FIRST = """
CREATE TABLE documents (
    ruc TEXT NOT NULL, doctype TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,
    name TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL,
    received_at TEXT NOT NULL, cdr BLOB NOT NULL, PRIMARY KEY (ruc, doctype, series, number)
) STRICT;
CREATE TABLE sends (
    id INTEGER PRIMARY KEY, ruc TEXT NOT NULL, doctype TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,
    digest TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX sends_of_a_document ON sends (ruc, doctype, series, number);
INSERT INTO documents VALUES
    ('20000000001', '01', 'F001', 1, '20000000001-01-F001-1', 'a', 'accepted', '0', '2026-11-22T15:00:00+00:00', x'01'),
    ('20000000001', '01', 'F001', 2, '20000000001-01-F001-2', 'b', 'rejected', '2335', '2026-11-22T15:00:00+00:00',
     x'');
INSERT INTO sends VALUES
    (1, '20000000001', '01', 'F001', 1, '', '0109', '2026-11-22T14:00:00+00:00'),
    (2, '20000000001', '01', 'F001', 1, 'a', '0', '2026-11-22T15:00:00+00:00'),
    (3, '20000000001', '01', 'F001', 1, 'a', '1033', '2026-11-22T15:01:00+00:00'),
    (4, '20000000001', '01', 'F001', 2, 'b', '2335', '2026-11-22T15:00:00+00:00');
"""


def test_a_file_of_the_first_kind_is_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger")) as old:
        old.executescript(_FIRST)
    for _ in range(2):  # taking over is done once
        memory = Memory(tmp_path / "ledger")
        ledger = Ledger(memory)
        documents = list(ledger.all_documents())
        assert [(one.digest, one.standing, one.code) for one in documents] == [
            ("a", "accepted", "0"),
            ("b", "rejected", "2335"),
        ]
        assert [ledger.cdr(one.send_id) for one in documents] == [b"\1", b""]
        assert [sending.code for sending in ledger.sends(KEY)] == ["0109", "0", "1033"]
        memory.close()


_MANY = "WITH RECURSIVE n (i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 110000)"
_COLUMNS = "'20000000001', '01', 'F001', i"
_DOCUMENTS = f"""INSERT INTO documents
(ruc, doctype, series, number, name, digest, state, code, received_at, send_id)
{_MANY} SELECT {_COLUMNS}, '20000000001-01-F001-' || i, 'd', 'accepted', '0', '2026-11-22T15:00:00+00:00', i FROM n"""  # noqa: S608 - our own text
_SENDS = f"""INSERT INTO sends (id, ruc, doctype, series, number, digest, code, at)
{_MANY} SELECT i, {_COLUMNS}, 'd', '0', '2026-11-22T15:00:00+00:00' FROM n"""  # noqa: S608 - our own text
_CDRS = f"INSERT INTO cdrs {_MANY} SELECT i, zeroblob(300) FROM n"  # noqa: S608 - our own text


@pytest.mark.slow
def test_a_hundred_thousand_documents_do_not_slow_it(ledger: Ledger) -> None:
    def cost(first: int) -> float:
        started = process_time()
        for number in range(first, first + 300):
            assert ledger.find(replace(KEY, number=number)) is None
            _take(ledger, _document("d", key=replace(KEY, number=number)))
        return (process_time() - started) / 300

    early = min(cost(first) for first in (1, 1_001, 2_001))
    for statement in (_DOCUMENTS, _SENDS, _CDRS):
        ledger.memory.write(statement)
    late = min(cost(first) for first in (200_000, 201_000, 202_000))
    assert ledger.count() > 100_000
    assert late < 3 * early + 0.0002, (early, late)
    started = process_time()
    for _ in range(100):
        assert next(ledger.all_documents("20000000001-01-F001-50000")).id.number == 50_000
    assert (process_time() - started) / 100 < 0.002
