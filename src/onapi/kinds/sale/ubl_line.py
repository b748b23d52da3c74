"""The lines of a sale as UBL: taxes, discounts, attributes and the transport that a line may bill."""

from decimal import Decimal

from onapi.kinds.sale.blocks import Attribute, Haul
from onapi.kinds.sale.model import Line, Sale
from onapi.tax.charge import Charge
from onapi.tax.tribute import FREE, ICBPER, ISC, OTHER, scheme_of
from onapi.ubl.element import branch, leaf, marked, money
from onapi.ubl.line import REFERENCE, WITH_TAX, LineElement, LineFrame, item, line_frame, write_line
from onapi.ubl.party import location
from onapi.ubl.tax import allowance_charge, bag_subtotal, line_subtotal, scheme
from onapi.values.money import ZERO, plain

_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"
_HOME = "PEN"

_property = branch("cac:AdditionalItemProperty")
_name = leaf("cbc:Name")
_name_code = leaf("cbc:NameCode", listAgencyName="PE:SUNAT", listName="Propiedad del item", listURI=f"{_CATALOGUE}55")
_value = leaf("cbc:Value")
_value_quantity = marked("cbc:ValueQuantity", "unitCode")
_usability = branch("cac:UsabilityPeriod")
_start_date, _start_time = leaf("cbc:StartDate"), leaf("cbc:StartTime")
_end_date = leaf("cbc:EndDate")
_duration = leaf("cbc:DurationMeasure", unitCode="DAY")
_delivery = branch("cac:Delivery")
_delivery_location = branch("cac:DeliveryLocation")
_address = branch("cac:Address")
_despatch = branch("cac:Despatch")
_despatch_address = branch("cac:DespatchAddress")
_instructions = leaf("cbc:Instructions")
_terms = branch("cac:DeliveryTerms")
_id = leaf("cbc:ID")
_amount = money("cbc:Amount")


def lines(sale: Sale, element: LineElement) -> str:
    """Every line of a sale."""
    frame = line_frame(element, sale.currency)
    return "".join([_line(line, frame, sale.currency) for line in sale.lines])


def _line(line: Line, frame: LineFrame, currency: str) -> str:
    amounts = line.amounts
    free = amounts.tribute == FREE
    return write_line(
        frame,
        number=line.number,
        quantity=line.quantity,
        unit=line.unit,
        net=amounts.net,
        price=amounts.unit_price,
        price_type=REFERENCE if free else WITH_TAX,
        delivery=_haul(line.haul) if line.haul else "",
        charges="".join([written_charge(charge, currency) for charge in amounts.charges]) if amounts.charges else "",
        taxes=_taxes(line, currency),
        item=item(
            line.description,
            line.product_code,
            line.gtin,
            line.sunat_code,
            "".join([_attribute(one) for one in line.attributes]) if line.attributes else "",
        ),
        value=ZERO if free else amounts.unit_value,
    )


def written_charge(charge: Charge, currency: str) -> str:
    """A discount or charge of a line or of the whole sale."""
    return allowance_charge(
        charge.code, charge.factor, charge.amount, charge.base, currency, is_charge=charge.is_charge
    )


def _taxes(line: Line, currency: str) -> str:
    amounts = line.amounts
    value_added = line_subtotal(
        amounts.igv_base,
        amounts.igv,
        line.igv_percent,
        scheme(*scheme_of(amounts.tribute)),
        currency,
        reason=line.affectation,
    )
    further = _further_taxes(line, currency) if amounts.isc or amounts.other or amounts.icbper else ""
    return (
        f'<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{amounts.taxes:.2f}</cbc:TaxAmount>'
        f"{value_added}{further}</cac:TaxTotal>"
    )


def _further_taxes(line: Line, currency: str) -> str:
    amounts = line.amounts

    def subtotal(base: Decimal, tax: Decimal, percent: Decimal, code: str, tier: str = "") -> str:
        return line_subtotal(base, tax, percent, scheme(*scheme_of(code)), currency, tier=tier) if tax else ""

    bags = scheme(*scheme_of(ICBPER))
    return "".join(
        (
            subtotal(amounts.isc_base, amounts.isc, line.isc_percent, ISC, line.isc_system),
            subtotal(amounts.other_base, amounts.other, line.other_percent, OTHER),
            bag_subtotal(amounts.icbper, line.quantity, line.bag_tax, bags, currency) if amounts.icbper else "",
        )
    )


def _attribute(attribute: Attribute) -> str:
    quantity = attribute.quantity
    return _property(
        _name(attribute.name),
        _name_code(attribute.code),
        _value(attribute.value),
        _value_quantity(plain(quantity), attribute.unit or "KGM") if quantity is not None else "",
        _usability(
            _start_date(attribute.start.isoformat() if attribute.start else ""),
            _start_time(attribute.start_time.isoformat() if attribute.start_time else ""),
            _end_date(attribute.end.isoformat() if attribute.end else ""),
            _duration(str(attribute.days) if attribute.days else ""),
        ),
    )


def _haul(haul: Haul) -> str:
    """The transport of goods that a line bills, with its three reference values in soles (operation 1004)."""
    values = (("01", haul.reference_value), ("02", haul.effective_load_value), ("03", haul.nominal_load_value))
    first, *rest = (_terms(_id(code), _amount(value, _HOME)) for code, value in values)
    return _delivery(
        _delivery_location(_address(location(haul.destination))),
        _despatch(_instructions(haul.details), _despatch_address(location(haul.origin))),
        first,
    ) + "".join(_delivery(terms) for terms in rest)
