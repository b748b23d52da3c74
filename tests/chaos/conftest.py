"""The stages of the chaos tests, and the seed by which a run can be played again."""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server beside the root of all tests, in any import mode
sys.path.insert(0, str(Path(__file__).parents[1] / "flow"))  # worlds whose time is ours
sys.path.insert(0, str(Path(__file__).parent))  # and what stands beside these

from chaos_run import COMPANIES, SEED
from chaos_stage import Nursery, Stage, Sunat, companies

from onapi.store.acting import acting_for_all
from postgres_server import OwnServer, own_server


def pytest_report_header() -> str:
    """The seed stands above every run."""
    return f"chaos seed: {SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes need /proc, and take their time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"))


@pytest.fixture(autouse=True, scope="module")
def everyone() -> Iterator[None]:
    """These tests look at all companies' rows from outside; the processes that they kill say for whom they work."""
    with acting_for_all("tests"):
        yield


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same for the same seed and test."""
    return random.Random(f"{SEED}:{request.node.name}")  # noqa: S311  a seed, no secret


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Whence all processes come."""
    found = Nursery()
    yield found
    found.close()


@pytest.fixture(scope="session")
def sunat(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sunat]:
    """One SUNAT for all."""
    found = Sunat(nursery, tmp_path_factory.mktemp("sunat"))
    found.start()
    yield found
    found.end()


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[OwnServer]:
    """A PostgreSQL that may be treated badly."""
    server = own_server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def on_sqlite(nursery: Nursery, sunat: Sunat, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on SQLite; it ends with its file, since processes in a hurry take a fifth of a core while they wait."""
    with ExitStack() as stack:
        found = Stage(nursery, sunat, tmp_path_factory.mktemp("sqlite"), companies=companies(COMPANIES))
        found.prepare()
        stack.callback(found.end)
        found.start()
        yield found


@pytest.fixture(scope="module")
def on_postgres(
    nursery: Nursery, sunat: Sunat, own_postgres: OwnServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A stage on PostgreSQL; it ends with its file, too."""
    with ExitStack() as stack:
        home, url = tmp_path_factory.mktemp("postgres"), own_postgres.database()
        found = Stage(nursery, sunat, home, url, companies=companies(COMPANIES))
        found.prepare()
        stack.callback(found.end)
        found.start()
        yield found
