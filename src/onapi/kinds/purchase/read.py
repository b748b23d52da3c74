"""A UBL SelfBilledInvoice back to a purchase, whoever wrote it: absent parts take their default."""

from collections.abc import Mapping
from dataclasses import replace

from onapi.errors import Unreadable
from onapi.kinds.purchase.model import (
    BY_ADVANCE,
    RENTA,
    Advance,
    Attribute,
    Legend,
    Line,
    Purchase,
    PurchaseTotals,
    Reference,
)
from onapi.tax.charge import Charge
from onapi.tax.line import LineAmounts
from onapi.tax.tribute import EXONERATED, FREE, IGV, OTHER, UNAFFECTED
from onapi.ubl.reading import (
    address_of,
    attribute_at,
    day_at,
    number_at,
    optional_day_at,
    party_at,
    time_at,
)
from onapi.values.money import ZERO
from onapi.values.number import ReceiptId
from onapi.values.party import Address
from onapi.values.xmltree import Element, all_local, find_local, text_of

_TRIBUTE = "TaxCategory/TaxScheme/ID"
_MAIN = (IGV, FREE, EXONERATED, UNAFFECTED)
_DOMICILE = "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationAddress/AddressTypeCode"
_PLACE = "DeliveryTerms/DeliveryLocation"


def read(root: Element) -> Purchase:
    """The purchase that a SelfBilledInvoice describes; Unreadable(key="malformed_xml") where it describes none."""
    seller = party_at(root, "AccountingSupplierParty/Party")
    notes = [(note.get("languageLocaleID", ""), text_of(note)) for note in all_local(root, "Note")]
    return Purchase(
        id=_id(root),
        issuer=party_at(root, "AccountingCustomerParty/Party"),
        seller=replace(seller, address=replace(seller.address, establishment=Address().establishment)),
        domicile=text_of(root, _DOMICILE),
        place=_place(root),
        place_type=text_of(root, f"{_PLACE}/LocationTypeCode"),
        issue_date=day_at(root, "IssueDate"),
        issue_time=time_at(root, "IssueTime"),
        operation=attribute_at(root, "InvoiceTypeCode", "listID"),
        currency=text_of(root, "DocumentCurrencyCode"),
        lines=tuple(_line(line) for line in all_local(root, "InvoiceLine")),
        deductions=tuple(_deduction(charge) for charge in all_local(root, "AllowanceCharge")),
        totals=_totals(root),
        legends=tuple(Legend(code, text) for code, text in notes if code),
        advances=_advances(root),
        guides=tuple(_reference(x) for x in all_local(root, "DespatchDocumentReference")),
        related=tuple(
            _reference(x)
            for x in all_local(root, "AdditionalDocumentReference")
            if not text_of(x, "DocumentStatusCode")
        ),
        purchase_order=text_of(root, "OrderReference/ID"),
        remarks=next((text for code, text in notes if not code), ""),
    )


def _id(root: Element) -> ReceiptId:
    series, _, number = text_of(root, "ID").partition("-")
    if not (number.isascii() and number.isdigit()):
        raise Unreadable("El XML no trae un número SERIE-CORRELATIVO.", key="malformed_xml")
    ruc = text_of(root, "AccountingCustomerParty/Party/PartyIdentification/ID")
    return ReceiptId(ruc, text_of(root, "InvoiceTypeCode"), series, int(number))


def _place(root: Element) -> Address:
    found = find_local(root, f"{_PLACE}/Address")
    return address_of(found) if found is not None else Address()


def _reference(element: Element) -> Reference:
    return Reference(text_of(element, "DocumentTypeCode"), text_of(element, "ID"))


def _advances(root: Element) -> tuple[Advance, ...]:
    """Each payment with the document of the same mark."""
    documents = {text_of(x, "DocumentStatusCode"): x for x in all_local(root, "AdditionalDocumentReference")}
    return tuple(_advance(payment, documents) for payment in all_local(root, "PrepaidPayment"))


def _advance(payment: Element, documents: Mapping[str, Element]) -> Advance:
    total, paid = number_at(payment, "PaidAmount"), optional_day_at(payment, "PaidDate")
    document = documents.get(text_of(payment, "ID"))
    if document is None:
        return Advance(BY_ADVANCE, "", total, "", paid)
    issuer = text_of(document, "IssuerParty/PartyIdentification/ID")
    named = _reference(document)
    return Advance(named.doctype, named.number, total, issuer, paid)


def _deduction(charge: Element) -> Charge:
    return Charge(
        code=text_of(charge, "AllowanceChargeReasonCode"),
        amount=number_at(charge, "Amount"),
        base=number_at(charge, "BaseAmount"),
        factor=number_at(charge, "MultiplierFactorNumeric"),
    )


def _subtotals(holder: Element) -> Mapping[str, Element]:
    return {text_of(sub, _TRIBUTE): sub for sub in all_local(holder, "TaxTotal/TaxSubtotal")}


def _totals(root: Element) -> PurchaseTotals:
    sums, parts = find_local(root, "LegalMonetaryTotal"), _subtotals(root)
    if sums is None:
        raise Unreadable("Al XML le faltan los totales.", key="malformed_xml")
    return PurchaseTotals(
        taxed=number_at(parts.get(IGV), "TaxableAmount"),
        igv=number_at(parts.get(IGV), "TaxAmount"),
        exonerated=number_at(parts.get(EXONERATED), "TaxableAmount"),
        unaffected=number_at(parts.get(UNAFFECTED), "TaxableAmount"),
        free=number_at(parts.get(FREE), "TaxableAmount"),
        free_igv=number_at(parts.get(FREE), "TaxAmount"),
        renta_base=number_at(parts.get(RENTA), "TaxableAmount"),
        renta=number_at(parts.get(RENTA), "TaxAmount"),
        other_base=number_at(parts.get(OTHER), "TaxableAmount"),
        other=number_at(parts.get(OTHER), "TaxAmount"),
        taxes=number_at(root, "TaxTotal/TaxAmount"),
        line_extension=number_at(sums, "LineExtensionAmount"),
        tax_inclusive=number_at(sums, "TaxInclusiveAmount"),
        prepaid=number_at(sums, "PrepaidAmount"),
        rounding=number_at(sums, "PayableRoundingAmount"),
        payable=number_at(sums, "PayableAmount"),
    )


def _line(line: Element) -> Line:
    taxes = _subtotals(line)
    main = _main(taxes)
    own = taxes.get(main)
    return Line(
        number=int(number_at(line, "ID")),
        quantity=number_at(line, "InvoicedQuantity"),
        unit=attribute_at(line, "InvoicedQuantity", "unitCode"),
        description=text_of(line, "Item/Description"),
        affectation=text_of(own, "TaxCategory/TaxExemptionReasonCode") if own is not None else "",
        igv_percent=number_at(own, "TaxCategory/Percent"),
        amounts=_amounts(line, taxes, main),
        renta_percent=number_at(taxes.get(RENTA), "TaxCategory/Percent"),
        renta_base=number_at(taxes.get(RENTA), "TaxableAmount"),
        renta=number_at(taxes.get(RENTA), "TaxAmount"),
        other_percent=number_at(taxes.get(OTHER), "TaxCategory/Percent"),
        product_code=text_of(line, "Item/SellersItemIdentification/ID"),
        sunat_code=text_of(line, "Item/CommodityClassification/ItemClassificationCode"),
        attributes=tuple(
            Attribute(text_of(x, "NameCode"), text_of(x, "Name"), text_of(x, "Value"))
            for x in all_local(line, "Item/AdditionalItemProperty")
        ),
    )


def _main(taxes: Mapping[str, Element]) -> str:
    """What a line falls under: the tribute with a base, of several that are there (rule 3223)."""
    there = [code for code in _MAIN if code in taxes]
    return next((code for code in there if number_at(taxes[code], "TaxableAmount")), there[0] if there else "")


def _amounts(line: Element, taxes: Mapping[str, Element], main: str) -> LineAmounts:
    price = number_at(line, "PricingReference/AlternativeConditionPrice/PriceAmount")
    return LineAmounts(
        tribute=main,
        unit_value=price if main == FREE else number_at(line, "Price/PriceAmount"),
        unit_price=price,
        charges=(),
        net=number_at(line, "LineExtensionAmount"),
        igv_base=number_at(taxes.get(main), "TaxableAmount"),
        igv=number_at(taxes.get(main), "TaxAmount"),
        isc_base=ZERO,
        isc=ZERO,
        icbper=ZERO,
        other_base=number_at(taxes.get(OTHER), "TaxableAmount"),
        other=number_at(taxes.get(OTHER), "TaxAmount"),
        taxes=number_at(line, "TaxTotal/TaxAmount"),
    )
