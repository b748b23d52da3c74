"""A cell started by an ordinary user is as tight as one started by root; and decoders of any sort fit into it."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import cell_tasks
import pytest

from onapi import cell
from onapi.cell.run import Task
from onapi.errors import InvalidDocument

SOMEBODY = 12_345
HERE = Path(__file__).parent
LIMITS = "cell.Limits(memory_bytes=256 * 1024 * 1024, cpu_s=2, wall_s=20, most_in_bytes=1000, most_out_bytes=100_000)"
PROGRAM = f"""
import os, sys
sys.path.insert(0, {str(HERE)!r})
import cell_tasks
from onapi import cell
from onapi.errors import OnapiError
assert os.geteuid() == int(sys.argv[3])
try:
    print(cell.run(getattr(cell_tasks, sys.argv[1]), sys.argv[2].encode(), {LIMITS}).decode())
except OnapiError as error:
    print("refused", error.facts.get("why"))
"""


def asked(task: str, data: str = "x") -> str:
    """What a task answers to a user who is not root; as root, by becoming one who may only find our files."""
    user = SOMEBODY if os.geteuid() == 0 else os.geteuid()
    become = shutil.which("setpriv") if os.geteuid() == 0 else None
    if os.geteuid() == 0 and become is None:
        pytest.skip("root needs setpriv to become somebody else")
    finds = [f"--{sort}-caps=-all,+dac_read_search" for sort in ("inh", "ambient")]
    change = [become, f"--reuid={user}", f"--regid={user}", "--clear-groups", *finds] if become else []
    roads = os.pathsep.join(road for road in sys.path if road)
    done = subprocess.run(
        [*change, sys.executable, "-c", PROGRAM, task, data, str(user)],
        env={"PYTHONPATH": roads, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_ordinary_user_may_use_it() -> None:
    assert asked("echo", "hola") == "hola"
    seen = asked("look")
    assert "[0, 0, 0]" in seen
    assert not seen.endswith(" 0")


@pytest.mark.parametrize("task", ["eat", "spin", "fork", "thread", "die"])
def test_what_takes_too_much_is_killed_for_an_ordinary_user_too(task: str) -> None:
    assert asked(task) == "refused death"


def test_an_ordinary_users_cell_calls_nobody_and_touches_no_file(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        assert asked("connect", str(listener.getsockname()[1])) == "refused death"
        with pytest.raises(TimeoutError):
            listener.accept()
    place = Path("/tmp") / f"cell-{os.getpid()}"  # noqa: S108  where anybody may write
    for task in ("write", "execute"):
        assert asked(task, str(place)) == "refused death"
    assert not place.exists()
    assert tmp_path.exists()


@pytest.mark.parametrize(
    "task",
    [cell_tasks.hang_in_c, cell_tasks.allocate_in_c, cell_tasks.fork_in_c, cell_tasks.call_in_c, cell_tasks.trample],
    ids=lambda value: value.__name__,
)
def test_a_decoder_in_c_gets_no_further(task: Task) -> None:
    """What no interpreter watches: the limits are the kernel's."""
    limits = cell.Limits(memory_bytes=256 * 1024 * 1024, cpu_s=1, wall_s=20)
    with pytest.raises(InvalidDocument) as caught:
        cell.run(task, b"x", limits, key="unreadable_pdf")
    assert (caught.value.key, caught.value.facts["why"]) == ("unreadable_pdf", "death")


def test_a_decoder_that_waits_for_ever_is_ended_with_all_it_started() -> None:
    with pytest.raises(InvalidDocument) as caught:
        cell.run(cell_tasks.deaf, b"x", cell.Limits(wall_s=2), key="unreadable_audio")
    assert (caught.value.key, caught.value.facts["why"]) == ("unreadable_audio", "time")
