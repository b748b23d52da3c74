"""The files themselves: headings, cells, the list of sources, the examples in docstrings."""

import doctest
import importlib
from pathlib import Path

import pytest

from onapi.facts import table
from onapi.facts.table import FOLDER, read

FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.tsv"))
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
BY_HAND = {
    *("common_passwords.tsv", "roles.tsv", "outcomes.tsv", "remedies.tsv", "problem_words.tsv", "whatsapp_errors.tsv"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_table_says_where_it_comes_from(name: str) -> None:
    lines = (FOLDER / name).read_text("utf-8").split("\n")
    heading = [line for line in lines if line.startswith("# ")]
    assert lines[: len(heading)] == heading
    assert any(line.startswith("# source: ") for line in heading)
    if name not in BY_HAND:
        assert any(line.startswith("# taken: 20") for line in heading)
        assert any(line.startswith("# digest: sha256 ") for line in heading)


@pytest.mark.parametrize("name", FILES)
def test_cells_are_clean(name: str) -> None:
    for row in read(name).rows:
        assert [cell for cell in row if cell != " ".join(cell.split())] == []


def test_every_table_is_in_the_list_of_sources() -> None:
    sources = (FOLDER / "SOURCES.md").read_text("utf-8")
    for name in {name if "/" not in name else "catalogs/NN.tsv" for name in FILES}:
        assert f"| `{name}`" in sources


def test_a_torn_table_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torn.tsv").write_text("# torn\ncode\ttext\n01\tone\n02\n", "utf-8")
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"torn\.tsv: row 2 has 1 cells, not 2"):
        read("torn.tsv")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"onapi.facts.{name}"))
    assert result.failed == 0
    assert result.attempted > 0 or name == "table"
