"""A document as the sieve reads it: each element once, by the names of its children, with its texts at hand."""

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from lxml import etree

from onapi.values.xmltree import Element

NONE: Sequence[Any] = ()
_NO_CHILDREN: dict[str, "list[Node]"] = {}
_NUMBER: Any = etree.XPath("number($text)")
_ANY = etree.Element("any")
_PLAIN_DIGITS = 15  # so many are exact in a float


class Node:
    """An element. Names are lxml's: `{namespace}local`; a sieve never changes a node."""

    __slots__ = ("attributes", "branches", "children", "element", "memo", "name", "order", "parent", "root", "text")

    text: str  # of an element without children; of others __getattr__ finds it when it is asked for
    element: Element  # only of one with children: lxml's own cost more than these
    memo: dict[object, Any]  # only of a root: what was worked out once for the whole document
    branches: "list[Node]"  # only of a root: those with children

    def __init__(self, element: Element, name: str, parent: "Node | None", order: int) -> None:
        self.name = name
        self.parent = parent
        self.root: Node = self if parent is None else parent.root
        self.order = order
        self.attributes: Sequence[tuple[str, str]] = element.items() or NONE  # type: ignore[assignment]  # never bytes
        self.children: dict[str, list[Node]] = _NO_CHILDREN

    def __getattr__(self, name: str) -> str:
        """The text of an element with children: all that stands in it, as XPath's string() gives it."""
        if name != "text":
            raise AttributeError(name)
        self.text = "".join(str(part) for part in self.element.itertext())
        return self.text

    @property
    def first_text(self) -> str:
        """What stands in it before its first child, as lxml's findtext() gives it."""
        return (self.element.text or "") if self.children else self.text

    def attribute(self, name: str) -> str | None:
        """What an attribute says; None without it."""
        for own, value in self.attributes:
            if own == name:
                return value
        return None

    @property
    def all_children(self) -> "list[Node]":
        """Its children, in the order of the document."""
        return sorted((child for named in self.children.values() for child in named), key=_order)


_order = attrgetter("order")


def in_order(nodes: "list[Node]") -> "list[Node]":
    """The same nodes, each once, in the order of the document."""
    return sorted(set(nodes), key=_order)


def grow(root: Element) -> Node | None:
    """The whole document below its root; None if it is more than elements, attributes and text."""
    if root.getparent() is not None:
        return None
    top = Node(root, str(root.tag), None, 0)
    top.memo, top.branches = {}, []
    if _fill(top, root, 0):
        return top
    fell(top)
    return None


def fell(top: Node) -> None:
    """Take a document apart that is done with: left whole, it would wait for the collector of garbage."""
    for branch in top.branches:
        branch.children = _NO_CHILDREN
    del top.memo, top.branches, top.root


def _fill(node: Node, element: Element, order: int) -> int:
    """Put the children below a node; the last place given, 0 if one of them is a comment or the like."""
    if not len(element):
        node.text = element.text or ""
        return order or 1
    children: dict[str, list[Node]] = {}
    node.children, node.element = children, element
    node.root.branches.append(node)
    for child in element:
        order += 1
        name = child.tag
        if name.__class__ is not str:
            return 0
        own = Node(child, name, node, order)
        if len(child):
            order = _fill(own, child, order)
            if not order:
                return 0
        else:
            own.text = child.text or ""
        named = children.get(name)
        if named is None:
            children[name] = [own]
        else:
            named.append(own)
    return order


def as_number(text: str) -> float:
    """A text as XPath's number() reads it, to the last bit of libxml2's own way; NaN for one that says none."""
    return _remembered(text) if len(text) <= _PLAIN_DIGITS else float(_NUMBER(_ANY, text=text))


@lru_cache(4096)
def _remembered(text: str) -> float:
    whole, _, fraction = text.partition(".")
    if whole.isdecimal() and text.isascii() and (not fraction or fraction.isdecimal()):
        return int(whole) + int(fraction) / 10.0 ** len(fraction) if fraction else float(int(whole))
    return float(_NUMBER(_ANY, text=text))
