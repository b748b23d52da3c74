"""What only a DespatchAdvice has: parties without roles of a sale, places, vehicles, drivers, goods without price."""

from datetime import date
from decimal import Decimal

from onapi.ubl.element import Branch, branch, leaf, marked
from onapi.values.money import plain
from onapi.values.party import Address, Party

_SUNAT = "PE:SUNAT"
_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"
_MAIN_OFFICE = "0000"
_DEGREE = "DD"  # UN/ECE Rec 20

_id = leaf("cbc:ID")
_identity = marked(
    "cbc:ID", "schemeID", schemeName="Documento de Identidad", schemeAgencyName=_SUNAT, schemeURI=f"{_CATALOGUE}06"
)
_identification = branch("cac:PartyIdentification")
_legal_entity = branch("cac:PartyLegalEntity")
_registration_name = leaf("cbc:RegistrationName")
_company_id = leaf("cbc:CompanyID")
_permit_id = marked("cbc:CompanyID", "schemeID", schemeName="Entidad Autorizadora", schemeAgencyName=_SUNAT)
_permit_reference = marked("cbc:ID", "schemeID", schemeName="Entidad Autorizadora", schemeAgencyName=_SUNAT)
_agent = branch("cac:AgentParty")
_party = branch("cac:Party")
_party_name = branch("cac:PartyName")
_name = leaf("cbc:Name")
_contact = branch("cac:Contact")
_telephone = leaf("cbc:Telephone")
_email = leaf("cbc:ElectronicMail")
_registration_address = branch("cac:RegistrationAddress")
_ubigeo = leaf("cbc:ID", schemeAgencyName="PE:INEI", schemeName="Ubigeos")
_plain_establishment = leaf("cbc:AddressTypeCode", listAgencyName=_SUNAT, listName="Establecimientos anexos")
_establishment = marked("cbc:AddressTypeCode", "listID", listAgencyName=_SUNAT, listName="Establecimientos anexos")
_urbanization = leaf("cbc:CitySubdivisionName")
_province = leaf("cbc:CityName")
_department = leaf("cbc:CountrySubentity")
_district = leaf("cbc:District")
_address_line = branch("cac:AddressLine")
_line = leaf("cbc:Line")
_country = branch("cac:Country")
_country_code = leaf("cbc:IdentificationCode")
_coordinate = branch("cac:LocationCoordinate")
_latitude = leaf("cbc:LatitudeDegreesMeasure", unitCode=_DEGREE)
_longitude = leaf("cbc:LongitudeDegreesMeasure", unitCode=_DEGREE)
_driver = branch("cac:DriverPerson")
_first_name = leaf("cbc:FirstName")
_family_name = leaf("cbc:FamilyName")
_job = leaf("cbc:JobTitle")
_identity_document = branch("cac:IdentityDocumentReference")
_means = branch("cac:ApplicableTransportMeans")
_registration = leaf("cbc:RegistrationNationalityID")
_shipment_document = branch("cac:ShipmentDocumentReference")
_package = branch("cac:Package")
_trace = leaf("cbc:TraceID")
_port = branch("cac:FirstArrivalPortLocation")
_location_type = leaf("cbc:LocationTypeCode")
_PORTS = {
    kind: leaf("cbc:ID", schemeAgencyName=_SUNAT, schemeName=name, schemeURI=f"{_CATALOGUE}{number}")
    for kind, name, number in (("1", "Puertos", "63"), ("2", "Aeropuertos", "64"))
}


def party(who: Party) -> str:
    """A Party: identity and name, and what else is known of it."""
    address = _registration_address(_inside_address(who.address)) if who.address != Address() else ""
    return _party(
        identity(who.id_number, who.id_type),
        _party_name(_name(who.trade_name)),
        _legal_entity(_registration_name(who.name), address),
        _contact(_telephone(who.telephone), _email(who.email)),
    )


def identity(number: str, id_type: str) -> str:
    """The identity document of somebody; with no number there is none."""
    return _identification(_identity(number, id_type))


def legal_entity(name: str, company_id: str = "") -> str:
    """Name and registration of a company."""
    return _legal_entity(_registration_name(name), _company_id(company_id))


def permit_holder(number: str, authority: str) -> str:
    """A special authorisation, as SUNAT hangs it on a party."""
    return _agent(_legal_entity(_permit_id(number, authority)))


def place(
    wrap: Branch,
    *,
    ubigeo: str,
    line: str,
    establishment: str,
    ruc: str,
    latitude: Decimal | None,
    longitude: Decimal | None,
) -> str:
    """Where a transport begins or ends, inside the given element."""
    return wrap(
        _ubigeo(ubigeo),
        _establishment(establishment, ruc) if ruc else _plain_establishment(establishment),
        _address_line(_line(line)),
        _coordinate(_degrees(_latitude, latitude), _degrees(_longitude, longitude)),
    )


def driver(*, kind: str, id_type: str, id_number: str, first_names: str, last_names: str, licence: str) -> str:
    """Who drives, and with which licence."""
    return _driver(
        _identity(id_number, id_type),
        _first_name(first_names),
        _family_name(last_names),
        _job(kind),
        _identity_document(_id(licence)),
    )


def vehicle(wrap: Branch, *, plate: str, card: str, permit: str, authority: str, attached: str = "") -> str:
    """A vehicle inside the given element, with those it pulls."""
    return wrap(
        _id(plate),
        _means(_registration(card)),
        attached,
        _shipment_document(_permit_reference(permit, authority)),
    )


def container(number: str, seal: str) -> str:
    """A container and its seals."""
    return _package(_id(number), _trace(seal))


def port(kind: str, code: str, name: str) -> str:
    """The port (1) or airport (2) of foreign trade; nothing for a kind that is neither."""
    return _port(_PORTS[kind](code), _location_type(kind), _name(name)) if kind in _PORTS else ""


def day(write: Branch, element: str, value: date | None) -> str:
    """A date in an element inside another one; nothing without a date."""
    return write(leaf(element)(value.isoformat())) if value else ""


def measure(element: str, value: Decimal | None, unit: str) -> str:
    """A weight with at least three decimals, as SUNAT shows it; nothing without one."""
    return marked(element, "unitCode")(plain(value, 3), unit) if value is not None else ""


def _degrees(write: Branch, value: Decimal | None) -> str:
    return write(plain(value)) if value is not None else ""


def _inside_address(where: Address) -> str:
    return "".join(
        (
            _ubigeo(where.ubigeo),
            _plain_establishment(where.establishment if where.establishment != _MAIN_OFFICE else ""),
            _urbanization(where.urbanization),
            _province(where.province),
            _department(where.department),
            _district(where.district),
            _address_line(_line(where.line)),
            _country(_country_code(where.country)),
        )
    )
