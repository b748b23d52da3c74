"""Worlds for the flows: a simulator of each profile for all tests, a platform of its own for each of them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the world beside this file, in any import mode

from flow_world import BORN, Clock, World, simulated, template, world
from message_world import Providers, with_providers


@pytest.fixture(scope="session")
def shared_clock() -> Clock:
    """The clock of the simulators, and of every platform in turn."""
    return Clock()


@pytest.fixture
def clock(shared_clock: Clock) -> Clock:
    """The same clock, put back to the beginning."""
    shared_clock.now = BORN
    return shared_clock


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory, shared_clock: Clock) -> Iterator[httpx2.Client]:
    """A SUNAT as in production."""
    with simulated(tmp_path_factory.mktemp("production"), "production", shared_clock) as client:
        yield client


@pytest.fixture(scope="session")
def beta(tmp_path_factory: pytest.TempPathFactory, shared_clock: Clock) -> Iterator[httpx2.Client]:
    """A SUNAT as in its tests."""
    with simulated(tmp_path_factory.mktemp("beta"), "beta", shared_clock) as client:
        yield client


_numbers = iter(range(1, 100_000_000))  # no two tests of a process meet in a simulator's memory


@pytest.fixture
def here(tmp_path: Path, empty_database: Path, production: httpx2.Client, clock: Clock) -> Iterator[World]:
    """A platform on SUNAT as in production."""
    with world(tmp_path, empty_database, production, clock) as found:
        found.numbers = _numbers
        yield found
        found.arm()


@pytest.fixture
def in_beta(tmp_path: Path, empty_database: Path, beta: httpx2.Client, clock: Clock) -> Iterator[World]:
    """A platform on SUNAT's tests."""
    with world(tmp_path, empty_database, beta, clock) as found:
        found.numbers = _numbers
        yield found
        found.arm()


@pytest.fixture
def persons(here: World) -> Providers:
    """Providers of messages in the world of a test."""
    return with_providers(here)
