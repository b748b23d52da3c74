"""The generated clients know every operation and shape of today's OpenAPI document, and are well typed."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from client_stack import ROOT

WRITE = "the client is not of today: run `make clients`"
TYPESCRIPT = ROOT / "clients" / "typescript"
CALL = re.compile(r"export const (\w+) = .*?\.(get|post|put|patch|delete)<.*?\burl: '([^']+)'", re.DOTALL)
REGISTRY = re.compile(r"registry|\.npmrc|resolved")


@pytest.fixture(scope="module")
def update() -> ModuleType:
    """The script that writes the clients."""
    spec = importlib.util.spec_from_file_location("update_clients", ROOT / "update" / "clients.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def document(update: ModuleType) -> dict[str, Any]:
    """Today's document."""
    found: dict[str, Any] = update.document()
    return found


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Name, method and path of every operation."""
    return {
        (operation["operationId"], method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def python_calls(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, method and path of every function of the Python client."""
    for file in folder.glob("api/*/*.py"):
        if file.stem == "__init__":
            continue
        text = file.read_text("utf-8")
        yield file.stem, *(re.search(rf'"{word}": "([^"]+)"', text)[1] for word in ("method", "url"))


def copy(here: Path, there: Path) -> None:
    """A file or a folder."""
    if here.is_dir():
        shutil.copytree(here, there)
    else:
        shutil.copy(here, there)


def camel(name: str) -> str:
    """As TypeScript spells a name."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def test_the_document_is_the_same_each_time(update: ModuleType, document: dict[str, Any]) -> None:
    assert update.document() == document


def test_the_python_client_knows_every_operation(operations: set[tuple[str, str, str]], update: ModuleType) -> None:
    known = {(name, method, re.sub(r"{\w+}", "{}", path)) for name, method, path in python_calls(update.PYTHON)}
    assert known == {(name, method, re.sub(r"{\w+}", "{}", path)) for name, method, path in operations}, WRITE


def test_the_python_client_has_every_shape(document: dict[str, Any], update: ModuleType) -> None:
    models = (update.PYTHON / "models" / "__init__.py").read_text("utf-8")
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("type") != "object" or f'"{name}"' in models, name


def test_the_typescript_client(
    update: ModuleType, document: dict[str, Any], operations: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    program = update.typescript_generator()
    if program is None:
        pytest.skip("no Node here, or no `npm install` in clients/typescript")
    for part in ("package.json", "tsconfig.json", "examples"):
        copy(TYPESCRIPT / part, tmp_path / part)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    update.write_typescript(document, tmp_path / "src", program)
    found = CALL.findall((tmp_path / "src" / "sdk.gen.ts").read_text("utf-8"))
    assert set(found) == {(camel(name), method, path) for name, method, path in operations}
    types = (tmp_path / "src" / "types.gen.ts").read_text("utf-8")
    assert [name for name in document["components"]["schemas"] if f"export type {name} = " not in types] == []
    done = subprocess.run(["npx", "tsc", "--noEmit"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_python_client_is_well_typed(tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\nwarn_redundant_casts = false\n", "utf-8")  # it casts everything
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        config,
        "--cache-dir",
        tmp_path / "cache",
        "-p",
        "onapi_client",
    ]
    done = subprocess.run(command, cwd=ROOT / "clients" / "python", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_packages_are_pinned_and_no_registry_is_named() -> None:
    package = (TYPESCRIPT / "package.json").read_text("utf-8")
    assert not re.search(r'"[\^~]', package)
    assert not REGISTRY.search(package)
    assert not (TYPESCRIPT / ".npmrc").exists()
    assert {"node_modules/", "package-lock.json"} <= set((TYPESCRIPT / ".gitignore").read_text("utf-8").splitlines())
    assert (ROOT / "clients" / "python" / "onapi_client" / "py.typed").exists()
