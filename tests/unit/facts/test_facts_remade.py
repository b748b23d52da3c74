"""The tables are what the scripts of `update/` make of SUNAT's files, to the byte."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from onapi.facts.table import FOLDER

ROOT = Path(__file__).resolve().parents[3]
SUNAT = ROOT.parent / "shared" / "sunat"
SCRIPTS = {
    "catalogs": ("catalogs", "catalogs/*.tsv"),
    "places": ("catalogs", "ubigeo.tsv"),
    "codes": ("errors", "codes.tsv"),
    "rates": ("params", "rates.tsv igv_accepted.tsv"),
    "windows": ("params", "windows.tsv"),
    "detracciones": ("params", "detracciones.tsv"),
}


@pytest.mark.shared
@pytest.mark.skipif(not SUNAT.is_dir(), reason="SUNAT's own files are not here")
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_table_can_be_remade(script: str, tmp_path: Path) -> None:
    folder, patterns = SCRIPTS[script]
    kept = sorted(path for pattern in patterns.split() for path in FOLDER.glob(pattern))
    taken = re.search(r"^# taken: (\S+)$", kept[0].read_text("utf-8"), re.MULTILINE)
    assert taken
    command: list[str | Path] = [sys.executable, ROOT / "update" / f"{script}.py", "--from", SUNAT / folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([*command, "--to", tmp_path, "--taken", taken[1]], check=True, env=environment, capture_output=True)
    made = sorted(path for path in tmp_path.rglob("*.tsv"))
    assert [path.relative_to(tmp_path) for path in made] == [path.relative_to(FOLDER) for path in kept]
    for mine, theirs in zip(made, kept, strict=True):
        assert mine.read_bytes() == theirs.read_bytes(), theirs.name
