"""What stands between the head of a sale and its taxes: references, parties, delivery, payment, advances, charges."""

from onapi.kinds.sale.blocks import CREDIT, CarriedGoods, Payment, Perception, Reference
from onapi.kinds.sale.model import Sale
from onapi.kinds.sale.ubl_line import written_charge
from onapi.ubl.element import Branch, branch, leaf, marked, money
from onapi.ubl.party import customer, identification, location, party, seller, supplier
from onapi.ubl.tax import allowance_charge
from onapi.values.identity import RUC
from onapi.values.money import plain

_HOME = "PEN"
_DETRACCION = "Detraccion"
_PERCEPCION = "Percepcion"
_FORM = "FormaPago"

_id = leaf("cbc:ID")
_document_type = leaf("cbc:DocumentTypeCode")
_order = branch("cac:OrderReference")
_guide = branch("cac:DespatchDocumentReference")
_related = branch("cac:AdditionalDocumentReference")
_status = leaf("cbc:DocumentStatusCode")
_issuer_party = branch("cac:IssuerParty")
_discrepancy = branch("cac:DiscrepancyResponse")
_reference_id = leaf("cbc:ReferenceID")
_response_code = leaf("cbc:ResponseCode")
_description = leaf("cbc:Description")
_billing = branch("cac:BillingReference")
_billed = branch("cac:InvoiceDocumentReference")
_delivery = branch("cac:Delivery")
_delivery_location = branch("cac:DeliveryLocation")
_address = branch("cac:Address")
_shipment = branch("cac:Shipment")
_weight = marked("cbc:GrossWeightMeasure", "unitCode")
_stage = branch("cac:ShipmentStage")
_mode = leaf("cbc:TransportModeCode")
_carrier = branch("cac:CarrierParty")
_transport_means = branch("cac:TransportMeans")
_registration = leaf("cbc:RegistrationNationalityID")
_road = branch("cac:RoadTransport")
_plate = leaf("cbc:LicensePlateID")
_driver = branch("cac:DriverPerson")
_delivery_address = branch("cac:DeliveryAddress")
_origin = branch("cac:OriginAddress")
_means = branch("cac:PaymentMeans")
_means_code = leaf("cbc:PaymentMeansCode")
_payment_id = leaf("cbc:PaymentID")
_account = branch("cac:PayeeFinancialAccount")
_terms = branch("cac:PaymentTerms")
_means_id = leaf("cbc:PaymentMeansID")
_percent = leaf("cbc:PaymentPercent")
_amount = money("cbc:Amount")
_due = leaf("cbc:PaymentDueDate")
_prepaid = branch("cac:PrepaidPayment")
_paid = money("cbc:PaidAmount")


def order(sale: Sale) -> str:
    """The purchase order."""
    return _order(_id(sale.purchase_order))


def guides(sale: Sale) -> str:
    """The guías that the goods travelled with."""
    return "".join(_reference(_guide, guide) for guide in sale.guides)


def additional_documents(sale: Sale) -> str:
    """Other documents, and the receipts of advances with the number that ties each to its payment."""
    advances = "".join(
        _related(
            _id(advance.number),
            _document_type(advance.doctype),
            _status(str(n)),
            _issuer_party(identification(RUC, advance.issuer)),
        )
        for n, advance in enumerate(sale.advances, start=1)
    )
    return "".join(_reference(_related, other) for other in sale.related) + advances


def _reference(wrap: Branch, reference: Reference) -> str:
    return wrap(_id(reference.number), _document_type(reference.doctype))


def discrepancy(sale: Sale) -> str:
    """Why a note is issued."""
    note = sale.modified
    return (
        _discrepancy(_reference_id(note.number), _response_code(note.code), _description(note.reason)) if note else ""
    )


def modified_document(sale: Sale) -> str:
    """The document that a note changes."""
    note = sale.modified
    return _billing(_billed(_id(note.number), _document_type(note.doctype))) if note and note.number else ""


def parties(sale: Sale) -> str:
    """Issuer, customer, and a seller who is neither."""
    return supplier(sale.issuer, sale.agent) + customer(sale.customer) + (seller(sale.seller) if sale.seller else "")


def delivery(sale: Sale) -> str:
    """Where the goods go, and the guía that travels inside a factura."""
    place = _delivery_location(_address(location(sale.delivery))) if sale.delivery else ""
    return _delivery(place, _carried(sale.carried) if sale.carried else "")


def _carried(goods: CarriedGoods) -> str:
    weight = _weight(plain(goods.weight), goods.weight_unit) if goods.weight is not None else ""
    return _shipment(
        _id("1"),
        weight,
        _stage(
            _mode(goods.mode),
            _carrier(party(goods.carrier)) if goods.carrier else "",
            _transport_means(_registration(goods.vehicle_code), _road(_plate(goods.plate))),
            _driver(_id(goods.licence)),
        ),
        _delivery(_delivery_address(location(goods.destination))),
        _origin(location(goods.origin)),
    )


def payment_means(sale: Sale) -> str:
    """Where a detracción is deposited, and by what a railway ticket was paid."""
    found = sale.detraccion
    deposit = (
        _means(_id(_DETRACCION), _means_code(found.means), _account(_id(found.account))) if found is not None else ""
    )
    paid = _means(_means_code(sale.means.code), _payment_id(sale.means.reference)) if sale.means is not None else ""
    return deposit + paid


def payment_terms(sale: Sale) -> str:
    """Detracción, percepción, then the form of payment."""
    found = sale.detraccion
    deposit = (
        _terms(
            _id(_DETRACCION),
            _means_id(found.code),
            _percent(plain(found.percent, 2)),
            _amount(found.amount, _HOME),
        )
        if found is not None
        else ""
    )
    with_perception = _terms(_id(_PERCEPCION), _amount(sale.perception.total, _HOME)) if sale.perception else ""
    return deposit + with_perception + (_form_of_payment(sale.payment, sale.currency) if sale.payment else "")


def _form_of_payment(payment: Payment, currency: str) -> str:
    """FormaPago: the form, and for credit what is pending and each instalment (rules 3244 to 3256)."""
    pending = payment.pending if payment.form == CREDIT else None
    instalments = (
        _terms(
            _id(_FORM),
            _means_id(f"Cuota{n:03}"),
            _amount(instalment.amount, currency),
            _due(instalment.due.isoformat()),
        )
        for n, instalment in enumerate(payment.instalments, start=1)
    )
    whole = _amount(pending, currency) if pending is not None else ""
    return _terms(_id(_FORM), _means_id(payment.form), whole) + "".join(instalments)


def prepaid(sale: Sale) -> str:
    """What was paid in advance; its number ties it to its receipt."""
    return "".join(
        _prepaid(_id(str(n)), _paid(advance.total, sale.currency)) for n, advance in enumerate(sale.advances, start=1)
    )


def charges(sale: Sale) -> str:
    """Discounts and charges over the whole sale; the percepción is one of them, in soles."""
    written = "".join(written_charge(charge, sale.currency) for charge in sale.charges)
    return written + (_perception(sale.perception) if sale.perception else "")


def _perception(found: Perception) -> str:
    return allowance_charge(found.code, found.factor, found.amount, found.base, _HOME, is_charge=True)
