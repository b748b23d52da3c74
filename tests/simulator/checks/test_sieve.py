"""The sieve never loses a row: what is found with it is what XPath finds when it is asked about every row."""

from copy import deepcopy
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from onapi.simulator.content import Finding, checks, findings
from onapi.simulator.content_facts import day
from onapi.simulator.content_grammar import NotRead, parse
from onapi.simulator.content_sieve import Sieve
from onapi.simulator.content_tree import as_number
from onapi.values.xmltree import local_name, text_of

GOLDEN: Final = sorted((Path(__file__).parents[2] / "golden").glob("*/*/out.xml"))
KINDS: Final = {
    "Invoice": "01 03",
    "CreditNote": "07",
    "DebitNote": "08",
    "SelfBilledInvoice": "04",
    "DespatchAdvice": "09 31",
    "Retention": "20",
    "Perception": "40",
    "SummaryDocuments": "RC",
    "VoidedDocuments": "RA RR",
}
PAIRS: Final = [(root, kind) for root, kinds in KINDS.items() for kind in kinds.split()]
ODD: Final = (
    "",
    "0",
    "-1",
    "100.00",
    "1.005",
    "abc",
    " 1 ",
    "1e3",
    "2026-02-30",
    "2027-01-01",
    "01",
    "1000",
    "ñ",
    "x" * 300,
)
LINES_MOST: Final = 20  # XPath takes its time over more


def _by_xpath(root: Any, kind: str) -> list[Finding]:
    issued = day(text_of(root, "IssueDate"))
    asked = [check for check in checks(local_name(root), kind) if check.since <= issued <= check.until]
    return list(chain.from_iterable(check.findings(root) for check in asked))


def _change(root: Any, dice: Random) -> None:
    """Another text or attribute, an element more or less."""
    node = dice.choice(list(root.iter("*"))[1:])
    leaf = dice.choice([each for each in root.iter("*") if not len(each)])
    match dice.randrange(5):
        case 0:
            leaf.text = dice.choice((*ODD, dice.choice([each.text for each in root.iter("*") if each.text])))
        case 1:
            node.getparent().remove(node)
        case 2:
            node.addnext(deepcopy(node))
        case 3 if node.attrib:
            node.set(dice.choice(list(node.attrib)), dice.choice(ODD))
        case _:
            node.attrib.clear()


@pytest.mark.parametrize(("root", "kind"), PAIRS)
def test_every_row_is_read(root: str, kind: str) -> None:
    """A row that only XPath can read would be right too, but slow: write it with what the sieve knows."""
    rows = [(check.where.path, check.broken.path) for check in checks(root, kind)]
    assert len(rows) > 20
    assert Sieve(rows).unread == frozenset()


@pytest.mark.slow
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}")
def test_nothing_is_lost(path: Path) -> None:
    document, dice = etree.parse(path, etree.XMLParser(remove_blank_text=True)), Random(path.parts[-2])  # noqa: S311 - dice, no secret
    for changes in (0, 1, 2, 4, 8) if len(list(document.iter())) < 100 * LINES_MOST else (0, 1):
        root: Any = deepcopy(document).getroot()
        for _ in range(changes):
            _change(root, dice)
        for kind in KINDS[local_name(root)].split():
            assert list(findings(root, kind)) == _by_xpath(root, kind)


@pytest.mark.parametrize("stranger", [etree.Comment("7"), etree.ProcessingInstruction("a", "7")])
def test_what_is_no_element_is_left_to_xpath(stranger: Any) -> None:
    root: Any = deepcopy(etree.parse(next(path for path in GOLDEN if path.parts[-2] == "01-F001-1"))).getroot()
    stranger.tail = "x"
    root.find(".//{*}InvoiceLine/{*}ID").append(stranger)
    found = list(findings(root, "01"))
    assert "2023" in {finding.code for finding in found}
    assert found == _by_xpath(root, "01")


@given(st.one_of(st.text("0123456789.-+eE \t", max_size=24), st.decimals(places=6, allow_nan=False).map(str)))
def test_numbers_are_read_as_xpath_reads_them(text: str) -> None:
    theirs = etree.XPath("number($text)")(etree.Element("any"), text=text)
    assert repr(as_number(text)) == repr(theirs)


@pytest.mark.parametrize(
    "text", ["//cbc:ID", "/cbc:ID", "following::cbc:ID", "x:ID", "ID", "1 +", "f(", "'open", "a b", ""]
)
def test_what_rows_never_write_is_not_read(text: str) -> None:
    with pytest.raises(NotRead):
        parse(text)
