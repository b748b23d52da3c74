"""What a printed batch shows: which receipts it reports, and what of them."""

from typing import Any, cast

from onapi.facts.catalog import catalog
from onapi.kinds.batch.model import REVERSAL, VOIDED, Batch, Summary, SummaryLine, Voided
from onapi.kinds.kind import PrintContext
from onapi.page.data import Box, Column, Field, Page, Stamp
from onapi.page.people import document_label, issuer_of
from onapi.values.identity import ANONYMOUS

_HEADINGS = {VOIDED: "COMUNICACIÓN DE BAJA", REVERSAL: "RESUMEN DE REVERSIONES"}
_SUMMARY_HEADING = "RESUMEN DIARIO"
_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
_SUMMARY_COLUMNS = (
    Column("N.º", "right"),
    Column("Tipo"),
    Column("Comprobante", flex=1, main=True),
    Column("Cliente"),
    Column("Estado"),
    Column("IGV", "right"),
    Column("Total", "right"),
)
_VOIDED_COLUMNS = (
    Column("N.º", "right"),
    Column("Tipo"),
    Column("Comprobante"),
    Column("Motivo", flex=1, main=True),
)
_SHORT = {"01": "Factura", "03": "Boleta", "07": "Nota de crédito", "08": "Nota de débito", "04": "Liquidación"}


def summary_page(summary: Summary, context: PrintContext) -> Page:
    """The page of a resumen diario."""
    return _page(
        summary,
        context,
        heading=_SUMMARY_HEADING,
        columns=_SUMMARY_COLUMNS,
        rows=tuple(_summary_row(line) for line in summary.lines),
    )


def voided_page(voided: Voided, context: PrintContext) -> Page:
    """The page of a comunicación de baja or of a reversión."""
    rows = (
        (str(line.number), _kind(line.doctype), f"{line.series}-{line.correlative}", line.reason)
        for line in voided.lines
    )
    heading = _HEADINGS[voided.id.doctype]
    return _page(voided, context, heading=heading, columns=_VOIDED_COLUMNS, rows=tuple(rows))


def _page(
    batch: Batch[Any],
    context: PrintContext,
    *,
    heading: str,
    columns: tuple[Column, ...],
    rows: tuple[tuple[str, ...], ...],
) -> Page:
    facts = (
        Field("Fecha de envío", f"{batch.issue_date:%d/%m/%Y}"),
        Field("Fecha de los comprobantes", f"{batch.reference_date:%d/%m/%Y}"),
        Field("Comprobantes", str(len(batch.lines))),
    )
    return Page(
        title=f"{heading.capitalize()} {batch.id.label}",
        heading=heading,
        number=batch.id.label,
        dated=batch.issue_date,
        issuer=issuer_of(batch.issuer),
        boxes=(Box("Envío", facts, wide=True),),
        columns=columns,
        rows=rows,
        digest=context.digest,
        footer=(f"Constancia impresa: {heading.lower()}.", context.lookup),
        stamp=cast("Stamp | None", context.stamp),
    )


def _summary_row(line: SummaryLine) -> tuple[str, ...]:
    status = catalog("19").get(line.status)
    customer = line.customer if line.customer and line.customer.id_type != ANONYMOUS else None
    changed = f" (de {line.reference.number})" if line.reference else ""
    symbol = _SYMBOLS.get(line.currency, line.currency)
    return (
        str(line.number),
        _kind(line.doctype),
        line.receipt + changed,
        f"{document_label(customer.id_type)} {customer.id_number}" if customer else "",
        status.text if status else line.status,
        f"{symbol} {line.igv + line.ivap:,.2f}",
        f"{symbol} {line.total:,.2f}" if line.total is not None else "",
    )


def _kind(doctype: str) -> str:
    entry = catalog("01").get(doctype)
    return _SHORT.get(doctype, entry.text if entry else doctype)
