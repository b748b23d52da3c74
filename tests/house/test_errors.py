"""One tree of errors, drawn as it is; nothing is caught that is not understood."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

# Where everything may be caught, because behind it stands only the outside: HTTP, the worker, the command line.
EDGES = frozenset({"api/request_id.py", "engine/durable.py", "main.py"})
BROAD = frozenset({"Exception", "BaseException"})
BRANCH = re.compile(r"^((?:│   |    )*)[├└]── (\w+)$")


def bare(text: str) -> list[int]:
    """Lines with an `except:` that names nothing."""
    return [h.lineno for h in ast.walk(ast.parse(text)) if isinstance(h, ast.ExceptHandler) and h.type is None]


def broad(text: str) -> list[int]:
    """Lines that catch or suppress everything by name."""
    return [node.lineno for node in _catches(text) if {_last_name(part) for part in ast.walk(node)} & BROAD]


def _catches(text: str) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler) and node.type:
            yield node.type
        elif isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            yield from node.args


def _last_name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def drawn(text: str) -> list[tuple[str, str]]:
    """Read the tree in a docstring as pairs (class, parent)."""
    lines = (ast.get_docstring(ast.parse(text)) or "").splitlines()
    first = next((i for i, line in enumerate(lines) if BRANCH.match(line)), None)
    if not first:
        return []
    road, pairs = [lines[first - 1].strip()], []
    for match in filter(None, map(BRANCH.match, lines[first:])):
        depth = len(match[1]) // 4 + 1
        pairs.append((match[2], road[depth - 1]))
        road[depth:] = [match[2]]
    return pairs


def defined(text: str) -> list[tuple[str, str]]:
    """List the classes of a file that have another class of the file as parent, as pairs (class, parent)."""
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    known = {node.name for node in classes}
    return [(node.name, _last_name(b)) for node in classes for b in node.bases if _last_name(b) in known]


def strangers(text: str, tree: set[str]) -> list[str]:
    """Classes of a file that hang on to a tree which another file draws."""
    classes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    return [node.name for node in classes if any(_last_name(base) in tree for base in node.bases)]


def test_nothing_is_caught_blindly(source: Path, source_files: tuple[Path, ...]) -> None:
    found = {str(path.relative_to(source)): bare(path.read_text("utf-8")) for path in source_files}
    assert not {name: lines for name, lines in found.items() if lines}


def test_everything_is_caught_only_at_the_edges(source: Path, source_files: tuple[Path, ...]) -> None:
    found = {path.relative_to(source).as_posix(): broad(path.read_text("utf-8")) for path in source_files}
    assert len(EDGES) <= 3
    assert not {name: lines for name, lines in found.items() if lines and name not in EDGES}


def test_the_drawing_is_the_tree(source: Path) -> None:
    text = (source / "errors.py").read_text("utf-8")
    assert drawn(text) == defined(text) != []


def test_the_tree_grows_in_one_file(source: Path, source_files: tuple[Path, ...]) -> None:
    tree = {name for pair in defined((source / "errors.py").read_text("utf-8")) for name in pair}
    others = [path for path in source_files if path != source / "errors.py"]
    found = {str(path.relative_to(source)): strangers(path.read_text("utf-8"), tree) for path in others}
    assert not {name: names for name, names in found.items() if names}, "narrow an error by its key, not by a class"


def test_a_blind_catch_is_seen() -> None:
    sample = "try:\n    pass\nexcept ValueError:\n    pass\nexcept:\n    pass\n"
    assert bare(sample) == [5]


@pytest.mark.parametrize(
    "sample",
    [
        "try: ...\nexcept Exception: ...",
        "try: ...\nexcept (ValueError, builtins.BaseException) as e: ...",
        "with suppress(Exception): ...",
        "with contextlib.suppress(KeyError, Exception): ...",
    ],
)
def test_a_broad_catch_is_seen(sample: str) -> None:
    assert broad(sample)
    assert not broad(sample.replace("BaseException", "OSError").replace("Exception", "OSError"))


TREE = '"""All.\n\nRoot\n├── A\n│   └── B\n└── C\n\nMore.\n"""\nclass Root(Exception): ...\n'


def test_a_wrong_drawing_is_seen() -> None:
    good = TREE + "class A(Root): ...\nclass B(A): ...\nclass C(Root): ...\n"
    assert drawn(good) == defined(good) == [("A", "Root"), ("B", "A"), ("C", "Root")]
    moved = TREE + "class A(Root): ...\nclass B(Root): ...\nclass C(Root): ...\n"
    more = good + "class D(C): ...\n"
    assert drawn(moved) != defined(moved)
    assert drawn(more) != defined(more)
    assert drawn('"""Nothing drawn."""') == []


def test_a_branch_in_another_file_is_seen() -> None:
    assert strangers("class Late(errors.Refused): ...\nclass Own(Exception): ...\n", {"Refused"}) == ["Late"]
