"""A batch held against its rules, and what the caller computed against what follows from the rest."""

from onapi.kinds.batch.amounts import day_of, mismatches
from onapi.kinds.batch.model import REVERSAL, Summary, SummaryForm, Voided, VoidedForm
from onapi.kinds.batch.rules import REVERSAL_RULES, VOIDED_RULES
from onapi.kinds.batch.summary_rules import SUMMARY_RULES
from onapi.kinds.kind import TotalsMode
from onapi.rules.check import check
from onapi.rules.rule import Fault


def summary_faults(form: SummaryForm, summary: Summary, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule that a resumen diario breaks on its receipts' day, and every given amount that does not agree."""
    broken = check(summary, SUMMARY_RULES, summary.reference_date)
    if mode is not TotalsMode.CHECK:
        return broken
    return *broken, *mismatches(form, summary.lines, day_of(summary.reference_date))


def voided_faults(_form: VoidedForm, voided: Voided, _mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule that a comunicación de baja or a reversión breaks."""
    rules = REVERSAL_RULES if voided.id.doctype == REVERSAL else VOIDED_RULES
    return check(voided, rules, voided.reference_date)
