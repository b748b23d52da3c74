"""What SUNAT finds in a document's content: the rows of `facts/checks/`, judged on the XML itself.

A row says where to look (an XPath from the root) and when what stands there breaks the rule (an XPath that is true
then). Nothing of what makes our documents is used here, so a mistake of ours is found out. Facts of the catalogues and
rates come in as functions (`content_facts`). A sieve first finds, in one walk, the few rows that a document may break;
what XPath then says of those is what counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from lxml import etree

from onapi.facts.table import read
from onapi.simulator.content_facts import day
from onapi.simulator.content_sieve import Sieve
from onapi.simulator.content_xpath import compiled, path_of, text_in
from onapi.values.xmltree import Element, local_name, text_of

_TABLES: Final = {
    "Invoice": "invoice",
    "CreditNote": "credit_note",
    "DebitNote": "debit_note",
    "SelfBilledInvoice": "self_billed_invoice",
    "DespatchAdvice": "despatch_advice",
    "Retention": "retention",
    "Perception": "perception",
    "SummaryDocuments": "summary_documents",
    "VoidedDocuments": "voided_documents",
}
_SHOWN: Final = 100  # characters of what broke a rule


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a document breaks."""

    code: str
    is_error: bool
    node: str  # path of what broke it, with positions
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """A row, ready to be asked."""

    code: str
    is_error: bool
    where: etree.XPath
    broken: etree.XPath
    since: date
    until: date

    def findings(self, root: Element) -> Iterator[Finding]:
        """What of a document breaks it, in the document's order."""
        nodes: Any = self.where(root)  # its stubs leave open what an expression gives; ours give nodes and truths
        for node in nodes:
            if self.broken(node):
                yield Finding(self.code, self.is_error, path_of(node), text_in(node)[:_SHOWN])


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table as one kind has it."""

    code: str
    is_error: bool
    where: str
    broken: str
    since: date
    until: date


def findings(root: Element, doctype: str) -> Iterator[Finding]:
    """Every rule of the kind's sheet that the document breaks on its own issue date, in the order of the sheet."""
    name = local_name(root)
    rows, issued = _rows(name, doctype), day(text_of(root, "IssueDate"))
    for number in _sieve(name, doctype).caught(root):
        row = rows[number]
        if row.since <= issued <= row.until:
            yield from _check(row).findings(root)


def checks(root_name: str, doctype: str) -> tuple[Check, ...]:
    """The rows that concern a kind, with its own code and level; KeyError for a root without a table."""
    return tuple(map(_check, _rows(root_name, doctype)))


@cache
def _rows(root_name: str, doctype: str) -> tuple[_Row, ...]:
    found = []
    for codes, _, where, broken, since, until in read(f"checks/{_TABLES[root_name]}.tsv").rows:
        own = next((pair.partition("=")[2] for pair in codes.split() if pair.startswith(f"{doctype}=")), "")
        if own:
            code, _, level = own.partition(":")
            first = date.fromisoformat(since) if since else date.min
            last = date.fromisoformat(until) if until else date.max
            found.append(_Row(code, level == "ERROR", where, broken, first, last))
    return tuple(found)


@cache
def _sieve(root_name: str, doctype: str) -> Sieve:
    return Sieve([(row.where, row.broken) for row in _rows(root_name, doctype)])


@cache
def _check(row: _Row) -> Check:
    return Check(row.code, row.is_error, compiled(row.where), compiled(row.broken), row.since, row.until)
