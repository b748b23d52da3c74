"""The ledger by itself: one holder for a number, and nothing forgotten when the process is killed."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onapi.simulator.authority import open_authority
from onapi.simulator.ledger import Ledger, Registered, Standing
from onapi.values.number import ReceiptId

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
KEY = ReceiptId("20000000001", "01", "F001", 1)


def _document(digest: str, standing: Standing = Standing.ACCEPTED, key: ReceiptId = KEY) -> Registered:
    return Registered(key, key.file_name, digest, standing, "0", NOW, b"cdr")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger")
    yield ledger
    ledger.close()


def test_what_is_registered_is_found(ledger: Ledger) -> None:
    assert ledger.find(KEY) is None
    assert ledger.register(_document("a"), over_rejected=False) is None
    assert ledger.find(KEY) == _document("a")
    assert ledger.all_documents() == [(_document("a"), 1)]


def test_the_first_holder_stays(ledger: Ledger) -> None:
    ledger.register(_document("a"), over_rejected=True)
    assert ledger.register(_document("b"), over_rejected=True) == _document("a")
    assert ledger.find(KEY) == _document("a")


def test_a_rejected_holder_gives_way_only_where_asked(ledger: Ledger) -> None:
    rejected = _document("a", Standing.REJECTED)
    ledger.register(rejected, over_rejected=False)
    assert ledger.register(_document("b"), over_rejected=False) == rejected
    assert ledger.register(_document("b"), over_rejected=True) is None
    assert ledger.find(KEY) == _document("b")


def test_sends_are_counted_apart_from_documents(ledger: Ledger) -> None:
    ledger.note_send(KEY, digest="", code="0109", at=NOW)
    assert ledger.count() == 0
    ledger.register(_document("a"), over_rejected=False)
    assert ledger.all_documents() == [(_document("a"), 2)]


def test_many_threads_and_two_connections_give_one_holder(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path / "ledger") for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda n: ledgers[n % 2].register(_document(str(n)), over_rejected=False), range(40)))
    assert first.count(None) == 1
    assert {holder.digest for holder in first if holder} == {str(first.index(None))}
    for ledger in ledgers:
        ledger.close()


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from onapi.simulator.ledger import Ledger, Registered, Standing
from onapi.values.number import ReceiptId
ledger = Ledger(Path(sys.argv[1]))
for number in range(1, 100_000):
    key = ReceiptId("20000000001", "01", "F001", number)
    ledger.register(Registered(key, "x", "d", Standing.ACCEPTED, "0", datetime.now(UTC), b""), over_rejected=False)
    print(number, flush=True)
"""


def test_what_was_said_survives_kill_9(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, tmp_path / "ledger"], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        said = [int(next(writer.stdout)) for _ in range(50)]
        writer.kill()
        said += [int(line) for line in writer.stdout]
    ledger = Ledger(tmp_path / "ledger")
    assert [document.id.number for document, _ in ledger.all_documents()][: len(said)] == said
    ledger.close()


def test_the_authority_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    first = open_authority(path, NOW)
    assert open_authority(path, NOW).certificate == first.certificate
    assert path.stat().st_mode & 0o077 == 0
    first.certificate.verify_directly_issued_by(first.issuer)
    assert list(tmp_path.iterdir()) == [path]


def test_a_registration_that_fails_leaves_nothing_behind(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.delattr(Ledger, "_count")  # the second of its two writes
        with pytest.raises(AttributeError):
            ledger.register(_document("a"), over_rejected=False)
    assert ledger.count() == 0
    assert ledger.register(_document("a"), over_rejected=False) is None
