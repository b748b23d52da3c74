"""From what was written to a complete sale: defaults, then lines, then totals, in that order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from onapi.facts.catalog import is_listed
from onapi.facts.rates import rate
from onapi.kinds.sale.given import apply_line_amounts, apply_totals
from onapi.kinds.sale.model import CREDIT, Legend, Line, LineForm, Payment, Sale, SaleForm
from onapi.page.words import LARGEST, amount_in_words
from onapi.tax.charge import CHARGE_ON_BASE, CONSUMPTION, DISCOUNT_ON_BASE, Charge, ChargeForm, complete_charge
from onapi.tax.line import Isc, Item, LineAmounts, OtherTax, line_amounts
from onapi.tax.totals import Totals, totals
from onapi.tax.tribute import EXPORT, FREE, IGV, IVAP, affectation
from onapi.values.identity import ANONYMOUS
from onapi.values.moment import in_lima
from onapi.values.money import ZERO, to_cents, to_factor
from onapi.values.party import Party

IN_WORDS = "1000"  # catalogue 52
TAXED = "10"  # catalogue 07
FREE_TRANSFER = "1002"
IVAP_LEGEND = "2007"

_DEFAULT_OPERATION = "0101"
_LEGEND_TEXTS: Mapping[str, str] = {
    FREE_TRANSFER: "TRANSFERENCIA GRATUITA DE UN BIEN Y/O SERVICIO PRESTADO GRATUITAMENTE",
    IVAP_LEGEND: "OPERACION SUJETA AL IVAP",
}
_NOBODY = Party(ANONYMOUS, ANONYMOUS, "CLIENTES VARIOS")


def complete(form: SaleForm, issuer: Party, now: datetime, *, trust_given: bool = True) -> Sale:
    """Fill in and compute everything. With `trust_given` the caller's own amounts stand where he gave them."""
    today = in_lima(now)
    issued = form.issue_date or today.date()
    lines = tuple(_line(n, line, issued, trust_given=trust_given) for n, line in enumerate(form.lines, start=1))
    computed, charges = _sum_up(form, lines)
    sums = apply_totals(computed, form.given) if trust_given else computed
    return Sale(
        id=form.id,
        issuer=issuer,
        customer=form.customer or _NOBODY,
        issue_date=issued,
        issue_time=form.issue_time or (None if form.issue_date else today.time().replace(microsecond=0)),
        due_date=form.due_date,
        operation=form.operation or _DEFAULT_OPERATION,
        currency=form.currency,
        payment=_payment(form.payment, sums.payable),
        lines=lines,
        charges=charges,
        totals=sums,
        legends=_legends(form.legends, lines, sums, form.currency),
        guides=form.guides,
        related=form.related,
        purchase_order=form.purchase_order,
        remarks=form.remarks,
        given=form.given,
    )


def item_of(line: LineForm, issued: date) -> Item:
    """What tax needs of a line, with its rate and reference value settled."""
    free = is_free(line)
    reference = line.reference_value if free and line.reference_value else line.unit_value
    return Item(
        quantity=line.quantity or ZERO,
        affectation=_known(line.affectation),
        igv_percent=igv_percent(line, issued),
        unit_value=reference,
        unit_price=line.unit_price,
        is_free=free,
        charges=line.charges,
        isc=line.isc,
        bag_tax=line.bag_tax,
        other=line.other_tax,
    )


def is_free(line: LineForm) -> bool:
    """Given away: by its affectation, or, where that leaves it open (17, 40), because it carries a reference value."""
    tribute = affectation(_known(line.affectation)).tribute
    return tribute == FREE or (tribute in {IVAP, EXPORT} and bool(line.reference_value))


def igv_percent(line: LineForm, issued: date) -> Decimal:
    """The rate of a line; the law's of that day unless the caller says another."""
    known = affectation(_known(line.affectation))
    if line.igv_percent is not None and (line.igv_percent or not known.is_taxed):
        return line.igv_percent
    if known.tribute == IVAP:
        return rate("ivap", issued).value
    return rate("igv", issued).value if known.is_taxed else ZERO


def _known(code: str) -> str:
    """An affectation that can be computed with; the rules say what is wrong with an unknown one."""
    return code if is_listed("07", code) else TAXED


def _line(number: int, form: LineForm, issued: date, *, trust_given: bool) -> Line:
    item = item_of(form, issued)
    amounts: LineAmounts = line_amounts(item)
    if trust_given:
        amounts = apply_line_amounts(amounts, form.given)
    return Line(
        number=number,
        quantity=item.quantity,
        unit=form.unit,
        description=form.description,
        affectation=form.affectation,
        igv_percent=item.igv_percent,
        amounts=amounts,
        product_code=form.product_code,
        sunat_code=form.sunat_code,
        gtin=form.gtin,
        isc_system=form.isc.system if form.isc and amounts.isc else "",
        isc_percent=_percent(form.isc, amounts.isc_base, amounts.isc),
        bag_tax=form.bag_tax if form.bag_tax and amounts.icbper else ZERO,
        other_percent=_percent(form.other_tax, amounts.other_base, amounts.other),
    )


def _percent(tax: Isc | OtherTax | None, base: Decimal, amount: Decimal) -> Decimal:
    """The rate of a tax; where only its amount is known, the rate that leads there (rules 3108, 3109)."""
    if tax is None or not amount:
        return ZERO
    return tax.percent or (to_factor(amount / base * 100) if base else ZERO)


def _sum_up(form: SaleForm, lines: tuple[Line, ...]) -> tuple[Totals, tuple[Charge, ...]]:
    amounts = [line.amounts for line in lines]
    percent = next((line.igv_percent for line in lines if line.amounts.tribute in {IGV, IVAP}), ZERO)
    before = totals(amounts, igv_percent=percent)
    charges = tuple(complete_charge(charge, _base(charge, before)) for charge in form.charges)
    return totals(amounts, charges, igv_percent=percent, rounding=to_cents(form.rounding or ZERO)), charges


def _base(charge: ChargeForm, before: Totals) -> Decimal:
    """What a global charge is counted on: what is taxed if it touches the tax base, otherwise the price.

    SUNAT takes 02 and 49 from the taxed value alone (rule 3277); tips (46) are counted on the value.
    """
    if charge.code in {DISCOUNT_ON_BASE, CHARGE_ON_BASE}:
        return before.base(IGV) + before.base(IVAP)
    return before.line_extension if charge.code == CONSUMPTION else before.tax_inclusive


def _payment(payment: Payment, payable: Decimal) -> Payment:
    if payment.form != CREDIT or payment.pending is not None:
        return payment
    summed = sum((instalment.amount for instalment in payment.instalments), ZERO)
    return replace(payment, pending=summed or payable)


def _legends(given: tuple[Legend, ...], lines: tuple[Line, ...], sums: Totals, currency: str) -> tuple[Legend, ...]:
    """The caller's legends and those that the sale itself asks for; the amount in words is ours unless he wrote it."""
    wanted = {IN_WORDS: amount_in_words(sums.payable, currency)} if ZERO <= sums.payable <= LARGEST else {}
    if any(line.amounts.tribute == FREE for line in lines):
        wanted[FREE_TRANSFER] = _LEGEND_TEXTS[FREE_TRANSFER]
    if any(line.amounts.tribute == IVAP for line in lines):
        wanted[IVAP_LEGEND] = _LEGEND_TEXTS[IVAP_LEGEND]
    written = {legend.code: legend.text for legend in given}
    return tuple(Legend(code, text) for code, text in sorted((wanted | written).items()))
