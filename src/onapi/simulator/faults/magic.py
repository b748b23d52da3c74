"""Magic values: a customer, a total or a reason that makes a fault happen to the document that carries it.

The rows of `magic.tsv`, published in docs/simulator.md. Most documents carry none; so their bytes are searched first,
and only what looks like one is read.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from onapi.errors import Unreadable
from onapi.simulator.headers import BATCHES, KINDS
from onapi.values.xmltree import Element, all_local, local_name, parse_xml, text_of

_TAIL = 4  # characters in which customers differ
_LINE_CUSTOMER = "SummaryDocumentsLine/AccountingCustomerParty/CustomerAssignedAccountID"
_LINE_TOTAL = "SummaryDocumentsLine/TotalAmount"
_LINE_REASON = "VoidedDocumentsLine/VoidReasonDescription"


@dataclass(frozen=True, slots=True)
class Charm:
    """A row of the table."""

    where: str  # customer, total, reason
    pattern: str  # globs, parted by blanks in customer and total
    example: str
    fault: str  # F12/0109
    settings: str  # code=0109; polls=3
    count: str
    what: str  # in Spanish

    @property
    def globs(self) -> tuple[str, ...]:
        """The patterns one by one."""
        return (self.pattern,) if self.where == "reason" else tuple(self.pattern.split())

    @property
    def wish(self) -> dict[str, object]:
        """What it asks the plan for."""
        settings = dict(pair.split("=", 1) for pair in self.settings.split("; ") if pair)
        return {"fault": self.fault, "count": "*" if self.count == "*" else int(self.count), **settings}


@cache
def charms() -> tuple[Charm, ...]:
    """The whole table."""
    with Path(__file__).with_name("magic.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return tuple(Charm(**row) for row in rows)


def charms_in(xml: bytes) -> list[Charm]:
    """The rows whose values a document carries, in the table's order."""
    if not any(shape.search(xml) for shape in _shapes()):
        return []
    try:
        root = parse_xml(xml)
    except Unreadable:
        return []
    values = {where: set(_values(root, where)) for where in ("customer", "total", "reason")}
    return [charm for charm in charms() if any(_meets(value, charm) for value in values[charm.where])]


def _meets(value: str, charm: Charm) -> bool:
    return any(fnmatchcase(value, glob) for glob in charm.globs)


@cache
def _shapes() -> tuple[re.Pattern[bytes], ...]:
    """Any magic value as the whole text of an element. Each begins with letters: that is what is found fast."""
    tails: dict[str, set[str]] = {}
    for charm in charms():
        for glob in charm.globs:
            tails.setdefault(glob[:-_TAIL], set()).add(glob[-_TAIL:])
    return tuple(re.compile(_shape(head, tail).encode()) for head, tail in tails.items())


def _shape(head: str, tails: set[str]) -> str:
    begins = _written(head.removeprefix("*")) if head.startswith("*") else f">{_written(head)}"
    return f"{begins}(?:{'|'.join(sorted(map(_written, tails)))})<"


def _written(glob: str) -> str:
    return re.escape(glob).replace(r"\?", r"\d").replace(r"\*", "[^<]*")


def _values(root: Element, where: str) -> Iterator[str]:
    for path in _paths(local_name(root), where):
        for node in all_local(root, path):
            yield text_of(node)


def _paths(root: str, where: str) -> tuple[str, ...]:
    """Where a document of this root says it."""
    if root in {kind.root for kind in BATCHES.values()}:
        return ({"customer": _LINE_CUSTOMER, "total": _LINE_TOTAL, "reason": _LINE_REASON}[where],)
    kinds = [kind for kind in KINDS.values() if kind.root == root]
    paths = {"customer": {kind.customer for kind in kinds}, "total": {kind.total for kind in kinds if kind.total}}
    return tuple(paths.get(where, ()))
