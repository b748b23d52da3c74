"""Whether this process can do its work: database, its shape, the keys, the disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from onapi.errors import OnapiError
from onapi.flows.platform import Platform
from onapi.store import condition
from onapi.store.vault import Vault, read_ring

_LEAST_FREE = 200 * 1024 * 1024
_WELL = "ok"


def standing(platform: Platform, home: Path, ring: Path) -> Mapping[str, str]:
    """Each thing with "ok" or one word for what is wrong; never an address or a path."""
    return {**_database(platform), "keys": _keys(ring), "disk": _disk(home)}


def is_ready(found: Mapping[str, str]) -> bool:
    """Nothing is wrong."""
    return all(word == _WELL for word in found.values())


def _database(platform: Platform) -> Mapping[str, str]:
    try:
        platform.database.ping()
        with platform.database.reading() as connection:
            found, newest = condition.revisions(connection)
    except (SQLAlchemyError, OSError):
        return {"database": "silent", "migrations": "unknown"}
    return {"database": _WELL, "migrations": _WELL if found >= newest else "behind"}  # a newer one has only more


def _keys(ring: Path) -> str:
    try:
        Vault(read_ring(ring))
    except (OSError, ValueError, OnapiError):
        return "unreadable"
    return _WELL


def _disk(home: Path) -> str:
    try:
        return _WELL if shutil.disk_usage(home).free >= _LEAST_FREE else "full"
    except OSError:
        return "missing"
