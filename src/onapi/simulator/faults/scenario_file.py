"""A scenario written in YAML: seed and faults. What is wrong with it is told with its line."""

import re
from pathlib import Path

import yaml

from onapi.errors import InvalidDocument, Misconfigured
from onapi.simulator.faults.parameters import senseless
from onapi.simulator.faults.plan import Plan

_MOST_BYTES = 256 * 1024


class _Loader(yaml.SafeLoader):
    """YAML in which 0140 is a code and 10:30 a text: only what looks like nothing else is a number."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the library's own way to say so


for _tag, _shape in (
    ("bool", r"true|false"),
    ("null", r"~|null|"),
    ("int", r"-?(0|[1-9][0-9]{0,15})"),
    ("float", r"[0-9]{1,15}\.[0-9]{1,15}"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_shape})$"), None)


def load_file(plan: Plan, path: Path) -> int:
    """Let a plan follow a file; Misconfigured, with the line, when it cannot be followed."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"No se puede leer el escenario {path}.") from None
    try:
        return load_text(plan, text)
    except InvalidDocument as error:
        raise Misconfigured(f"{path.name}: {error}") from None


def load_text(plan: Plan, text: str) -> int:
    """Let a plan follow a text; InvalidDocument, with the line, when it cannot be followed."""
    if len(text) > _MOST_BYTES:
        raise senseless("El escenario es demasiado largo.")
    try:
        node = yaml.compose(text, _Loader)
        scenario = yaml.load(text, _Loader)  # noqa: S506 - a safe loader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise senseless(f"línea {mark.line + 1 if mark else 1}: el YAML no se puede leer.") from None
    except (yaml.YAMLError, ValueError, RecursionError):  # characters that YAML has not
        raise senseless("línea 1: el YAML no se puede leer.") from None
    if node is None:
        raise senseless("línea 1: el escenario está vacío.")
    try:
        return plan.load(scenario)
    except InvalidDocument as error:
        raise senseless(f"línea {_line(node, error)}: {error}") from None


def _line(node: yaml.Node, error: InvalidDocument) -> int:
    """Where the key stands that is wrong, or the fault it belongs to."""
    place, wrong = error.facts.get("place"), str(error.facts.get("wrong", ""))
    if isinstance(place, int):
        faults = node if isinstance(node, yaml.SequenceNode) else _value(node, "faults")
        node = faults.value[place] if isinstance(faults, yaml.SequenceNode) else node
    found = _value(node, wrong) or node
    return found.start_mark.line + 1


def _value(node: yaml.Node, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)
