"""A platform whose disk has less and less room: each receipt is refused whole or kept whole, and sent once.

    unshare -Urm python disk_program.py MOUNT FOLDER

MOUNT becomes a file system of its own; the simulated SUNAT writes to FOLDER. Prints how often which step found no room.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from flow_world import Clock, World, simulated, template, world

from onapi.store import trouble

_SIZE_KIB = 16 * 1024
_FIRST_KIB, _LAST_KIB, _STEP_KIB = 0, 160, 4
_BLOCK = 1024


class Disk:
    """A small file system, and a file that takes the room."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"
        size = f"size={_SIZE_KIB}k"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)

    def leave(self, kib: int) -> None:
        """Take all room but this."""
        found = os.statvfs(self.folder)
        free = found.f_bavail * found.f_frsize
        self._ballast.write_bytes(bytes(max(0, free - kib * _BLOCK)))

    def clear(self) -> None:
        """Give it back."""
        self._ballast.unlink()


def main(mount: Path, folder: Path) -> None:
    """Issue and send with every amount of room."""
    disk, clock, told = Disk(mount), Clock(), Counter[str]()
    with simulated(folder, "production", clock) as sunat, world(mount, template(mount), sunat, clock) as here:
        here.issue(correlativo=1)
        here.run()  # everything is warm, every table is there
        for number, kib in enumerate(range(_FIRST_KIB, _LAST_KIB, _STEP_KIB), start=2):
            told[_attempt(here, disk, number, kib)] += 1
    _assert_whole(mount)
    sys.stdout.write(json.dumps(told) + "\n")


def _attempt(here: World, disk: Disk, number: int, kib: int) -> str:
    """Issue and send one with that much room; then with room again, what failed."""
    found, issued = "all", None
    disk.leave(kib)
    try:
        issued = here.issue(correlativo=number)
    except trouble.KINDS as error:
        found = _expect_full(error, "issue")
    try:
        here.run()
    except trouble.KINDS as error:
        found = _expect_full(error, "send")
    disk.clear()
    if issued is None:
        _assert_nothing_kept(here, number)
        issued = here.issue(correlativo=number)
    here.run()
    assert here.now(issued).outcome == "ACCEPTED", here.now(issued)
    assert [row["sends"] for row in here.ledger(issued)] == [1]
    return found


def _expect_full(error: Exception, where: str) -> str:
    known = trouble.trouble_of(error)
    if known is None or known.key != "storage_full":
        raise error
    return where


def _assert_nothing_kept(here: World, number: int) -> None:
    with here.platform.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT COUNT(*) FROM documents WHERE number = ?", (number,)).scalar_one()
    assert rows == 0, f"a part of {number} was kept"


def _assert_whole(mount: Path) -> None:
    """No file is torn: each holds what its name says."""
    torn = [file for file in (mount / "blobs").rglob("*") if file.is_file() and _sha256(file) != file.name]
    assert not torn, torn


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
