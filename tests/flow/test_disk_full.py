"""A disk that fills up: every receipt is refused whole or kept whole, and once there is room all goes on by itself."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flow_world import World
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from onapi.store.trouble import trouble_of

PROGRAM = Path(__file__).with_name("disk_program.py")
APART = ("unshare", "--user", "--map-root-user", "--mount")


def may_mount(folder: Path) -> bool:
    """Whether this machine lets anybody have a file system of his own."""
    if shutil.which(APART[0]) is None:
        return False
    tried = subprocess.run([*APART, "mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False)
    return tried.returncode == 0


def test_whatever_room_is_left_nothing_is_torn_or_lost_or_sent_twice(tmp_path: Path) -> None:
    mount, folder = tmp_path / "mount", tmp_path / "sunat"
    mount.mkdir()
    folder.mkdir()
    if not may_mount(mount):
        pytest.skip("no file system of our own on this machine")
    command = [*APART, sys.executable, str(PROGRAM), str(mount), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert sum(told.values()) == 40
    assert min(told.get(where, 0) for where in ("issue", "send", "all")) >= 3, told


@contextmanager
def growing_by(engine: Engine, pages: int) -> Iterator[None]:
    """Let SQLite's file grow by so many pages and no more, which is what a full disk is to it."""
    with engine.connect() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + pages

    def limit(raw: Any, _record: Any) -> None:
        raw.execute(f"PRAGMA max_page_count={most}")

    event.listen(engine, "connect", limit)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


def test_a_database_that_cannot_grow_refuses_whole(here: World) -> None:
    engine, refused = here.platform.database.engine, 0
    for pages in range(12):
        with growing_by(engine, pages):
            try:
                issued = here.issue(details=[{"cantidad": 1, "descripcion": "x" * 400, "mtoValorUnitario": 1}] * 30)
                here.run()
            except OperationalError as error:
                known = trouble_of(error)
                assert known is not None
                assert known.key == "storage_full"
                refused += 1
                continue
        assert here.now(issued).outcome == "ACCEPTED"
    assert here.run() >= 0  # whatever was left half-way goes on
    with here.platform.database.reading() as connection:
        under_way = "SELECT COUNT(*) FROM submissions WHERE outcome IS NOT 'ACCEPTED'"
        assert connection.exec_driver_sql(under_way).scalar_one() == 0
    assert refused, "it always had room"
