"""Every rule of every family against its samples in `<family>/<code>.toml`: what passes it, what breaks it, where."""

import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from onapi.facts.codes import return_code
from onapi.facts.sheets import JUDGES, sheet
from onapi.kinds import KINDS
from onapi.kinds.kind import TotalsMode

FOLDER = Path(__file__).parent
ABSENT = "<absent>"

Sample = dict[str, Any]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


FAMILIES = {path.parent.name: _read(path) for path in sorted(FOLDER.glob("*/base.toml"))}
FILES = {(path.parent.name, path.stem): _read(path) for path in sorted(FOLDER.glob("*/*.toml")) if path.stem != "base"}
KINDS_OF = {family: sorted(base["document"]) for family, base in FAMILIES.items()}


def _samples(what: str) -> list[Any]:
    return [
        pytest.param(family, code, sample, id=f"{family}-{code}-{sample['why'].replace(' ', '-')}")
        for (family, code), file in FILES.items()
        for sample in file.get(what, [])
    ]


def _over(under: Sample, top: Sample) -> Sample:
    """One table written over another, table by table; a mark takes a field away."""
    merged = dict(under)
    for name, value in top.items():
        if value == ABSENT:
            merged.pop(name, None)
        else:
            both = isinstance(merged.get(name), dict) and isinstance(value, dict)
            merged[name] = _over(merged[name], value) if both else value
    return merged


def _document(family: str, sample: Sample) -> Sample:
    base = FAMILIES[family]
    doctype = sample.get("doctype", base["default"])
    document = _over(base["document"][doctype], sample.get("document", {}))
    line = base.get("line", {}).get(doctype)
    if line is not None and base["list"] not in sample.get("document", {}):
        lines = sample.get("lines", [sample.get("line", {})])
        document[base["list"]] = [_over(line, one) for one in lines]
    return document


def _expected(family: str, code: str) -> Iterator[str]:
    """Every code that the file of a rule says its samples break."""
    for sample in FILES[family, code]["breaks"]:
        yield sample.get("code", code)


@pytest.mark.parametrize(("family", "code", "sample"), _samples("passes"))
def test_passes(family: str, code: str, sample: Sample, judge: Callable[..., Any]) -> None:
    judged = judge(_document(family, sample), mode=TotalsMode(sample.get("totals", "check")))
    assert code not in judged.codes
    assert judged.errors == ()


@pytest.mark.parametrize(("family", "code", "sample"), _samples("breaks"))
def test_breaks(family: str, code: str, sample: Sample, judge: Callable[..., Any]) -> None:
    judged = judge(_document(family, sample), mode=TotalsMode(sample.get("totals", "check")))
    found = [(fault.code, pointer) for fault, pointer in zip(judged.faults, judged.pointers, strict=True)]
    expected = (sample.get("code", code), sample["at"])
    assert expected in found
    fault = judged.faults[found.index(expected)]
    assert fault.level == sample.get("level", "ERROR")
    assert fault.sentence.endswith(".")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_rule_has_samples_and_every_sample_a_rule(family: str) -> None:
    rules = {rule.code for kind in KINDS_OF[family] for rule in KINDS[kind].rules}
    files = [code for name, code in FILES if name == family]
    assert {code for file in files for code in _expected(family, file)} == rules
    assert all(FILES[family, code].get("passes") for code in files)


def test_every_kind_has_samples() -> None:
    assert sorted(kind for kinds in KINDS_OF.values() for kind in kinds) == sorted(KINDS)


@pytest.mark.parametrize("doctype", KINDS)
def test_rules_have_known_codes_and_spanish_sentences(doctype: str) -> None:
    for rule in KINDS[doctype].rules:
        assert not rule.code.isdigit() or return_code(rule.code).message
        assert rule.sentence[0].isupper()
        assert rule.sentence.endswith(".")
        assert len(rule.sentence) < 200


@pytest.mark.parametrize("doctype", KINDS)
def test_every_code_of_the_sheet_has_a_judge(doctype: str) -> None:
    """What the coverage page claims: a `rule` is one of ours, and every rule of ours is told as such."""
    rows = sheet(doctype)
    assert not [row.code for row in rows if row.judged not in JUDGES]
    assert not [row.code for row in rows if row.judged == "left" and len(row.note.split()) < 3]
    ours = {rule.code for rule in KINDS[doctype].rules}
    known = {row.code for row in rows}
    assert {row.code for row in rows if row.judged == "rule"} == ours & known
