"""The API against its own OpenAPI document: examples, coverage, fuzzing, stateful, with every check of Schemathesis.

`ONAPI_FUZZ_CASES=2000` makes it long, `ONAPI_FUZZ_SEED=…` another; the seed and a `curl` stand beside each failure.
What is drawn follows the seed but for the ids that the API gave, which are new each time and are asked about again.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES = int(os.environ.get("ONAPI_FUZZ_CASES", "100"))
SEED = int(os.environ.get("ONAPI_FUZZ_SEED", "20261120"))
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
CHECKS = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
}
_LONGEST_S = max(1200, 15 * CASES)
_MOST_ROUNDS = 4
_MOST_DISTINCT = 100  # of the operations that leave the least to say


@dataclass(frozen=True)
class Round:
    """What the fuzzer said of one run."""

    status: int
    said: str
    report: dict[str, Any]
    counts: dict[str, list[int]]  # of each operation: cases, and how many were answered with 2xx


@dataclass(frozen=True)
class Run:
    """All rounds: the first over every operation, the others over those that saw too few cases."""

    rounds: list[Round]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Of each operation: cases, and how many were answered with 2xx."""
        return {
            name: tuple(map(sum, zip(*(each.counts[name] for each in self.rounds if name in each.counts), strict=True)))  # type: ignore[misc]  # two numbers
            for name in self.rounds[0].counts
        }

    @property
    def few(self) -> list[str]:
        """The operations that saw too few."""
        return [name for name, (cases, _) in self.counts.items() if cases < min(CASES, _MOST_DISTINCT)]


@contextmanager
def fuzzed_stack(home: Path) -> Iterator[dict[str, Any]]:
    """A stack in a process of its own; gives what it tells."""
    command = [sys.executable, str(HERE / "fuzzed_stack.py"), str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        try:
            yield json.loads(run.stdout.readline())
        finally:
            run.stdin.close()
            run.wait(60)


def _environment(**more: str) -> dict[str, str]:
    source = str(HERE.parents[1] / "src")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([source, str(HERE)]), "PYTHONHASHSEED": "0", **more}


def _fuzz(told: dict[str, Any], folder: Path, number: int, names: list[str]) -> Round:
    """One round, over the operations of these names or over all."""
    report, counts = folder / f"report{number}.json", folder / f"counts{number}.json"
    environment = _environment(FUZZ_TOLD=json.dumps(told), FUZZ_COUNTS=str(counts))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{told['address']}/openapi.json", "--checks", "all", "--max-examples", str(CASES)]
    command += ["--seed", str(SEED + number), "--report-json-path", str(report), "--no-color"]
    command += [part for name in names for part in ("--include-name", name)]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=_LONGEST_S, check=False
    )
    found = json.loads(report.read_text("utf-8")) if report.exists() else {}
    counted = json.loads(counts.read_text("utf-8")) if counts.exists() else {}
    return Round(done.returncode, done.stdout + done.stderr, found, counted)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One round over every operation, and where the values that were drawn had too few sorts, another."""
    folder = tmp_path_factory.mktemp("fuzz")
    with fuzzed_stack(folder / "home") as told:
        rounds = [_fuzz(told, folder, 0, [])]
        while (few := Run(rounds).few) and len(rounds) < _MOST_ROUNDS:
            rounds.append(_fuzz(told, folder, len(rounds), few))
    return Run(rounds)


def test_nothing_fails(run: Run) -> None:
    for each in run.rounds:
        assert each.status == 0, each.said[-20_000:]
        assert each.report["failures"] == each.report["errors"] == []
        assert each.report["complete"]


def test_every_phase_was_run_on_every_operation(run: Run) -> None:
    first = run.rounds[0].report
    ran = {name for name, phase in first["phases"].items() if phase["status"] == "success"}
    assert ran >= PHASES, first["phases"]
    assert first["operations"]["tested"] == first["operations"]["total"] == len(run.counts) >= 50


def test_every_operation_saw_its_cases(run: Run) -> None:
    assert {name: run.counts[name] for name in run.few} == {}


def test_every_operation_was_reached_and_not_only_refused(run: Run) -> None:
    assert [name for name, (_, good) in run.counts.items() if not good] == []


def test_every_check_is_on(tmp_path: Path) -> None:
    """What the configuration turns off would not be missed otherwise."""
    asked = (
        "from schemathesis.config import SchemathesisConfig as C;"
        f"p = C.from_path({str(HERE / 'schemathesis.toml')!r}).projects.get_default();"
        "import json, itertools;"
        "every = [p.checks, *(o.checks for o in p.operations.operations)];"
        f"print(json.dumps([n for n in {sorted(CHECKS)} if not all(c.get_by_name(name=n).enabled for c in every)]))"
    )
    environment = _environment(FUZZ_TOLD='{"tokens": {}, "sound": {}}', FUZZ_COUNTS=str(tmp_path / "counts.json"))
    found = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == []
