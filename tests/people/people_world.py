"""A platform of which only the database and the clock are real: enough for people who sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from onapi.store import open_database
from onapi.values.scope import Environment, Scope

RUC, OTHER_RUC, THIRD_RUC = "20000000001", "20000000010", "20000000028"
CLIENT, ANA = "integra", "ana.flores@empresa.example"
PASSWORD = "cuatro guitarras bajo la lluvia"


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


class CountingHasher:
    """In the place of Argon2id: it counts how often it is asked, and costs nothing."""

    def __init__(self) -> None:
        self.verified = 0

    def hash(self, password: str) -> str:
        """The password, marked."""
        return f"plain:{password}"

    def verify(self, password: str, kept: str) -> bool:
        """Whether they are the same."""
        self.verified += 1
        return kept == f"plain:{password}"


@contextmanager
def people(url: str) -> Iterator[Any]:
    """A platform at this database."""
    database, numbers = open_database(url, durable=False), count(1)
    platform = SimpleNamespace(
        environment=Environment.SANDBOX,
        database=database,
        clock=Clock(),
        new_id=lambda: f"00000000-0000-7000-8000-{next(numbers):012}",
        scope=lambda ruc: Scope(Environment.SANDBOX, ruc),
    )
    try:
        yield platform
    finally:
        database.close()
