"""What the pages say holds: generated pages are fresh, the map is the tree, commands exist, examples are taken."""

import importlib.util
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onapi import read
from onapi.intake import read_document, read_json
from onapi.kinds import KINDS
from onapi.kinds.kind import TotalsMode
from onapi.values.party import Address, Party

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
START = (ROOT / "docs" / "start.md").read_text("utf-8")
ISSUER = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.", "DEMO", Address("JR. CUSCO 100", "150101"))
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a page in a language, "" for those that name none."""
    found = re.findall(r"^```([a-z]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [content for named, content in found if named == language]


def test_the_page_of_settings_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("settings_page", ROOT / "update" / "settings_page.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == maker.page()


def test_the_copy_of_the_api_document_is_fresh() -> None:
    """A change of the API is seen in it where changes are read: `python update/openapi.py` writes it again."""
    spec = importlib.util.spec_from_file_location("openapi_copy", ROOT / "update" / "openapi.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (ROOT / "docs" / "openapi.json").read_text("utf-8") == maker.page()


def test_the_map_of_the_readme_is_the_tree() -> None:
    drawn = blocks(README, "")[0]
    rooms = set(re.findall(r"\b([a-z]+)/", drawn.replace("flows/issue", "")))
    there = {path.name for path in (ROOT / "src" / "onapi").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert rooms == there


def test_the_verbs_of_make_exist() -> None:
    verbs = set(re.findall(r"`make ([a-z]+)", README))
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"setup", "demo", "test", "check", "bench", "serve"} <= verbs
    assert verbs <= made


COMMANDS = sorted(
    set(re.findall(r"`onapi ([a-z -]+?)`", README + (ROOT / "docs/how-to/go-live.md").read_text("utf-8")))
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_readme_exist(command: str) -> None:
    asked = [sys.executable, "-m", "onapi", *command.split(), "--help"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def examples() -> list[dict[str, Any]]:
    """Every receipt that a page shows: JSON blocks, and the bodies of `curl` in shell blocks."""
    bodies = blocks(START, "json") + re.findall(r"-d '(\{\s+\"ruc\".*?\n\})'", README, re.DOTALL)
    return [read_json(body.encode()) for body in bodies]


def test_the_pages_show_receipts() -> None:
    assert len(examples()) == 4


@pytest.mark.parametrize("body", examples(), ids=lambda body: f"{body['doctype']}-{body['document']['correlativo']}")
def test_the_receipts_of_the_pages_are_sound(body: dict[str, Any]) -> None:
    taken = read_document(body["document"], str(body["doctype"]), ISSUER, prefix="/document", strict_ruc=True)
    document = taken.kind.complete(taken.form, taken.issuer, NOW, TotalsMode.CHECK)
    assert not taken.faults
    assert not taken.unknown
    assert not taken.kind.faults(taken.form, document, TotalsMode.CHECK)


def test_the_pages_of_kinds_and_rules_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("kinds_pages", ROOT / "update" / "kinds_pages.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    made = maker.pages()
    assert {path: path.read_text("utf-8") for path in made} == made
    assert set(made) >= set((ROOT / "docs" / "kinds").iterdir())


EXAMPLES = sorted((ROOT / "examples").glob("*.json"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_of_each_kind_is_built(file: Path) -> None:
    receipt = read(file.read_bytes(), now=NOW)
    assert receipt.faults == ()
    assert receipt.kind.code == file.stem[:2].upper()
    assert receipt.xml.startswith(b"<?xml")


def test_every_kind_has_an_example() -> None:
    assert {file.stem[:2].upper() for file in EXAMPLES} == set(KINDS)
