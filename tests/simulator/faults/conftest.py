"""One world of each profile for the tests of a file; before each test nothing is armed."""

from collections.abc import Iterator

import pytest
from fault_world import World, world_of
from sample_invoice import Pen


@pytest.fixture(scope="module")
def production_world(tmp_path_factory: pytest.TempPathFactory, pen: Pen) -> Iterator[World]:
    with world_of(tmp_path_factory.mktemp("world") / "ledger.sqlite", pen, tls_port=0) as world:
        yield world


@pytest.fixture(scope="module")
def beta_world(tmp_path_factory: pytest.TempPathFactory, pen: Pen) -> Iterator[World]:
    with world_of(tmp_path_factory.mktemp("beta") / "ledger.sqlite", pen, "beta") as world:
        yield world


@pytest.fixture
def world(production_world: World) -> World:
    calm(production_world)
    return production_world


@pytest.fixture
def in_beta(beta_world: World) -> World:
    calm(beta_world)
    return beta_world


def calm(world: World) -> None:
    """Nothing armed, and today."""
    world.sunat.http.put("/_simulator/faults", json={"seed": 0, "faults": []})
    world.sunat.http.put("/_simulator/clock", json={"offsetSeconds": 0})
