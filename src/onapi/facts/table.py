"""The one way to read a file of facts.

A table is a UTF-8 file beside this one: first `# ` lines that say what it is and where it comes from, then a line
with the names of the columns, then the rows. Cells are divided by tabs and never quoted, so SUNAT's own quotation
marks stay as they are.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Table:
    """A file of facts: the names of its columns, and as many cells in each row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read(name: str) -> Table:
    """Read a file of this room, such as `rates.tsv`; ValueError if a row lacks a cell or has one too many."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line and line[0] != "#"]
    columns, *rows = (tuple(line.split("\t")) for line in lines)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"{name}: row {number} has {len(row)} cells, not {len(columns)}")
    return Table(columns, tuple(rows))
