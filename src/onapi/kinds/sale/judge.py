"""A form in, a complete sale and all its faults out."""

from datetime import datetime

from onapi.kinds.kind import TotalsMode
from onapi.kinds.sale.agreement import contradictions
from onapi.kinds.sale.complete import complete
from onapi.kinds.sale.given import mismatches
from onapi.kinds.sale.model import Sale, SaleForm
from onapi.kinds.sale.rules import RULES
from onapi.rules.check import check
from onapi.rules.rule import Fault, Level
from onapi.values.party import Party


def complete_sale(form: SaleForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Sale:
    """The complete sale; the caller's own amounts stand unless he asked to have them replaced."""
    return complete(form, issuer, now, trust_given=mode is not TotalsMode.REPLACE)


def faults(form: SaleForm, sale: Sale, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule the sale breaks and every given amount that does not agree with its lines."""
    broken = check(sale, RULES[sale.id.doctype], sale.issue_date)
    if mode is not TotalsMode.CHECK or not _has_given(form):
        return broken
    if any(fault.path.startswith("lines") and fault.level is Level.ERROR for fault in broken):
        return broken  # amounts of a broken line cannot be held against anything
    moment = datetime.combine(sale.issue_date, sale.issue_time) if sale.issue_time else _midnight(sale)
    computed = complete(form, sale.issuer, moment, trust_given=False)
    return broken + (tuple(mismatches(form, computed)) or tuple(contradictions(sale)))


def _has_given(form: SaleForm) -> bool:
    return bool(form.given) or any(line.given for line in form.lines)


def _midnight(sale: Sale) -> datetime:
    return datetime.combine(sale.issue_date, datetime.min.time())


__all__ = ["RULES", "complete_sale", "faults"]
