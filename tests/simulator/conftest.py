"""One simulator of each profile for the tests of a file, and a way to start others."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the samples and the client beside this file, in any import mode

from sample_invoice import Pen, new_pen
from sunat_client import Start, Sunat, running


@pytest.fixture(scope="session")
def pen() -> Pen:
    return new_pen()


@pytest.fixture(scope="module")
def beta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sunat]:
    with running(tmp_path_factory.mktemp("beta") / "ledger.sqlite") as sunat:
        yield sunat


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sunat]:
    with running(tmp_path_factory.mktemp("production") / "ledger.sqlite", "production") as sunat:
        yield sunat


@pytest.fixture
def start() -> Start:
    """A way to run a simulator of one's own, for as long as a `with` block lasts."""
    return running
