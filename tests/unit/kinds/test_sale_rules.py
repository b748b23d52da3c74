"""Each rule of facturas and boletas against its samples in `tests/rules/<code>.toml`: what passes, what breaks it."""

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from onapi.facts.codes import return_code
from onapi.kinds.sale.rules import BOLETA_RULES, FACTURA_RULES

FOLDER = Path(__file__).parents[2] / "rules"
RULES = (*FACTURA_RULES, *BOLETA_RULES)

Sample = dict[str, Any]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


BASE = _read(FOLDER / "base.toml")
FILES = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml")) if path.stem != "base"}


def _samples(kind: str) -> list[Any]:
    return [
        pytest.param(code, sample, id=f"{code}-{sample['why'].replace(' ', '-')}")
        for code, file in FILES.items()
        for sample in file[kind]
    ]


def _over(under: Sample, top: Sample) -> Sample:
    """One table written over another, table by table."""
    merged = dict(under)
    for name, value in top.items():
        merged[name] = _over(under[name], value) if isinstance(under.get(name), dict) else value
    return merged


def _document(sample: Sample) -> Sample:
    base = BASE["factura"] if sample.get("doctype", "01") == "01" else BASE["factura"] | BASE["boleta"]
    lines = sample.get("lines", [sample.get("line", {})])
    details = [BASE["line"] | line for line in lines]
    return _over(base, sample.get("document", {})) | {"details": details}


@pytest.mark.parametrize(("code", "sample"), _samples("passes"))
def test_passes(code: str, sample: Sample, judge: Callable[..., Any]) -> None:
    judged = judge(_document(sample))
    assert code not in judged.codes
    assert judged.errors == ()


@pytest.mark.parametrize(("code", "sample"), _samples("breaks"))
def test_breaks(code: str, sample: Sample, judge: Callable[..., Any]) -> None:
    judged = judge(_document(sample))
    found = [(fault.code, pointer) for fault, pointer in zip(judged.faults, judged.pointers, strict=True)]
    assert (code, sample["at"]) in found
    fault = judged.faults[found.index((code, sample["at"]))]
    assert fault.level == sample.get("level", "ERROR")
    assert fault.sentence.endswith(".")


def test_every_rule_has_samples_and_every_sample_a_rule() -> None:
    assert set(FILES) == {rule.code for rule in RULES}


@pytest.mark.parametrize("code", sorted(FILES))
def test_a_number_is_one_of_sunats(code: str) -> None:
    assert not code.isdigit() or return_code(code).message


def test_sentences_are_spanish_sentences() -> None:
    for rule in RULES:
        assert rule.sentence[0].isupper()
        assert rule.sentence.endswith(".")
        assert len(rule.sentence) < 200
