"""The real program, killed at the worst moments: what was taken is not lost, and nothing is sent twice."""

import hashlib
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from flow_program import BASE, Program, children_of, is_alive, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("program"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    found = Program(tmp_path / "home", latency_ms=1200)
    yield found
    found.end()


def state_of(program: Program, record: dict[str, Any]) -> str:
    """Where its submission stands in the database, whoever runs."""
    address = f"file:{program.home / 'onapi.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
        query = "SELECT state FROM submissions WHERE document_id = ?"
        return str(connection.execute(query, (record["id"],)).fetchone()[0])


def assert_accepted_once(program: Program, client: httpx2.Client, record: dict[str, Any]) -> None:
    tail = record["links"]["self"].removeprefix(f"{BASE}/ngr/")
    found = until(lambda: _settled(client, tail))
    assert (found["status"], found["hash"], found["id"]) == ("ACCEPTED", record["hash"], record["id"])
    xml = client.get(f"{BASE}/xml/{tail}", params={"format": "xml"}).content
    rows = program.ledger(client, record)
    assert [(row["digest"], row["state"]) for row in rows] == [(hashlib.sha256(xml).hexdigest(), "accepted")]


def _settled(client: httpx2.Client, tail: str) -> dict[str, Any] | None:
    found: dict[str, Any] = client.get(f"{BASE}/ngr/{tail}", params={"wait": 5}).json()
    return found if found["status"] not in {"QUEUED", "UNKNOWN"} else None


def test_killed_at_any_moment_it_ends_accepted_once(program: Program) -> None:
    program.start()
    with program.client() as client:
        program.signed_in(client)
        taken = program.send(client, 1)  # answered 202: from here on it may not be lost
        program.kill()
    program.start()
    with program.client() as client:
        program.signed_in(client)
        assert_accepted_once(program, client, taken)
        sending = program.send(client, 2)
        until(lambda: program.ledger(client, sending))  # SUNAT holds it, and still holds its answer
        assert state_of(program, sending) == "SENDING"
        program.kill()
    assert state_of(program, sending) == "SENDING"
    program.start()
    with program.client() as client:
        program.signed_in(client)
        assert_accepted_once(program, client, sending)
        assert [row["sends"] for row in program.ledger(client, sending)] == [1]
        assert program.send(client, 3, wait=30)["status"] == "ACCEPTED"
    begun = time.monotonic()
    os.kill(program.pid, signal.SIGTERM)
    assert program.process is not None
    assert program.process.wait(30) == 0
    assert time.monotonic() - begun < 15


def test_the_family_stands_and_falls_together(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    try:
        program.start()
        first = until(lambda: {c: p for p, c in children_of(program.pid).items()} if _whole(program) else None)
        with program.client() as client:
            program.signed_in(client)
            assert program.send(client, 1, wait=30)["status"] == "ACCEPTED"
            program.arm(client, {"fault": "F01", "value": "3"})
            record = program.send(client, 2)
            until(lambda: program.ledger(client, record))
            os.kill(first["worker"], signal.SIGKILL)  # while SUNAT, which lives on, holds its answer
            until(lambda: _whole(program) and first["worker"] not in children_of(program.pid))
            assert_accepted_once(program, client, record)  # by the worker that took its place
            assert [row["sends"] for row in program.ledger(client, record)] == [1]
        family = list(children_of(program.pid))
        assert len(family) == 2
        os.kill(program.pid, signal.SIGKILL)
        assert program.process is not None
        program.process.wait(20)
        until(lambda: not any(is_alive(pid) for pid in family), seconds=20)
    finally:
        program.end()


def _whole(program: Program) -> bool:
    return set(children_of(program.pid).values()) == {"simulator", "worker"}
