"""Buyer, seller and place of a purchase in UBL: they stand in each other's elements, since the buyer issues."""

from onapi.kinds.purchase.model import Purchase
from onapi.ubl.element import branch, leaf, marked
from onapi.values.identity import RUC
from onapi.values.party import Address, Party

_SUNAT = "PE:SUNAT"
_MAIN_OFFICE = "0000"

_id = marked(
    "cbc:ID",
    "schemeID",
    schemeName="Documento de Identidad",
    schemeAgencyName=_SUNAT,
    schemeURI="urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo06",
)
_identification = branch("cac:PartyIdentification")
_party = branch("cac:Party")
_party_name = branch("cac:PartyName")
_name = leaf("cbc:Name")
_legal_entity = branch("cac:PartyLegalEntity")
_registration_name = leaf("cbc:RegistrationName")
_registration_address = branch("cac:RegistrationAddress")
_ubigeo = leaf("cbc:ID", schemeAgencyName="PE:INEI", schemeName="Ubigeos")
_address_type = leaf("cbc:AddressTypeCode")
_urbanization = leaf("cbc:CitySubdivisionName")
_province = leaf("cbc:CityName")
_department = leaf("cbc:CountrySubentity")
_district = leaf("cbc:District")
_address_line = branch("cac:AddressLine")
_line = leaf("cbc:Line")
_country = branch("cac:Country")
_country_code = leaf(
    "cbc:IdentificationCode",
    listAgencyName="United Nations Economic Commission for Europe",
    listID="ISO 3166-1",
    listName="Country",
)
_contact = branch("cac:Contact")
_telephone = leaf("cbc:Telephone")
_email = leaf("cbc:ElectronicMail")
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
    known = issuer.address != Address()
    return _customer(_inside(issuer, _parts(issuer.address, own if own != _MAIN_OFFICE else "") if known else ""))


def seller(purchase: Purchase) -> str:
    """Who sells, with what stands at his address (rules 2452 to 2457)."""
    return _supplier(_inside(purchase.seller, _parts(purchase.seller.address, purchase.domicile)))


def place(purchase: Purchase) -> str:
    """Where the goods change hands (rules 2454 to 2459)."""
    return _terms(_location(_location_type(purchase.place_type), _address(_parts(purchase.place, ""))))


def issuer_party(ruc: str) -> str:
    """Who issued the liquidación of an advance."""
    return _issuer(_identification(_id(ruc, RUC)))


def _inside(party: Party, address: str) -> str:
    return _party(
        _identification(_id(party.id_number, party.id_type)),
        _party_name(_name(party.trade_name)),
        _legal_entity(_registration_name(party.name), _registration_address(address)),
        _contact(_telephone(party.telephone), _email(party.email)),
    )


def _parts(address: Address, kind: str) -> str:
    return "".join(
        (
            _ubigeo(address.ubigeo),
            _address_type(kind),
            _urbanization(address.urbanization),
            _province(address.province),
            _department(address.department),
            _district(address.district),
            _address_line(_line(address.line)),
            _country(_country_code(address.country)),
        )
    )
