"""`onapi collection`: what it writes is whole, and every request of it is answered as it says, again and again."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from api_stack import RUC, Stack, running
from collection_runner import Runner, Written, bruno, postman
from typer.testing import CliRunner

from onapi.api.app import described
from onapi.cli.app import create_cli
from onapi.cli.collection import sandbox_certificate
from onapi.collection.walk import WALK
from onapi.main import House
from onapi.settings import Settings

READERS = {"postman": postman, "bruno": bruno}
UNSENT_EXAMPLES = {"01-factura-como-xml"}  # base64 of what another request sends bare
UNSENT_BODIES = {"application/zip", "application/x-www-form-urlencoded", "image/png", "image/jpeg", "image/webp"}


def written(folder: Path, program: str, address: str) -> Path:
    house = House(Settings(_env_file=None, home=folder / "home"))
    done = CliRunner().invoke(
        create_cli(house), ["collection", program, "--out", str(folder / program), "--url", address]
    )
    assert done.exit_code == 0, done.output
    assert not (folder / "home").exists(), "it needs nothing prepared"
    return folder / program


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return described("http://127.0.0.1:8080")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that no other test looks at: a run changes its company and ends every session of its user."""
    before = structlog.get_config()
    with running(tmp_path_factory.mktemp("walk")) as found:
        yield found
    structlog.configure(**before)


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {told["operationId"]: told for methods in document["paths"].values() for told in methods.values()}


def test_the_walk_leaves_no_operation_out(document: dict[str, Any]) -> None:
    assert {step.operation for step in WALK} == set(operations(document))


def test_the_walk_sends_a_receipt_of_each_kind_and_form(document: dict[str, Any]) -> None:
    content = operations(document)["send_message"]["requestBody"]["content"]
    sent = [step for step in WALK if step.operation == "send_message"]
    assert {step.example for step in sent} - {""} == set(content["application/json"]["examples"]) - UNSENT_EXAMPLES
    assert {step.media for step in sent} == set(content) - UNSENT_BODIES


@pytest.mark.parametrize("program", READERS)
def test_what_is_written_is_complete(tmp_path: Path, program: str, document: dict[str, Any]) -> None:
    requests, variables = READERS[program](written(tmp_path, program, "http://127.0.0.1:1"))
    assert len(requests) == len(WALK)
    assert variables["base_url"] == "http://127.0.0.1:1"
    assert {request.name for request in requests} >= {"Iniciar sesión", "Factura al contado"}
    assert all(any("include(" in line for line in request.after) for request in requests)
    statuses = {name: {s for s in told["responses"] if s[0] == "2"} for name, told in operations(document).items()}
    assert all({str(each) for each in step.expect} <= statuses[step.operation] for step in WALK)
    texts = "".join(path.read_text("utf-8") for path in (tmp_path / program).rglob("*") if path.is_file())
    assert "<secreto>" not in texts, "an example's blank is not sent"


def test_both_programs_send_the_same(tmp_path: Path) -> None:
    told = {program: READERS[program](written(tmp_path, program, "http://127.0.0.1:1"))[0] for program in READERS}

    def shown(request: Written) -> tuple[object, ...]:
        return request.method, request.url, request.media, request.body.strip(), request.form, request.token

    assert [shown(each) for each in told["postman"]] == [shown(each) for each in told["bruno"]]


def test_there_is_no_other_program(tmp_path: Path) -> None:
    house = House(Settings(_env_file=None, home=tmp_path))
    done = CliRunner().invoke(create_cli(house), ["collection", "insomnia"])
    assert (done.exit_code, "postman o bruno" in done.output) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("program", ["postman", "bruno", "postman again"])
def test_every_request_is_answered_as_it_says(alone: Stack, tmp_path: Path, program: str) -> None:
    """Also a second time: nothing of a run hinders the next."""
    program = program.partition(" ")[0]
    requests, variables = READERS[program](written(tmp_path, program, str(alone.http.base_url).rstrip("/")))
    variables["certificate"] = sandbox_certificate(RUC, alone.platform.clock())
    variables["webhook_url"] = "http://127.0.0.1:9/onapi"  # this stack lets local ones through: no name is asked for
    runner = Runner(alone.http, alone.platform.clock(), next(alone.numbers), variables)
    runner.walk(requests)
    assert runner.wrong == []
    assert runner.checked >= len(requests)


def test_a_wrong_answer_is_seen(alone: Stack, tmp_path: Path) -> None:
    requests, variables = postman(written(tmp_path, "postman", str(alone.http.base_url).rstrip("/")))
    runner = Runner(alone.http, alone.platform.clock(), 1, {**variables, "password": "otra", "refresh_token": "x"})
    runner.walk([request for request in requests if request.name == "Iniciar sesión"])
    assert len(runner.wrong) == 1
    assert "401" in runner.wrong[0]


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo as a person starts it, on free ports."""
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ports.append(listener.getsockname()[1])
    chosen = {"ONAPI_HOME": str(folder / "demo"), "ONAPI_PORT": str(ports[0]), "ONAPI_SIMULATOR_PORT": str(ports[1])}
    address = f"http://127.0.0.1:{ports[0]}"
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "onapi", "demo"], env={**os.environ, **chosen}, stdout=log, stderr=log, cwd=folder
        )
        try:
            deadline = time.monotonic() + 90
            while b"Sirviendo" not in (folder / "demo.log").read_bytes():
                assert process.poll() is None, (folder / "demo.log").read_text("utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("program", ["newman", "bru"])
def test_the_programs_themselves_find_all_well(tmp_path: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; the requests were sent by our own runner")
    with demo(tmp_path) as address:
        if program == "newman":
            folder = written(tmp_path, "postman", address)
            files = ["onapi.postman_collection.json", "-e", "onapi.postman_environment.json"]
            command = ["newman", "run", *files, "--reporters", "json", "--reporter-json-export", "report.json"]
        else:
            folder = written(tmp_path, "bruno", address)
            command = ["bru", "run", ".", "-r", "--env", "demo", "--reporter-json", "report.json"]
        for _ in range(2):
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stdout[-4000:] + (tmp_path / "demo.log").read_text("utf-8")[-2000:]
    assert json.loads((folder / "report.json").read_text("utf-8"))
