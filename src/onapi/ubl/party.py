"""Issuer, customer and addresses in UBL."""

from onapi.ubl.element import branch, leaf, marked
from onapi.values.party import Address, Party

_SUNAT = "PE:SUNAT"
_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"

_id = marked(
    "cbc:ID",
    "schemeID",
    schemeName="Documento de Identidad",
    schemeAgencyName=_SUNAT,
    schemeURI=f"{_CATALOGUE}06",
)
_plain_id = leaf("cbc:ID")
_identification = branch("cac:PartyIdentification")
_party = branch("cac:Party")
_party_name = branch("cac:PartyName")
_name = leaf("cbc:Name")
_legal_entity = branch("cac:PartyLegalEntity")
_registration_name = leaf("cbc:RegistrationName")
_registration_address = branch("cac:RegistrationAddress")
_ubigeo = leaf("cbc:ID", schemeAgencyName="PE:INEI", schemeName="Ubigeos")
_establishment = leaf("cbc:AddressTypeCode", listAgencyName=_SUNAT, listName="Establecimientos anexos")
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
_supplier = branch("cac:AccountingSupplierParty")
_customer = branch("cac:AccountingCustomerParty")
_signature = branch("cac:Signature")
_signatory = branch("cac:SignatoryParty")
_attachment = branch("cac:DigitalSignatureAttachment")
_external = branch("cac:ExternalReference")
_uri = leaf("cbc:URI")


def supplier(party: Party) -> str:
    """Who issues; the establishment's code goes always (rule 3030)."""
    return _supplier(_inside(party, _address(party.address, _establishment(party.address.establishment))))


def customer(party: Party) -> str:
    """Who buys; an address only when one is known."""
    known = party.address.line or party.address.ubigeo
    return _customer(_inside(party, _address(party.address, "") if known else ""))


def signatory(party: Party, signature_id: str) -> str:
    """Who signs and where the signature stands (rules 2076 to 2085)."""
    return _signature(
        _plain_id(party.id_number),
        _signatory(_identification(_plain_id(party.id_number)), _party_name(_name(party.name))),
        _attachment(_external(_uri(f"#{signature_id}"))),
    )


def _inside(party: Party, address: str) -> str:
    return _party(
        _identification(_id(party.id_number, party.id_type)),
        _party_name(_name(party.trade_name)),
        _legal_entity(_registration_name(party.name), address),
        _contact(_telephone(party.telephone), _email(party.email)),
    )


def _address(address: Address, establishment: str) -> str:
    return _registration_address(
        _ubigeo(address.ubigeo),
        establishment,
        _urbanization(address.urbanization),
        _province(address.province),
        _department(address.department),
        _district(address.district),
        _address_line(_line(address.line)),
        _country(_country_code(address.country if address.line or address.ubigeo else "")),
    )
