"""Whatever happens in a cell, the parent gets an answer or a sentence, in time, and loses nothing."""

import os
import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path

import cell_tasks
import pytest

from onapi import cell
from onapi.cell.run import Task
from onapi.errors import InvalidDocument

SMALL = cell.Limits(memory_bytes=256 * 1024 * 1024, cpu_s=2, wall_s=5, most_in_bytes=1000, most_out_bytes=100_000)


def refusal(task: Task, data: bytes = b"x", limits: cell.Limits = SMALL) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        cell.run(task, data, limits)
    return caught.value


def test_a_task_answers() -> None:
    assert cell.run(cell_tasks.echo, b"", SMALL) == b""
    assert cell.run(cell_tasks.echo, bytes(range(256)), SMALL) == bytes(range(256))


def test_an_error_of_ours_comes_out_as_it_is() -> None:
    found = refusal(cell_tasks.refuse, "venció el año pasado".encode())
    assert (str(found), found.key) == ("venció el año pasado", "certificate_expired")


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (cell_tasks.hurt, "death"),
        (cell_tasks.eat, "death"),
        (cell_tasks.die, "death"),
        (cell_tasks.flood, "output"),
        (cell_tasks.thread, "death"),
        (cell_tasks.fork, "death"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_takes_too_much_is_killed(task: Task, why: str) -> None:
    started = time.monotonic()
    found = refusal(task)
    assert (found.key, found.facts["why"]) == ("unreadable_file", why)
    assert time.monotonic() - started < SMALL.wall_s + 15


def test_what_works_on_and_on_is_killed_by_the_limit_of_the_processor() -> None:
    assert refusal(cell_tasks.spin, limits=cell.Limits(cpu_s=1, wall_s=120)).facts["why"] == "death"


def test_what_does_nothing_is_killed_by_the_clock() -> None:
    found = refusal(cell_tasks.sleep, limits=cell.Limits(wall_s=1))
    assert (found.facts["why"], "tiempo" in str(found)) == ("time", True)


def test_too_much_is_not_even_handed_in() -> None:
    assert refusal(cell_tasks.echo, b"x" * 1001).facts["why"] == "input"


def test_nobody_is_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        assert refusal(cell_tasks.connect, str(listener.getsockname()[1]).encode()).facts["why"] == "death"
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("task", [cell_tasks.write, cell_tasks.execute], ids=["write", "execute"])
def test_no_file_is_written(task: Task, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    place = tmp_path / "trace"
    assert refusal(task, str(place).encode()).facts["why"] == "death"
    assert not place.exists()


def test_no_file_is_read(tmp_path: Path) -> None:
    place = tmp_path / "secret"
    place.write_text("secreto")
    assert refusal(cell_tasks.read, str(place).encode()).facts["why"] == "death"


def test_nothing_of_the_parent_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONAPI_SECRET", "x")
    seen = cell.run(cell_tasks.look, b"", SMALL).decode()
    assert "ONAPI" not in seen
    assert "[0, 0, 0]" in seen  # no descriptor, no process, no byte of a file
    assert os.geteuid() != 0 or seen.endswith(" 65534")


def test_the_parent_keeps_its_limits_and_its_descriptors() -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for task in (cell_tasks.echo, cell_tasks.die):
        _tried(task)
    assert (resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_NOFILE)) == limits
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _tried(task: Callable[[bytes], bytes]) -> None:
    try:
        cell.run(task, b"x", SMALL)
    except InvalidDocument:
        return
