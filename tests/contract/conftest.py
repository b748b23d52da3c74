"""A place to work in for each test of the engine, on both sorts of database."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server beside the root of all tests, in any import mode
sys.path.insert(0, str(Path(__file__).parent))  # and what stands beside these

from engine_place import Nursery, Place, open_place

from onapi.store.acting import acting_for_all
from postgres_server import SORTS, database, postgres, url

__all__ = ["postgres", "url"]


@pytest.fixture(autouse=True, scope="module")
def everyone() -> Iterator[None]:
    """These tests look at the rows of all companies; the second wall has tests of its own, in tests/walls."""
    with acting_for_all("tests"):
        yield


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Whence all workers come."""
    found = Nursery()
    yield found
    found.close()


@pytest.fixture(scope="module", params=SORTS)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> Iterator[Place]:
    """One place for the tests of a file that leave it in order."""
    folder = tmp_path_factory.mktemp("engine")
    with (
        database(request.param, folder, lambda: request.getfixturevalue("postgres")) as url,
        open_place(url, folder, nursery) as found,
    ):
        yield found


@pytest.fixture(params=SORTS)
def own_place(request: pytest.FixtureRequest, tmp_path: Path, nursery: Nursery) -> Iterator[Place]:
    """A place of its own for a test that wrecks it."""
    with (
        database(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as url,
        open_place(url, tmp_path, nursery) as found,
    ):
        yield found
