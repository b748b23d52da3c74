"""Databases of both sorts for the tests of the store."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # the server beside the root of all tests, in any import mode
sys.path.insert(0, str(Path(__file__).parent))  # and what stands beside these

from onapi.store import Database, open_database
from onapi.store.acting import acting_for_all
from postgres_server import empty_url, postgres, url

__all__ = ["empty_url", "postgres", "url"]


@pytest.fixture(autouse=True, scope="module")
def everyone() -> Iterator[None]:
    """These tests look at the rows of all companies; the second wall has tests of its own, in tests/walls."""
    with acting_for_all("tests"):
        yield


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A migrated database without rows, open, one of each sort."""
    found = open_database(url)
    yield found
    found.close()
