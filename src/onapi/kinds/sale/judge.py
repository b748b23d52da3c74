"""A form in, a complete sale and all its faults out."""

from collections.abc import Iterator
from datetime import datetime

from onapi.kinds.kind import TotalsMode
from onapi.kinds.sale.agreement import contradictions
from onapi.kinds.sale.blocks import Payment
from onapi.kinds.sale.complete import complete
from onapi.kinds.sale.given import mismatches
from onapi.kinds.sale.model import Sale, SaleForm
from onapi.kinds.sale.rules import ARITHMETIC, RULES
from onapi.rules.check import check
from onapi.rules.rule import Fault, Level
from onapi.values.party import Party

_REMARK = Level.OBSERVATION


def complete_sale(form: SaleForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Sale:
    """The complete sale; the caller's own amounts stand unless he asked to have them replaced."""
    return complete(form, issuer, now, trust_given=mode is not TotalsMode.REPLACE)


def faults(form: SaleForm, sale: Sale, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule the sale breaks and every given amount that does not agree with its lines."""
    broken = check(sale, RULES[sale.id.doctype], sale.issue_date) + tuple(_without_place(form, sale))
    if mode is not TotalsMode.CHECK or not _has_given(form):
        return broken
    others = tuple(fault for fault in broken if not _is_arithmetic(fault))
    if any(fault.path.startswith("lines") and fault.level is Level.ERROR for fault in others):
        return others  # amounts of a broken line cannot be held against anything
    moment = datetime.combine(sale.issue_date, sale.issue_time) if sale.issue_time else _midnight(sale)
    computed = complete(form, sale.issuer, moment, trust_given=False)
    wrong = tuple(mismatches(form, computed)) or tuple(contradictions(sale))
    return others + wrong if wrong else broken


def _without_place(form: SaleForm, sale: Sale) -> Iterator[Fault]:
    """Blocks that were written and that this kind's XML has no place for: told, so that nobody counts on them."""
    if form.payment is not None and sale.payment is None and form.payment != Payment():
        yield Fault("no_place", "payment", "Este comprobante no lleva forma de pago; no se tomó en cuenta.", _REMARK)
    if not sale.is_note:
        return
    for name in ("advances", "detraccion", "perception"):
        if getattr(form, name):
            yield Fault("no_place", name, "Una nota no lleva este bloque; quítelo y descuéntelo de las líneas.")


def _is_arithmetic(fault: Fault) -> bool:
    """Told better by what we computed; a charge that has nothing to change (3277) is none of it."""
    return fault.code in ARITHMETIC and not fault.path.endswith(".code")


def _has_given(form: SaleForm) -> bool:
    return bool(form.given) or any(line.given for line in form.lines)


def _midnight(sale: Sale) -> datetime:
    return datetime.combine(sale.issue_date, datetime.min.time())


__all__ = ["RULES", "complete_sale", "faults"]
