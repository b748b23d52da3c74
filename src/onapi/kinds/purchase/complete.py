"""From what was written to a complete purchase: defaults, then lines, then advances, then totals."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.facts.rates import rate
from onapi.kinds.kind import TotalsMode
from onapi.kinds.purchase.amounts import DEDUCTIONS, advance_deductions, deduction_base, sum_up
from onapi.kinds.purchase.given import apply_line_amounts, apply_totals
from onapi.kinds.purchase.model import (
    Advance,
    Legend,
    Line,
    LineForm,
    Purchase,
    PurchaseForm,
    PurchaseTotals,
    RentaForm,
)
from onapi.page.words import LARGEST, amount_in_words
from onapi.tax.charge import Charge, complete_charge
from onapi.tax.line import Item, LineAmounts, OtherTax, line_amounts
from onapi.tax.tribute import FREE, affectation
from onapi.values.moment import in_lima
from onapi.values.money import ZERO, to_cents, to_factor
from onapi.values.party import Address, Party

IN_WORDS = "1000"  # catalogue 52
FREE_TRANSFER = "1002"
DOMESTIC = "0501"  # catalogue 51
ELSEWHERE = "05"  # catalogue 60: neither sold, made nor dug there
TAXED = "10"  # catalogue 07
BOUGHT = frozenset({"10", "11", "12", "13", "14", "15", "16", "20", "21", *(str(code) for code in range(30, 38))})

_HUNDRED = Decimal(100)
_FREE_WORDS = "TRANSFERENCIA GRATUITA DE UN BIEN Y/O SERVICIO PRESTADO GRATUITAMENTE"
_NOBODY = Party("", "", "")
_MAIN_OFFICE = "0000"


def complete(form: PurchaseForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Purchase:
    """Fill in and compute everything; the caller's own amounts stand unless he asked to have them replaced."""
    today = in_lima(now)
    issued = form.issue_date or today.date()
    trusted = mode is not TotalsMode.REPLACE
    lines = tuple(_line(n, line, form, issued, trusted=trusted) for n, line in enumerate(form.lines, start=1))
    advances = tuple(
        Advance(x.doctype, x.number, to_cents(x.total), x.issuer or issuer.id_number, x.paid) for x in form.advances
    )
    deductions = _deductions(form, lines, advances)
    computed = sum_up(lines, deductions, advances, to_cents(form.rounding or ZERO))
    sums = apply_totals(computed, form.given, lines) if trusted else computed
    seller = form.seller or _NOBODY
    return Purchase(
        id=form.id,
        issuer=issuer,
        seller=replace(seller, address=_outside(seller.address)),
        domicile=form.domicile or ELSEWHERE,
        place=_outside(form.place or Address()),
        place_type=form.place_type or ELSEWHERE,
        issue_date=issued,
        issue_time=form.issue_time or (None if form.issue_date else today.time().replace(microsecond=0)),
        operation=form.operation or DOMESTIC,
        currency=form.currency,
        lines=lines,
        deductions=deductions,
        totals=sums,
        legends=_legends(form.legends, lines, sums, form.currency),
        advances=advances,
        guides=form.guides,
        related=form.related,
        purchase_order=form.purchase_order,
        remarks=form.remarks,
        given=form.given if trusted else {},
    )


def _outside(address: Address) -> Address:
    """A place that is no establishment of a taxpayer."""
    return replace(address, establishment=_MAIN_OFFICE)


def _line(number: int, form: LineForm, purchase: PurchaseForm, issued: date, *, trusted: bool) -> Line:
    item = _item(form, issued)
    amounts = line_amounts(item)
    renta_percent, renta = _renta(form.renta, purchase.renta_percent, amounts)
    line = Line(
        number=number,
        quantity=item.quantity,
        unit=form.unit,
        description=form.description,
        affectation=form.affectation,
        igv_percent=_igv_percent(form, issued),
        amounts=amounts,
        renta_percent=renta_percent,
        renta_base=amounts.net if renta_percent else ZERO,
        renta=renta,
        other_percent=_other_percent(form.other_tax, amounts),
        product_code=form.product_code,
        sunat_code=form.sunat_code,
        attributes=form.attributes,
    )
    return apply_line_amounts(line, form.given) if trusted else line


def _item(line: LineForm, issued: date) -> Item:
    """What tax needs of a line; a rate below zero is for the rules to refuse, not to divide by."""
    known = _known(line.affectation)
    free = affectation(known).tribute == FREE
    other = line.other_tax
    return Item(
        quantity=line.quantity or ZERO,
        affectation=known,
        igv_percent=max(_igv_percent(line, issued), ZERO),
        unit_value=line.reference_value if free and line.reference_value else line.unit_value,
        unit_price=line.unit_price,
        is_free=free,
        other=replace(other, percent=max(other.percent, ZERO)) if other else None,
    )


def _known(code: str) -> str:
    """An affectation that can be computed with; the rules say what is wrong with another."""
    return code if code in BOUGHT and is_listed("07", code) else TAXED


def _igv_percent(line: LineForm, issued: date) -> Decimal:
    """The rate of a line; the law's of that day unless the caller says another."""
    taxed = affectation(_known(line.affectation)).is_taxed
    if line.igv_percent is not None and (line.igv_percent or not taxed):
        return line.igv_percent
    return rate("igv", issued).value if taxed else ZERO


def _renta(form: RentaForm | None, default: Decimal | None, amounts: LineAmounts) -> tuple[Decimal, Decimal]:
    """Rate and amount of what is withheld; nothing is where nothing is paid (rules 2464, 4345)."""
    if amounts.tribute == FREE:
        return ZERO, ZERO
    said = form or RentaForm(default)
    if said.percent:
        return said.percent, to_cents(amounts.net * said.percent / _HUNDRED)
    if said.amount and amounts.net:
        return to_factor(said.amount / amounts.net * _HUNDRED), to_cents(said.amount)
    return ZERO, ZERO


def _other_percent(tax: OtherTax | None, amounts: LineAmounts) -> Decimal:
    """The rate of another tax; where only its amount is known, the rate that leads there (rule 3109)."""
    if tax is None or not amounts.other:
        return tax.percent if tax is not None and tax.percent < ZERO else ZERO
    return tax.percent or (to_factor(amounts.other / amounts.other_base * _HUNDRED) if amounts.other_base else ZERO)


def _deductions(form: PurchaseForm, lines: tuple[Line, ...], advances: tuple[Advance, ...]) -> tuple[Charge, ...]:
    said = any(charge.code in DEDUCTIONS for charge in form.deductions)
    forms = form.deductions if said else form.deductions + advance_deductions(lines, advances)
    return tuple(complete_charge(charge, deduction_base(charge.code, lines)) for charge in forms)


def _legends(
    given: tuple[Legend, ...], lines: tuple[Line, ...], sums: PurchaseTotals, currency: str
) -> tuple[Legend, ...]:
    """The caller's legends as they stand, then those that the purchase itself asks for and he did not write."""
    wanted = [Legend(FREE_TRANSFER, _FREE_WORDS)] if any(line.is_free for line in lines) else []
    if ZERO <= sums.payable <= LARGEST:
        wanted.insert(0, Legend(IN_WORDS, amount_in_words(sums.payable, currency)))
    written = {legend.code for legend in given}
    return (*given, *(legend for legend in wanted if legend.code not in written))
