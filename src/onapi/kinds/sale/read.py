"""A UBL invoice back to a sale, whoever wrote it: names are matched without prefix, absent parts take their default."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from onapi.errors import Unreadable
from onapi.kinds.sale.model import CASH, CREDIT, Instalment, Legend, Line, Payment, Reference, Sale
from onapi.tax.charge import Charge
from onapi.tax.line import LineAmounts
from onapi.tax.totals import TaxSum, Totals
from onapi.tax.tribute import FREE, ICBPER, ISC, ONEROUS, OTHER
from onapi.values.money import ZERO
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party
from onapi.values.xmltree import Element, all_local, find_local, text_of

_TRIBUTE = "TaxCategory/TaxScheme/ID"


def read(root: Element) -> Sale:
    """The sale that an Invoice describes; Unreadable(key="malformed_xml") where it describes none."""
    lines = tuple(_line(line) for line in all_local(root, "InvoiceLine"))
    return Sale(
        id=_id(root),
        issuer=_party(root, "AccountingSupplierParty/Party"),
        customer=_party(root, "AccountingCustomerParty/Party"),
        issue_date=_day(text_of(root, "IssueDate")),
        issue_time=_time(text_of(root, "IssueTime")),
        due_date=_day(due) if (due := text_of(root, "DueDate")) else None,
        operation=_attribute(root, "InvoiceTypeCode", "listID"),
        currency=text_of(root, "DocumentCurrencyCode"),
        payment=_payment(root),
        lines=lines,
        charges=_charges(root),
        totals=_totals(root),
        legends=tuple(
            Legend(code, text_of(note))
            for note in all_local(root, "Note")
            if (code := note.get("languageLocaleID", ""))
        ),
        guides=_references(root, "DespatchDocumentReference"),
        related=_references(root, "AdditionalDocumentReference"),
        purchase_order=text_of(root, "OrderReference/ID"),
        remarks=next((text_of(x) for x in all_local(root, "Note") if not x.get("languageLocaleID")), ""),
    )


def _id(root: Element) -> ReceiptId:
    series, _, number = text_of(root, "ID").partition("-")
    ruc = text_of(root, "AccountingSupplierParty/Party/PartyIdentification/ID")
    if not number.isdigit():
        raise Unreadable("El XML no trae un número SERIE-CORRELATIVO.", key="malformed_xml")
    return ReceiptId(ruc, text_of(root, "InvoiceTypeCode"), series, int(number))


def _party(root: Element, path: str) -> Party:
    party = find_local(root, path)
    if party is None:
        raise Unreadable("Al XML le falta el emisor o el cliente.", key="malformed_xml")
    return Party(
        id_type=_attribute(party, "PartyIdentification/ID", "schemeID"),
        id_number=text_of(party, "PartyIdentification/ID"),
        name=text_of(party, "PartyLegalEntity/RegistrationName"),
        trade_name=text_of(party, "PartyName/Name"),
        address=_address(find_local(party, "PartyLegalEntity/RegistrationAddress")),
        email=text_of(party, "Contact/ElectronicMail"),
        telephone=text_of(party, "Contact/Telephone"),
    )


def _address(place: Element | None) -> Address:
    if place is None:
        return Address()
    return Address(
        line=text_of(place, "AddressLine/Line"),
        ubigeo=text_of(place, "ID"),
        country=text_of(place, "Country/IdentificationCode") or "PE",
        department=text_of(place, "CountrySubentity"),
        province=text_of(place, "CityName"),
        district=text_of(place, "District"),
        urbanization=text_of(place, "CitySubdivisionName"),
        establishment=text_of(place, "AddressTypeCode") or "0000",
    )


def _references(root: Element, name: str) -> tuple[Reference, ...]:
    return tuple(Reference(text_of(x, "DocumentTypeCode"), text_of(x, "ID")) for x in all_local(root, name))


def _payment(root: Element) -> Payment:
    terms = [term for term in all_local(root, "PaymentTerms") if text_of(term, "ID") == "FormaPago"]
    means = {text_of(term, "PaymentMeansID"): term for term in terms}
    instalments = tuple(
        Instalment(_amount(term, "Amount"), _day(text_of(term, "PaymentDueDate")))
        for name, term in means.items()
        if name.startswith("Cuota")
    )
    if CREDIT in means:
        return Payment(CREDIT, _amount(means[CREDIT], "Amount"), instalments)
    return Payment(CASH, None, instalments)


def _charges(holder: Element) -> tuple[Charge, ...]:
    return tuple(
        Charge(
            code=text_of(charge, "AllowanceChargeReasonCode"),
            amount=_amount(charge, "Amount"),
            base=_amount(charge, "BaseAmount"),
            factor=_amount(charge, "MultiplierFactorNumeric"),
        )
        for charge in all_local(holder, "AllowanceCharge")
    )


def _subtotals(holder: Element) -> Mapping[str, Element]:
    return {text_of(sub, _TRIBUTE): sub for sub in all_local(holder, "TaxTotal/TaxSubtotal")}


def _totals(root: Element) -> Totals:
    sums = find_local(root, "LegalMonetaryTotal")
    if sums is None:
        raise Unreadable("Al XML le faltan los totales.", key="malformed_xml")
    parts = {
        code: TaxSum(_amount(sub, "TaxableAmount"), _amount(sub, "TaxAmount")) for code, sub in _subtotals(root).items()
    }
    return Totals(
        tributes=MappingProxyType(parts),
        line_extension=_amount(sums, "LineExtensionAmount"),
        taxes=_amount(root, "TaxTotal/TaxAmount"),
        tax_inclusive=_amount(sums, "TaxInclusiveAmount"),
        allowances=_amount(sums, "AllowanceTotalAmount"),
        charges=_amount(sums, "ChargeTotalAmount"),
        prepaid=_amount(sums, "PrepaidAmount"),
        rounding=_amount(sums, "PayableRoundingAmount"),
        payable=_amount(sums, "PayableAmount"),
    )


def _line(line: Element) -> Line:
    taxes = _subtotals(line)
    main = next((code for code in (*ONEROUS, FREE) if code in taxes), "")
    excise, other, bags = taxes.get(ISC), taxes.get(OTHER), taxes.get(ICBPER)
    return Line(
        number=int(text_of(line, "ID") or 0),
        quantity=_amount(line, "InvoicedQuantity"),
        unit=_attribute(line, "InvoicedQuantity", "unitCode"),
        description=text_of(line, "Item/Description"),
        affectation=text_of(taxes[main], "TaxCategory/TaxExemptionReasonCode") if main else "",
        igv_percent=_amount(taxes[main], "TaxCategory/Percent") if main else ZERO,
        amounts=_line_amounts(line, taxes, main),
        product_code=text_of(line, "Item/SellersItemIdentification/ID"),
        sunat_code=text_of(line, "Item/CommodityClassification/ItemClassificationCode"),
        gtin=text_of(line, "Item/StandardItemIdentification/ID"),
        isc_system=text_of(excise, "TaxCategory/TierRange") if excise is not None else "",
        isc_percent=_amount(excise, "TaxCategory/Percent"),
        bag_tax=_amount(bags, "TaxCategory/PerUnitAmount"),
        other_percent=_amount(other, "TaxCategory/Percent"),
    )


def _line_amounts(line: Element, taxes: Mapping[str, Element], main: str) -> LineAmounts:
    price = _amount(line, "PricingReference/AlternativeConditionPrice/PriceAmount")
    return LineAmounts(
        tribute=main,
        unit_value=price if main == FREE else _amount(line, "Price/PriceAmount"),
        unit_price=price,
        charges=_charges(line),
        net=_amount(line, "LineExtensionAmount"),
        igv_base=_amount(taxes.get(main), "TaxableAmount"),
        igv=_amount(taxes.get(main), "TaxAmount"),
        isc_base=_amount(taxes.get(ISC), "TaxableAmount"),
        isc=_amount(taxes.get(ISC), "TaxAmount"),
        icbper=_amount(taxes.get(ICBPER), "TaxAmount"),
        other_base=_amount(taxes.get(OTHER), "TaxableAmount"),
        other=_amount(taxes.get(OTHER), "TaxAmount"),
        taxes=_amount(line, "TaxTotal/TaxAmount"),
    )


def _attribute(holder: Element, path: str, name: str) -> str:
    found = find_local(holder, path)
    return "" if found is None else found.get(name, "")


def _amount(holder: Element | None, path: str) -> Decimal:
    """The number at a path, zero where there is none."""
    text = text_of(holder, path) if holder is not None else ""
    try:
        return Decimal(text) if text else ZERO
    except InvalidOperation as error:
        raise Unreadable(f"El XML trae un número ilegible en {path}.", key="malformed_xml") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("El XML trae una fecha ilegible.", key="malformed_xml") from error


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unreadable("El XML trae una hora ilegible.", key="malformed_xml") from error
