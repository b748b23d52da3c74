"""Our XML beside SUNAT's accepted shapes: equal amounts, and the same elements in the same places."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onapi.intake import read_json
from onapi.library.same import says_the_same
from onapi.values.xmltree import all_local, local_name, text_of

CASES = {path.parent.name: path.parent for path in Path(__file__).parent.glob("*/*/in.json")}
ISSUER = "20100000017"

Judge = Callable[..., Any]


def _amounts(element: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every element that holds an amount, a quantity or a rate, with its path; tributes are told apart by code."""
    for child in element.iterchildren(tag=etree.Element):
        tribute = text_of(child, "TaxCategory/TaxScheme/ID")
        here = f"{path}/{local_name(child)}" + (f"[{tribute}]" if tribute else "")
        if child.get("currencyID") or here.endswith(("Quantity", "Percent", "Numeric", "Measure")):
            yield here, str(child.text).strip()
        yield from _amounts(child, here)


def _skeletons(shared: Path) -> list[Path]:
    return sorted((shared / "esqueletos").glob("*.xml"))


def _plain(root: Any) -> Any:
    """Without white space between elements and without what names the issuer, who is another in our cases."""
    for element in root.iter():
        if len(element) and not (element.text or "").strip():
            element.text = None
        element.tail = None
    return root


@pytest.mark.shared
def test_every_skeleton_has_a_case(shared: Path) -> None:
    assert {path.stem.removeprefix(f"{ISSUER}-") for path in _skeletons(shared)} <= set(CASES)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", sorted(name for name in CASES if name[:3] in {"01-", "03-", "07-", "08-", "20-", "40-"})
)
def test_amounts_are_those_of_the_skeleton(name: str, judge: Judge, shared: Path) -> None:
    judged = judge(read_json((CASES[name] / "in.json").read_bytes()))
    ours = sorted(_amounts(etree.fromstring(judged.taken.kind.build(judged.sale))))
    theirs = etree.parse(shared / "esqueletos" / f"{ISSUER}-{name}.xml").getroot()
    assert ours == sorted(_amounts(theirs))
    assert len(ours) > 3


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(name for name in CASES if name[2:3] == "-" and name[:2].isalnum()))
def test_elements_are_those_of_the_skeleton(name: str, judge: Judge, shared: Path) -> None:
    """The names of all elements in document order, the issuer's own block and optional parts of ours aside."""
    path = shared / "esqueletos" / f"{ISSUER}-{name}.xml"
    if not path.exists():
        pytest.skip("a case of our own")
    judged = judge(read_json((CASES[name] / "in.json").read_bytes()))
    ours = {"/".join(x) for x in _names(etree.fromstring(judged.taken.kind.build(judged.sale)))}
    theirs = {"/".join(x) for x in _names(_plain(etree.parse(path).getroot()))}
    assert not {x for x in theirs - ours if "PartyName" not in x and "RegistrationAddress" not in x}


def _names(element: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for child in element.iterchildren(tag=etree.Element):
        here = (*path, local_name(child))
        yield here
        yield from _names(child, here)


@pytest.mark.shared
def test_the_published_examples_are_taken(judge: Judge, shared: Path) -> None:
    """The JSON examples of operation 9, verbatim."""
    text = (shared.parent / "contract.md").read_text("utf-8")
    section = text[text.index("#### 9. POST") : text.index("#### 10. POST")]
    bodies = [read_json(part.partition("```")[0].encode()) for part in section.split("```json\n")[1:]]
    documents = [(body["doctype"], body["document"]) for body in bodies if "document" in body]
    assert [doctype for doctype, _ in documents] == ["01", "07", "RA", "20"]
    for doctype, document in documents:
        drawn = {"correlativo": 1} if doctype == "RA" else {}  # its number is drawn by the platform
        assert not judge({**document, **drawn}, doctype).errors


def test_what_is_the_same_and_what_is_not() -> None:
    one = etree.fromstring('<a xmlns="u"><b listName="X" unitCode="NIU">1</b></a>')
    same = etree.fromstring('<x:a xmlns:x="u">\n  <x:b unitCode="NIU">1</x:b>\n</x:a>')
    assert says_the_same(one, same)
    for other in (
        '<a xmlns="u"><b unitCode="ZZ">1</b></a>',
        '<a xmlns="u"><b unitCode="NIU">2</b></a>',
        '<a xmlns="v"><b unitCode="NIU">1</b></a>',
        '<a xmlns="u"><b unitCode="NIU">1</b><b/></a>',
        '<a xmlns="u"><c unitCode="NIU">1</c></a>',
    ):
        assert not says_the_same(one, etree.fromstring(other))
    assert next(all_local(one, "b"), None) is not None
