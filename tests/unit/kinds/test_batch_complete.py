"""Batches completed: dates and names, absent amounts, and what becomes of the caller's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from onapi.kinds.batch import RESUMEN_DIARIO
from onapi.kinds.batch.complete import complete_summary, complete_voided
from onapi.kinds.batch.judge import summary_faults
from onapi.kinds.batch.model import BatchForm, PerceptionForm, Summary, SummaryForm, SummaryLine, SummaryLineForm
from onapi.kinds.kind import TotalsMode
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.xmltree import parse_xml

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=LIMA)
ISSUER = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.", "PRUEBA", Address("AV. DEMO 123", "150101"))
ID = ReceiptId("20000000001", "RC", "20261122", 1)
DAY, NEXT_YEAR = date(2026, 11, 21), date(2027, 1, 4)


def form_of(*lines: SummaryLineForm, on: date | None = DAY, receipt: ReceiptId = ID) -> SummaryForm:
    return BatchForm(receipt, on, lines)


def summary_of(line: SummaryLineForm, mode: TotalsMode = TotalsMode.CHECK, on: date = DAY) -> Summary:
    return complete_summary(form_of(line, on=on), ISSUER, NOW, mode)


def line_of(mode: TotalsMode = TotalsMode.CHECK, on: date = DAY, **said: Any) -> SummaryLine:
    """A boleta with these amounts, complete; what is no amount goes into the form itself."""
    own = {name: said.pop(name) for name in ("igv_percent", "perception", "currency", "customer") if name in said}
    given = {name: Decimal(str(value)) for name, value in said.items()}
    form = SummaryLineForm("03", "B001-1", "1", given=given, **own)
    return summary_of(form, mode, on).lines[0]


def mismatched(mode: TotalsMode = TotalsMode.CHECK, **said: object) -> set[str]:
    given = {name: Decimal(str(value)) for name, value in said.items()}
    form = form_of(SummaryLineForm("03", "B001-1", "1", given=given))
    found = summary_faults(form, complete_summary(form, ISSUER, NOW, mode), mode)
    return {fault.path for fault in found if fault.code == "totals_mismatch"}


def test_without_a_date_it_is_of_today_in_lima() -> None:
    receipt = ReceiptId("20000000001", "RC", "", 7)
    summary = complete_summary(form_of(receipt=receipt, on=None), ISSUER, NOW)
    assert (summary.id.label, summary.issue_date, summary.reference_date) == (
        "RC-20261122-7",
        date(2026, 11, 22),
        date(2026, 11, 22),
    )


def test_the_issuer_goes_out_with_number_and_name_only() -> None:
    long = Party("6", "20000000001", "EMPRESA\n" + "X" * 120, "PRUEBA", Address("AV. DEMO 123"))
    issuer = complete_voided(BatchForm(ID, DAY), long, NOW).issuer
    assert issuer == Party("6", "20000000001", ("EMPRESA " + "X" * 120)[:100])


def test_igv_and_total_follow_from_what_is_taxed() -> None:
    line = line_of(taxed="84.745", exonerated=10, charges=1)
    assert (line.taxed, line.igv, line.total) == (Decimal("84.75"), Decimal("15.26"), Decimal("111.01"))


@pytest.mark.parametrize(("percent", "igv"), [(None, "19.80"), ("10.5", "11.55"), ("10", "11.00")])
def test_the_rate_is_the_laws_unless_one_is_told_and_counts_on_the_isc_too(percent: str | None, igv: str) -> None:
    line = line_of(taxed=100, isc=10, igv_percent=Decimal(percent) if percent else None)
    assert line.igv == Decimal(igv)
    assert line.total == line.parts


def test_the_rate_of_the_ivap_makes_it_rice() -> None:
    line = line_of(taxed=100, igv_percent=Decimal(4))
    assert (line.igv, line.ivap, line.total) == (0, 4, 104)


def test_a_line_that_tells_nothing_has_no_total() -> None:
    form = SummaryLineForm("03", "B001-1", "3")
    assert form.is_bare
    assert summary_of(form).lines[0].total is None


def test_minus_zero_is_nothing() -> None:
    assert str(line_of(taxed=100, exonerated="-0.001").exonerated) == "0.00"


def test_what_is_given_away_goes_in_one_sum_until_2026_and_by_kind_from_2027() -> None:
    kinds = {"free_taxed": 10, "free_unaffected": 5}
    before, after = line_of(**kinds), line_of(on=NEXT_YEAR, **kinds)
    assert (before.free, before.free_taxed, before.total) == (15, 0, 0)
    assert (after.free, after.free_taxed, after.free_unaffected) == (0, 10, 5)


@pytest.mark.parametrize(("igv", "percent"), [("36", "18"), ("30", "15"), ("21", "15")])
def test_from_2027_the_rate_is_told_and_found_out_where_only_the_tax_is_known(igv: str, percent: str) -> None:
    assert line_of(taxed=200, igv=igv).igv_percent is None
    assert line_of(on=NEXT_YEAR, taxed=200, igv=igv).igv_percent == Decimal(percent)


def test_the_customers_name_is_told_from_2027() -> None:
    ana = Party("1", "12345678", "ANA")
    before, after = line_of(taxed=1, customer=ana), line_of(on=NEXT_YEAR, taxed=1, customer=ana)
    assert (before.customer, after.customer) == (Party("1", "12345678", ""), ana)


def test_a_percepcion_follows_from_its_regime_and_the_total() -> None:
    told = line_of(taxed=1000, perception=PerceptionForm("02")).perception
    assert told is not None
    assert (told.percent, told.base, told.amount, told.total) == (1, 1180, Decimal("11.80"), Decimal("1191.80"))


def test_a_percepcion_of_dollars_stands_as_told() -> None:
    form = PerceptionForm("01", base=Decimal(440), total=Decimal(460))
    told = line_of(taxed=100, currency="USD", perception=form).perception
    assert told is not None
    assert (told.base, told.amount, told.total) == (440, Decimal("8.80"), 460)


def test_given_amounts_stand_or_are_replaced() -> None:
    said = {"taxed": 100, "igv": 19, "total": 120}
    for mode in (TotalsMode.CHECK, TotalsMode.TRUST):
        line = line_of(mode, **said)
        assert (line.igv, line.total) == (19, 120)
    line = line_of(TotalsMode.REPLACE, **said, perception=PerceptionForm("01", amount=Decimal(9), total=Decimal(9)))
    assert (line.igv, line.total) == (18, 118)
    assert line.perception is not None
    assert (line.perception.amount, line.perception.total) == (Decimal("2.36"), Decimal("120.36"))


def test_replacing_keeps_the_rate_that_the_tax_tells() -> None:
    line = line_of(TotalsMode.REPLACE, taxed=1000, igv=104, total=1)
    assert (line.igv, line.total) == (105, 1105)


def test_replacing_keeps_a_total_that_nothing_explains() -> None:
    assert line_of(TotalsMode.REPLACE, total=50).total == 50


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ({"taxed": 100, "igv": 18, "total": 123}, set()),
        ({"taxed": 100, "igv": 18, "total": "123.01"}, {"lines[0].total"}),
        ({"taxed": 100, "igv": "23.01", "total": "123.01"}, {"lines[0].igv"}),
        ({"taxed": 100, "igv": 0, "total": 100}, set()),
        ({"taxed": 200, "ivap": "13.01", "total": "213.01"}, {"lines[0].ivap"}),
        ({"free": 20, "free_taxed": 14, "total": 0}, {"lines[0].free"}),
        ({"total": 118}, {"lines[0].total"}),
    ],
)
def test_given_amounts_are_checked_within_five(said: dict[str, object], places: set[str]) -> None:
    assert mismatched(**said) == places
    assert mismatched(TotalsMode.TRUST, **said) == set()


def test_a_mismatch_says_what_was_expected() -> None:
    form = form_of(SummaryLineForm("03", "B001-1", "1", given={"taxed": Decimal(100), "total": Decimal(200)}))
    (fault,) = (x for x in summary_faults(form, complete_summary(form, ISSUER, NOW)) if x.code == "totals_mismatch")
    assert (fault.expected, fault.received) == ("118.00", "200.00")


def test_a_total_alone_is_asked_for_its_parts() -> None:
    form = form_of(SummaryLineForm("03", "B001-1", "1", given={"total": Decimal(118)}))
    (fault,) = (x for x in summary_faults(form, complete_summary(form, ISSUER, NOW)) if x.code == "totals_mismatch")
    assert "mtoOperGravadas" in fault.sentence


_amounts = some.decimals(0, 100_000, places=2)
_names = ("taxed", "exonerated", "unaffected", "export", "free", "charges", "isc", "other", "icbper")


@settings(max_examples=60)
@given(some.fixed_dictionaries({}, optional=dict.fromkeys(_names, _amounts)), some.sampled_from([DAY, NEXT_YEAR]))
def test_what_we_compute_passes_the_check_and_comes_back_from_its_xml(said: dict[str, Decimal], on: date) -> None:
    form = form_of(SummaryLineForm("03", "B001-1", "1", given=said), on=on)
    summary = complete_summary(form, ISSUER, NOW)
    line = summary.lines[0]
    assert line.total == (line.parts if said else None)
    if line.total is None:
        return
    again = form_of(SummaryLineForm("03", "B001-1", "1", given={**said, "igv": line.igv, "total": line.total}), on=on)
    codes = {fault.code for fault in summary_faults(again, complete_summary(again, ISSUER, NOW))}
    assert codes <= {"2514", "2256", "2671"}  # nobody is named; free in one sum is of 2026; and 2027 has not come
    assert RESUMEN_DIARIO.read(parse_xml(RESUMEN_DIARIO.build(summary).encode())) == summary
