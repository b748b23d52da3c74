"""A UBL invoice or note back to a sale, whoever wrote it: names match without prefix, absent parts take defaults."""

from collections.abc import Mapping
from types import MappingProxyType

from onapi.errors import Unreadable
from onapi.kinds.sale.blocks import Legend, Modified, Reference
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.read_blocks import (
    advances,
    agent,
    carried,
    charges,
    delivery,
    detraccion,
    means,
    payment,
    perception,
    seller,
)
from onapi.kinds.sale.read_line import lines, subtotals
from onapi.tax.totals import TaxSum, Totals
from onapi.ubl.notes import joined_notes
from onapi.ubl.reading import attribute_at, day_at, number_at, optional_day_at, party_at, time_at
from onapi.values.number import ReceiptId
from onapi.values.xmltree import Element, all_local, find_local, local_name, text_of

_NOTES: Mapping[str, str] = {"CreditNote": CREDIT_NOTE, "DebitNote": DEBIT_NOTE}
_ADVANCES = frozenset({"02", "03"})  # catalogue 12: receipts of advances, where they carry a payment's number


def read(root: Element) -> Sale:
    """The sale that an Invoice, CreditNote or DebitNote describes; Unreadable (`malformed_xml`) where it is none."""
    return Sale(
        id=_id(root),
        issuer=party_at(root, "AccountingSupplierParty/Party"),
        customer=party_at(root, "AccountingCustomerParty/Party"),
        issue_date=day_at(root, "IssueDate"),
        issue_time=time_at(root, "IssueTime"),
        due_date=optional_day_at(root, "DueDate"),
        operation=attribute_at(root, "InvoiceTypeCode", "listID"),
        currency=text_of(root, "DocumentCurrencyCode"),
        payment=payment(root),
        lines=lines(root),
        charges=charges(root),
        totals=_totals(root),
        legends=_legends(root),
        advances=advances(root),
        detraccion=detraccion(root),
        perception=perception(root),
        modified=_modified(root),
        guides=_references(root, "DespatchDocumentReference"),
        related=_references(root, "AdditionalDocumentReference"),
        purchase_order=text_of(root, "OrderReference/ID"),
        remarks=joined_notes([text_of(x) for x in all_local(root, "Note") if not x.get("languageLocaleID")]),
        seller=seller(root),
        delivery=delivery(root),
        carried=carried(root),
        agent=agent(root),
        means=means(root),
    )


def _id(root: Element) -> ReceiptId:
    series, _, number = text_of(root, "ID").partition("-")
    ruc = text_of(root, "AccountingSupplierParty/Party/PartyIdentification/ID")
    doctype = _NOTES.get(local_name(root)) or text_of(root, "InvoiceTypeCode")
    if not (number.isascii() and number.isdigit()) or doctype not in {FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE}:
        raise Unreadable("El XML no trae un número SERIE-CORRELATIVO.", key="malformed_xml")
    return ReceiptId(ruc, doctype, series, int(number))


def _legends(root: Element) -> tuple[Legend, ...]:
    return tuple(
        Legend(code, text_of(note)) for note in all_local(root, "Note") if (code := note.get("languageLocaleID", ""))
    )


def _modified(root: Element) -> Modified | None:
    if local_name(root) not in _NOTES:
        return None
    return Modified(
        code=text_of(root, "DiscrepancyResponse/ResponseCode"),
        reason=text_of(root, "DiscrepancyResponse/Description"),
        doctype=text_of(root, "BillingReference/InvoiceDocumentReference/DocumentTypeCode"),
        number=text_of(root, "BillingReference/InvoiceDocumentReference/ID")
        or text_of(root, "DiscrepancyResponse/ReferenceID"),
    )


def _references(root: Element, name: str) -> tuple[Reference, ...]:
    found = ((text_of(x, "DocumentTypeCode"), text_of(x, "ID"), x) for x in all_local(root, name))
    return tuple(Reference(kind, number) for kind, number, x in found if not _is_advance(kind, x))


def _is_advance(kind: str, reference: Element) -> bool:
    return kind in _ADVANCES and bool(text_of(reference, "DocumentStatusCode"))


def _totals(root: Element) -> Totals:
    sums = find_local(root, "RequestedMonetaryTotal" if local_name(root) == "DebitNote" else "LegalMonetaryTotal")
    if sums is None:
        raise Unreadable("Al XML le faltan los totales.", key="malformed_xml")
    parts = {
        code: TaxSum(number_at(sub, "TaxableAmount"), number_at(sub, "TaxAmount"))
        for code, sub in subtotals(root).items()
    }
    return Totals(
        tributes=MappingProxyType(parts),
        line_extension=number_at(sums, "LineExtensionAmount"),
        taxes=number_at(root, "TaxTotal/TaxAmount"),
        tax_inclusive=number_at(sums, "TaxInclusiveAmount"),
        allowances=number_at(sums, "AllowanceTotalAmount"),
        charges=number_at(sums, "ChargeTotalAmount"),
        prepaid=number_at(sums, "PrepaidAmount"),
        rounding=number_at(sums, "PayableRoundingAmount"),
        payable=number_at(sums, "PayableAmount"),
    )
