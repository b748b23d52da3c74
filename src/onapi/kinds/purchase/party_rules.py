"""What SUNAT asks of buyer, seller and place (rows 36 to 110 of sheet LiquidacionCompra2_0, v20260212)."""

from onapi.facts.catalog import is_listed
from onapi.kinds.purchase.model import Purchase
from onapi.rules.rule import Level, Rule
from onapi.rules.shapes import is_line, is_place, is_word
from onapi.values.identity import DNI, is_dni
from onapi.values.party import Address

_SELLERS = frozenset({DNI, "4", "7"})  # catalogue 06: DNI, alien's card, passport
_LONGEST_NAME = 1500
_LONGEST_ID = 15
_HOME = "PE"
_NAMES = {  # part of an address: what people call it and how long it may be
    "urbanization": ("La urbanización", 25),
    "province": ("La provincia", 30),
    "department": ("El departamento", 30),
    "district": ("El distrito", 30),
}


def _address(purchase: Purchase, path: str) -> Address:
    holder = purchase.place if path == "place" else getattr(purchase, path.partition(".")[0]).address
    return holder if isinstance(holder, Address) else Address()


def _name_rule(path: str, part: str, code: str) -> Rule[Purchase]:
    label, longest = _NAMES[part]
    return Rule(
        code,
        f"{path}.{part}",
        f"{label} admite hasta {longest} caracteres, sin saltos de línea.",
        lambda p: is_line(getattr(_address(p, path), part), 0, longest),
        level=Level.OBSERVATION,
    )


def _address_rules(path: str, codes: dict[str, str]) -> tuple[Rule[Purchase], ...]:
    """Names of the place and its country, which must be Peru."""
    return (
        *(_name_rule(path, part, code) for part, code in codes.items()),
        Rule(
            "4041",
            f"{path}.country",
            "La dirección debe estar en el Perú; use PE o quite el país.",
            lambda p: _address(p, path).country == _HOME,
            level=Level.OBSERVATION,
        ),
    )


def _name_codes(*codes: str) -> dict[str, str]:
    return dict(zip(_NAMES, codes, strict=True))


BUYER: tuple[Rule[Purchase], ...] = (
    Rule(
        "4092",
        "issuer.trade_name",
        "El nombre comercial admite hasta 1500 caracteres, sin saltos de línea.",
        lambda p: is_line(p.issuer.trade_name, 0, _LONGEST_NAME),
        level=Level.OBSERVATION,
    ),
    Rule(
        "4094",
        "issuer.address.line",
        "La dirección del comprador debe tener de 3 a 200 caracteres, sin saltos de línea.",
        lambda p: not p.issuer.address.line or is_line(p.issuer.address.line, 3, 200),
        level=Level.OBSERVATION,
    ),
    Rule(
        "4093",
        "issuer.address.ubigeo",
        "El ubigeo del comprador no existe en el catálogo 13; use los 6 dígitos de INEI.",
        lambda p: not p.issuer.address.ubigeo or is_place(p.issuer.address.ubigeo),
        level=Level.OBSERVATION,
    ),
    *_address_rules("issuer.address", _name_codes("4095", "4096", "4097", "4098")),
)

SELLER: tuple[Rule[Purchase], ...] = (
    Rule(
        "2015",
        "seller.id_type",
        "Falta el tipo de documento del vendedor; use 1 (DNI), 4 (carnet de extranjería) o 7 (pasaporte).",
        lambda p: bool(p.seller.id_type),
    ),
    Rule(
        "2800",
        "seller.id_type",
        "El vendedor se identifica con 1 (DNI), 4 (carnet de extranjería) o 7 (pasaporte); quien tiene RUC emite su"
        " propio comprobante.",
        lambda p: not p.seller.id_type or p.seller.id_type in _SELLERS,
    ),
    Rule(
        "2014",
        "seller.id_number",
        "Falta el número de documento del vendedor; póngalo.",
        lambda p: bool(p.seller.id_number),
    ),
    Rule(
        "2450",
        "seller.id_number",
        "El DNI del vendedor debe tener 8 dígitos.",
        lambda p: p.seller.id_type != DNI or not p.seller.id_number or is_dni(p.seller.id_number),
    ),
    Rule(
        "2802",
        "seller.id_number",
        "El documento del vendedor admite hasta 15 caracteres, sin espacios.",
        lambda p: p.seller.id_type == DNI or is_word(p.seller.id_number, 0, _LONGEST_ID),
    ),
    Rule(
        "2021", "seller.name", "Faltan los apellidos y nombres del vendedor; póngalos.", lambda p: bool(p.seller.name)
    ),
    Rule(
        "2022",
        "seller.name",
        "El nombre del vendedor admite hasta 1500 caracteres, sin saltos de línea.",
        lambda p: is_line(p.seller.name, 0, _LONGEST_NAME),
    ),
    Rule(
        "2452",
        "seller.address.line",
        "Falta la dirección del vendedor; ponga la calle o las señas para ubicar su domicilio.",
        lambda p: bool(p.seller.address.line),
    ),
    Rule(
        "2593",
        "seller.address.line",
        "La dirección del vendedor debe tener de 3 a 250 caracteres, sin saltos de línea.",
        lambda p: not p.seller.address.line or is_line(p.seller.address.line, 3, 250),
    ),
    Rule(
        "2453",
        "seller.address.ubigeo",
        "Falta el ubigeo del domicilio del vendedor; ponga los 6 dígitos de INEI.",
        lambda p: bool(p.seller.address.ubigeo),
    ),
    Rule(
        "4339",
        "seller.address.ubigeo",
        "El ubigeo del vendedor no existe en el catálogo 13; use los 6 dígitos de INEI.",
        lambda p: not p.seller.address.ubigeo or is_place(p.seller.address.ubigeo),
        level=Level.OBSERVATION,
    ),
    *_address_rules("seller.address", _name_codes("4341", "4342", "4343", "4344")),
    Rule(
        "2457",
        "domicile",
        "El tipo de dirección no está en el catálogo 60; use 01 a 05.",
        lambda p: is_listed("60", p.domicile),
    ),
)

PLACE: tuple[Rule[Purchase], ...] = (
    Rule(
        "2454",
        "place.line",
        "Falta el lugar de la operación; ponga su dirección o señas en direccionEntrega.",
        lambda p: bool(p.place.line),
    ),
    Rule(
        "2778",
        "place.line",
        "La dirección del lugar de la operación debe tener de 3 a 250 caracteres, sin saltos de línea.",
        lambda p: not p.place.line or is_line(p.place.line, 3, 250),
    ),
    Rule(
        "2455",
        "place.ubigeo",
        "Falta el ubigeo del lugar de la operación; ponga los 6 dígitos de INEI.",
        lambda p: bool(p.place.ubigeo),
    ),
    Rule(
        "2917",
        "place.ubigeo",
        "El ubigeo del lugar de la operación no existe en el catálogo 13; use los 6 dígitos de INEI.",
        lambda p: not p.place.ubigeo or is_place(p.place.ubigeo),
    ),
    *_address_rules("place", _name_codes("4238", "4239", "4240", "4241")),
    Rule(
        "2459",
        "place_type",
        "El tipo de dirección no está en el catálogo 60; use 01 a 05.",
        lambda p: is_listed("60", p.place_type),
    ),
)
