"""What a printed factura, boleta or note shows."""

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from onapi.facts.catalog import catalog
from onapi.kinds.kind import PrintContext
from onapi.kinds.sale.blocks import CREDIT
from onapi.kinds.sale.model import CREDIT_NOTE, Line, Sale
from onapi.page.data import Box, Column, Field, Instalment, Page, Stamp, Total
from onapi.page.people import issuer_of, party_box
from onapi.page.words import CURRENCIES
from onapi.tax.charge import CHARGE_ON_BASE, DISCOUNT_ON_BASE, RETENTION, sum_of
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.money import plain

_HEADINGS = {
    "01": "FACTURA ELECTRÓNICA",
    "03": "BOLETA DE VENTA ELECTRÓNICA",
    "07": "NOTA DE CRÉDITO ELECTRÓNICA",
    "08": "NOTA DE DÉBITO ELECTRÓNICA",
}
_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
_COLUMNS = (
    Column("Cant.", "right"),
    Column("Unidad"),
    Column("Código"),
    Column("Descripción", flex=1, main=True),
    Column("V. unitario", "right"),
    Column("P. unitario", "right"),
    Column("Importe", "right"),
)
_BASES = (
    (IGV, "Op. gravadas"),
    (IVAP, "Op. gravadas con IVAP"),
    (EXONERATED, "Op. exoneradas"),
    (UNAFFECTED, "Op. inafectas"),
    (EXPORT, "Exportación"),
    (FREE, "Op. gratuitas"),
)
_TAXES = ((ISC, "ISC"), (ICBPER, "ICBPER"), (OTHER, "Otros tributos"))
_IN_WORDS = "1000"
_PAPER = Decimal("0.0001")


def page(sale: Sale, context: PrintContext) -> Page:
    """The page of a sale; a template sets it on paper."""
    return Page(
        title=f"{_HEADINGS[sale.id.doctype].capitalize()} {sale.id.label}",
        heading=_HEADINGS[sale.id.doctype],
        number=sale.id.label,
        dated=sale.issue_date,
        issuer=issuer_of(sale.issuer),
        boxes=tuple(_boxes(sale)),
        columns=_COLUMNS,
        rows=tuple(_row(line) for line in sale.lines),
        totals=tuple(_totals(sale)),
        words=next((legend.text for legend in sale.legends if legend.code == _IN_WORDS), ""),
        legends=tuple(legend.text for legend in sale.legends if legend.code != _IN_WORDS),
        instalments=_instalments(sale),
        notes=(sale.remarks,) if sale.remarks else (),
        qr=context.qr,
        digest=context.digest,
        footer=(f"Representación impresa de la {_HEADINGS[sale.id.doctype]}.", context.lookup),
        stamp=cast("Stamp | None", context.stamp),
    )


def _boxes(sale: Sale) -> Iterator[Box]:
    yield party_box("Cliente", sale.customer)
    yield _facts(sale)
    if note := sale.modified:
        reason = catalog("09" if sale.id.doctype == CREDIT_NOTE else "10").get(note.code)
        why = Field("Motivo", f"{note.code} {reason.text}" if reason else note.code)
        yield Box("Modifica", (Field("Documento", note.number), why, Field("Sustento", note.reason)), wide=True)
    if found := sale.detraccion:
        goods = catalog("54").get(found.code)
        what = Field("Bien o servicio", f"{found.code} {goods.text}" if goods else found.code)
        share = Field("Porcentaje", f"{plain(found.percent)} %")
        amount = Field("Monto", f"S/ {found.amount:,.2f}")
        yield Box("Operación sujeta a detracción", (what, share, amount, Field("Cuenta", found.account)), wide=True)


def _facts(sale: Sale) -> Box:
    fields = [
        Field("Emisión", f"{sale.issue_date:%d/%m/%Y}" + (f" {sale.issue_time:%H:%M}" if sale.issue_time else ""))
    ]
    if sale.due_date:
        fields.append(Field("Vencimiento", f"{sale.due_date:%d/%m/%Y}"))
    fields.append(Field("Moneda", CURRENCIES.get(sale.currency, sale.currency).capitalize()))
    if sale.payment:
        fields.append(Field("Forma de pago", "Crédito" if sale.payment.form == CREDIT else "Contado"))
    if sale.purchase_order:
        fields.append(Field("Orden de compra", sale.purchase_order))
    fields.extend(Field("Guía de remisión", guide.number) for guide in sale.guides)
    return Box("Comprobante", tuple(fields))


def _row(line: Line) -> tuple[str, ...]:
    amounts = line.amounts
    return (
        plain(line.quantity),
        line.unit,
        line.product_code,
        line.description + (" (gratuito)" if amounts.tribute == FREE else ""),
        _unit(amounts.unit_value),
        _unit(amounts.unit_price),
        f"{amounts.net:,.2f}",
    )


def _unit(value: Decimal) -> str:
    """Unit amounts on paper: four decimals say enough."""
    return plain(value.quantize(_PAPER), 2)


def _totals(sale: Sale) -> list[Total]:
    sums = sale.totals
    shown = [Total(label, _money(sums.base(code), sale)) for code, label in _BASES if code in sums.tributes]
    rate = next((line.igv_percent for line in sale.lines if line.amounts.tribute in {IGV, IVAP}), None)
    value_added = IVAP if IVAP in sums.tributes else IGV
    if rate is not None:
        name = "IVAP" if value_added == IVAP else "IGV"
        shown.append(Total(f"{name} {plain(rate)} %", _money(sums.tax(value_added), sale)))
    shown.extend(Total(label, _money(sums.tax(code), sale)) for code, label in _TAXES if code in sums.tributes)
    on_base = sum_of(sale.charges, CHARGE_ON_BASE) - sum_of(sale.charges, DISCOUNT_ON_BASE)
    shown = (
        [Total("Descuento global" if on_base < 0 else "Cargo global", _money(on_base, sale))] if on_base else []
    ) + shown
    others = (("Descuentos", -sums.allowances), ("Otros cargos", sums.charges), ("Anticipos", -sums.prepaid))
    shown.extend(
        Total(label, _money(amount, sale)) for label, amount in (*others, ("Redondeo", sums.rounding)) if amount
    )
    shown.append(Total("Importe total", _money(sums.payable, sale), emphasis=True))
    if found := sale.perception:
        shown.append(Total(f"Percepción {plain(found.factor * 100)} %", f"S/ {found.amount:,.2f}"))
        shown.append(Total("Total con percepción", f"S/ {found.total:,.2f}"))
    if retained := sum_of(sale.charges, RETENTION):
        shown.append(Total("Retención del IGV", _money(retained, sale)))
    return shown


def _instalments(sale: Sale) -> tuple[Instalment, ...]:
    parts = sale.payment.instalments if sale.payment else ()
    return tuple(
        Instalment(f"Cuota {n:03}", f"{part.due:%d/%m/%Y}", _money(part.amount, sale))
        for n, part in enumerate(parts, start=1)
    )


def _money(amount: Decimal, sale: Sale) -> str:
    return f"{_SYMBOLS.get(sale.currency, sale.currency)} {amount:,.2f}"
