"""What a printed batch shows: which receipts it reports, and what of them."""

from typing import Any, cast

from onapi.facts.catalog import catalog
from onapi.kinds.batch.model import REVERSAL, VOIDED, Batch, Summary, SummaryLine, Voided
from onapi.kinds.kind import PrintContext
from onapi.page.data import Box, Column, Field, Page, Stamp
from onapi.page.figures import moment, money
from onapi.page.people import document_label, document_name, issuer_of, proof_sentences
from onapi.values.identity import ANONYMOUS

_HEADINGS = {VOIDED: "COMUNICACIÓN DE BAJA", REVERSAL: "RESUMEN DE REVERSIONES"}
_SUMMARY_HEADING = "RESUMEN DIARIO"
_SUMMARY_COLUMNS = (
    Column("N.º", "right", narrow="index"),
    Column("Tipo", narrow="lead"),
    Column("Comprobante", flex=1, main=True),
    Column("Cliente"),
    Column("Estado", narrow="lead"),
    Column("IGV", "right"),
    Column("Total", "right", narrow="figure"),
)
_VOIDED_COLUMNS = (
    Column("N.º", "right", narrow="index"),
    Column("Tipo", narrow="lead"),
    Column("Comprobante", narrow="figure"),
    Column("Motivo", flex=1, main=True),
)
_PARTS = (
    ("Gravadas", "taxed"),
    ("Exoneradas", "exonerated"),
    ("Inafectas", "unaffected"),
    ("Exportación", "export"),
    ("Gratuitas", "free"),
    ("Gratuitas gravadas", "free_taxed"),
    ("Gratuitas exoneradas", "free_exonerated"),
    ("Gratuitas inafectas", "free_unaffected"),
    ("Gratuitas de exportación", "free_export"),
    ("Cargos", "charges"),
    ("IVAP", "ivap"),
    ("ISC", "isc"),
    ("ICBPER", "icbper"),
    ("Otros tributos", "other"),
)


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
        (str(line.number), document_name(line.doctype), f"{line.series}-{line.correlative}", line.reason)
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
        Field("Fecha de envío", moment(batch.issue_date)),
        Field("Fecha de los comprobantes", moment(batch.reference_date)),
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
        footer=proof_sentences(f"Constancia impresa: {heading.lower()}.", context.lookup, context.authorization),
        stamp=cast("Stamp | None", context.stamp),
    )


def _summary_row(line: SummaryLine) -> tuple[str, ...]:
    status = catalog("19").get(line.status)
    customer = line.customer if line.customer and line.customer.id_type != ANONYMOUS else None
    changed = f" (de {line.reference.number})" if line.reference else ""
    return (
        str(line.number),
        document_name(line.doctype),
        "\n".join(part for part in (line.receipt + changed, _parts(line)) if part),
        f"{document_label(customer.id_type)} {customer.id_number}" if customer else "",
        status.text if status else line.status,
        money(line.igv + line.ivap, line.currency),
        money(line.total, line.currency) if line.total is not None else "",
    )


def _parts(line: SummaryLine) -> str:
    """The amounts that make up the total, those that are not zero."""
    told = [f"{name} {amount:,.2f}" for name, field in _PARTS if (amount := getattr(line, field))]
    if line.perception:
        perceived, cashed = money(line.perception.amount, "PEN"), money(line.perception.total, "PEN")
        told.append(f"Percepción {perceived}, con ella {cashed}")
    return " · ".join(told)
