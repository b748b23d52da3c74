"""The lines of an invoice or note, read back."""

from collections.abc import Mapping

from onapi.kinds.sale.blocks import Attribute, Haul
from onapi.kinds.sale.model import Line
from onapi.kinds.sale.read_blocks import charges
from onapi.tax.line import LineAmounts
from onapi.tax.tribute import FREE, ICBPER, ISC, ONEROUS, OTHER
from onapi.ubl.reading import (
    address_of,
    attribute_at,
    number_at,
    optional_day_at,
    optional_number_at,
    time_at,
)
from onapi.values.money import ZERO
from onapi.values.party import Address
from onapi.values.xmltree import Element, all_local, find_local, local_name, text_of

_TRIBUTE = "TaxCategory/TaxScheme/ID"
_LINES: Mapping[str, tuple[str, str]] = {  # by root: the line's element, its quantity's
    "Invoice": ("InvoiceLine", "InvoicedQuantity"),
    "CreditNote": ("CreditNoteLine", "CreditedQuantity"),
    "DebitNote": ("DebitNoteLine", "DebitedQuantity"),
}


def lines(root: Element) -> tuple[Line, ...]:
    """Every line, in order."""
    element, quantity = _LINES[local_name(root)]
    return tuple(_line(n, line, quantity) for n, line in enumerate(all_local(root, element), start=1))


def subtotals(holder: Element) -> Mapping[str, Element]:
    """The tributes of a line or of a document, by code."""
    return {text_of(sub, _TRIBUTE): sub for sub in all_local(holder, "TaxTotal/TaxSubtotal")}


def _line(place: int, line: Element, quantity: str) -> Line:
    taxes = subtotals(line)
    main = next((code for code in (*ONEROUS, FREE) if code in taxes), "")
    excise, other, bags = taxes.get(ISC), taxes.get(OTHER), taxes.get(ICBPER)
    number = text_of(line, "ID")
    return Line(
        number=int(number) if number.isascii() and number.isdigit() else place,
        quantity=number_at(line, quantity),
        unit=attribute_at(line, quantity, "unitCode"),
        description=text_of(line, "Item/Description"),
        affectation=text_of(taxes[main], "TaxCategory/TaxExemptionReasonCode") if main else "",
        igv_percent=number_at(taxes[main], "TaxCategory/Percent") if main else ZERO,
        amounts=_line_amounts(line, taxes, main),
        product_code=text_of(line, "Item/SellersItemIdentification/ID"),
        sunat_code=text_of(line, "Item/CommodityClassification/ItemClassificationCode"),
        gtin=text_of(line, "Item/StandardItemIdentification/ID"),
        isc_system=text_of(excise, "TaxCategory/TierRange") if excise is not None else "",
        isc_percent=number_at(excise, "TaxCategory/Percent"),
        bag_tax=number_at(bags, "TaxCategory/PerUnitAmount"),
        other_percent=number_at(other, "TaxCategory/Percent"),
        attributes=tuple(_attribute(one) for one in all_local(line, "Item/AdditionalItemProperty")),
        haul=_haul(line),
    )


def _line_amounts(line: Element, taxes: Mapping[str, Element], main: str) -> LineAmounts:
    price = number_at(line, "PricingReference/AlternativeConditionPrice/PriceAmount")
    return LineAmounts(
        tribute=main,
        unit_value=price if main == FREE else number_at(line, "Price/PriceAmount"),
        unit_price=price,
        charges=charges(line),
        net=number_at(line, "LineExtensionAmount"),
        igv_base=number_at(taxes.get(main), "TaxableAmount"),
        igv=number_at(taxes.get(main), "TaxAmount"),
        isc_base=number_at(taxes.get(ISC), "TaxableAmount"),
        isc=number_at(taxes.get(ISC), "TaxAmount"),
        icbper=number_at(taxes.get(ICBPER), "TaxAmount"),
        other_base=number_at(taxes.get(OTHER), "TaxableAmount"),
        other=number_at(taxes.get(OTHER), "TaxAmount"),
        taxes=number_at(line, "TaxTotal/TaxAmount"),
    )


def _attribute(found: Element) -> Attribute:
    days = text_of(found, "UsabilityPeriod/DurationMeasure")
    quantity = optional_number_at(found, "ValueQuantity")
    return Attribute(
        code=text_of(found, "NameCode"),
        name=text_of(found, "Name"),
        value=text_of(found, "Value"),
        start=optional_day_at(found, "UsabilityPeriod/StartDate"),
        start_time=time_at(found, "UsabilityPeriod/StartTime"),
        end=optional_day_at(found, "UsabilityPeriod/EndDate"),
        days=int(days) if days.isascii() and days.isdigit() else None,
        quantity=quantity,
        unit=attribute_at(found, "ValueQuantity", "unitCode") if quantity is not None else "",
    )


def _haul(line: Element) -> Haul | None:
    origin = find_local(line, "Delivery/Despatch/DespatchAddress")
    destination = find_local(line, "Delivery/DeliveryLocation/Address")
    if origin is None and destination is None:
        return None
    values = {text_of(terms, "ID"): number_at(terms, "Amount") for terms in all_local(line, "Delivery/DeliveryTerms")}
    return Haul(
        origin=address_of(origin) if origin is not None else Address(),
        destination=address_of(destination) if destination is not None else Address(),
        details=text_of(line, "Delivery/Despatch/Instructions"),
        reference_value=values.get("01", ZERO),
        effective_load_value=values.get("02", ZERO),
        nominal_load_value=values.get("03", ZERO),
    )
