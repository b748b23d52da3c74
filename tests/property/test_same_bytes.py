"""The same receipt gives the same bytes: in another order of events, another process, another language."""

import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onapi.intake import read_json
from onapi.sign.certificate import Signer
from onapi.sign.xmldsig import sign

CASES = Path(__file__).parents[1] / "golden"
SOURCE = Path(__file__).parents[2] / "src"
PROGRAM = """
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from onapi.intake import read_document, read_json
from onapi.sign.certificate import read_signer
from onapi.sign.xmldsig import sign
from onapi.values.party import Address, Party

address = Address("AV. DEMO 123", "150101", "PE", "LIMA", "LIMA", "LIMA")
issuer = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.", "PRUEBA", address)
signer = read_signer(Path(sys.argv[1]).read_bytes())
for case in sys.argv[2:]:
    taken = read_document(read_json(Path(case).read_bytes()), "", issuer, prefix="", strict_ruc=True)
    sale = taken.kind.complete(taken.form, taken.issuer, datetime(2026, 11, 22, 10), "check")
    xml = sign(taken.kind.build(sale), signer, taken.kind.signature_id).xml
    print(taken.fingerprint, sha256(xml).hexdigest())
"""


@pytest.fixture(scope="module")
def cases() -> list[Path]:
    """Every golden case, of every kind."""
    return sorted(CASES.glob("*/*/in.json"))


@pytest.fixture
def pem(signer: Signer, tmp_path: Path) -> Path:
    """The key in a file, for another process."""
    path = tmp_path / "prueba.pem"
    path.write_bytes(signer.to_pem())
    return path


@pytest.mark.parametrize(
    "place", [("0", "C"), ("4242", "es_PE.UTF-8"), ("1", "tr_TR.UTF-8")], ids=lambda place: place[1]
)
def test_another_process_writes_the_same_bytes(
    place: tuple[str, str], cases: list[Path], judge: Any, signer: Signer, pem: Path
) -> None:
    hash_seed, locale = place
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "TZ": "Asia/Tokyo"}
    environment |= {"PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", PROGRAM, str(pem), *map(str, cases)]
    theirs = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split("\n")
    assert theirs[:-1] == [_line(judge(read_json(case.read_bytes())), signer) for case in cases]


def _line(judged: Any, signer: Signer) -> str:
    kind = judged.taken.kind
    xml = sign(kind.build(judged.sale), signer, kind.signature_id).xml
    return f"{judged.taken.fingerprint} {sha256(xml).hexdigest()}"


@settings(max_examples=30)
@given(data=st.data())
def test_twice_is_the_same(data: Any, short_documents: Any, judge: Callable[..., Any]) -> None:
    document = data.draw(short_documents)
    first, second = judge(document), judge(document)
    assert first == second
    if not first.errors:
        assert first.taken.kind.build(first.sale) == second.taken.kind.build(second.sale)
