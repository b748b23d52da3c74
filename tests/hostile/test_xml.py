"""Forty hostile XML files through every door that reads XML: nothing is opened, nobody called, little spent (H01)."""

import ctypes
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hostile_doors as doors
import pytest
from hostile_measure import measured
from hostile_xml import corpus, forbidden

SECRET = "SECRETO-7q2-DE-UN-ARCHIVO"
IN_OPEN, IN_ACCESS, IN_NONBLOCK = 0x20, 0x1, 0x800
DOORS: dict[str, Callable[[], tuple[Any, ...]]] = {  # the function and what it is given before the file
    "parser": lambda: (doors.parsed,),
    "sendMessage": lambda: (doors.sent,),
    "storeXml": lambda: (partial(doors.stored, verify="strict"),),
    "storeXml unverified": lambda: (partial(doors.stored, verify="off"),),
    "storeXml CDR": lambda: (partial(doors.stored_cdr, verify="strict"), doors.factura()),
    "storeXml CDR unverified": lambda: (partial(doors.stored_cdr, verify="off"), doors.factura()),
    "CDR": lambda: (doors.answered,),
    "SOAP": lambda: (doors.soap,),
}
NAMES = tuple(corpus("/x", 1))
FORBIDDEN = frozenset(forbidden("", ""))


class Watched:
    """A file that tells whether somebody has opened it, and a port that tells whether somebody came."""

    def __init__(self, folder: Path) -> None:
        """Write, listen, watch."""
        self.file = folder / "secreto.txt"
        self.file.write_text(SECRET)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)  # noqa: FBT003  the standard library's own
        self.port = self._listener.getsockname()[1]
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._watch = self._libc.inotify_init1(IN_NONBLOCK)
        assert self._libc.inotify_add_watch(self._watch, os.fsencode(self.file), IN_OPEN | IN_ACCESS) > 0

    @property
    def is_touched(self) -> bool:
        """Whether anybody did anything since the last time this was asked."""
        try:
            opened = bool(os.read(self._watch, 4096))
        except BlockingIOError:
            opened = False
        try:
            peer, _ = self._listener.accept()
        except BlockingIOError:
            return opened
        peer.close()
        return True

    def close(self) -> None:
        """Look no longer."""
        os.close(self._watch)
        self._listener.close()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """What must not be touched."""
    found = Watched(tmp_path_factory.mktemp("secret"))
    yield found
    found.close()


def test_there_are_forty() -> None:
    assert len(NAMES) >= 40


def test_the_watch_sees(watched: Watched) -> None:
    assert not watched.is_touched
    watched.file.read_bytes()
    assert watched.is_touched
    socket.create_connection(("127.0.0.1", watched.port)).close()
    assert watched.is_touched
    assert not watched.is_touched


@pytest.mark.parametrize("door", DOORS)
def test_the_true_one_passes(door: str) -> None:
    task, *first = DOORS[door]()
    true = doors.constancy() if "CDR" in door else doors.factura()
    found = measured(task, *first, true)
    assert not found.is_refused, found.said


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_read_by_no_door(name: str, watched: Watched) -> None:
    data = corpus(str(watched.file), watched.port)[name]()
    for door, ready in DOORS.items():
        task, *first = ready()
        found = measured(task, *first, data)
        is_none = found.is_refused or (door == "SOAP" and found.said == "None")
        assert is_none or (door == "parser" and name not in FORBIDDEN), (door, found)
        assert found.is_modest, (door, found)
        assert SECRET not in found.said
    assert not watched.is_touched
