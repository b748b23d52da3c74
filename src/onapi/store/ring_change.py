"""Change the file of master keys while processes use it: whole or not at all, and one who changes it at a time."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from onapi.errors import Conflict, Misconfigured
from onapi.store.ring import KEY_BYTES, name_of, read_ring, write_keys

SETTLED_S = 60  # by then every process has the newest key, and what it sealed before is in the database


def add_key(file: Path) -> bytes:
    """Put a new key at the head of the ring; gives its name. It is on the disk before anything is sealed with it."""
    with _alone(file):
        key = os.urandom(KEY_BYTES)
        _replace(file, [key, *read_ring(file)])
    return name_of(key)


def remove_keys(file: Path, names: frozenset[bytes]) -> None:
    """Take keys out of the ring, never the newest. Conflict while the ring is younger than a minute."""
    with _alone(file):
        if time.time() - file.stat().st_mtime < SETTLED_S:
            sentence = "El llavero cambió hace un momento; espere un minuto a que todos los procesos lo sepan."
            raise Conflict(sentence, key="in_progress", retry_after_s=SETTLED_S)
        newest, *older = read_ring(file)
        _replace(file, [newest, *(key for key in older if name_of(key) not in names)])


def _replace(file: Path, keys: Sequence[bytes]) -> None:
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)  # of somebody who died: never the ring
    write_keys(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), keys)
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Two who add a key at once would lose one of them, and all that was sealed with it."""
    try:
        import fcntl  # noqa: PLC0415  only where there is one
    except ImportError as error:
        raise Misconfigured("El llavero solo se puede cambiar en Linux o macOS.") from error
    handle = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
