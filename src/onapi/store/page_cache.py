"""Printed pages kept for the next who asks: copies, never evidence; any of them may be gone at any time.

A page stands in a file named by the digest of everything that shows on it, so what changes has another name. It is
written under another name and then given its own, and carries its own digest: a torn one is not given out, it is made
anew. Files that are too old, or too many, are thrown away, the oldest first.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

_MARK: Final = b"onapi page 1 "
_HEAD: Final = len(_MARK) + 64 + 1
_HALF_WRITTEN: Final = ".part"
_BETWEEN: Final = 64  # how many new pages go by from one clearing up to the next, unless they are large
_KEPT_SHARE: Final = 0.9  # of what may be kept: clearing up makes room for some more
_ABANDONED: Final = timedelta(hours=1)  # whoever was writing that, died


class PageCache:
    """A folder of pages, which several processes may share."""

    def __init__(self, folder: Path, most_bytes: int, longest: timedelta = timedelta(days=30)) -> None:
        self._folder, self._most_bytes, self._longest = folder, most_bytes, longest
        self._lock, self._new, self._new_bytes = Lock(), _BETWEEN, 0  # the first page clears up what was there

    def get(self, key: str, now: datetime) -> bytes | None:
        """The page of that key; None if there is none, or it is torn or too old."""
        path = self._path(key)
        try:
            made = path.stat().st_mtime
            data = path.read_bytes()
        except OSError:
            return None
        content = data[_HEAD:]
        if data[:_HEAD] != _head(content) or now.timestamp() - made > self._longest.total_seconds():
            with suppress(OSError):
                path.unlink()
            return None
        return content

    def put(self, key: str, content: bytes, now: datetime) -> None:
        """Keep a page; where the disk does not take it, it is not kept."""
        if len(content) + _HEAD > self._most_bytes:
            return
        path = self._path(key)
        half = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(6).hex()}{_HALF_WRITTEN}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            half.write_bytes(_head(content) + content)
            os.utime(half, (now.timestamp(), now.timestamp()))
            half.replace(path)
        except OSError:
            with suppress(OSError):
                half.unlink()
            return
        if self._is_time(len(content)):
            self.clear_up(now)

    def clear_up(self, now: datetime) -> None:
        """Throw away what is too old, then the oldest of what is too much, and what was never written to its end."""
        room = self._most_bytes * _KEPT_SHARE
        for at, (made, size, path) in enumerate(sorted(self._files(), reverse=True)):
            age, room = now.timestamp() - made, room - size
            limit = _ABANDONED if path.suffix == _HALF_WRITTEN else self._longest
            if age > limit.total_seconds() or (room < 0 and at):
                with suppress(OSError):
                    path.unlink()

    def _is_time(self, size: int) -> bool:
        with self._lock:
            self._new, self._new_bytes = self._new + 1, self._new_bytes + size
            if self._new < _BETWEEN and self._new_bytes < self._most_bytes * (1 - _KEPT_SHARE):
                return False
            self._new = self._new_bytes = 0
            return True

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.glob("*/*"):
            with suppress(OSError):  # another process was faster
                told = path.stat()
                yield told.st_mtime, told.st_size, path

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _head(content: bytes) -> bytes:
    return _MARK + hashlib.sha256(content).hexdigest().encode("ascii") + b"\n"
