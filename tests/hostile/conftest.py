"""What strangers send: corpora of attacks, each measured in a process of its own or against a server of its own."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # the database server beside the root of all tests
sys.path.insert(0, str(HERE))  # the corpora beside this file, in any import mode


@pytest.hookimpl(tryfirst=True)  # before those who deal tests out read the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share a server in one process."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group(f"hostile-{item.path.stem}"))
