"""From what was written to a complete withholding: rate, payments, amounts, then totals, in that order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from onapi.facts.catalog import catalog
from onapi.facts.rates import rate
from onapi.kinds.kind import TotalsMode
from onapi.kinds.withholding.model import (
    RETENTION,
    SOLES,
    Given,
    Line,
    LineForm,
    Payment,
    PaymentForm,
    Withholding,
    WithholdingForm,
    counts,
)
from onapi.values.moment import in_lima
from onapi.values.money import ZERO, to_cents
from onapi.values.party import Party

_CATALOGUES = {"20": "23", "40": "22"}
_RATES = {"20": "retencion", "40": "percepcion"}
_HUNDRED = Decimal(100)
Places = tuple[tuple[int, int], ...]  # for each complete line: which line and which payment of it were written


def complete(form: WithholdingForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Withholding:
    """Fill in and compute everything. The caller's own amounts stand unless he asked to have them replaced."""
    given_stands = mode is not TotalsMode.REPLACE
    today = in_lima(now)
    issued = form.issue_date or today.date()
    said = form.percent if given_stands else None
    percent = said if said is not None else percent_of(form, issued)
    lines = _lines(form, percent, given_stands=given_stands)
    counted = [line for line in lines if counts(line.doctype, form.id.doctype)]
    given = form.given if given_stands else {}
    rounding = form.rounding or ZERO
    return Withholding(
        id=form.id,
        issuer=issuer,
        receiver=form.receiver,
        issue_date=issued,
        issue_time=form.issue_time or (None if form.issue_date else today.time().replace(microsecond=0)),
        regime=form.regime,
        percent=percent,
        lines=lines,
        withheld=given.get("withheld", sum((line.withheld or ZERO for line in counted), ZERO)),
        settled=given.get("settled", sum((line.net or ZERO for line in counted), ZERO) + rounding),
        rounding=rounding,
        remarks=form.remarks,
        exceptional=form.exceptional,
    )


def listed_percent(doctype: str, regime: str) -> Decimal | None:
    """The percentage that SUNAT's catalogue gives a regime; None for a regime it does not have."""
    entry = catalog(_CATALOGUES[doctype]).get(regime)
    return Decimal(entry.extra["percent"]) if entry else None


def percent_of(form: WithholdingForm, issued: date) -> Decimal:
    """The rate of the regime on the day of issue; where the law has none any more, the catalogue's; else zero."""
    try:
        return rate(f"{_RATES[form.id.doctype]}_{form.regime}", issued).value
    except KeyError:
        return listed_percent(form.id.doctype, form.regime) or ZERO


def places(form: WithholdingForm) -> Places:
    """Where each complete line comes from."""
    return tuple((n, m) for n, line in enumerate(form.lines) for m in range(max(1, len(line.payments))))


def exact_amounts(line: Line, percent: Decimal) -> tuple[Decimal, Decimal] | None:
    """What is withheld from a payment and the payment itself, in soles, unrounded; None where a part is missing."""
    payment = line.payment
    if payment is None or not payment.amount or not percent:
        return None
    worth = Decimal(1) if line.currency == SOLES else line.exchange.rate if line.exchange else None
    if not worth:
        return None
    paid = payment.amount * worth
    return paid * percent / _HUNDRED, paid


def net_of(paid: Decimal, withheld: Decimal, doctype: str) -> Decimal:
    """What changes hands: less what is retained, or with what is perceived."""
    return paid - withheld if doctype == RETENTION else paid + withheld


def automatic_numbers(documents: tuple[str, ...], taken: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """A payment number for each document named, in order: the first that SUNAT has not seen with it here.

    SUNAT compares document and payment number written together (rule 2626), so F001-1 with 11 is F001-11 with 1.

    >>> automatic_numbers(("F001-1", "F001-2", "F001-1"))
    ('1', '1', '2')
    """
    seen = set(taken)
    found = []
    for document in documents:
        number = 1
        while f"{document}{number}" in seen:
            number += 1
        seen.add(f"{document}{number}")
        found.append(str(number))
    return tuple(found)


def _lines(form: WithholdingForm, percent: Decimal, *, given_stands: bool) -> tuple[Line, ...]:
    drafts = [(n, _amounts(line, form.id.doctype, percent)) for n, line in _numbered(form)]
    found: list[Line] = []
    for n, together in groupby(drafts, key=lambda draft: draft[0]):
        parts = [line for _, line in together]
        given = form.lines[n].given if given_stands else {}
        found.extend(_with_given(parts, given, form.id.doctype))
    return tuple(found)


def _numbered(form: WithholdingForm) -> Iterator[tuple[int, Line]]:
    """Each payment with its document, without amounts; and which line it was written in."""
    written = [(n, line, payment) for n, line in enumerate(form.lines) for payment in line.payments or (None,)]
    wanted = [(line.number, payment.number) for _, line, payment in written if payment is not None]
    taken = frozenset(f"{document}{number}" for document, number in wanted if number)
    free = iter(automatic_numbers(tuple(document for document, number in wanted if not number), taken))
    for n, line, payment in written:
        number = "" if payment is None else payment.number or next(free)
        yield n, _line(line, payment, number)


def _line(form: LineForm, payment: PaymentForm | None, number: str) -> Line:
    paid = () if payment is None else (Payment(number, payment.amount, payment.currency or form.currency, payment.day),)
    return Line(
        doctype=form.doctype,
        number=form.number,
        issue_date=form.issue_date,
        currency=form.currency,
        total=form.total,
        payments=paid,
        withheld_on=form.withheld_on,
        exchange=form.exchange,
    )


def _amounts(line: Line, doctype: str, percent: Decimal) -> Line:
    exact = exact_amounts(line, percent)
    if line.is_credit_note and (exact is None or line.withheld_on is None):
        return replace(line, withheld_on=None, exchange=None)  # it may go without: then nothing of it is told
    if exact is None:
        return line  # the rules tell what is missing
    withheld = to_cents(exact[0])
    return replace(line, withheld=withheld, net=net_of(to_cents(exact[1]), withheld, doctype))


def _with_given(parts: list[Line], given: Given, doctype: str) -> list[Line]:
    """The payments of one line with the caller's sums: the last payment carries what they differ by."""
    *before, last = parts
    if not given or last.withheld is None or last.net is None:
        return parts
    withheld, net = last.withheld, last.net
    if "withheld" in given:
        withheld = given["withheld"] - sum((part.withheld or ZERO for part in before), ZERO)
        net += net_of(ZERO, withheld - last.withheld, doctype)
    if "net" in given:
        net = given["net"] - sum((part.net or ZERO for part in before), ZERO)
    return [*before, replace(last, withheld=withheld, net=net)]
