"""Batches of ours, made from lines without going through JSON, and what is said when they are wrong."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from onapi.errors import InvalidDocument
from onapi.intake.text import write_json
from onapi.kinds.batch.model import SummaryLineForm, VoidedLine
from onapi.library import Receipt, read
from onapi.library.batches import batch_of
from onapi.sign.certificate import Signer
from onapi.sign.verify import verify_signature
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

DAY = date(2026, 11, 21)
BOLETA = SummaryLineForm(
    "03",
    "B001-1",
    "1",
    Party("1", "12345678", ""),
    given={"taxed": Decimal(100), "igv": Decimal(18), "total": Decimal(118)},
)
VOIDED = {
    "RA": (VoidedLine(0, "01", "F001", "7", "ERROR EN EL RUC"), VoidedLine(0, "07", "FC01", "2", "DUPLICADA")),
    "RR": (VoidedLine(0, "20", "R001", "7", "ERROR EN EL RUC"), VoidedLine(0, "04", "L001", "2", "DUPLICADA")),
}
LINES = {"RC": (BOLETA, replace(BOLETA, receipt="B001-2")), **VOIDED}

codes = pytest.mark.parametrize("code", LINES)


def batch(code: str, issuer: Party, now: datetime, *lines: SummaryLineForm | VoidedLine, number: int = 3) -> Receipt:
    return batch_of(code, issuer, DAY, lines or LINES[code], number=number, now=now)  # type: ignore[arg-type]  # of a code


@codes
def test_it_is_complete_and_goes_out_signed(code: str, issuer: Party, now: datetime, signer: Signer) -> None:
    made = batch(code, issuer, now)
    assert (made.faults, made.warnings, made.misread) == ((), (), False)
    assert made.digest.id.file_name == f"20000000001-{code}-20261122-3"
    assert (made.document.reference_date, made.document.issue_date) == (DAY, now.date())
    signed = made.sign(signer)
    assert verify_signature(signed.xml).digest_value == signed.digest
    assert made.kind.read(parse_xml(signed.xml)) == made.document


@codes
def test_it_is_what_its_json_would_make(code: str, issuer: Party, now: datetime) -> None:
    made = batch(code, issuer, now)
    again = read(write_json(made.json), issuer=issuer, now=now)
    assert (again.xml, again.kind.code, again.errors) == (made.xml, code, ())


def test_its_fingerprint_is_of_its_content(issuer: Party, now: datetime) -> None:
    one, same = batch("RC", issuer, now), batch("RC", issuer, now.replace(hour=11))
    others = [batch("RC", issuer, now, number=4), batch("RC", issuer, now, BOLETA), batch("RA", issuer, now)]
    assert one.fingerprint == same.fingerprint
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == len(others) + 1


def test_a_day_of_its_own_gives_it_its_name(issuer: Party, now: datetime) -> None:
    made = batch_of("RA", issuer, DAY, VOIDED["RA"], number=1, now=now, issued=DAY)
    assert (made.digest.id.label, made.digest.issue_date) == ("RA-20261121-1", DAY)


def test_a_day_to_come_is_refused_with_the_code_of_its_kind(issuer: Party, now: datetime) -> None:
    made = batch_of("RC", issuer, DAY, [BOLETA], number=1, now=now, issued=date(2026, 11, 23))
    assert [(fault.code, fault.path) for fault in made.errors] == [("2236", "/fecResumen")]


@pytest.mark.parametrize("number", [0, 100_000])
def test_a_number_that_its_name_cannot_hold_is_refused(number: int, issuer: Party, now: datetime) -> None:
    made = batch("RC", issuer, now, number=number)
    assert [(fault.code, fault.path) for fault in made.errors] == [("invalid_number", "/correlativo")]


def test_what_is_wrong_is_told_where_json_would_have_it(issuer: Party, now: datetime, signer: Signer) -> None:
    wrong = replace(BOLETA, receipt="F001-1", status="9", customer=None, given={"total": Decimal(800)})
    made = batch("RC", issuer, now, BOLETA, wrong)
    assert {(fault.code, fault.path) for fault in made.errors} == {
        ("2513", "/details/1/serieNro"),
        ("2896", "/details/1/estado"),
        ("2514", "/details/1/clienteNro"),
        ("totals_mismatch", "/details/1/total"),
    }
    with pytest.raises(InvalidDocument):
        made.sign(signer)
    voided = batch("RA", issuer, now, VoidedLine(0, "03", "B001", "1", "X"))
    assert {(fault.code, fault.path) for fault in voided.faults} == {
        ("2308", "/details/0/tipoDoc"),
        ("4203", "/details/0/desMotivoBaja"),
    }


@pytest.mark.parametrize(("lines", "found"), [(500, []), (501, ["too_long"])])
def test_a_summary_has_up_to_five_hundred_lines(lines: int, found: list[str], issuer: Party, now: datetime) -> None:
    made = batch("RC", issuer, now, *(replace(BOLETA, receipt=f"B001-{n}") for n in range(1, lines + 1)))
    assert [fault.code for fault in made.errors] == found


def test_amounts_of_a_receipt_that_we_hold_stand(issuer: Party, now: datetime) -> None:
    """A discount that touches no tax base leaves parts and total apart: SUNAT remarks on it, we do not refuse it."""
    given = {"taxed": Decimal(1000), "igv": Decimal(180), "total": Decimal("1121.00")}
    ours, theirs = (replace(BOLETA, given=given, is_held=held) for held in (True, False))
    assert [fault.code for fault in batch("RC", issuer, now, theirs).errors] == ["totals_mismatch"]
    made = batch("RC", issuer, now, ours)
    assert (made.errors, [warning["code"] for warning in made.warnings]) == ((), ["4027"])
    assert made.document.lines[0].total == Decimal("1121.00")
