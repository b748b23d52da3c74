"""Every golden document by way of the trama: JSON to records to JSON gives the same form and the same XML bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onapi.intake import read_json
from onapi.intake.trama import read_trama, write_trama
from onapi.kinds import KINDS

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = [
    path.parent
    for path in sorted(GOLDEN.glob("*/*/in.json"))
    if str(read_json(path.read_bytes()).get("tipoDoc")) in KINDS
]

Judge = Callable[..., Any]


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_by_way_of_the_trama_it_is_the_same_document(case: Path, judge: Judge) -> None:
    written = judge(read_json((case / "in.json").read_bytes()))
    said = written.taken.vocabulary.write(written.sale)
    text = write_trama(said)
    trama = read_trama(text)
    assert not trama.warnings
    again = judge(trama.document)
    assert not again.taken.faults
    assert not again.taken.unknown
    assert again.taken.fingerprint == judge(said).taken.fingerprint
    assert written.taken.kind.build(again.sale) == written.taken.kind.build(written.sale)
    assert write_trama(trama.document) == text
