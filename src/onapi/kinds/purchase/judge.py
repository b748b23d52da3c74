"""A form and its purchase in, all faults out."""

from datetime import datetime

from onapi.kinds.kind import TotalsMode
from onapi.kinds.purchase.complete import complete
from onapi.kinds.purchase.given import mismatches
from onapi.kinds.purchase.model import LIQUIDACION, Purchase, PurchaseForm
from onapi.kinds.purchase.rules import ALL_RULES
from onapi.rules.check import check
from onapi.rules.rule import Fault, Level
from onapi.rules.sheet import rules_for

RULES = rules_for(LIQUIDACION, ALL_RULES)


def faults(form: PurchaseForm, purchase: Purchase, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule the purchase breaks and every given amount that does not agree with its lines."""
    broken = check(purchase, RULES, purchase.issue_date)
    if mode is not TotalsMode.CHECK or not (form.given or any(line.given for line in form.lines)):
        return broken
    computed = complete(form, purchase.issuer, _moment(purchase), TotalsMode.REPLACE)
    if any(x.path.startswith("lines") and x.level is Level.ERROR for x in check(computed, RULES, purchase.issue_date)):
        return broken  # amounts of a broken line cannot be held against anything
    return broken + tuple(mismatches(form, computed))


def _moment(purchase: Purchase) -> datetime:
    return datetime.combine(purchase.issue_date, purchase.issue_time or datetime.min.time())
