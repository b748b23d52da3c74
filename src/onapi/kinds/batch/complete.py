"""From what was written to a complete batch: its date and number, the issuer as it goes out, and every amount."""

from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from onapi.kinds.batch.amounts import complete_line, day_of
from onapi.kinds.batch.model import Batch, BatchForm, Summary, SummaryForm, Voided, VoidedForm
from onapi.kinds.kind import TotalsMode
from onapi.values.identity import RUC
from onapi.values.moment import in_lima
from onapi.values.party import Party

LONGEST_NAME = 100  # rule 2228

F = TypeVar("F")
L = TypeVar("L")


def complete_summary(form: SummaryForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Summary:
    """The complete resumen diario."""
    issued, reference = _dates(form, now)
    day = day_of(reference)
    lines = tuple(complete_line(n, line, day, mode) for n, line in enumerate(form.lines, start=1))
    return _batch(form, issuer, issued, reference, lines)


def complete_voided(form: VoidedForm, issuer: Party, now: datetime, _mode: TotalsMode = TotalsMode.CHECK) -> Voided:
    """The complete comunicación de baja or reversión; it has no amounts to compute."""
    issued, reference = _dates(form, now)
    return _batch(form, issuer, issued, reference, form.lines)


def _dates(form: BatchForm[F], now: datetime) -> tuple[date, date]:
    """The batch's own day and that of its receipts, which only a form already refused leaves out."""
    issued = date.fromisoformat(form.id.series) if form.id.series else in_lima(now).date()
    return issued, form.reference_date or issued


def _batch(form: BatchForm[F], issuer: Party, issued: date, reference: date, lines: tuple[L, ...]) -> Batch[L]:
    return Batch(
        id=replace(form.id, series=issued.isoformat().replace("-", "")),
        issuer=Party(RUC, issuer.id_number, " ".join(issuer.name.split())[:LONGEST_NAME].rstrip()),
        issue_date=issued,
        reference_date=reference,
        lines=lines,
    )
