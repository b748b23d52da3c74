"""Every file and every public name says what it is, and no name is a drawer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DRAWERS = frozenset(
    {
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "misc",
        "manager",
        "managers",
        "base",
        "service",
        "services",
        "core",
    }
)
# A class may end in Service or Base, since SUNAT has a billService and a tax has a base; in these it may not.
DRAWER_CLASS = re.compile(r"(Util|Helper|Manager|Misc)s?$")
WITHOUT_DOCSTRING = frozenset({"overload", "setter", "deleter", "override"})  # another definition speaks for these

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public_names(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Public classes, functions and methods of a module or class, with their dotted names."""
    for node in body:
        if not isinstance(node, Definition) or node.name.startswith("_") or _is_spoken_for(node):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from public_names(node.body, f"{prefix}{node.name}.")


def _is_spoken_for(node: Definition) -> bool:
    names = {getattr(mark, "attr", getattr(mark, "id", "")) for mark in node.decorator_list}
    return bool(names & WITHOUT_DOCSTRING)


def silent(text: str) -> list[str]:
    """Name what has no docstring in a file: `<file>` for the file itself, then public names."""
    module = ast.parse(text)
    file = [] if ast.get_docstring(module) else ["<file>"]
    return file + [name for name, node in public_names(module.body) if not ast.get_docstring(node)]


def drawers(path: Path) -> list[str]:
    """Find the parts of a relative path that name a drawer instead of a thing."""
    return [part for part in (*path.parent.parts, path.stem) if part.lower().strip("_") in DRAWERS]


def drawer_classes(text: str) -> list[str]:
    """Find the classes of a file that are named after a drawer."""
    classes = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    return [name for name in classes if name.lower() in DRAWERS or DRAWER_CLASS.search(name)]


def faceless(folder: Path) -> list[str]:
    """Folders with Python files but no `__init__.py`: import tools do not see what is in them."""
    folders = {path.parent for path in folder.rglob("*.py")}
    return sorted(str(each.relative_to(folder)) for each in folders if not (each / "__init__.py").exists())


def test_everything_public_says_what_it_is(source: Path, source_files: tuple[Path, ...]) -> None:
    found = {str(path.relative_to(source)): silent(path.read_text("utf-8")) for path in source_files}
    assert not {name: names for name, names in found.items() if names}


def test_tests_and_scripts_say_what_they_are_for(root: Path, python_files: tuple[Path, ...]) -> None:
    files = [path for path in python_files if "<file>" in silent(path.read_text("utf-8"))]
    assert not [str(path.relative_to(root)) for path in files]


def test_a_file_is_named_after_a_thing(root: Path, python_files: tuple[Path, ...]) -> None:
    found = {str(path): drawers(path.relative_to(root)) for path in python_files}
    assert not {name: parts for name, parts in found.items() if parts}, "name the thing, not the drawer"


def test_a_class_is_named_after_a_thing(source: Path, source_files: tuple[Path, ...]) -> None:
    found = {str(path.relative_to(source)): drawer_classes(path.read_text("utf-8")) for path in source_files}
    assert not {name: names for name, names in found.items() if names}, "name the thing, not the drawer"


def test_every_room_has_its_face(source: Path) -> None:
    assert not [room for room in faceless(source) if "migrations" not in room]


def test_silence_is_seen() -> None:
    sample = 'class A:\n    """Say."""\n    def b(self): ...\n    def _c(self): ...\nasync def d(): ...\n'
    assert silent(sample) == ["<file>", "A.b", "d"]
    assert silent('"""Say."""\n@overload\ndef a(): ...\ndef _b(): ...\n') == []
    assert silent('"""Say."""\nclass A:\n    """Say."""\n    @a.setter\n    def a(self, x): ...\n') == []


@pytest.mark.parametrize("name", ["utils.py", "tax/helpers.py", "core/line.py", "tax/__base__.py", "api/Common.py"])
def test_a_drawer_is_seen(name: str) -> None:
    assert drawers(Path(name))


def test_a_thing_is_no_drawer() -> None:
    assert not drawers(Path("simulator/bill_service.py"))
    assert drawer_classes("class BillService: ...\nclass TaxBase: ...\n") == []
    assert drawer_classes("class StoreManager: ...\nclass Base: ...\n") == ["StoreManager", "Base"]


def test_a_faceless_folder_is_seen(tmp_path: Path) -> None:
    for name in ("a/__init__.py", "a/x.py", "b/y.py", "c/z.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert faceless(tmp_path) == ["b"]
