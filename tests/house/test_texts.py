"""What the repository says about places is true anywhere: links lead somewhere, and no machine of ours is named."""

import re
from pathlib import Path

import pytest

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)

# A folder of one person's or one machine's disk; the house is a relative place.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home/\w+|Users/\w+|tmp/\w+)/")
# Download addresses of package registries: they differ from house to house, and a lock must not bind to one.
REGISTRY = re.compile(
    r"(?:pythonhosted|npmjs|yarnpkg)\.(?:org|com)|/simple/?(?:\s|$)|--(?:extra-)?index-url|--find[-]links", re.MULTILINE
)
LOCK = re.compile(r"(?:requirements[\w.-]*\.txt|.*\.lock|pylock[\w.-]*\.toml|package-lock\.json)")
LOCKS_WITH_ADDRESSES = frozenset({"uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "package-lock.json"})


def links(text: str) -> list[str]:
    """Where a Markdown text leads inside the repository; code blocks and other schemes are left out."""
    return [link.split("#")[0] for link in LINK.findall(FENCE.sub("", text)) if not ELSEWHERE.match(link)]


def dead(page: Path) -> list[str]:
    """Find the links of a page that lead nowhere."""
    return [link for link in links(page.read_text("utf-8")) if not (page.parent / link).exists()]


def places(text: str) -> list[str]:
    """Machine paths and registry addresses that a text names."""
    return [match[0].strip() for pattern in (MACHINE_PATH, REGISTRY) for match in pattern.finditer(text)]


def bound(name: str, text: str) -> bool:
    """Whether a lock file binds to an address."""
    return name in LOCKS_WITH_ADDRESSES or bool(LOCK.fullmatch(name) and "://" in text)


def read(path: Path) -> str:
    """Read a file's text; nothing for pictures, fonts and archives."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_readme_is_there(root: Path) -> None:
    assert (root / "README.md").is_file()


def test_links_lead_somewhere(root: Path, tracked_files: tuple[Path, ...]) -> None:
    pages = [path for path in tracked_files if path.suffix == ".md"]
    found = {str(page.relative_to(root)): dead(page) for page in pages}
    assert not {name: missing for name, missing in found.items() if missing}


def test_no_machine_is_named(root: Path, tracked_files: tuple[Path, ...]) -> None:
    found = {path.relative_to(root).as_posix(): places(read(path)) for path in tracked_files}
    assert not {name: named for name, named in found.items() if named}


def test_a_lock_binds_to_no_address(root: Path, tracked_files: tuple[Path, ...]) -> None:
    assert not [str(path.relative_to(root)) for path in tracked_files if bound(path.name, read(path))]


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#top) ![b](no.png) [c](https://x.pe) [d](#e)\n```\n[f](none.md)\n```\n", "utf-8")
    assert dead(page) == ["no.png"]
    page.write_text('[a](no/where.md "title") [b](<gone.md>) [c](mailto:a@b.pe)\n', "utf-8")
    assert dead(page) == ["no/where.md", "gone.md"]


@pytest.mark.parametrize("folder", ["work", "root", "home/ana", "Users/ana", "tmp/job"])
def test_a_machine_path_is_seen(folder: str) -> None:
    assert places(f'path = "/{folder}/main/x.py"')
    assert not places(f"https://example.pe/{folder}/x and ./{folder}/ and a{folder}/")


@pytest.mark.parametrize(
    "words", [("files.python", "hosted.org/p/x"), ("registry.np", "mjs.org"), ("--index", "-url x"), ("/sim", "ple")]
)
def test_a_registry_is_seen(words: tuple[str, str]) -> None:
    assert places("".join(words))


def test_a_lock_with_an_address_is_seen() -> None:
    assert bound("requirements-dev.txt", "a==1 --hash=sha256:0\n# from https://x\n")
    assert bound("uv.lock", "")
    assert not bound("requirements.txt", "a==1 \\\n    --hash=sha256:0\n")
    assert not bound("notes.md", "https://x")
