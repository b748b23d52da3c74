"""A boleta or note as a line of a resumen diario: what is told of it, and from where."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.batch.model import PerceptionForm, Reference, SummaryLineForm
from onapi.kinds.sale.blocks import Modified
from onapi.kinds.sale.model import Sale
from onapi.library import read
from onapi.library.summary_line import fits_summary, read_for_summary, summary_line
from onapi.sign.certificate import Signer
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Party

IN_2027 = datetime(2027, 1, 5, 10, tzinfo=LIMA)
BOLETA = {
    "tipoDoc": "03",
    "serie": "B001",
    "correlativo": 7,
    "client": {"tipoDoc": "1", "numDoc": "12345678", "rznSocial": "JUANA PÉREZ"},
}
OF_BOLETA = {"tipDocAfectado": "03", "numDocAfectado": "B001-9", "desMotivo": "POR ERROR"}
NOTE = BOLETA | {"tipoDoc": "07", "serie": "BC01", "codMotivo": "07", **OF_BOLETA}
LINE = {"descripcion": "X", "cantidad": 2, "mtoValorUnitario": 100}


def sale_of(document: dict[str, Any], issuer: Party, now: datetime, *details: dict[str, Any]) -> Sale:
    receipt = read(document | {"details": list(details) or [LINE]}, issuer=issuer, now=now)
    assert receipt.errors == ()
    sale: Sale = receipt.document
    return sale


def told(sale: Sale, status: str = "1") -> SummaryLineForm:
    return summary_line(sale.id, sale, status)


def test_a_boleta_is_told_by_its_own_amounts(issuer: Party, now: datetime) -> None:
    assert told(sale_of(BOLETA, issuer, now)) == SummaryLineForm(
        "03",
        "B001-7",
        "1",
        Party("1", "12345678", "JUANA PÉREZ"),
        given={"total": Decimal("236.00"), "igv": Decimal("36.00"), "taxed": Decimal("200.00")},
        is_held=True,
    )


def test_a_note_names_what_it_modifies(issuer: Party, now: datetime) -> None:
    line = told(sale_of(NOTE, issuer, now))
    assert (line.doctype, line.receipt, line.reference) == ("07", "BC01-7", Reference("03", "B001-9"))


def test_every_kind_of_value_and_tax_has_its_name(issuer: Party, now: datetime) -> None:
    sale = sale_of(
        BOLETA | {"tipoMoneda": "USD", "cargos": [{"codTipo": "50", "monto": "4.00"}]},
        issuer,
        now,
        LINE | {"tipSisIsc": "01", "porcentajeIsc": 10},
        LINE | {"tipAfeIgv": "20"},
        LINE | {"tipAfeIgv": "30"},
        LINE | {"factorIcbper": "0.50", "porcentajeOth": "2.5"},
        {"descripcion": "X", "cantidad": 1, "tipAfeIgv": "21", "mtoValorGratuito": 9},
    )
    line = told(sale)
    assert line.currency == "USD"
    assert line.given == {
        "total": Decimal("905.60"),
        "igv": Decimal("75.60"),
        "taxed": Decimal("400.00"),
        "exonerated": Decimal("200.00"),
        "unaffected": Decimal("200.00"),
        "charges": Decimal("4.00"),
        "isc": Decimal("20.00"),
        "icbper": Decimal("1.00"),
        "other": Decimal("5.00"),
        "free": Decimal("9.00"),
    }


def test_rice_and_exports_are_told_apart(issuer: Party, now: datetime) -> None:
    rice = told(sale_of(BOLETA, issuer, now, LINE | {"tipAfeIgv": "17"}))
    assert rice.given == {"total": 208, "igv": 0, "taxed": 200, "ivap": 8}
    abroad = {"tipoOperacion": "0200", "client": {"tipoDoc": "0", "numDoc": "US1", "rznSocial": "BUYER"}}
    export = told(sale_of(BOLETA | abroad, issuer, now, LINE | {"tipAfeIgv": "40"}))
    assert export.given == {"total": 200, "igv": 0, "export": 200}


def test_discounts_after_tax_lessen_the_charges_after_tax_and_no_more(issuer: Party, now: datetime) -> None:
    def charges(discount: str) -> Decimal | None:
        more = {"cargos": [{"codTipo": "50", "monto": "9"}], "descuentos": [{"codTipo": "03", "monto": discount}]}
        return told(sale_of(BOLETA | more, issuer, now)).given.get("charges")

    assert [charges(discount) for discount in ("2", "9", "30")] == [Decimal("7.00"), None, None]


def test_charges_upon_a_base_that_no_tax_has_are_charges(issuer: Party, now: datetime) -> None:
    """Catalogue 53 counts 49 and 02 into the base of IGV; exonerated goods have none."""
    charge = {"cargos": [{"codTipo": "49", "monto": "9"}]}
    exonerated = told(sale_of(BOLETA | charge, issuer, now, LINE | {"tipAfeIgv": "20"})).given
    assert exonerated == {"total": 209, "igv": 0, "exonerated": 200, "charges": 9}
    assert "charges" not in told(sale_of(BOLETA | charge, issuer, now)).given


@pytest.mark.parametrize(
    ("customer", "line"),
    [
        (Party("-", "-", "CLIENTES VARIOS"), Party("-", "-", "CLIENTES VARIOS")),
        (Party("-", "", ""), Party("-", "-", "")),
        (Party("", "", "X"), Party("-", "-", "")),
        (Party("1", "12345678", " A\nB\tC "), Party("1", "12345678", "A B C")),
    ],
)
def test_a_customer_is_told_with_a_dash_for_what_is_missing(
    customer: Party, line: Party, issuer: Party, now: datetime
) -> None:
    assert told(replace(sale_of(BOLETA, issuer, now), customer=customer)).customer == line


def test_free_goods_and_the_rate_are_told_as_their_day_wants_it(issuer: Party, now: datetime) -> None:
    free = [
        {"descripcion": "X", "cantidad": 1, "tipAfeIgv": code, "mtoValorGratuito": worth}
        for code, worth in (("11", 1), ("15", 2), ("21", 4), ("31", 8), ("37", 16))
    ]
    before = told(sale_of(BOLETA, issuer, now, LINE, *free))
    assert (before.given["free"], before.igv_percent) == (Decimal(31), None)
    after = told(sale_of(BOLETA, issuer, IN_2027, LINE, *free))
    assert after.igv_percent == 18
    names = ("free_taxed", "free_exonerated", "free_unaffected")
    assert {name: after.given[name] for name in names} == dict(zip(names, (3, 4, 24), strict=True))
    assert "free" not in after.given


def test_free_kinds_come_to_the_total_of_the_receipt(issuer: Party) -> None:
    """A caller's own total may differ from its lines by what SUNAT allows."""
    free = [{"descripcion": "X", "cantidad": 1, "tipAfeIgv": c, "mtoValorGratuito": 9} for c in ("11", "31", "31")]
    sale = sale_of(BOLETA | {"mtoOperGratuitas": "27.60"}, issuer, IN_2027, LINE, *free)
    given = told(sale).given
    assert (given["free_taxed"], given["free_unaffected"]) == (Decimal(9), Decimal("18.60"))


def test_a_receipt_without_igv_names_no_rate(issuer: Party) -> None:
    assert told(sale_of(BOLETA, issuer, IN_2027, LINE | {"tipAfeIgv": "20"})).igv_percent is None


def test_a_percepcion_is_told_by_its_regime_but_not_in_a_change(issuer: Party, now: datetime) -> None:
    sale = sale_of(BOLETA | {"perception": {"codReg": "52"}}, issuer, now)
    told_so = PerceptionForm("02", Decimal(1), Decimal("236.00"), Decimal("2.36"), Decimal("238.36"))
    assert [told(sale, status).perception for status in "123"] == [told_so, None, told_so]


def test_a_kept_xml_gives_the_same_line(issuer: Party, now: datetime, signer: Signer) -> None:
    for moment in (now, IN_2027):
        for document in (BOLETA, NOTE, NOTE | {"tipoDoc": "08", "serie": "BD01", "codMotivo": "02"}):
            receipt = read(document | {"details": [LINE]}, issuer=issuer, now=moment)
            kept = read_for_summary(receipt.sign(signer).xml)
            assert bool(kept.lines) == (moment is IN_2027)
            assert told(kept) == told(receipt.document)


def test_what_a_summary_takes(issuer: Party, now: datetime) -> None:
    boleta, note = sale_of(BOLETA, issuer, now), sale_of(NOTE, issuer, now)
    penalty = sale_of(
        {**NOTE, "tipoDoc": "08", "serie": "BD01", "codMotivo": "03", "tipDocAfectado": "-", "numDocAfectado": ""},
        issuer,
        now,
    )
    zero, ticket, voucher = (
        replace(note, modified=Modified("07", "X", *of)) for of in (("03", "B001-0"), ("12", "C1-5"), ("13", "C1-5"))
    )
    assert all(fits_summary(sale.id, sale) for sale in (boleta, note, ticket))
    assert not any(fits_summary(sale.id, sale) for sale in (penalty, zero, voucher))
    series = {"B001": True, "0012": True, "EB01": False}
    assert {name: fits_summary(ReceiptId("20000000001", "03", name, 1), boleta) for name in series} == series
    for factura in ("F001", "0001"):
        assert not fits_summary(ReceiptId("20000000001", "01", factura, 1), note)


def test_a_penalty_that_modifies_nothing_has_no_reference(issuer: Party, now: datetime) -> None:
    sale = replace(sale_of(NOTE, issuer, now), modified=Modified("10", "X", "-", ""))
    assert told(sale, "3").reference is None
