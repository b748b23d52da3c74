"""People who sign in: databases of both sorts, a clock of our own, and passwords that cost nothing to hash."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server beside the root of all tests, in any import mode
sys.path.insert(0, str(Path(__file__).parent))  # and what stands beside these

from people_world import ANA, CLIENT, OTHER_RUC, PASSWORD, RUC, THIRD_RUC, CountingHasher, people

from onapi.flows import passwords, sign_in
from onapi.store.acting import acting_for
from onapi.values.scope import Environment
from postgres_server import empty_url, postgres, url

__all__ = ["empty_url", "postgres", "url"]


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> CountingHasher:
    """Stands in for Argon2id."""
    made = CountingHasher()
    monkeypatch.setattr(passwords, "_hasher", made)
    monkeypatch.setattr(passwords, "_NOBODY", made.hash("nobody"))
    return made


@pytest.fixture
def platform(url: str, hasher: CountingHasher) -> Iterator[Any]:
    """A platform with one user, on each sort of database."""
    with acting_for(Environment.SANDBOX, RUC, OTHER_RUC, THIRD_RUC), people(url) as found:
        assert hasher.verified == 0
        sign_in.register(found, client_id=CLIENT, username=ANA, password=PASSWORD, rucs=(RUC,))
        yield found
