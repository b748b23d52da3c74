"""A simulator with its mailbox and its phone for the tests of a file."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the world beside this file, in any import mode

from outbox_world import Listener, Sandbox, listening, running


@pytest.fixture
def run() -> Callable[..., Any]:
    """A way to run a simulator of one's own."""
    return running


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox") / "simulator.sqlite3") as found:
        found.http.put("/_simulator/phone", json={"sentSeconds": 0, "deliveredSeconds": 0.05, "readSeconds": 0.1})
        yield found


@pytest.fixture
def listener(sandbox: Sandbox) -> Iterator[Listener]:
    """Somebody who hears the phone's news while the test lasts."""
    with listening() as found:
        assert sandbox.http.put("/_simulator/phone", json={"callback": found.address}).status_code == 200
        yield found
        sandbox.http.put("/_simulator/phone", json={"callback": None})
