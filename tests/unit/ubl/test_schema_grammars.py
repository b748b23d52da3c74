"""Our grammars of SUNAT's own documents against SUNAT's schemas: both say the same of sound and of broken documents."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from onapi.facts.table import FOLDER
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import sign
from onapi.ubl.schema import SUNAT_ROOTS, schema_currencies, schema_faults
from onapi.values.xmltree import local_name

pytestmark = pytest.mark.shared

XSD = "{http://www.w3.org/2001/XMLSchema}"
RNG = "{http://relaxng.org/ns/structure/1.0}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
SAMPLE_TEXT = {
    "Date": "2026-11-22",
    "Time": "10:00:00",
    "Number": "1.5",
    **dict.fromkeys(("Percent", "Rate", "Numeric"), "1.5"),
    "Amount": "1.00",
    "Measure": "1",
    "Binary": "QQ==",
    "Indicator": "true",
}
# No date with white space around it: the standard takes it, libxml2's XSD does not.
OTHER_TEXTS = ("", "x", " 1.00 ", "1,00", "2026-02-30", "25:00:00", "true", "A\tB\nC")
ATTRIBUTES = (("currencyID", "XXX"), ("currencyID", " PEN "), ("schemeID", "6"), ("schemeURI", "a b"), ("odd", "1"))
Agree = Callable[[Any], bool]


@pytest.fixture(scope="session")
def agree(shared: Path) -> Agree:
    """Judge a document by both; fail where they differ, and say whether it is valid."""

    @cache
    def official(name: str) -> etree.XMLSchema:
        return etree.XMLSchema(etree.parse(shared / "xsd" / "2.0" / "maindoc" / f"UBLPE-{name}-1.0.xsd"))

    def both(root: Any) -> bool:
        ours, theirs = not schema_faults(root), official(local_name(root)).validate(root)
        assert ours is theirs, etree.tostring(root, encoding="unicode")
        return bool(ours)

    return both


@pytest.fixture(scope="session")
def skeletons(shared: Path, signer: Signer) -> tuple[Any, ...]:
    """SUNAT's own documents, signed."""
    paths = sorted(
        path for path in (shared / "esqueletos").glob("*.xml") if path.name[12:14] in {"20", "40", "RC", "RA", "RR"}
    )
    texts = (etree.tostring(etree.parse(path), method="c14n").decode() for path in paths)
    return tuple(etree.fromstring(sign(text, signer, "S").xml) for text in texts)


def test_sound_documents_pass_both(skeletons: tuple[Any, ...], agree: Agree) -> None:
    assert len(skeletons) == 5
    assert all(agree(root) for root in skeletons)


def test_every_small_change_is_judged_alike(skeletons: tuple[Any, ...], agree: Agree) -> None:
    verdicts = [agree(mutate()) for root in skeletons for mutate in _mutations(root)]
    assert len(verdicts) > 3000
    assert 0.1 < sum(verdicts) / len(verdicts) < 0.9  # enough of either to mean something


@pytest.mark.parametrize("name", SUNAT_ROOTS)
def test_whatever_the_grammar_allows_the_schema_allows(name: str, agree: Agree) -> None:
    for seed in range(40):
        chance = Random(seed)  # noqa: S311 - samples, not secrets
        root = _Sampler(name, chance).document()
        assert agree(root), etree.tostring(root, encoding="unicode")
        mutations = list(_mutations(root))
        for mutate in chance.sample(mutations, min(20, len(mutations))):
            agree(mutate())


@pytest.mark.parametrize("name", SUNAT_ROOTS)
def test_whatever_the_schema_allows_the_grammar_allows(name: str, shared: Path, agree: Agree) -> None:
    folder = shared / "xsd" / "2.0"
    for seed in range(40):
        root = _Official(folder, Random(seed)).document(name)  # noqa: S311 - samples, not secrets
        assert agree(root), etree.tostring(root, encoding="unicode")


def test_the_currencies_are_those_of_the_schema(shared: Path) -> None:
    codes = etree.parse(shared / "xsd" / "2.0" / "common" / "CodeList_CurrencyCode_ISO_7_04.xsd")
    assert schema_currencies() == {x.get("value") for x in codes.iterfind(".//{*}enumeration")}


def _mutations(root: Any) -> Iterator[Callable[[], Any]]:
    """The document with one thing removed, repeated, moved, renamed, retyped or marked otherwise, when asked for."""
    for n, element in enumerate(root.iter(etree.Element)):
        for change in _changes(element, Random(n)):  # noqa: S311 - samples, not secrets
            yield partial(_changed, root, n, change)


def _changed(root: Any, place: int, change: Callable[[Any], object]) -> Any:
    changed = deepcopy(root)
    change(next(islice(changed.iter(etree.Element), place, None)))
    return changed


def _changes(element: Any, chance: Random) -> Iterator[Callable[[Any], object]]:
    if element.getparent() is not None:
        yield lambda x: x.getparent().remove(x)
        yield lambda x: x.addnext(deepcopy(x))
        yield lambda x: x.getparent().append(x)
        yield lambda x: x.getparent().insert(0, x)
        yield lambda x: x.addnext(x.getprevious()) if x.getprevious() is not None else None
        yield lambda x: setattr(x, "tag", f"{x.tag}s")
        yield lambda x: setattr(x, "tag", f"{CAC}{local_name(x)}")
        stranger = etree.Element(
            chance.choice([f"{CBC}Note", f"{CBC}ID", f"{CBC}Name", f"{CAC}Party", f"{CAC}Country", "other"])
        )
        yield lambda x: x.addprevious(stranger)
        yield lambda x: x.addprevious(etree.Comment("remark"))
    yield from (lambda x, text=text: setattr(x, "text", text) for text in (() if len(element) else OTHER_TEXTS))
    yield lambda x: x.append(etree.Element(f"{CBC}Note"))
    yield from (lambda x, pair=pair: x.set(*pair) for pair in ATTRIBUTES)
    yield from (lambda x, name=name: x.attrib.pop(name) for name in element.attrib)


class _Sampler:
    """Draws documents from a grammar: each optional part by chance, less and less of it further down."""

    def __init__(self, name: str, chance: Random) -> None:
        self._grammar = etree.parse(FOLDER / "grammars" / f"{name}.rng").getroot()
        shared = etree.parse(FOLDER / "grammars" / "ubl-2.0.rng").getroot()
        self._defines = {x.get("name"): x for root in (self._grammar, shared) for x in root.iterfind(f"{RNG}define")}
        self._chance = chance

    def document(self) -> Any:
        start = self._grammar.find(f"{RNG}start/{RNG}element")
        return deepcopy(self._element(start, etree.Element("none"), 0))  # a root of its own

    def _element(self, pattern: Any, parent: Any, depth: int) -> Any:
        prefix, _, local = pattern.get("name").rpartition(":")
        made = etree.SubElement(parent, f"{{{pattern.nsmap[prefix] if prefix else pattern.get('ns')}}}{local}")
        for part in pattern:
            self._fill(part, made, depth + 1)
        return made

    def _fill(self, pattern: Any, holder: Any, depth: int) -> None:
        kind = local_name(pattern)
        if kind == "ref" and pattern.get("name") in {"anything", "Locations"}:
            return
        if kind == "ref":
            holder.text = SAMPLE_TEXT.get(pattern.get("name"), holder.text)
            for part in self._defines[pattern.get("name")]:
                self._fill(part, holder, depth)
        elif kind == "element":
            self._element(pattern, holder, depth)
        elif kind == "attribute":
            values = {"currencyID": "USD", "unitCode": "KGM", "mimeCode": "image/png", "languageID": "es"}
            holder.set(pattern.get("name"), values.get(pattern.get("name"), "text"))
        elif kind in {"optional", "zeroOrMore", "oneOrMore"}:
            least, likely = int(kind == "oneOrMore"), self._chance.random() < 1 / depth
            for _ in range(max(least, int(likely) * (1 if kind == "optional" else self._chance.randint(1, 2)))):
                for part in pattern:
                    self._fill(part, holder, depth)


class _Official:
    """Draws documents from SUNAT's schemas in the same manner; so nothing that they know is missing from a grammar."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self._known = _declarations(folder)
        self._chance = chance

    def document(self, name: str) -> Any:
        namespace = f"urn:sunat:names:specification:ubl:peru:schema:xsd:{name}-1"
        return deepcopy(self._element(f"{{{namespace}}}{name}", etree.Element("none"), 0))

    def _element(self, name: str, parent: Any, depth: int) -> Any:
        made = etree.SubElement(parent, name)
        declared = self._known["element", name]
        self._fill(_resolved(declared, declared.get("type")), made, depth)
        return made

    def _fill(self, kind: str, holder: Any, depth: int) -> None:
        """The content of a type, or of the type that it extends."""
        simple = etree.QName(kind).localname.removesuffix("Type")
        declared = self._known.get(("complexType", kind))
        holder.text = SAMPLE_TEXT.get(simple, holder.text)
        for base in () if declared is None else declared.iterfind(f"{XSD}simpleContent/*"):
            self._fill(_resolved(base, base.get("base")), holder, depth)
            for attribute in base.iterfind(f"{XSD}attribute[@use='required']"):
                values = {"currencyID": "USD", "unitCode": "KGM", "mimeCode": "image/png"}
                holder.set(attribute.get("name"), values[attribute.get("name")])
        for part in () if declared is None else declared.iterfind(f"{XSD}sequence/{XSD}element"):
            likely = self._chance.random() < 1 / (depth + 1)
            for _ in range(max(int(part.get("minOccurs", "1")), int(likely))):
                self._element(_resolved(part, part.get("ref")), holder, depth + 1)


@cache
def _declarations(folder: Path) -> dict[tuple[str, str], Any]:
    """Every element and complex type of the schemas, by what it is and its name in Clark notation."""
    roots = [etree.parse(path).getroot() for path in folder.glob("*/*.xsd")]
    return {
        (local_name(x), f"{{{root.get('targetNamespace')}}}{x.get('name')}"): x
        for root in roots
        for x in root
        if x.get("name")
    }


def _resolved(holder: Any, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{holder.nsmap[prefix or None]}}}{local}"
