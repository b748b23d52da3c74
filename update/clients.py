"""Write the clients from the OpenAPI document: `python update/clients.py [python] [typescript]`.

Both are made by generators that others keep well, of fixed versions. They read JSON in, JSON out: of an operation that
takes or gives several forms, the clients know the JSON one. Whatever else the document shows (examples) is left out.

| client | generator | where it comes from |
| --- | --- | --- |
| `clients/python` | openapi-python-client | `make clients`, or a program of that name on the PATH |
| `clients/typescript` | @hey-api/openapi-ts | `npm install` in its folder; needs Node |
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onapi.api.app import described

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "clients"
PYTHON, TYPESCRIPT = CLIENTS / "python" / "onapi_client", CLIENTS / "typescript" / "src"
ADDRESS = "http://127.0.0.1:8080"
_PROGRAM = "openapi-python-client"
_NODE_MODULES = CLIENTS / "typescript" / "node_modules"
_JSON = ("application/json", "application/problem+json")
_UNREAD = ("examples", "headers")  # parts that no client has a place for
_PARTIAL, _ASKING_PART = ("206", "304"), frozenset({"Range", "If-Range", "If-None-Match", "Accept", "Accept-Language"})
_SHOWN = frozenset({"example", "examples"})
_NAMES = frozenset({"properties", "schemas", "paths", "responses"})  # their keys are names, not words of OpenAPI
_REGISTRY = re.compile(r"https?://(?:www\.)?npmjs\.com/package/([\w@/.-]+)")
_FILES = ("application/pdf", "application/xml", "application/zip", "image/png")
_PYTHON: dict[str, Any] = {
    "literal_enums": True,
    "content_type_overrides": dict.fromkeys(_FILES, "application/octet-stream"),
    "post_hooks": [
        "ruff check . --isolated --quiet --fix-only --select F,I --line-length 120",
        "ruff format . --isolated --quiet --line-length 120",
    ],
}
_TYPESCRIPT: dict[str, Any] = {
    "input": "document.json",
    "output": {"path": "made", "module": {"extension": ".js"}},  # as Node wants its imports
    "plugins": ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
}


def document() -> dict[str, Any]:
    """The OpenAPI document of this working copy, as one at the demo's address tells it."""
    found: dict[str, Any] = json.loads(json.dumps(described(ADDRESS)))
    return found


def view(found: dict[str, Any]) -> dict[str, Any]:
    """What the generators read: one form of each body and answer, and no examples."""
    bare: dict[str, Any] = _without(found, _SHOWN)
    parts = bare["components"]
    for unread in _UNREAD:
        parts.pop(unread, None)
    for each in parts.get("responses", {}).values():
        _one_form(each)
    for operation in operations(bare):
        _one_form(operation.get("requestBody", {}))
        _whole_files(operation)
        for each in operation["responses"].values():
            _one_form(each)
    return bare


def _whole_files(operation: dict[str, Any]) -> None:
    """Leave out what only those are answered who ask for a part of a file, or for news of one."""
    for status in _PARTIAL:
        operation["responses"].pop(status, None)
    given = operation.get("parameters", [])
    operation["parameters"] = [each for each in given if each.get("name") not in _ASKING_PART]


def _one_form(body: dict[str, Any]) -> None:
    """Leave JSON, where a body or an answer has it; else the first form that is told."""
    body.pop("headers", None)
    content = body.get("content", {})
    kept = next((name for name in _JSON if name in content), next(iter(content), None))
    if kept is not None:
        body["content"] = {kept: content[kept]}


def operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    for methods in found["paths"].values():
        yield from methods.values()


def _without(value: Any, words: frozenset[str], *, names: bool = False) -> Any:  # noqa: ANN401  any JSON
    if isinstance(value, list):
        return [_without(each, words) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _without(each, words, names=key in _NAMES) for key, each in value.items() if names or key not in words}


def python_generator() -> Path | None:
    """The program, if it is installed: where `make clients` puts it, beside this Python, on the PATH."""
    beside = (ROOT / ".venv" / "clients" / "bin", Path(sys.executable).parent)
    found = shutil.which(_PROGRAM, path=os.pathsep.join([*map(str, beside), os.environ.get("PATH", "")]))
    return Path(found) if found else None


def typescript_generator() -> Path | None:
    """The program, if Node and the packages of the folder are installed."""
    program = _NODE_MODULES / ".bin" / "openapi-ts"
    return program if shutil.which("node") and program.exists() else None


def write_python(found: dict[str, Any], into: Path, program: Path) -> None:
    """The package, in a folder that is replaced; a warning of the generator is an error."""
    with _workshop(found) as shop:
        (shop / "config.json").write_text(json.dumps(_PYTHON), "utf-8")
        command = [program, "generate", "--path", "document.json", "--config", "config.json", "--meta", "none"]
        roads = os.pathsep.join([str(program.resolve().parent), os.environ.get("PATH", "")])  # its own formatter first
        _run([*command, "--output-path", "made", "--fail-on-warning"], shop, {**os.environ, "PATH": roads})
        (shop / "made" / "py.typed").touch()
        shutil.rmtree(shop / "made" / ".ruff_cache", ignore_errors=True)
        _replace(into, shop / "made")


def write_typescript(found: dict[str, Any], into: Path, program: Path) -> None:
    """The sources, in a folder that is replaced."""
    with _workshop(found) as shop:
        (shop / "config.mjs").write_text(f"export default {json.dumps(_TYPESCRIPT)};", "utf-8")
        _run([program, "--file", "config.mjs", "--no-log-file", "--silent"], shop, None)
        for file in (shop / "made").rglob("*.ts"):  # a comment links to a registry's page, and no file here names one
            file.write_text(_REGISTRY.sub(r"\1", file.read_text("utf-8")), "utf-8")
        _replace(into, shop / "made")


@contextmanager
def _workshop(found: dict[str, Any]) -> Iterator[Path]:
    """A folder outside of the repository, whose settings would reach the generators' formatters."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder)
        (shop / "document.json").write_text(json.dumps(view(found), ensure_ascii=False), "utf-8")
        yield shop


def _run(command: list[Any], folder: Path, environment: dict[str, str] | None) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  our own choice of program
    if done.returncode != 0 or "WARNING" in done.stdout:
        raise SystemExit(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _replace(into: Path, made: Path) -> None:
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(made, into)


def main(wanted: list[str]) -> int:
    """0 when every wanted client is written, 1 when a generator is missing."""
    found, missing = document(), 0
    roads: dict[str, tuple[Callable[[], Path | None], Callable[..., None], Path]] = {
        "python": (python_generator, write_python, PYTHON),
        "typescript": (typescript_generator, write_typescript, TYPESCRIPT),
    }
    for name in wanted or list(roads):
        find, write, into = roads[name]
        program = find()
        if program is None:
            print(f"{name}: its generator is not installed; see clients/README.md")
            missing = 1
            continue
        write(found, into, program)
        print(f"{name}: {into.relative_to(ROOT)}")
    return missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
