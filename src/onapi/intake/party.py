"""Companies, customers and addresses in the public vocabulary (Greenter's names)."""

import re

from onapi.facts.places import place
from onapi.intake.reader import Reader
from onapi.rules.rule import Level
from onapi.values.identity import ANONYMOUS, DNI, RUC, is_dni, is_ruc_shape, ruc_check_digit
from onapi.values.party import Address, Party

_ESTABLISHMENT = re.compile(r"\d{4}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def read_customer(reader: Reader, *, strict_ruc: bool) -> Party:
    """A `Client`: type and number are checked here, because their faults name a digit."""
    id_type = reader.text("tipoDoc", required=True)
    number = reader.text("numDoc", required=id_type != ANONYMOUS, default=ANONYMOUS)
    if reader.has("numDoc") and number != ANONYMOUS:
        _check_number(reader, id_type, number, strict_ruc=strict_ruc)
    found = Party(
        id_type=id_type,
        id_number=number,
        name=reader.text("rznSocial", required=True),
        address=read_address(reader.child("address")),
        email=reader.text("email"),
        telephone=reader.text("telephone"),
    )
    reader.finish()
    return found


def read_company(reader: Reader | None, issuer: Party) -> tuple[Party, bool]:
    """The issuer as enrolled, with what the document says of its place; and whether another name was written."""
    if reader is None:
        return issuer, False
    ruc = reader.text("ruc")
    if ruc and ruc != issuer.id_number:
        reader.fault("ruc", "ruc_differs", "No coincide con el RUC emisor.", expected=issuer.id_number)
    name = reader.text("razonSocial")
    written = reader.child("address")
    found = Party(
        issuer.id_type,
        issuer.id_number,
        issuer.name,
        reader.text("nombreComercial") or issuer.trade_name,
        read_address(written) if written else issuer.address,
        reader.text("email") or issuer.email,
        reader.text("telephone") or issuer.telephone,
    )
    reader.finish()
    return found, bool(name) and name != issuer.name


def read_address(reader: Reader | None) -> Address:
    """An `Address`; the names of department, province and district follow from the ubigeo."""
    if reader is None:
        return Address()
    ubigeo = reader.text("ubigeo", "ubigueo")
    names = _names_of(reader, ubigeo)
    establishment = reader.text("codLocal", default="0000")
    if not _ESTABLISHMENT.fullmatch(establishment):
        reader.fault("codLocal", "invalid_format", "El código de local debe tener 4 dígitos.")
    country = reader.text("codigoPais", default="PE")
    if not _COUNTRY.fullmatch(country):
        reader.fault("codigoPais", "invalid_format", "El país debe ser un código ISO 3166 de dos letras.")
    found = Address(
        line=reader.text("direccion"),
        ubigeo=ubigeo,
        country=country,
        department=reader.text("departamento") or names[0],
        province=reader.text("provincia") or names[1],
        district=reader.text("distrito") or names[2],
        urbanization=reader.text("urbanizacion"),
        establishment=establishment,
    )
    reader.finish()
    return found


def check_ruc_digit(reader: Reader, key: str, number: str, *, strict_ruc: bool) -> None:
    """A RUC of the right shape whose check digit is wrong: an error where that is asked, otherwise a remark."""
    if number[10] != (digit := ruc_check_digit(number[:10])):
        sentence = "El dígito verificador del RUC no es correcto; revise el número."
        level = Level.ERROR if strict_ruc else Level.OBSERVATION
        reader.fault(key, "ruc_check_digit", sentence, expected=digit, level=level)


def _names_of(reader: Reader, ubigeo: str) -> tuple[str, str, str]:
    if not ubigeo:
        return "", "", ""
    try:
        found = place(ubigeo)
    except KeyError:
        key = reader.name_of("ubigeo", "ubigueo")
        sentence = "El ubigeo no existe en el catálogo 13; use los 6 dígitos de INEI."
        reader.fault(key, "4231", sentence, level=Level.OBSERVATION)
        return "", "", ""
    return found.department, found.province, found.district


def _check_number(reader: Reader, id_type: str, number: str, *, strict_ruc: bool) -> None:
    if id_type == RUC and not is_ruc_shape(number):
        reader.fault("numDoc", "2017", "El RUC debe tener 11 dígitos y empezar en 10, 15, 16, 17 o 20.")
    elif id_type == RUC:
        check_ruc_digit(reader, "numDoc", number, strict_ruc=strict_ruc)
    elif id_type == DNI and not is_dni(number):
        reader.fault("numDoc", "2801", "El DNI debe tener 8 dígitos.")
