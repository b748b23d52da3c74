"""Pages that were set before: never a torn one, never too many, never too old; nothing of it is missed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from onapi.store.page_cache import PageCache

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
PAGE = b"%PDF-1.7 " + bytes(range(256)) * 200
KIB = 1024


def key(name: object) -> str:
    return sha256(str(name).encode()).hexdigest()


@pytest.fixture
def pages(tmp_path: Path) -> PageCache:
    return PageCache(tmp_path / "pages", 1024 * KIB)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in files(folder))


def test_what_was_put_is_there(pages: PageCache) -> None:
    assert pages.get(key(1), NOW) is None
    pages.put(key(1), PAGE, NOW)
    assert (pages.get(key(1), NOW), pages.get(key(2), NOW)) == (PAGE, None)


def test_too_old_is_gone(pages: PageCache) -> None:
    pages.put(key(1), PAGE, NOW)
    assert pages.get(key(1), NOW + timedelta(days=29)) == PAGE
    assert pages.get(key(1), NOW + timedelta(days=31)) is None
    assert pages.get(key(1), NOW) is None


@pytest.mark.parametrize("seed", range(60))
def test_a_torn_page_is_not_given_out(pages: PageCache, tmp_path: Path, seed: int) -> None:
    """Cut anywhere, or with any bit turned."""
    pages.put(key(1), PAGE, NOW)
    (file,) = files(tmp_path)
    data, chance = bytearray(file.read_bytes()), random.Random(seed)  # noqa: S311  not for secrets
    at = chance.randrange(len(data))
    if seed % 2:
        data[at] ^= 1 << chance.randrange(8)
    else:
        del data[at:]
    file.write_bytes(data)
    assert pages.get(key(1), NOW) is None
    assert files(tmp_path) == []


def test_there_are_never_too_many(pages: PageCache, tmp_path: Path) -> None:
    for at in range(200):
        pages.put(key(at), os.urandom(20 * KIB), NOW + timedelta(seconds=at))
        assert weight(tmp_path) <= 1024 * KIB
    assert pages.get(key(199), NOW) is not None
    assert pages.get(key(0), NOW) is None  # the oldest go first
    assert weight(tmp_path) > 700 * KIB


def test_what_was_half_written_is_cleared_up(pages: PageCache, tmp_path: Path) -> None:
    pages.put(key(1), PAGE, NOW)
    (file,) = files(tmp_path)
    half = file.with_name(f"{file.name}.1.part")
    half.write_bytes(b"onapi")
    os.utime(half, (NOW.timestamp(), NOW.timestamp()))
    pages.clear_up(NOW + timedelta(minutes=30))
    assert half.exists()
    pages.clear_up(NOW + timedelta(hours=2))
    assert files(tmp_path) == [file]


def test_a_page_larger_than_all_is_not_kept(tmp_path: Path) -> None:
    for most in (0, KIB):
        PageCache(tmp_path, most).put(key(1), PAGE, NOW)
    assert files(tmp_path) == []


def test_a_disk_that_takes_nothing_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"a file where a folder should be")
    pages = PageCache(tmp_path / "pages", 1024 * KIB)
    pages.put(key(1), PAGE, NOW)
    assert pages.get(key(1), NOW) is None


def test_many_at_once_see_whole_pages_only(tmp_path: Path) -> None:
    """Writers of the same and of other pages, in two caches of one folder, while it is cleared up all the time."""
    one, other = PageCache(tmp_path, 300 * KIB), PageCache(tmp_path, 300 * KIB)
    odd: list[object] = []

    def work(pages: PageCache, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311  not for secrets
        for _ in range(150):
            name = chance.randrange(20)
            found = pages.get(key(name), NOW)
            if found not in {None, bytes([name]) * 20 * KIB}:
                odd.append(name)
            pages.put(key(name), bytes([name]) * 20 * KIB, NOW)

    threads = [threading.Thread(target=work, args=(pages, at)) for at, pages in enumerate((one, other) * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odd == []


def test_killed_while_it_writes_nothing_torn_is_left_under_a_name(tmp_path: Path) -> None:
    """K15: killed at fifty moments; whatever has its own name is whole."""
    program = (
        "import sys, os, itertools, hashlib\nfrom datetime import datetime, UTC\nfrom pathlib import Path\n"
        "from onapi.store.page_cache import PageCache\npages = PageCache(Path(sys.argv[1]), 10**9)\n"
        "now = datetime(2026, 11, 20, 15, tzinfo=UTC)\nprint('on', flush=True)\n"
        "for at in itertools.count():\n"
        "    pages.put(hashlib.sha256(str(at % 40).encode()).hexdigest(), bytes([at % 40]) * 2_000_000, now)\n"
    )
    pages, seen, chance = PageCache(tmp_path, 10**9), 0, random.Random(15)  # noqa: S311  not for secrets
    for _ in range(10):
        command = [sys.executable, "-c", program, str(tmp_path)]
        road = os.pathsep.join(filter(None, sys.path))
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": road}) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0.001, 0.03))
            writer.send_signal(signal.SIGKILL)
        for file in files(tmp_path):
            if file.suffix != ".part":
                assert pages.get(file.name, NOW) is not None
                seen += 1
    assert seen > 0
