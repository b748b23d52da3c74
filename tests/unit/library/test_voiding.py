"""Which batch voids a receipt, and until when."""

from datetime import date, datetime

import pytest

from onapi.kinds.batch.model import VoidedLine
from onapi.library.batches import batch_of
from onapi.library.voiding import mechanism, void_window
from onapi.values.number import DOCTYPES, ReceiptId
from onapi.values.party import Party

DAY = date(2026, 11, 20)
SERIES: dict[str, dict[str, str | None]] = {
    "01": {"F001": "RA", "0001": "RA", "1": "RA", "E001": None, "B001": None},
    "03": {"B001": "RC", "0001": "RC", "EB01": None, "F001": None},
    "04": {"L001": "RR", "0001": "RR", "E001": None},
    "07": {"FC01": "RA", "BC01": "RC", "0001": "RA", "E001": None, "EB01": None},
    "08": {"FD01": "RA", "BD01": "RC", "0001": "RA", "E001": None, "EB01": None},
    "09": {"T001": None, "EG01": None},
    "20": {"R001": "RR", "0001": "RR", "E001": None},
    "31": {"V001": None},
    "40": {"P001": "RR", "0001": "RR"},
    "RC": {"20261120": None},
    "RA": {"20261120": None},
    "RR": {"20261120": None},
}
CASES = [(doctype, series, found) for doctype, known in SERIES.items() for series, found in known.items()]
cases = pytest.mark.parametrize(("doctype", "series", "found"), CASES)


def receipt(doctype: str, series: str) -> ReceiptId:
    return ReceiptId("20000000001", doctype, series, 7)


def test_every_kind_is_asked() -> None:
    assert SERIES.keys() == set(DOCTYPES)


@cases
def test_a_receipt_has_its_batch(doctype: str, series: str, found: str | None) -> None:
    assert mechanism(receipt(doctype, series)) == found


@pytest.mark.parametrize(("modified", "found"), [("03", "RC"), ("01", "RA"), ("12", "RA"), ("", "RA")])
def test_a_note_of_a_printer_follows_what_it_modifies(modified: str, found: str) -> None:
    assert mechanism(receipt("07", "0001"), modified) == found
    assert mechanism(receipt("07", "FC01"), modified) == "RA"


@cases
def test_only_that_batch_takes_it(doctype: str, series: str, found: str | None, issuer: Party, now: datetime) -> None:
    """RA and RR refuse what is not theirs; both take the series of digits of notes and RC those of boletas' notes."""
    lines = [VoidedLine(1, doctype, series, "7", "ERROR")]
    taking = {code for code in ("RA", "RR") if not batch_of(code, issuer, DAY, lines, number=1, now=now).errors}
    assert taking == ({found} & {"RA", "RR"})


@cases
def test_a_window_is_there_where_a_batch_is(doctype: str, series: str, found: str | None) -> None:
    window = void_window(receipt(doctype, series), DAY)
    assert (window is None) == (found is None)


@pytest.mark.parametrize(
    ("doctype", "series", "issued", "last", "code"),
    [
        ("01", "F001", DAY, date(2026, 11, 27), "2957"),
        ("03", "B001", DAY, date(2026, 11, 27), "2957"),
        ("07", "BC01", DAY, date(2026, 11, 27), "2957"),
        ("04", "L001", DAY, date(2026, 11, 27), "2958"),
        ("04", "L001", date(2027, 1, 4), date(2027, 1, 9), "2958"),
        ("20", "R001", DAY, date.max, ""),
        ("40", "P001", DAY, date.max, ""),
        ("01", "0001", DAY, date.max, ""),
        ("03", "B001", date(2020, 2, 3), date(2020, 2, 10), "2957"),
    ],
)
def test_how_long_it_may_be_voided(doctype: str, series: str, issued: date, last: date, code: str) -> None:
    window = void_window(receipt(doctype, series), issued)
    assert window is not None
    assert (window.last_day(issued), window.code) == (last, code)
