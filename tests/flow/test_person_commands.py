"""The commands of whoever looks after the house: reconcile, explain-gap, doctor, evidence, settle."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from flow_books import Books
from flow_sunat import cdr_zip
from flow_world import RUC, World
from typer.testing import CliRunner, Result

from onapi.cli.app import create_cli
from onapi.errors import Conflict, Misconfigured
from onapi.flows.platform import Platform
from onapi.flows.reconcile_night import reconcile_tonight
from onapi.store.vault import make_ring
from onapi.values.scope import Environment

Call = Callable[..., Result]


@dataclass
class Chosen:
    """The settings that commands read."""

    database: str
    files: str
    ring: Path
    home: Path
    environment: Environment = Environment.SANDBOX


@dataclass
class OneRoof:
    """The world of a test as commands see it."""

    here: World
    settings: Chosen
    trouble: str = ""

    def platform(self, *, durable: bool = True) -> Platform:
        """The one of the test; it is not closed between commands."""
        del durable
        if self.trouble:
            raise Misconfigured(self.trouble)
        return self.here.platform


@pytest.fixture
def roof(here: World, tmp_path: Path) -> OneRoof:
    make_ring(tmp_path / "ring")
    database = str(here.platform.database.engine.url)
    return OneRoof(here, Chosen(database, str(tmp_path / "blobs"), tmp_path / "ring", tmp_path))


@pytest.fixture
def books(here: World) -> Books:
    return Books(here)


@pytest.fixture
def call(roof: OneRoof) -> Call:
    cli = create_cli(roof)  # type: ignore[arg-type]  # all that these commands ask of a roof
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


def test_reconcile_tells_what_it_found_in_three_forms(books: Books, call: Call, tmp_path: Path) -> None:
    issued = books.accepted("F001", there=None)
    books.plant()
    told = call("reconcile", "--out", tmp_path / "report.csv")
    assert told.exit_code == 1, told.output
    name = issued.document.receipt.file_name
    assert f"{name} · accepted_not_there" in told.output
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8"))))
    assert [(row["clase"], row["comprobante"]) for row in rows] == [("accepted_not_there", name)]
    books.here.clock.forward(1)
    again = call("reconcile", "--json", "--ruc", RUC, "--from", "2026-11-20", "--to", "2026-11-20")
    report = json.loads(again.output)
    assert (report["counts"], report["from"], report["complete"]) == ({"accepted_not_there": 1}, "2026-11-20", True)


def test_nothing_found_is_zero(call: Call) -> None:
    assert call("reconcile").exit_code == 0


def test_the_last_night_can_be_read_again(books: Books, call: Call) -> None:
    assert call("reconcile", "--last").exit_code == 2
    books.here.clock.now = (books.here.clock() + timedelta(days=1)).replace(hour=9)
    assert reconcile_tonight(replace(books.here.platform, reconcile_at=time(3))) is not None
    assert "0 hallazgos" in call("reconcile", "--last").output


def test_a_gap_that_was_explained_is_silent(books: Books, call: Call) -> None:
    for number in (0, 2):
        books.signed("F001", books.first + number)
    books.plant()
    assert call("reconcile").exit_code == 1
    gap = books.first + 1
    words = ("--ruc", RUC, "--type", "01", "--series", "f001", "--from", gap, "--to", gap)
    assert call("explain-gap", *words, "--why", " ").exit_code == 2
    assert call("explain-gap", *words, "--why", "Se anuló antes de emitir", "--as", "ana").exit_code == 0
    assert call("reconcile").exit_code == 0


def test_doctor_exits_as_it_stands(roof: OneRoof, books: Books, call: Call) -> None:
    told = call("doctor", "--offline")
    assert told.exit_code == 2
    assert "No hay ningún worker" in told.output
    assert told.output.rstrip().endswith("Hay algo roto.")
    books.says(books.signed(), "HELD", state="HELD", code="0151")
    found = json.loads(call("doctor", "--offline", "--json").output)
    assert {point["key"]: point["level"] for point in found["points"]}["held"] == "attention"
    assert found["level"] == "broken"
    del roof


def test_doctor_asks_the_hosts_for_their_time(call: Call, here: World) -> None:
    here.clock.now = here.clock()  # it stands still in 2026: the simulator's server tells the real time
    found = {point["key"]: point for point in json.loads(call("doctor", "--json").output)["points"]}
    assert found["sunat"]["level"] == "well"
    assert "difiere" in found["clock"]["sentence"]


def test_doctor_says_what_is_broken_when_nothing_else_can_be_looked_at(roof: OneRoof, call: Call) -> None:
    roof.trouble = "Falta una clave."
    assert "Falta una clave." in call("doctor").output
    roof.settings.ring.unlink()
    told = call("doctor")
    assert told.exit_code == 2
    assert "llavero" in told.output
    assert "Traceback" not in told.output


def test_evidence_is_a_zip(books: Books, call: Call, tmp_path: Path) -> None:
    issued = books.sent("F001")
    told = call("evidence", issued.document.receipt.file_name, "--out", tmp_path / "pack.zip")
    assert told.exit_code == 0, told.output
    assert "LEEME.txt" in zipfile.ZipFile(tmp_path / "pack.zip").namelist()


def test_a_name_that_is_none_is_refused(call: Call, tmp_path: Path) -> None:
    told = call("evidence", "F001-1", "--out", tmp_path / "pack.zip")
    assert (told.exit_code, told.output.count("\n")) == (2, 1)


def test_settle_adopts_a_file_or_sends_again(books: Books, call: Call, tmp_path: Path) -> None:
    issued = books.unknown("F001")
    name = issued.document.receipt.file_name
    file = tmp_path / "cdr.zip"
    file.write_bytes(cdr_zip(issued.document.receipt))
    assert call("settle", name).exit_code == 2
    assert call("settle", name, "--resend", "--cdr", file).exit_code == 2
    assert call("settle", name, "--cdr", tmp_path / "none.zip").exit_code == 2
    assert isinstance(call("settle", name, "--resend").exception, Conflict)  # the roof says it in one sentence
    told = call("settle", name, "--cdr", file, "--as", "ana")
    assert (told.exit_code, told.output) == (0, "SUNAT lo aceptó.\n")
    signed = books.signed("F002")
    assert call("settle", signed.document.receipt.file_name, "--resend", "--as", "ana").exit_code == 0
