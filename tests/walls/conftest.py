"""Two companies in a PostgreSQL that keeps them apart, and the same rows seen by one whom nothing keeps apart."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server beside the root of all tests, in any import mode
sys.path.insert(0, str(Path(__file__).parent))  # and what stands beside these

from wall_rows import A, B, seed
from wall_watch import Watch

from onapi.store import Database, open_database
from onapi.store.acting import acting_for_all
from postgres_server import Server, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="module")
def address(postgres: Server) -> Iterator[str]:
    """A database with the rows of both companies."""
    url = postgres.database()
    database = open_database(url)
    with acting_for_all("rows for tests"), database.transaction() as connection:
        for company in (A, B):
            seed(connection, company)
    database.close()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def walled(address: str) -> Iterator[Database]:
    """As the platform opens it."""
    database = open_database(address)
    yield database
    database.close()


@pytest.fixture(scope="module")
def watch(walled: Database) -> Watch:
    """The conditions of queries can be taken away from it."""
    return Watch(walled)


@pytest.fixture(scope="module")
def open_watch(address: str) -> Iterator[Watch]:
    """The same for a superuser, to whom row-level security says nothing: what would be seen without the wall."""
    database = open_database(address, walled=False)
    yield Watch(database)
    database.close()
