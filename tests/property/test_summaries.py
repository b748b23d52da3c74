"""Any boleta or note that our rules let pass goes into a resumen diario: no error of ours, none of SUNAT's sheet.

SUNAT's side is the simulator's: XPath rows on the XML, blind to what builds it. The remarks that stand are those that
no truthful line can avoid: a discount that touches no tax base (4027), and ISC on goods without IGV (4019).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from onapi.intake import read_json
from onapi.kinds.batch.model import Summary, SummaryLine
from onapi.kinds.sale.model import Sale
from onapi.library import Receipt, read
from onapi.library.batches import batch_of
from onapi.library.summary_line import fits_summary, read_for_summary, summary_line
from onapi.rules.rule import Level
from onapi.sign.certificate import Signer
from onapi.simulator.content import findings
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, ONEROUS, OTHER, UNAFFECTED
from onapi.ubl.schema import schema_faults
from onapi.values.moment import LIMA
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

Document = dict[str, Any]
Documents = st.SearchStrategy[Document]

GOLDEN = sorted((Path(__file__).parent.parent / "golden" / "sale").glob("*/in.json"))
MOMENTS = (datetime(2026, 11, 22, 10, tzinfo=LIMA), datetime(2027, 1, 5, 10, tzinfo=LIMA))
TOLERANCE = Decimal(5)  # rules 4019 and 4027
MOST = 500
CUSTOMERS = (
    {"tipoDoc": "-", "numDoc": "-", "rznSocial": "CLIENTES VARIOS"},
    {"tipoDoc": "1", "numDoc": "12345678", "rznSocial": "JUANA PÉREZ"},
    {"tipoDoc": "4", "numDoc": "AB-1234", "rznSocial": "JOHN O'NEIL & SONS"},
    {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."},
)
SERIES = {"07": "BC01", "08": "BD01"}
OF_BOLETA = {"tipDocAfectado": "03", "numDocAfectado": "B001-9"}


def as_boleta(document: Document, number: int, on: date, customer: Document) -> Document:
    """The same sale as a boleta, or as a note of one."""
    kept = {name: value for name, value in document.items() if name not in {"formaPago", "cuotas", "fecVencimiento"}}
    doctype = document["tipoDoc"] if document.get("tipoDoc") in SERIES else "03"
    return {
        **kept,
        "tipoDoc": doctype,
        "serie": SERIES.get(doctype, "B001"),
        "correlativo": number,
        "fechaEmision": on.isoformat(),
        "client": document["client"] if document.get("tipoOperacion", "").startswith("02") else customer,
        **(OF_BOLETA if doctype in SERIES else {}),
    }


def sales_of(documents: Sequence[Document], issuer: Party, now: datetime, signer: Signer) -> list[Sale]:
    """Those that SUNAT would take, as their kept XML tells them."""
    receipts = [read(document, issuer=issuer, now=now) for document in documents]
    return [read_for_summary(receipt.sign(signer).xml) for receipt in receipts if not receipt.errors]


def summary_of(sales: Sequence[Sale], status: str, issuer: Party, now: datetime) -> Receipt:
    lines = [summary_line(sale.id, sale, status) for sale in sales]
    return batch_of("RC", issuer, now.date(), lines, number=1, now=now)


def check(summary: Receipt, sales: Sequence[Sale], signer: Signer) -> None:
    """Everything that a resumen of valid receipts promises."""
    assert summary.errors == ()
    signed = summary.sign(signer)
    root = parse_xml(signed.xml)
    assert schema_faults(signed.xml) == ()
    assert summary.kind.read(root) == summary.document
    found = list(findings(root, "RC"))
    assert [x for x in found if x.is_error] == []
    remarks = {(fault.code, fault.path) for fault in summary.faults if fault.level is Level.OBSERVATION}
    assert sorted(x.code for x in found) == sorted(code for code, _ in remarks)
    assert remarks == unavoidable(summary.document, sales)
    for line, sale in zip(summary.document.lines, sales, strict=True):
        agree(line, sale)


def unavoidable(summary: Summary, sales: Sequence[Sale]) -> set[tuple[str, str]]:
    """The remarks that the receipts themselves bring along."""
    found: set[tuple[str, str]] = set()
    for n, (line, sale) in enumerate(zip(summary.lines, sales, strict=True)):
        sums = sale.totals
        discount = max(-outside_bases(sale), Decimal(0))
        inside = line.parts - line.total if line.total is not None else Decimal(0)
        if discount and abs(inside) > TOLERANCE:
            assert abs(inside - discount + sums.rounding) <= 1  # of discounts and nothing else
            found.add(("4027", f"/details/{n}/total"))
        excise = line.isc * Decimal("0.18")
        if line.igv and excise > TOLERANCE and _off_rate(line):
            assert not _off_rate(line, without_isc=True)  # ISC of goods that bear no IGV
            found.add(("4019", f"/details/{n}/mtoIGV"))
    return found


def outside_bases(sale: Sale) -> Decimal:
    """What is put on the price beside all bases: total value of sale and its parts tell what they leave out."""
    sums = sale.totals
    bases = sum((sums.base(code) for code in ONEROUS), Decimal(0))
    advances = sum((charge.amount for charge in sale.charges if charge.code in {"04", "05", "06"}), Decimal(0))
    return sums.charges - sums.allowances + sums.line_extension - bases - advances


def _off_rate(line: SummaryLine, *, without_isc: bool = False) -> bool:
    base = line.taxed + (Decimal(0) if without_isc else line.isc)
    rates = [Decimal(rate) for rate in ("18", "15", "10.5", "10")]
    return all(abs(line.igv - base * rate / 100) > TOLERANCE for rate in rates)


def agree(line: SummaryLine, sale: Sale) -> None:
    """Each amount is the receipt's own."""
    sums = sale.totals
    assert (line.doctype, line.receipt, line.currency) == (sale.id.doctype, sale.id.label, sale.currency)
    assert (line.total, line.igv, line.ivap) == (sums.payable, sums.tax(IGV), sums.tax(IVAP))
    assert line.taxed == sums.base(IGV) + sums.base(IVAP)
    assert (line.exonerated, line.unaffected) == (sums.base(EXONERATED), sums.base(UNAFFECTED))
    assert line.export == sums.base(EXPORT)
    assert (line.isc, line.icbper, line.other) == (sums.tax(ISC), sums.tax(ICBPER), sums.tax(OTHER))
    free = (line.free, line.free_taxed, line.free_exonerated, line.free_unaffected, line.free_export)
    assert sum(free) == sums.base(FREE)
    assert line.charges == max(outside_bases(sale), Decimal(0))
    assert (line.perception is not None) == (
        sale.perception is not None and sale.id.doctype == "03" and line.status != "2"
    )


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: str(now.year))
@pytest.mark.parametrize("status", ["1", "2", "3"])
def test_every_golden_sale_goes_into_a_summary(status: str, now: datetime, issuer: Party, signer: Signer) -> None:
    cases = [read_json(case.read_bytes()) for case in GOLDEN]
    documents = [as_boleta(case, n, now.date(), CUSTOMERS[n % 3 + 1]) for n, case in enumerate(cases, start=1)]
    sales = sales_of(documents, issuer, now, signer)
    assert len(sales) > len(cases) * 3 // 4  # the rest is what no boleta may be
    assert all(fits_summary(sale.id, sale) for sale in sales)
    check(summary_of(sales, status, issuer, now), sales, signer)


@settings(max_examples=80)
@given(data=st.data())
def test_so_does_any_mixture(data: Any, short_documents: Documents, issuer: Party, signer: Signer) -> None:
    now = data.draw(st.sampled_from(MOMENTS))
    status = data.draw(st.sampled_from("123"))
    drawn = data.draw(st.lists(st.tuples(short_documents, st.sampled_from(CUSTOMERS)), min_size=1, max_size=8))
    documents = [as_boleta(document, n, now.date(), customer) for n, (document, customer) in enumerate(drawn, 1)]
    sales = sales_of(documents, issuer, now, signer)
    event(f"{len(sales)} sales")
    if sales:
        check(summary_of(sales, status, issuer, now), sales, signer)


def test_five_hundred_fit(issuer: Party, now: datetime, signer: Signer) -> None:
    """A full summary, of receipts that stand for many: each kept one under many numbers."""
    cases = [read_json(case.read_bytes()) for case in GOLDEN]
    documents = [as_boleta(case, n, now.date(), CUSTOMERS[1]) for n, case in enumerate(cases, start=1)]
    few = sales_of(documents, issuer, now, signer)
    sales = [
        replace(sale, id=replace(sale.id, number=n)) for n, sale in zip(range(1, MOST + 1), cycle(few), strict=False)
    ]
    check(summary_of(sales, "1", issuer, now), sales, signer)
