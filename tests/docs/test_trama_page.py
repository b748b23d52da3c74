"""The page of the trama is fresh and whole, and its examples are sound receipts."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from onapi.intake.trama import read_trama
from onapi.intake.trama.records import KINDS as KINDS_OF_TRAMA
from onapi.intake.trama.records import LAYOUTS
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "update" / "trama_examples").glob("*.txt"))

Judge = Callable[..., Any]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("trama_page", ROOT / "update" / "trama_page.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_page_of_the_trama_is_fresh(maker: ModuleType) -> None:
    assert (ROOT / "docs" / "trama.md").read_text("utf-8") == maker.page(), "python update/trama_page.py writes it"


def test_the_page_has_every_record_and_every_example(maker: ModuleType) -> None:
    page = maker.page()
    assert all(f"\n### `{laid.code}`\n" in page for laid in LAYOUTS)
    assert all(path.read_text("utf-8").partition("\n")[2] in page for path in EXAMPLES)


def test_every_field_is_explained(maker: ModuleType) -> None:
    """A field that no vocabulary has any words for would be a blank cell."""
    assert set(KINDS_OF_TRAMA) <= set(VOCABULARIES)
    rows = [row.split(" | ") for row in maker.page().splitlines() if row.startswith("| ") and row[2].isdigit()]
    blank = [row for row in rows if not row[-1].strip(" |")]
    assert [row for row in blank if "mtoDescuentos" not in row[1]] == []


def test_every_kind_has_an_example() -> None:
    assert {read_trama(path.read_text("utf-8")).document["tipoDoc"] for path in EXAMPLES} == set(KINDS_OF_TRAMA)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_sound_receipt(path: Path, judge: Judge) -> None:
    trama = read_trama(path.read_text("utf-8"))
    assert not trama.warnings
    assert trama.document["tipoDoc"] in KINDS
    judged = judge(trama.document)
    assert not judged.taken.faults
    assert not judged.taken.unknown
    assert not judged.faults
