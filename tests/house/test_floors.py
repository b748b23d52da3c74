"""Low floors count exactly, and no import goes round in a circle."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp
import pytest

LOW = ("errors.py", "facts", "values", "tax", "rules", "ubl", "sign", "cdr", "page", "lifecycle", "kinds")

# Files of floors 0 to 3 that may use binary fractions, each with its reason; money is never one.
FRACTIONS: Mapping[str, str] = {"lifecycle/patience.py": "waits in seconds, which no amount is made of"}


def fractions(text: str) -> list[int]:
    """Lines with a float literal or a call of `float`."""
    return [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr) and _is_fraction(node)]


def _is_fraction(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


def unearned(folder: Path, permissions: Mapping[str, str]) -> list[str]:
    """Name the files that no longer need their permission, or whose reason is shorter than three words."""
    return [
        name
        for name, reason in permissions.items()
        if len(reason.split()) < 3 or not fractions((folder / name).read_text("utf-8"))
    ]


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Find the groups of names that reach themselves again: the strongly connected parts with an arrow inside."""
    reach = {name: set(_reachable(name, imports)) for name in imports}
    groups = {tuple(sorted(b for b in reach[a] if a in reach.get(b, ()))) for a in imports if a in reach[a]}
    return [list(group) for group in sorted(groups)]


def _reachable(start: str, imports: Mapping[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(imports.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(imports.get(name, ()))
            yield name


def imports_of(package: str) -> dict[str, set[str]]:
    """Who imports whom inside a package, types-only imports too: knowing a type is knowing."""
    graph = grimp.build_graph(package, cache_dir=None)
    return {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}


def rooms(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Draw the same arrows between the rooms, which are the second word of a module's name."""
    arrows: dict[str, set[str]] = {}
    for name, others in imports.items():
        room = ".".join(name.split(".")[:2])
        ends = {".".join(other.split(".")[:2]) for other in others}
        arrows.setdefault(room, set()).update(ends - {room})
    return arrows


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Read the arrows of our package."""
    return imports_of("onapi")


def test_low_floors_count_exactly(source: Path, source_files: tuple[Path, ...]) -> None:
    low = [path for path in source_files if path.relative_to(source).parts[0] in LOW]
    found = {path.relative_to(source).as_posix(): fractions(path.read_text("utf-8")) for path in low}
    assert not {name: lines for name, lines in found.items() if lines and name not in FRACTIONS}, "use Decimal"


def test_a_permission_is_used_and_has_a_reason(source: Path) -> None:
    assert unearned(source, FRACTIONS) == []


def test_no_file_imports_itself_in_a_circle(imports: Mapping[str, set[str]]) -> None:
    assert circles(imports) == []


def test_no_room_imports_itself_in_a_circle(imports: Mapping[str, set[str]]) -> None:
    assert circles(rooms(imports)) == []


def test_a_fraction_is_seen() -> None:
    assert fractions("a = 1\nb = 0.18\nc = float('1')\nd = x.float\ne: float = c\nf = -1e3\n") == [2, 3, 6]


def test_an_unearned_permission_is_seen(tmp_path: Path) -> None:
    (tmp_path / "half.py").write_text("a = 0.5\n", "utf-8")
    (tmp_path / "whole.py").write_text("a = 1\n", "utf-8")
    reason = "millimetres of paper"
    assert unearned(tmp_path, {"half.py": reason}) == []
    assert unearned(tmp_path, {"half.py": "", "whole.py": reason}) == ["half.py", "whole.py"]


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_a_circle_of_rooms_is_seen_where_files_have_none() -> None:
    arrows = {"p.x.a": {"p.y.a"}, "p.y.a": set[str](), "p.y.b": {"p.x.b"}, "p.x.b": set[str]()}
    assert circles(arrows) == []
    assert circles(rooms(arrows)) == [["p.x", "p.y"]]


def test_imports_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "planted_house"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("from planted_house.b import x\n", "utf-8")
    (package / "b.py").write_text("def f():\n    import planted_house.a\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert circles(imports_of("planted_house")) == [["planted_house.a", "planted_house.b"]]
