"""What the house tests look at: the files of the repository, found once."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Point at the repository."""
    return ROOT


@pytest.fixture(scope="session")
def source() -> Path:
    """Point at the package."""
    return ROOT / "src" / "onapi"


@pytest.fixture(scope="session")
def source_files(source: Path) -> tuple[Path, ...]:
    """Every Python file of the package."""
    return tuple(sorted(source.rglob("*.py")))


@pytest.fixture(scope="session")
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, under version control."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git here: a source archive holds nothing but tracked files")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split("\0")
    return tuple(sorted(path for path in {ROOT / name for name in names if name} if path.is_file()))


@pytest.fixture(scope="session")
def python_files(tracked_files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Every Python file under version control that people write: package, tests, scripts; no generated client."""
    return tuple(path for path in tracked_files if path.suffix == ".py" and not path.is_relative_to(ROOT / "clients"))
