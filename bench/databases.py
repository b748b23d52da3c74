"""A fresh database of each sort; PostgreSQL is left out, aloud, where none can be had."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onapi.store.database import migrate

ROOT = Path(__file__).parents[1]


def each_database() -> Iterator[tuple[str, str]]:
    """Sort and address, one after the other."""
    with tempfile.TemporaryDirectory(prefix="onapi-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'onapi.sqlite3'}"
        migrate(url)
        yield "sqlite", url
    sys.path.insert(0, str(ROOT / "tests"))
    from postgres_server import own_server  # noqa: PLC0415  it stands beside the tests, which the line above says

    try:
        server = own_server(synced=True)
    except pytest.skip.Exception as reason:
        print(f"postgresql left out: {reason}")
        return
    try:
        yield "postgresql", server.database()
    finally:
        server.stop()
