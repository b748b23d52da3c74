"""What a printed liquidación de compra shows."""

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from onapi.facts.catalog import catalog
from onapi.kinds.kind import PrintContext
from onapi.kinds.purchase.amounts import igv_of, renta_of
from onapi.kinds.purchase.complete import ELSEWHERE, IN_WORDS
from onapi.kinds.purchase.model import Line, Purchase
from onapi.page.data import Box, Column, Field, Page, Stamp, Total
from onapi.page.figures import currency_name, moment, money, percent, quantity, unit_amount
from onapi.page.people import address_lines, issuer_of, party_box, proof_sentences
from onapi.page.words import words_of
from onapi.tax.tribute import IGV

_HEADING = "LIQUIDACIÓN DE COMPRA ELECTRÓNICA"
_COLUMNS = (
    Column("Cant.", "right", narrow="lead"),
    Column("Unidad", narrow="lead"),
    Column("Código"),
    Column("Descripción", flex=1, main=True),
    Column("V. unitario", "right", narrow="lead", before="\N{MULTIPLICATION SIGN} "),
    Column("P. unitario", "right"),
    Column("Importe", "right", narrow="figure"),
)
_BASES = (
    ("taxed", "Op. gravadas"),
    ("exonerated", "Op. exoneradas"),
    ("unaffected", "Op. inafectas"),
    ("free", "Op. gratuitas"),
)


def page(purchase: Purchase, context: PrintContext) -> Page:
    """The page of a purchase; a template sets it on paper."""
    written = next((legend.text for legend in purchase.legends if legend.code == IN_WORDS), "")
    return Page(
        title=f"{_HEADING.capitalize()} {purchase.id.label}",
        heading=_HEADING,
        number=purchase.id.label,
        dated=purchase.issue_date,
        issuer=issuer_of(purchase.issuer),
        boxes=(_seller(purchase), _facts(purchase), _place(purchase)),
        columns=_COLUMNS,
        rows=tuple(_row(line) for line in purchase.lines),
        totals=tuple(_totals(purchase)),
        words=words_of(written, purchase.totals.payable, purchase.currency),
        legends=tuple(legend.text for legend in purchase.legends if legend.code != IN_WORDS),
        notes=(purchase.remarks,) if purchase.remarks else (),
        qr=context.qr or None,
        digest=context.digest,
        footer=proof_sentences(f"Representación impresa de la {_HEADING}.", context.lookup, context.authorization),
        stamp=cast("Stamp | None", context.stamp),
    )


def _seller(purchase: Purchase) -> Box:
    box = party_box("Vendedor", purchase.seller)
    return Box(box.title, (*box.fields, *_kind_of_place(purchase.domicile)))


def _facts(purchase: Purchase) -> Box:
    operation = catalog("51").get(purchase.operation)
    fields = [
        Field("Emisión", moment(purchase.issue_date, purchase.issue_time)),
        Field("Operación", operation.text if operation else purchase.operation),
        Field("Moneda", currency_name(purchase.currency)),
    ]
    if purchase.purchase_order:
        fields.append(Field("Orden de compra", purchase.purchase_order))
    fields.extend(Field("Guía de remisión", guide.number) for guide in purchase.guides)
    fields.extend(
        Field("Anticipo", f"{advance.number}: {money(advance.total, purchase.currency)}")
        for advance in purchase.advances
    )
    fields.extend(Field("Documento relacionado", other.number) for other in purchase.related)
    return Box("Comprobante", tuple(fields))


def _place(purchase: Purchase) -> Box:
    where = ", ".join(address_lines(purchase.place))
    return Box("Lugar de la operación", (Field("Dirección", where), *_kind_of_place(purchase.place_type)), wide=True)


def _kind_of_place(code: str) -> tuple[Field, ...]:
    """Point of sale, mine, field: worth a word where it is one of them."""
    entry = catalog("60").get(code)
    return (Field("Tipo", entry.text if entry else code),) if code != ELSEWHERE else ()


def _row(line: Line) -> tuple[str, ...]:
    amounts = line.amounts
    facts = "".join(f"\n{attribute.name}: {attribute.value}" for attribute in line.attributes if attribute.value)
    return (
        quantity(line.quantity),
        line.unit,
        line.product_code,
        line.description + ("\nTransferencia a título gratuito" if line.is_free else "") + facts,
        unit_amount(amounts.unit_value),
        unit_amount(amounts.unit_price),
        f"{amounts.net:,.2f}",
    )


def _totals(purchase: Purchase) -> Iterator[Total]:
    """What was bought, what the buyer keeps for SUNAT, what the seller receives."""
    sums = purchase.totals

    def row(label: str, amount: Decimal) -> Total:
        return Total(label, money(amount, purchase.currency))

    yield from (row(label, getattr(sums, name)) for name, label in _BASES if getattr(sums, name))
    if declared := sums.line_extension - sums.taxed - sums.exonerated - sums.unaffected:
        yield row("Valor de los anticipos", declared)
    yield row("Valor de venta", sums.line_extension)
    rate = next((line.igv_percent for line in purchase.lines if line.amounts.tribute == IGV), None)
    if rate is not None:
        yield row(f"IGV {percent(rate)}", sums.tax_inclusive - sums.line_extension - sums.other)
    if sums.other:
        yield row("Otros tributos", sums.other)
    yield row("Subtotal", sums.tax_inclusive)
    kept = (
        ("IGV retenido", igv_of(purchase.lines)),
        ("Retención de renta", renta_of(purchase.lines)),
        ("Otros tributos retenidos", sums.other),
        ("Anticipos", sums.prepaid),
    )
    yield from (row(label, -amount) for label, amount in kept if amount)
    if sums.rounding:
        yield row("Redondeo", sums.rounding)
    yield Total("Importe neto", money(sums.payable, purchase.currency), emphasis=True)
    if sums.prepaid:
        left = (("IGV por declarar", sums.igv), ("Renta por declarar", sums.renta))
        yield from (row(label, amount) for label, amount in left if amount)
