"""What a CDR says of our document; anything that does not name it says nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from onapi.cdr.judge import judge, names
from onapi.cdr.read import Cdr, Note
from onapi.facts.codes import Outcome
from onapi.values.number import ReceiptId

RECEIPT = ReceiptId("20000000001", "01", "F001", 22)
DIGEST = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
ACCEPTED = Cdr(
    id="1609739749091",
    xml=b"",
    code="0",
    description="La Factura numero F001-22, ha sido aceptada",
    notes=(),
    reference_id="F001-22",
    document_id="F001-22",
    receiver_ruc="20000000001",
    issued_at=datetime(2026, 11, 22, 15, tzinfo=UTC),
    document_hash="",
    link="",
)
OBSERVED = (Note("4252", "El dato ingresado como atributo @listName es incorrecto."),)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, Outcome.ACCEPTED),
        ({"notes": OBSERVED}, Outcome.OBSERVED),
        ({"notes": (Note("3030", "un codigo de rechazo en una nota"),)}, Outcome.OBSERVED),
        ({"code": "2800"}, Outcome.REJECTED),
        ({"code": "3999"}, Outcome.REJECTED),
        ({"code": "4287"}, Outcome.OBSERVED),
        ({"document_hash": DIGEST}, Outcome.ACCEPTED),
        ({"reference_id": "F001-00000022", "document_id": ""}, Outcome.ACCEPTED),
        ({"receiver_ruc": ""}, Outcome.ACCEPTED),
    ],
)
def test_a_verdict(change: dict[str, object], outcome: Outcome) -> None:
    verdict = judge(replace(ACCEPTED, **change), RECEIPT, DIGEST)  # type: ignore[arg-type]  # names of a table
    assert verdict is not None
    assert verdict.outcome is outcome
    assert [(remark.code, remark.message) for remark in verdict.remarks] == [
        (note.code, note.text)
        for note in replace(ACCEPTED, **change).notes  # type: ignore[arg-type]  # as above
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"reference_id": "F001-23"},
        {"document_id": "F002-22"},
        {"document_id": "F001-220"},
        {"reference_id": "", "document_id": ""},
        {"reference_id": "22"},
        {"receiver_ruc": "20000000010"},
        {"document_hash": "AAAA"},
        {"code": ""},
        {"code": "0100"},
        {"code": "1033"},
        {"code": "no es un numero"},
    ],
)
def test_no_verdict(change: dict[str, object]) -> None:
    assert judge(replace(ACCEPTED, **change), RECEIPT, DIGEST) is None  # type: ignore[arg-type]  # names of a table


def test_sunats_words_stand_in_where_it_gave_none() -> None:
    verdict = judge(replace(ACCEPTED, code="2800", description=""), RECEIPT, DIGEST)
    assert verdict is not None
    assert verdict.description
    assert verdict.issued_at == ACCEPTED.issued_at


def test_names_need_at_least_one() -> None:
    assert names(ACCEPTED, RECEIPT)
    assert not names(replace(ACCEPTED, reference_id="", document_id=""), RECEIPT)
