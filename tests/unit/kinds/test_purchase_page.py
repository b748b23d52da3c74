"""What a printed liquidación de compra shows."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from onapi.kinds.kind import PrintContext, TotalsMode
from onapi.kinds.purchase import LIQUIDACION
from onapi.kinds.purchase.model import AdvanceForm, Attribute, LineForm, PurchaseForm, Reference
from onapi.page.data import Page
from onapi.page.pdf import render
from onapi.tax.line import OtherTax
from onapi.values.identity import RUC
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=LIMA)
BUYER = Party(RUC, "20000000001", "EMPRESA DE PRUEBA S.A.C.", address=Address("AV. DEMO 123"))
CONTEXT = PrintContext("abc=", "qr", "SIN VALOR FISCAL", "https://example.com")
FORM = PurchaseForm(
    ReceiptId(BUYER.id_number, "04", "L001", 7),
    seller=Party("4", "001234567", "MARÍA ÑAHUI", address=Address("JR. CUSCO 100", district="LIMA")),
    domicile="03",
    place=Address("BALANZA", district="NASCA"),
    lines=(
        LineForm(Decimal(10), "Oro", "GRM", Decimal(10), attributes=(Attribute("6004", "Ley", "12.5"),)),
        LineForm(Decimal(2), "Muestra", reference_value=Decimal(5), affectation="31"),
    ),
    renta_percent=Decimal("1.5"),
)


def _page(form: PurchaseForm) -> Page:
    page: Page = LIQUIDACION.page(LIQUIDACION.complete(form, BUYER, NOW, TotalsMode.CHECK), CONTEXT)
    return page


def _totals(page: Page) -> dict[str, str]:
    return {total.label: total.amount for total in page.totals}


def test_buyer_seller_and_place_stand_in_their_boxes() -> None:
    page = _page(FORM)
    assert (page.heading, page.number, page.issuer.ruc) == (
        "LIQUIDACIÓN DE COMPRA ELECTRÓNICA",
        "L001-7",
        "20000000001",
    )
    seller, facts, place = ({field.label: field.value for field in box.fields} for box in page.boxes)
    assert (seller["Nombre"], seller["Carnet de extranjería"], seller["Tipo"]) == (
        "MARÍA ÑAHUI",
        "001234567",
        "Extracción",
    )
    assert (facts["Operación"], facts["Moneda"]) == ("Compra interna", "Soles (PEN)")
    assert place == {"Dirección": "BALANZA, NASCA"}


def test_the_totals_lead_from_the_value_to_what_is_paid() -> None:
    assert _totals(_page(FORM)) == {
        "Op. gravadas": "S/ 100.00",
        "Op. gratuitas": "S/ 10.00",
        "Valor de venta": "S/ 100.00",
        "IGV 18 %": "S/ 18.00",
        "Subtotal": "S/ 118.00",
        "IGV retenido": "-S/ 18.00",
        "Retención de renta": "-S/ 1.50",
        "Importe neto": "S/ 98.50",
    }
    assert [total.label for total in _page(FORM).totals if total.emphasis] == ["Importe neto"]


def test_what_was_paid_in_advance_is_shown_with_what_is_left_to_declare() -> None:
    form = replace(
        FORM,
        advances=(AdvanceForm("10", "L001-5", Decimal("49.25"), paid=date(2026, 11, 1)),),
        rounding=Decimal("-0.05"),
        lines=(replace(FORM.lines[0], other_tax=OtherTax(Decimal(2))),),
        purchase_order="OC-1",
        guides=(Reference("09", "T001-1"),),
        related=(Reference("99", "C-7"),),
    )
    totals = _totals(_page(form))
    assert totals["Valor de los anticipos"] == "S/ 50.00"
    assert (totals["Anticipos"], totals["Redondeo"], totals["Importe neto"]) == ("-S/ 49.25", "-S/ 0.05", "S/ 49.20")
    assert (totals["IGV por declarar"], totals["Renta por declarar"]) == ("S/ 9.00", "S/ 0.75")
    assert (totals["Otros tributos"], totals["Otros tributos retenidos"]) == ("S/ 2.00", "-S/ 2.00")
    labels = [field.label for field in _page(form).boxes[1].fields]
    assert labels[-4:] == ["Orden de compra", "Guía de remisión", "Anticipo", "Documento relacionado"]


def test_rows_tell_the_facts_of_gold_and_what_is_free() -> None:
    rows = _page(FORM).rows
    assert rows[0] == ("10", "GRM", "", "Oro\nLey: 12.5", "10.00", "11.80", "100.00")
    assert rows[1][3] == "Muestra\nTransferencia a título gratuito"


def test_words_legends_and_footer() -> None:
    page = _page(replace(FORM, remarks="Recogido en chacra", currency="USD"))
    assert page.words == "NOVENTA Y OCHO CON 50/100 DOLARES AMERICANOS"
    assert len(page.legends) == 1
    assert page.notes == ("Recogido en chacra",)
    assert (page.stamp, page.digest, page.qr) == ("SIN VALOR FISCAL", "abc=", "qr")
    assert page.footer[1] == "https://example.com"
    assert _totals(page)["Importe neto"] == "US$ 98.50"


def test_it_can_be_printed() -> None:
    assert render(_page(FORM)).startswith(b"%PDF")
