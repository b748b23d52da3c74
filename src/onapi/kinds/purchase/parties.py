"""Buyer, seller and place of a purchase in UBL: they stand in each other's elements, since the buyer issues."""

from onapi.kinds.purchase.model import Purchase
from onapi.ubl.element import branch, leaf
from onapi.ubl.party import identification, location, party_around
from onapi.values.identity import RUC
from onapi.values.party import Address, Party

_MAIN_OFFICE = "0000"

_address_type = leaf("cbc:AddressTypeCode")
_customer = branch("cac:AccountingCustomerParty")
_supplier = branch("cac:AccountingSupplierParty")
_issuer = branch("cac:IssuerParty")
_terms = branch("cac:DeliveryTerms")
_location = branch("cac:DeliveryLocation")
_location_type = leaf("cbc:LocationTypeCode")
_address = branch("cac:Address")


def buyer(issuer: Party) -> str:
    """Who issues; his establishment only where it is not the main office, since the sheet asks for none."""
    own = issuer.address.establishment
    annex = _address_type(own) if own != _MAIN_OFFICE else ""
    known = issuer.address != Address()
    return _customer(party_around(issuer, location(issuer.address, annex) if known else ""))


def seller(purchase: Purchase) -> str:
    """Who sells, with what stands at his address (rules 2452 to 2457)."""
    return _supplier(party_around(purchase.seller, location(purchase.seller.address, _address_type(purchase.domicile))))


def place(purchase: Purchase) -> str:
    """Where the goods change hands (rules 2454 to 2459)."""
    return _terms(_location(_location_type(purchase.place_type), _address(location(purchase.place))))


def issuer_party(ruc: str) -> str:
    """Who issued the liquidación of an advance."""
    return _issuer(identification(RUC, ruc))
