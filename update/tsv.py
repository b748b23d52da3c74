"""How the scripts of this folder write a table: a heading that says where it comes from, columns, rows."""

import argparse
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FACTS = Path(__file__).resolve().parent.parent / "src" / "onapi" / "facts"


@dataclass(frozen=True, slots=True)
class Job:
    """What a script was asked: read from here, write there, and call it taken on this day."""

    source: Path
    target: Path
    taken: str


def job(description: str | None) -> Job:
    """Read the three arguments every script takes."""
    today = datetime.now(tz=UTC).date().isoformat()
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder with SUNAT's files")
    parser.add_argument("--to", dest="target", type=Path, default=FACTS, help="folder of the tables")
    parser.add_argument("--taken", default=today, help="day the files were taken, YYYY-MM-DD")
    given = parser.parse_args()
    return Job(given.source, given.target, given.taken)


def heading(title: str, source: str, file: Path, taken: str, *notes: str) -> list[str]:
    """Write the first lines of a table: what, from whom, when, and the digest of the file it was made from."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return [title, f"source: {source}", f"taken: {taken}", f"digest: sha256 {digest} of {file.name}", *notes]


def clean(text: str) -> str:
    """Make text fit a cell: one line, no tab, no blanks around it."""
    return " ".join(text.split())


def write(path: Path, head: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table and say how long it is."""
    lines = ["\t".join(clean(cell) for cell in row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join([*(f"# {line}" for line in head), "\t".join(columns), *lines, ""])
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(lines)} rows")
