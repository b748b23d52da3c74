"""Complete batches in the public vocabulary: the JSON that somebody would have written for them."""

from collections.abc import Mapping
from typing import Any

from onapi.intake.batch.fields import AMOUNTS
from onapi.intake.said import compact, said_company
from onapi.kinds.batch.model import Batch, Perception, Summary, SummaryLine, Voided, VoidedLine

_ALWAYS = frozenset({"total", "igv"})
_AMOUNTS = tuple((names[0], ours, ours in _ALWAYS) for names, ours, _, _ in AMOUNTS)


def write_summary(summary: Summary) -> dict[str, Any]:
    """The JSON of a resumen diario."""
    currency = summary.lines[0].currency if summary.lines else ""
    return compact(
        {
            **_head(summary, "fecResumen"),
            "moneda": currency,
            "details": [_summary_line(line, currency) for line in summary.lines],
        }
    )


def write_voided(voided: Voided) -> dict[str, Any]:
    """The JSON of a comunicación de baja or of a reversión."""
    return compact({**_head(voided, "fecComunicacion"), "details": [_voided_line(line) for line in voided.lines]})


def _head(batch: Batch[Any], dated: str) -> Mapping[str, Any]:
    return {
        "tipoDoc": batch.id.doctype,
        "fecGeneracion": batch.reference_date.isoformat(),
        dated: batch.issue_date.isoformat(),
        "correlativo": str(batch.id.number),
        "company": said_company(batch.issuer),
    }


def _voided_line(line: VoidedLine) -> dict[str, Any]:
    return compact(
        {
            "tipoDoc": line.doctype,
            "serie": line.series,
            "correlativo": line.correlative,
            "desMotivoBaja": line.reason,
        }
    )


def _summary_line(line: SummaryLine, currency: str) -> dict[str, Any]:
    changed, customer = line.reference, line.customer
    return compact(
        {
            "tipoDoc": line.doctype,
            "serieNro": line.receipt,
            "estado": line.status,
            "clienteTipo": customer.id_type if customer else "",
            "clienteNro": customer.id_number if customer else "",
            "clienteNombre": customer.name if customer else "",
            "docReferencia": compact({"tipoDoc": changed.doctype, "nroDoc": changed.number}) if changed else None,
            "moneda": line.currency if line.currency != currency else "",
            "porcentajeIgv": line.igv_percent,
            **_amounts(line),
            "percepcion": _perception(line.perception) if line.perception else None,
        }
    )


def _amounts(line: SummaryLine) -> Mapping[str, Any]:
    """What is not zero; total and IGV always, since they would be computed anew."""
    said = ((name, getattr(line, ours), always) for name, ours, always in _AMOUNTS)
    return {name: value for name, value, always in said if always or value}


def _perception(perception: Perception) -> Mapping[str, Any]:
    return {
        "codReg": perception.regime,
        "tasa": perception.percent,
        "mtoBase": perception.base,
        "mto": perception.amount,
        "mtoTotal": perception.total,
    }
