"""Small changes to an XML document, told in a table: what to change, and which codes the rules find then.

A row of a table has the codes expected, the kinds concerned and the steps. A code may stand for one kind (`07:2117`)
and be followed by the one that a note of another document than a factura gets (`3292/4293`). Steps, divided by ` ;; `:

    path = text          what an element or an attribute says; an empty text too
    - path               takes the element or the attribute away
    + path               the same element once more, after it
    path << <x/>         something more inside it
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from onapi.simulator.content import Check, checks
from onapi.values.xmltree import Element, local_name

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_WRAP = '<x xmlns:cac="{cac}" xmlns:cbc="{cbc}">{{}}</x>'.format_map(NAMES)
_READER = etree.XMLParser(remove_blank_text=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of mutations."""

    codes: tuple[str, ...]  # as written
    kinds: tuple[str, ...]
    steps: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the row is called in a report of tests."""
        return f"{'-'.join(self.codes)}-{self.steps[0][:40]}"

    def code(self, kind: str, *, twin: bool = False) -> str:
        """The code expected in a kind; of a twin, the one after the slash; "" if there is none."""
        own = next(text.rpartition(":")[2] for text in self.codes if ":" not in text or text.startswith(f"{kind}:"))
        first, _, second = own.partition("/")
        return second if twin else first


def read_rows(path: Path) -> list[Row]:
    """A table: codes, kinds and steps divided by tabs; `#` begins a remark."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]
    cells = [line.split("\t") for line in lines]
    return [
        Row(tuple(codes.split()), tuple(kinds.split()), tuple(steps.split(" ;; "))) for codes, kinds, steps in cells
    ]


def read_xml(path: Path) -> Element:
    """A document as it is sent: without the white space of a file made to be read."""
    return etree.parse(path, _READER).getroot()


def changed(root: Element, steps: tuple[str, ...], words: Mapping[str, str]) -> Element:
    """A copy of the document after all steps; `words` are the table's names for paths."""
    root = copy.deepcopy(root)
    for step in steps:
        _change(root, re.sub(r"\b[A-Z]{3,}\b", lambda word: words.get(word[0], word[0]), step))
    return root


def _change(root: Element, step: str) -> None:
    if step.startswith("- "):
        _drop(root, step[2:])
    elif step.startswith("+ "):
        node = _node(root, step[2:])
        node.addnext(copy.deepcopy(node))
    elif " << " in step:
        path, _, fragment = step.partition(" << ")
        _node(root, path).extend(list(etree.fromstring(_WRAP.format(fragment))))
    else:
        path, _, text = step.partition(" =")
        _say(root, path, text.removeprefix(" ").replace(r"\n", "\n"))


def _node(root: Element, path: str) -> Element:
    found: Any = root.xpath(path, namespaces=NAMES)
    assert found, f"no {path}"
    node: Element = found[0]
    return node


def _drop(root: Element, path: str) -> None:
    owner, _, attribute = path.partition("/@")
    node = _node(root, owner)
    if attribute:
        del node.attrib[attribute]
    else:
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)


def _say(root: Element, path: str, text: str) -> None:
    owner, _, attribute = path.partition("/@")
    node = _node(root, owner)
    if attribute:
        node.set(attribute, text)
    else:
        node.text = text


def attribute_checks(root_name: str, kind: str) -> Iterator[tuple[Check, str, str]]:
    """The checks that ask what an attribute says, with the path of its element and its name."""
    for check in checks(root_name, kind):
        shape = re.fullmatch(r"(.+)\[@(\w+)\]", check.where.path)
        if shape is not None and re.fullmatch(rf"@{shape[2]} != '[^']*'", check.broken.path):
            yield check, shape[1], shape[2]


def fired(root: Element, kind: str) -> set[int]:
    """Which rows of the table a document breaks, whatever its date."""
    found = set()
    for number, check in enumerate(checks(local_name(root), kind)):
        nodes: Any = check.where(root)
        if any(check.broken(node) for node in nodes):
            found.add(number)
    return found
