"""Issuer, customer and addresses in UBL."""

from functools import lru_cache

from onapi.ubl.element import branch, leaf, marked
from onapi.values.party import Address, Party

_SUNAT = "PE:SUNAT"
_HOME = "PE"
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
_agent = branch("cac:AgentParty")
_seller = branch("cac:SellerSupplierParty")
_supplier = branch("cac:AccountingSupplierParty")
_customer = branch("cac:AccountingCustomerParty")
_signature = branch("cac:Signature")
_signatory = branch("cac:SignatoryParty")
_attachment = branch("cac:DigitalSignatureAttachment")
_external = branch("cac:ExternalReference")
_uri = leaf("cbc:URI")


@lru_cache(maxsize=256)
def supplier(issuer: Party, agent: Party | None = None) -> str:
    """Who issues; the establishment's code goes always (rule 3030). `agent` sells in his name."""
    place = _registration_address(_address(issuer.address, _establishment(issuer.address.establishment)))
    on_behalf = _agent(_identification(_id(agent.id_number, agent.id_type))) if agent else ""
    return _supplier(_party(_inside(issuer, place), on_behalf))


def customer(buyer: Party) -> str:
    """Who buys; an address only when one is known."""
    return _customer(_party(party(buyer)))


def seller(who: Party) -> str:
    """Who sells where the issuer does not."""
    return _seller(_party(party(who)))


def party(who: Party) -> str:
    """What stands inside a party, whatever its element is called."""
    known = who.address.line or who.address.ubigeo
    return _inside(who, _registration_address(_address(who.address, "")) if known else "")


def identification(id_type: str, number: str) -> str:
    """An identity document by its type (catalogue 06)."""
    return _identification(_id(number, id_type))


def location(address: Address, kind: str = "") -> str:
    """What stands inside an address; `kind` is its AddressTypeCode, where it has one."""
    return _address(address, kind)


def party_around(who: Party, address: str) -> str:
    """A cac:Party with this inside its RegistrationAddress."""
    return _party(_inside(who, _registration_address(address)))


def signatory(party: Party, signature_id: str) -> str:
    """Who signs and where the signature stands (rules 2076 to 2085)."""
    return _signature(
        _plain_id(party.id_number),
        _signatory(_identification(_plain_id(party.id_number)), _party_name(_name(party.name))),
        _attachment(_external(_uri(f"#{signature_id}"))),
    )


def _inside(who: Party, address: str) -> str:
    return "".join(
        (
            _identification(_id(who.id_number, who.id_type)),
            _party_name(_name(who.trade_name)),
            _legal_entity(_registration_name(who.name), address),
            _contact(_telephone(who.telephone), _email(who.email)),
        )
    )


def _address(address: Address, establishment: str) -> str:
    told = address.line or address.ubigeo or address.country != _HOME
    return "".join(
        (
            _ubigeo(address.ubigeo),
            establishment,
            _urbanization(address.urbanization),
            _province(address.province),
            _department(address.department),
            _district(address.district),
            _address_line(_line(address.line)),
            _country(_country_code(address.country if told else "")),
        )
    )
