"""Who issues, who buys, and where they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A place in Peru, unless the country says otherwise."""

    line: str = ""
    ubigeo: str = ""  # six digits of INEI's list, SUNAT's catalogue 13
    country: str = "PE"  # ISO 3166-1
    department: str = ""
    province: str = ""
    district: str = ""
    urbanization: str = ""
    establishment: str = "0000"  # SUNAT's code of the annex; 0000 is the main office


@dataclass(frozen=True, slots=True)
class Party:
    """A person or company on a receipt."""

    id_type: str  # SUNAT's catalogue 06; "-" for an unidentified consumer
    id_number: str
    name: str
    trade_name: str = ""
    address: Address = Address()
    email: str = ""
    telephone: str = ""
