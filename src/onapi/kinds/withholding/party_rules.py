"""What SUNAT asks of issuer, supplier and customer: of their numbers, names and addresses."""

import re
from collections.abc import Callable

from onapi.facts.catalog import is_listed
from onapi.facts.places import place
from onapi.kinds.withholding.model import Withholding
from onapi.rules.rule import Rule
from onapi.values.identity import DNI, RUC, is_dni, is_other_document, is_ruc_shape
from onapi.values.party import Address, Party

_HOME = "PE"
_NAME_LENGTH, _STREET_LENGTH, _PLACE_LENGTH = 1500, 100, 30
_BREAKS = re.compile("[\n\r\t\f\x85\u2028\u2029]")

Whose = Callable[[Withholding], Party]


def _issuer(document: Withholding) -> Party:
    return document.issuer


def _receiver(document: Withholding) -> Party:
    return document.receiver


def _fits(text: str, longest: int) -> bool:
    """No longer than this, on one line; what is absent fits."""
    return len(text) <= longest and not _BREAKS.search(text)


def _is_place(ubigeo: str) -> bool:
    try:
        return not ubigeo or bool(place(ubigeo))
    except KeyError:
        return False


def _text_rule(code: str, path: str, longest: int, what: str, said: Callable[[Withholding], str]) -> Rule[Withholding]:
    sentence = f"{what} admite hasta {longest} caracteres, sin saltos de línea; acórtelo."
    return Rule(code, path, sentence, lambda d: _fits(said(d), longest))


def _address_rules(path: str, whose: Whose, codes: tuple[str, str, str, str, str]) -> tuple[Rule[Withholding], ...]:
    """The rules of an address; `codes` are for street, urbanisation, province, department and district."""

    def part(code: str, name: str, longest: int, what: str) -> Rule[Withholding]:
        return _text_rule(code, f"{path}.address.{name}", longest, what, lambda d: getattr(whose(d).address, name))

    def country_fits(address: Address) -> bool:
        return address.country == _HOME

    street, urbanization, province, department, district = codes
    return (
        Rule(
            "2917",
            f"{path}.address.ubigeo",
            "El ubigeo no existe en el catálogo 13; use los 6 dígitos de INEI.",
            lambda d: _is_place(whose(d).address.ubigeo),
        ),
        part(street, "line", _STREET_LENGTH, "La dirección"),
        part(urbanization, "urbanization", _PLACE_LENGTH, "La urbanización"),
        part(province, "province", _PLACE_LENGTH, "La provincia"),
        part(department, "department", _PLACE_LENGTH, "El departamento"),
        part(district, "district", _PLACE_LENGTH, "El distrito"),
        Rule(
            "2548",
            f"{path}.address.country",
            "El país de la dirección debe ser PE; una dirección del extranjero no va en este comprobante.",
            lambda d: country_fits(whose(d).address),
        ),
    )


def _id_fits(party: Party) -> bool:
    """A number of the shape its kind of document has; what is absent is told by another rule."""
    if party.id_type == RUC:
        return is_ruc_shape(party.id_number)
    return is_dni(party.id_number) if party.id_type == DNI else is_other_document(party.id_number)


_NAME_RULES: tuple[Rule[Withholding], ...] = (
    Rule(
        "2516",
        "receiver.id_type",
        "Falta el tipo de documento de identidad; use un código del catálogo 06.",
        lambda d: bool(d.receiver.id_type),
    ),
    Rule("2134", "receiver.name", "Falta el nombre o razón social.", lambda d: bool(d.receiver.name)),
    _text_rule("2133", "receiver.name", _NAME_LENGTH, "El nombre o razón social", lambda d: d.receiver.name),
)

_ISSUER_RULES = (
    _text_rule("2901", "issuer.trade_name", _NAME_LENGTH, "El nombre comercial", lambda d: d.issuer.trade_name),
    *_address_rules("issuer", _issuer, ("2916", "2902", "2903", "2904", "2905")),
)

SUPPLIER_RULES: tuple[Rule[Withholding], ...] = (
    *_ISSUER_RULES,
    Rule("2723", "receiver.id_number", "Falta el RUC del proveedor.", lambda d: bool(d.receiver.id_number)),
    Rule(
        "2724",
        "receiver.id_number",
        "El RUC del proveedor debe tener 11 dígitos y empezar en 10, 15, 16, 17 o 20.",
        lambda d: not d.receiver.id_number or is_ruc_shape(d.receiver.id_number),
    ),
    Rule(
        "2620",
        "receiver.id_number",
        "El proveedor no puede ser el mismo emisor; revise el RUC.",
        lambda d: d.receiver.id_number != d.issuer.id_number,
    ),
    Rule(
        "2511",
        "receiver.id_type",
        "El proveedor de una retención se identifica con RUC; use tipoDoc 6.",
        lambda d: d.receiver.id_type in {"", RUC},
    ),
    *_NAME_RULES,
    *_address_rules("receiver", _receiver, ("2918", "2907", "2908", "2909", "2910")),
)

CUSTOMER_RULES: tuple[Rule[Withholding], ...] = (
    *_ISSUER_RULES,
    Rule(
        "2679",
        "receiver.id_number",
        "Falta el número de documento de identidad del cliente.",
        lambda d: bool(d.receiver.id_number),
    ),
    Rule(
        "2680",
        "receiver.id_number",
        "El número no corresponde a su tipo: un RUC tiene 11 dígitos, un DNI 8, otros hasta 15 letras o números.",
        lambda d: not d.receiver.id_number or _id_fits(d.receiver),
    ),
    Rule(
        "2604",
        "receiver.id_number",
        "El cliente no puede ser el mismo emisor; revise su número.",
        lambda d: d.receiver.id_number != d.issuer.id_number,
    ),
    Rule(
        "2511",
        "receiver.id_type",
        "El tipo de documento del cliente no está en el catálogo 06; use por ejemplo 6 (RUC) o 1 (DNI).",
        lambda d: not d.receiver.id_type or is_listed("06", d.receiver.id_type),
    ),
    *_NAME_RULES,
    *_address_rules("receiver", _receiver, ("2919", "2912", "2913", "2914", "2915")),
)
