"""Files by content: each is named by its SHA-256, written once, never changed or deleted.

A local folder by default; an address such as `s3://bucket/prefix` puts them in an object store.
"""

import hashlib
import os
import re
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from onapi.errors import NotFound

_NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder or bucket of immutable files."""

    def __init__(self, address: str) -> None:
        self._folder = None if "://" in address else Path(address)
        self._store: ObjectStore = LocalStore(address, mkdir=True) if self._folder else from_url(address)

    def put(self, data: bytes) -> str:
        """Keep the bytes, on disk before this returns; gives their name. Keeping the same bytes again is free."""
        name = hashlib.sha256(data).hexdigest()
        try:
            self._store.put(_path(name), data, mode="create")
        except AlreadyExistsError:
            if self._holds(name, data):
                return name
            self._store.put(_path(name), data)  # a power cut left a torn file under this name
        if self._folder:
            _sync(self._folder / _path(name))
        return name

    def _holds(self, name: str, data: bytes) -> bool:
        """Whether the file of that name holds these bytes, on disk."""
        if bytes(self._store.get(_path(name)).bytes()) != data:
            return False
        if self._folder:
            _sync(self._folder / _path(name))  # whoever wrote it may have died before it did
        return True

    def get(self, name: str) -> bytes:
        """The bytes of that name."""
        try:
            return bytes(self._store.get(_path(name)).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound(f"no blob {name}", key="xml_not_available") from error

    def condition(self, name: str) -> str:
        """Whether the file of that name is still what its name says: "", or missing, or changed."""
        if not _NAME.fullmatch(name):
            return "missing"  # the name itself was changed: no file ever had it
        try:
            data = self.get(name)
        except NotFound:
            return "missing"
        return "" if hashlib.sha256(data).hexdigest() == name else "changed"


def _path(name: str) -> str:
    return f"{name[:2]}/{name[2:4]}/{name}"


def _sync(file: Path) -> None:
    """Force a file and its name to disk: the store's own write stops at the page cache."""
    for path in (file, file.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
