"""The seller and the place of a purchase; what is wrong with them is for the rules, which know SUNAT's codes."""

from onapi.facts.places import place
from onapi.intake.reader import Reader
from onapi.values.party import Address, Party

_HOME = "PE"
_NOWHERE = ("", "", "")


def read_seller(reader: Reader) -> tuple[Party, str]:
    """A `Client`, and what stands at his address (catalogue 60)."""
    address, site = read_site(reader.child("address"))
    found = Party(
        id_type=reader.text("tipoDoc"),
        id_number=reader.text("numDoc"),
        name=reader.text("rznSocial"),
        address=address,
        email=reader.text("email"),
        telephone=reader.text("telephone"),
    )
    reader.finish()
    return found, site


def read_site(reader: Reader | None) -> tuple[Address, str]:
    """An `Address` and its `tipoDireccion`; department, province and district follow from the ubigeo."""
    if reader is None:
        return Address(), ""
    ubigeo = reader.text("ubigeo", "ubigueo")
    department, province, district = _names_of(ubigeo)
    found = Address(
        line=reader.text("direccion"),
        ubigeo=ubigeo,
        country=reader.text("codigoPais").upper() or _HOME,
        department=reader.text("departamento") or department,
        province=reader.text("provincia") or province,
        district=reader.text("distrito") or district,
        urbanization=reader.text("urbanizacion"),
    )
    site = reader.text("tipoDireccion")
    reader.skip("codLocal")  # of a taxpayer's establishment, which none of these is
    reader.finish()
    return found, site


def _names_of(ubigeo: str) -> tuple[str, str, str]:
    try:
        found = place(ubigeo)
    except KeyError:
        return _NOWHERE
    return found.department, found.province, found.district
