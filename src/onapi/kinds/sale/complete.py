"""From what was written to a complete sale: defaults, then lines, then totals, then what hangs on the total."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from onapi.facts.catalog import is_listed
from onapi.facts.rates import rate
from onapi.kinds.sale.blocks import CREDIT, Advance, AdvanceForm, Haul, Payment
from onapi.kinds.sale.given import apply_line_amounts, apply_totals
from onapi.kinds.sale.legends import legends
from onapi.kinds.sale.levies import complete_detraccion, complete_perception, operation_of
from onapi.kinds.sale.model import CREDIT_NOTE, DEBIT_NOTE, FACTURA, NOTES, Line, LineForm, Sale, SaleForm
from onapi.tax.charge import (
    ADVANCE_EXONERATED,
    ADVANCE_TAXED,
    ADVANCE_UNAFFECTED,
    ADVANCES,
    CHARGE_ON_BASE,
    CONSUMPTION,
    DISCOUNT_ON_BASE,
    LINE_CHARGE_ON_BASE,
    LINE_DISCOUNT_ON_BASE,
    RETENTION,
    Charge,
    ChargeForm,
    complete_charge,
    sum_of,
)
from onapi.tax.line import Isc, Item, LineAmounts, OtherTax, line_amounts
from onapi.tax.totals import Totals, totals
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, IGV, IVAP, Affectation, affectation
from onapi.values.identity import ANONYMOUS
from onapi.values.moment import in_lima
from onapi.values.money import ZERO, to_cents, to_factor, to_unit
from onapi.values.party import Party

TAXED = "10"  # catalogue 07
RESCHEDULED = "13"  # catalogue 09: a credit note that only moves payments

NRUS = "0113"  # catalogue 51: issuers of the simplified regime, whose boletas carry no IGV


@dataclass(frozen=True, slots=True)
class Law:
    """What a document's kind and operation make of the rates of its lines."""

    without_igv: bool = False
    untaxed_is_zero: bool = False  # rule 3101 of debit notes


_LAW = Law()
_NOBODY = Party(ANONYMOUS, ANONYMOUS, "CLIENTES VARIOS")
_HUNDRED = Decimal(100)


def complete(form: SaleForm, issuer: Party, now: datetime, *, trust_given: bool = True) -> Sale:
    """Fill in and compute everything. With `trust_given` the caller's own amounts stand where he gave them."""
    today = in_lima(now)
    issued = form.issue_date or today.date()
    form = _of_note(form) if form.id.doctype in NOTES else form
    lines = tuple(_line(n, line, form, issued, trust_given=trust_given) for n, line in enumerate(form.lines, start=1))
    computed, charges = _sum_up(form, lines)
    sums = apply_totals(computed, form.given) if trust_given else computed
    detraccion = complete_detraccion(form.detraccion, sums.payable, form.currency)
    perception = complete_perception(form.perception, sums.payable, issued)
    return Sale(
        id=form.id,
        issuer=issuer,
        customer=form.customer or _NOBODY,
        issue_date=issued,
        issue_time=form.issue_time or (None if form.issue_date else today.time().replace(microsecond=0)),
        due_date=form.due_date,
        operation="" if form.id.doctype in NOTES else operation_of(form),
        currency=form.currency,
        payment=_payment(form, sums.payable, charges),
        lines=lines,
        charges=charges,
        totals=sums,
        legends=legends(form, lines, sums, detraccion, perception),
        advances=tuple(_advance(one, issuer) for one in form.advances),
        detraccion=detraccion,
        perception=perception,
        modified=form.modified,
        guides=form.guides,
        related=form.related,
        purchase_order=form.purchase_order,
        remarks=" ".join(form.remarks.split()),
        seller=form.seller,
        delivery=form.delivery,
        carried=form.carried,
        agent=form.agent,
        means=form.means,
        given=form.given,
    )


def _of_note(form: SaleForm) -> SaleForm:
    """A note without the blocks that it has no place for; `judge` tells the caller."""
    if not (form.advances or form.detraccion or form.perception):
        return form
    return replace(form, advances=(), detraccion=None, perception=None)


def item_of(line: LineForm, issued: date, *, law: Law = _LAW) -> Item:
    """What tax needs of a line, with its rate and reference value settled."""
    known = _known(line.affectation)
    free = _is_free(line, known)
    reference = line.reference_value if free and line.reference_value else line.unit_value
    return Item(
        quantity=line.quantity or ZERO,
        affectation=known.code,
        igv_percent=_igv_percent(line, known, issued, law),
        unit_value=reference,
        unit_price=line.unit_price,
        is_free=free,
        charges=line.charges,
        isc=line.isc,
        bag_tax=line.bag_tax,
        other=line.other_tax,
    )


@lru_cache(maxsize=64)
def _law_of(doctype: str, operation: str) -> Law:
    return Law(without_igv=operation == NRUS, untaxed_is_zero=doctype == DEBIT_NOTE)


def _law(form: SaleForm) -> Law:
    return _law_of(form.id.doctype, form.operation)


def _is_free(line: LineForm, known: Affectation) -> bool:
    """Given away: by its affectation, or, where that leaves it open (17, 40), because it carries a reference value."""
    return known.tribute == FREE or (known.tribute in {IVAP, EXPORT} and bool(line.reference_value))


def _igv_percent(line: LineForm, known: Affectation, issued: date, law: Law) -> Decimal:
    """The rate of a line; the law's of that day unless the caller says another."""
    if (law.without_igv and not line.igv_percent) or (law.untaxed_is_zero and not known.is_taxed):
        return ZERO
    if line.igv_percent is not None and (line.igv_percent or not known.is_taxed):
        return line.igv_percent
    if known.tribute == IVAP:
        return rate("ivap", issued).value
    return rate("igv", issued).value if known.is_taxed else ZERO


@lru_cache(maxsize=256)
def _known(code: str) -> Affectation:
    """An affectation that can be computed with; the rules say what is wrong with an unknown one."""
    return affectation(code if is_listed("07", code) else TAXED)


def _line(number: int, form: LineForm, sale: SaleForm, issued: date, *, trust_given: bool) -> Line:
    item = item_of(form, issued, law=_law(sale))
    amounts = line_amounts(item)
    if amounts.charges and sale.id.doctype in NOTES:
        amounts = _folded(amounts, item.quantity)
    if trust_given and form.given:
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
        attributes=form.attributes,
        haul=_haul(form.haul, sale),
    )


def _folded(amounts: LineAmounts, quantity: Decimal) -> LineAmounts:
    """A line of a note, which knows no discounts (rule 3271): those on its base go into its unit value."""
    kept = tuple(
        charge for charge in amounts.charges if charge.code not in {LINE_DISCOUNT_ON_BASE, LINE_CHARGE_ON_BASE}
    )
    value = to_unit(amounts.net / quantity) if quantity else amounts.unit_value
    return replace(amounts, unit_value=value, charges=kept)


def _haul(haul: Haul | None, form: SaleForm) -> Haul | None:
    """The transport, valued by the detracción where the line does not say it."""
    value = form.detraccion.reference_value if form.detraccion else None
    if haul is None or haul.reference_value or not value:
        return haul
    return replace(
        haul,
        reference_value=value,
        effective_load_value=haul.effective_load_value or value,
        nominal_load_value=haul.nominal_load_value or value,
    )


def _percent(tax: Isc | OtherTax | None, base: Decimal, amount: Decimal) -> Decimal:
    """The rate of a tax; where only its amount is known, the rate that leads there (rules 3108, 3109)."""
    if tax is None or not amount:
        return ZERO
    return tax.percent or (to_factor(amount / base * 100) if base else ZERO)


def _sum_up(form: SaleForm, lines: tuple[Line, ...]) -> tuple[Totals, tuple[Charge, ...]]:
    amounts = [line.amounts for line in lines]
    percent = next((line.igv_percent for line in lines if line.amounts.tribute in {IGV, IVAP}), ZERO)
    rounding = to_cents(form.rounding or ZERO)
    before = totals(amounts, igv_percent=percent, rounding=rounding)
    if not form.charges and not form.advances:
        return before, ()
    written = (*form.charges, *_charges_of_advances(form, lines, percent))
    charges = tuple(complete_charge(charge, _base(charge, before)) for charge in written)
    prepaid = to_cents(sum((advance.total for advance in form.advances), ZERO))
    return totals(amounts, charges, igv_percent=percent, rounding=rounding, prepaid=prepaid), charges


def _charges_of_advances(form: SaleForm, lines: tuple[Line, ...], percent: Decimal) -> tuple[ChargeForm, ...]:
    """Each advance as a discount on what it was paid for, unless the caller wrote these discounts (rule 3287)."""
    if any(charge.code in ADVANCES for charge in form.charges):
        return ()
    tributes = {line.amounts.tribute for line in lines}
    if tributes & {IGV, IVAP}:
        share = 1 + percent / _HUNDRED
        return tuple(_whole(ADVANCE_TAXED, to_cents(advance.total / share)) for advance in form.advances)
    code = ADVANCE_EXONERATED if EXONERATED in tributes else ADVANCE_UNAFFECTED
    return tuple(_whole(code, to_cents(advance.total)) for advance in form.advances)


def _whole(code: str, amount: Decimal) -> ChargeForm:
    return ChargeForm(code, amount=amount, base=amount, factor=Decimal(1))


def _base(charge: ChargeForm, before: Totals) -> Decimal:
    """What a global charge is counted on: what is taxed if it touches the tax base, otherwise the price.

    SUNAT takes 02 and 49 from the taxed value alone (rule 3277); tips (46) are counted on the value.
    """
    if charge.code in {DISCOUNT_ON_BASE, CHARGE_ON_BASE}:
        return before.base(IGV) + before.base(IVAP)
    return before.line_extension if charge.code == CONSUMPTION else before.tax_inclusive


def _advance(form: AdvanceForm, issuer: Party) -> Advance:
    return Advance(form.doctype, form.number, to_cents(form.total), form.issuer or issuer.id_number)


def _payment(form: SaleForm, payable: Decimal, charges: tuple[Charge, ...]) -> Payment | None:
    """Facturas always say it; a credit note only when it moves payments; nothing else does."""
    moves = form.id.doctype == CREDIT_NOTE and form.modified is not None and form.modified.code == RESCHEDULED
    if form.id.doctype != FACTURA and not moves:
        return None
    payment = form.payment or Payment()
    if payment.form != CREDIT or payment.pending is not None:
        return payment
    summed = sum((instalment.amount for instalment in payment.instalments), ZERO)
    return replace(payment, pending=summed or max(payable - sum_of(charges, RETENTION), ZERO))
