"""A boleta or its note as a line of a resumen diario: what SUNAT asks of it there, told from the document itself.

Every amount is the document's own. A resumen has no place for discounts that lessen no tax base (catalogue 53: 01, 03,
63); they lessen the charges that raise none either, and what is left of them shows between parts and total. Where that
is more than five, SUNAT remarks on it (4027) and takes the line.
"""

from collections.abc import Mapping
from decimal import Decimal

from onapi.kinds.batch.amounts import Day, day_of
from onapi.kinds.batch.model import (
    BOLETA,
    CHANGE,
    NOTES,
    NOTHING,
    PerceptionForm,
    Reference,
    SummaryLineForm,
)
from onapi.kinds.batch.receipt_rules import RECEIPT, is_changed_here
from onapi.kinds.sale.model import Sale
from onapi.kinds.sale.read import read
from onapi.tax.charge import CHARGE_ON_BASE, DISCOUNT_ON_BASE, sum_of
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.ubl.reading import day_at
from onapi.values.identity import ANONYMOUS
from onapi.values.number import ReceiptId
from onapi.values.party import Party
from onapi.values.xmltree import local_name, parse_xml

_LINES = frozenset({"InvoiceLine", "CreditNoteLine", "DebitNoteLine"})
_HUNDRED = Decimal(100)
_REGIMES = {"51": "01", "52": "02", "53": "03"}  # catalogue 53 to catalogue 22
_FREE_KINDS = {"1": "free_taxed", "2": "free_exonerated", "3": "free_unaffected", "4": "free_export"}  # by catalogue 07
_SHORTEST_NAME, _LONGEST_NAME = 3, 1500  # rule 2022


def summary_line(receipt: ReceiptId, sale: Sale, status: str) -> SummaryLineForm:
    """The line of a receipt that we hold; `status` is 1 add, 2 change or 3 void (catalogue 19)."""
    day = day_of(sale.issue_date)
    return SummaryLineForm(
        doctype=receipt.doctype,
        receipt=receipt.label,
        status=status,
        customer=_customer(sale.customer),
        reference=_reference(sale),
        perception=_perception(sale, status),
        currency=sale.currency,
        igv_percent=_igv_percent(sale) if day.is_detailed else None,
        given=_amounts(sale, day),
        is_held=True,
    )


def read_for_summary(xml: bytes) -> Sale:
    """A kept boleta or note, read as far as `summary_line` looks; Unreadable (`malformed_xml`) where it is none.

    Until 2027 a resumen tells nothing of the lines of a receipt, and reading them is most of the work: they are left
    out, so this sale is for nothing but a summary.
    """
    root = parse_xml(xml)
    if not day_of(day_at(root, "IssueDate")).is_detailed:
        for line in [child for child in root if local_name(child) in _LINES]:
            root.remove(line)
    return read(root)


def fits_summary(receipt: ReceiptId, sale: Sale) -> bool:
    """True if a resumen diario can add it; what cannot be added goes to SUNAT alone.

    Those are facturas and their notes, what SUNAT's portal issued (EB01), and notes that modify nothing.
    """
    if receipt.doctype != BOLETA and receipt.doctype not in NOTES:
        return False
    changed = _reference(sale)
    is_whole = receipt.doctype == BOLETA or (changed is not None and is_changed_here(changed))
    return is_whole and RECEIPT.fullmatch(receipt.label) is not None


def _customer(customer: Party) -> Party:
    """Who bought, with a dash for what is not told: SUNAT takes it, and asks for no more (rules 2014 to 2016, 2514)."""
    name = " ".join(customer.name.split())
    fits = _SHORTEST_NAME <= len(name) <= _LONGEST_NAME
    return Party(customer.id_type or ANONYMOUS, customer.id_number or ANONYMOUS, name if fits else "")


def _reference(sale: Sale) -> Reference | None:
    """What a note modifies; penalties and other concepts may modify nothing."""
    if sale.modified is None or not sale.modified.number:
        return None
    return Reference(sale.modified.doctype, sale.modified.number)


def _perception(sale: Sale, status: str) -> PerceptionForm | None:
    """The percepción of a boleta; a line that changes one may not tell it (rule 2986)."""
    told = sale.perception
    if told is None or sale.id.doctype != BOLETA or status == CHANGE:
        return None
    regime = _REGIMES.get(told.code, told.code)
    return PerceptionForm(regime, told.factor * _HUNDRED, told.base, told.amount, told.total)


def _igv_percent(sale: Sale) -> Decimal | None:
    """The one rate of the lines under IGV; None where there are none, or no tax on them (NRUS)."""
    return next((line.igv_percent for line in sale.lines if line.amounts.tribute == IGV and line.igv_percent), None)


def _amounts(sale: Sale, day: Day) -> Mapping[str, Decimal]:
    """The amounts by their names in a resumen; total and IGV always, the rest where it is not zero."""
    sums = sale.totals
    found = {
        "taxed": sums.base(IGV) + sums.base(IVAP),
        "exonerated": sums.base(EXONERATED),
        "unaffected": sums.base(UNAFFECTED),
        "export": sums.base(EXPORT),
        "charges": max(_outside_bases(sale), NOTHING),
        "ivap": sums.tax(IVAP),
        "isc": sums.tax(ISC),
        "icbper": sums.tax(ICBPER),
        "other": sums.tax(OTHER),
        **(_free_by_kind(sale) if day.is_detailed else {"free": sums.base(FREE)}),
    }
    return {"total": sums.payable, "igv": sums.tax(IGV)} | {name: amount for name, amount in found.items() if amount}


def _outside_bases(sale: Sale) -> Decimal:
    """What charges less discounts add to the price beside every tax base.

    Those upon the base (02, 49) stand in the base of IGV or IVAP; a sale that has neither counts them in none.
    """
    sums = sale.totals
    found = sums.charges - sums.allowances
    if IGV not in sums.tributes and IVAP not in sums.tributes:
        found += sum_of(sale.charges, CHARGE_ON_BASE) - sum_of(sale.charges, DISCOUNT_ON_BASE)
    return found


def _free_by_kind(sale: Sale) -> Mapping[str, Decimal]:
    """What was given away, by how the IGV treats it; the largest kind takes what lines and total differ by."""
    kinds: dict[str, Decimal] = {}
    for line in sale.lines:
        if line.amounts.tribute == FREE:
            kind = _FREE_KINDS.get(line.affectation[:1], "free_taxed")
            kinds[kind] = kinds.get(kind, NOTHING) + line.amounts.net
    if kinds:
        largest = max(kinds, key=lambda kind: kinds[kind])
        kinds[largest] += sale.totals.base(FREE) - sum(kinds.values())
    return kinds
