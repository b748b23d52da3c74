"""Payment, advances, detracción, percepción, delivery and charges of an invoice or note, read back."""

from onapi.kinds.sale.blocks import (
    CASH,
    CREDIT,
    Advance,
    CarriedGoods,
    Detraccion,
    Instalment,
    Means,
    Payment,
    Perception,
)
from onapi.tax.charge import PERCEPTIONS, Charge
from onapi.ubl.reading import address_of, attribute_at, day_at, number_at, optional_number_at, party_of
from onapi.values.party import Address, Party
from onapi.values.xmltree import Element, all_local, find_local, text_of


def payment(root: Element) -> Payment | None:
    """FormaPago with its instalments; None where the document does not say how it is paid."""
    means = {text_of(term, "PaymentMeansID"): term for term in _terms(root, "FormaPago")}
    if not means:
        return None
    instalments = tuple(
        Instalment(number_at(term, "Amount"), day_at(term, "PaymentDueDate"))
        for name, term in means.items()
        if name.startswith("Cuota")
    )
    if CREDIT in means:
        return Payment(CREDIT, optional_number_at(means[CREDIT], "Amount"), instalments)
    form = next((name for name in means if not name.startswith("Cuota")), CASH)
    return Payment(form, None, instalments)


def charges(holder: Element) -> tuple[Charge, ...]:
    """Discounts and charges, without the percepción."""
    return tuple(
        Charge(
            code=text_of(charge, "AllowanceChargeReasonCode"),
            amount=number_at(charge, "Amount"),
            base=number_at(charge, "BaseAmount"),
            factor=number_at(charge, "MultiplierFactorNumeric"),
        )
        for charge in all_local(holder, "AllowanceCharge")
        if text_of(charge, "AllowanceChargeReasonCode") not in PERCEPTIONS
    )


def perception(root: Element) -> Perception | None:
    """The percepción: a charge in soles and a term with the total."""
    found = next(
        (x for x in all_local(root, "AllowanceCharge") if text_of(x, "AllowanceChargeReasonCode") in PERCEPTIONS), None
    )
    if found is None:
        return None
    total = next(iter(_terms(root, "Percepcion")), None)
    return Perception(
        code=text_of(found, "AllowanceChargeReasonCode"),
        factor=number_at(found, "MultiplierFactorNumeric"),
        base=number_at(found, "BaseAmount"),
        amount=number_at(found, "Amount"),
        total=number_at(total, "Amount"),
    )


def advances(root: Element) -> tuple[Advance, ...]:
    """Payments in advance, each with the receipt that carries its number."""
    receipts = {
        text_of(document, "DocumentStatusCode"): document for document in all_local(root, "AdditionalDocumentReference")
    }
    found = []
    for paid in all_local(root, "PrepaidPayment"):
        receipt = receipts.get(text_of(paid, "ID"))
        if receipt is None:
            continue
        issuer = text_of(receipt, "IssuerParty/PartyIdentification/ID")
        number, doctype = text_of(receipt, "ID"), text_of(receipt, "DocumentTypeCode")
        found.append(Advance(doctype, number, number_at(paid, "PaidAmount"), issuer))
    return tuple(found)


def detraccion(root: Element) -> Detraccion | None:
    """The detracción: its term and the account of its deposit."""
    terms = next(iter(_terms(root, "Detraccion")), None)
    if terms is None:
        return None
    deposit = next(
        (x for x in all_local(root, "PaymentMeans") if find_local(x, "PayeeFinancialAccount") is not None), None
    )
    return Detraccion(
        code=text_of(terms, "PaymentMeansID"),
        percent=number_at(terms, "PaymentPercent"),
        amount=number_at(terms, "Amount"),
        account=text_of(deposit, "PayeeFinancialAccount/ID") if deposit is not None else "",
        means=text_of(deposit, "PaymentMeansCode") if deposit is not None else "",
    )


def means(root: Element) -> Means | None:
    """By what a railway ticket was paid."""
    found = next((x for x in all_local(root, "PaymentMeans") if text_of(x, "ID") != "Detraccion"), None)
    return Means(text_of(found, "PaymentMeansCode"), text_of(found, "PaymentID")) if found is not None else None


def seller(root: Element) -> Party | None:
    """Who sells where the issuer does not."""
    found = find_local(root, "SellerSupplierParty/Party")
    return party_of(found) if found is not None else None


def agent(root: Element) -> Party | None:
    """Who sold a ticket in the issuer's name."""
    found = find_local(root, "AccountingSupplierParty/Party/AgentParty")
    return party_of(found) if found is not None else None


def delivery(root: Element) -> Address | None:
    """Where the goods go."""
    found = find_local(root, "Delivery/DeliveryLocation/Address")
    return address_of(found) if found is not None else None


def carried(root: Element) -> CarriedGoods | None:
    """The guía within a factura."""
    shipment = find_local(root, "Delivery/Shipment")
    if shipment is None:
        return None
    origin, destination = find_local(shipment, "OriginAddress"), find_local(shipment, "Delivery/DeliveryAddress")
    carrier = find_local(shipment, "ShipmentStage/CarrierParty")
    return CarriedGoods(
        origin=address_of(origin) if origin is not None else Address(),
        destination=address_of(destination) if destination is not None else Address(),
        mode=text_of(shipment, "ShipmentStage/TransportModeCode"),
        weight=optional_number_at(shipment, "GrossWeightMeasure"),
        weight_unit=attribute_at(shipment, "GrossWeightMeasure", "unitCode") or "KGM",
        carrier=party_of(carrier) if carrier is not None else None,
        plate=text_of(shipment, "ShipmentStage/TransportMeans/RoadTransport/LicensePlateID"),
        vehicle_code=text_of(shipment, "ShipmentStage/TransportMeans/RegistrationNationalityID"),
        licence=text_of(shipment, "ShipmentStage/DriverPerson/ID"),
    )


def _terms(root: Element, name: str) -> list[Element]:
    return [term for term in all_local(root, "PaymentTerms") if text_of(term, "ID") == name]
