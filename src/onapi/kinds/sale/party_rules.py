"""What SUNAT asks of the people and places of a sale: issuer, customer, delivery, a ticket's agent (v20260212)."""

import re
from collections.abc import Callable

from onapi.facts.catalog import is_listed
from onapi.facts.rates import rate
from onapi.kinds.sale.model import BOLETA, FACTURA, Sale
from onapi.kinds.sale.sorts import EXPORTS, INVOICES
from onapi.rules.rule import Rule
from onapi.rules.shapes import is_line, is_line_or_nothing, is_place
from onapi.values.identity import ANONYMOUS, DNI, RUC, is_dni, is_other_document
from onapi.values.party import Address

_RUC_SHAPE = re.compile(r"\d{11}", re.ASCII)
_LONGEST_NAME = 1500
_LONGEST_IN_NOTE = 1000
_HOME = "PE"
_TOLD_ABROAD = frozenset({"0201", "0208"})  # catalogue 51: services whose country of use is told
_TAX_FREE = "2106"
_TRAIN = "0302"
_DEDUCTIBLE = "0112"
_TACNA = "2008"  # catalogue 52: sold in the zone of Tacna
_TO_FOREIGNERS = EXPORTS | {"0401"}
_NEVER_TO_RUC = frozenset({"0200", "0201", "0204"})
_NEVER_TO_RUC_IN_BOLETA = _TO_FOREIGNERS - {"0202"}
_NO_SHAPE = frozenset({RUC, DNI, ANONYMOUS})

AddressOf = Callable[[Sale], Address | None]


def _is_identity(kind: str) -> bool:
    return kind == ANONYMOUS or is_listed("06", kind)


def _in_tacna(sale: Sale) -> bool:
    return any(legend.code == _TACNA for legend in sale.legends)


def _customer_of_factura_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    if sale.operation in _TO_FOREIGNERS:
        domestic = kind == RUC and sale.operation in _NEVER_TO_RUC and not _in_tacna(sale)
        return _is_identity(kind) and not domestic
    if sale.operation == _DEDUCTIBLE:
        return kind in {DNI, RUC}
    return kind in {"7", "B", "G"} if sale.operation == _TAX_FREE else kind == RUC


def _customer_of_boleta_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    return _is_identity(kind) and not (kind == RUC and sale.operation in _NEVER_TO_RUC_IN_BOLETA)


def _boleta_customer_known(sale: Sale) -> bool:
    limit = rate("boleta_identified_above", sale.issue_date).value
    return sale.customer.id_type != ANONYMOUS or sale.currency != "PEN" or sale.totals.payable <= limit


def _dni_fits(sale: Sale) -> bool:
    return sale.customer.id_type != DNI or is_dni(sale.customer.id_number)


def _other_id_fits(sale: Sale) -> bool:
    return sale.customer.id_type in _NO_SHAPE or is_other_document(sale.customer.id_number)


def _name_fits(sale: Sale) -> bool:
    return is_line(sale.customer.name, 3, _LONGEST_IN_NOTE if sale.is_note else _LONGEST_NAME)


def _issuer_placed(sale: Sale) -> bool:
    return not sale.issuer.address.ubigeo or is_place(sale.issuer.address.ubigeo)


def _is_told(place: Address) -> bool:
    """The country stands in the XML: as soon as the place says anything, or is abroad."""
    return bool(place.line or place.ubigeo) or place.country != _HOME


def _destination_told(sale: Sale) -> bool:
    return sale.operation not in _TOLD_ABROAD or (sale.delivery is not None and _is_told(sale.delivery))


def _destination_abroad(sale: Sale) -> bool:
    place = sale.delivery
    if sale.operation not in _TOLD_ABROAD or place is None or not _is_told(place):
        return True
    return place.country != _HOME and is_listed("04", place.country)


def _delivered_at_home(sale: Sale) -> bool:
    return sale.operation in _TOLD_ABROAD or sale.delivery is None or sale.delivery.country == _HOME


def _carried_at_home(sale: Sale) -> bool:
    return sale.operation in _TOLD_ABROAD or sale.carried is None or sale.carried.destination.country == _HOME


def _place_rules(
    place: str, of: AddressOf, codes: tuple[str, str, str, str, str], only: tuple[str, ...] = ()
) -> tuple[Rule[Sale], ...]:
    """The five texts of an address, each one line and not too long."""
    parts = (
        ("line", 3, 200, "La dirección debe tener de 3 a 200 caracteres, sin saltos de línea."),
        ("urbanization", 1, 25, "La urbanización admite hasta 25 caracteres, sin saltos de línea."),
        ("province", 1, 30, "La provincia admite hasta 30 caracteres, sin saltos de línea."),
        ("department", 1, 30, "El departamento admite hasta 30 caracteres, sin saltos de línea."),
        ("district", 1, 30, "El distrito admite hasta 30 caracteres, sin saltos de línea."),
    )
    return tuple(
        Rule(code, f"{place}.{name}", sentence, _text_fits(of, name, least, most), only=only)
        for code, (name, least, most, sentence) in zip(codes, parts, strict=True)
    )


def _text_fits(of: AddressOf, name: str, least: int, most: int) -> Callable[[Sale], bool]:
    def holds(sale: Sale) -> bool:
        place = of(sale)
        return place is None or is_line_or_nothing(getattr(place, name), least, most)

    return holds


_DELIVERY_CODES = ("4236", "4238", "4239", "4240", "4241")
_ISSUER: tuple[Rule[Sale], ...] = (
    Rule(
        "4092",
        "issuer.trade_name",
        "El nombre comercial admite hasta 1500 caracteres, sin saltos de línea; en una nota, desde 3.",
        lambda s: is_line_or_nothing(s.issuer.trade_name, 3 if s.is_note else 1, _LONGEST_NAME),
    ),
    *_place_rules("issuer.address", lambda s: s.issuer.address, ("4094", "4095", "4096", "4097", "4098")),
    Rule(
        "4093",
        "issuer.address.ubigeo",
        "El ubigeo del emisor no está en el catálogo 13; corrija su inscripción.",
        _issuer_placed,
    ),
    Rule(
        "4041",
        "issuer.address.country",
        "El domicilio fiscal del emisor está en el Perú; use PE.",
        lambda s: s.issuer.address.country == _HOME,
    ),
)
_CUSTOMER: tuple[Rule[Sale], ...] = (
    Rule(
        "2800",
        "customer.id_type",
        "El tipo de documento del cliente no se permite aquí; use 6 (RUC), salvo en exportación y gastos deducibles.",
        _customer_of_factura_fits,
        only=(FACTURA,),
    ),
    Rule(
        "2800",
        "customer.id_type",
        "El tipo de documento del cliente no es del catálogo 06, o es un RUC en una boleta de exportación.",
        _customer_of_boleta_fits,
        only=(BOLETA,),
    ),
    Rule(
        "2016",
        "customer.id_type",
        "El tipo de documento del cliente no está en el catálogo 06; use 6 (RUC), 1 (DNI) o - si no se identifica.",
        lambda s: _is_identity(s.customer.id_type),
    ),
    Rule(
        "2017",
        "customer.id_number",
        "El RUC del cliente debe tener 11 dígitos.",
        lambda s: s.customer.id_type != RUC or bool(_RUC_SHAPE.fullmatch(s.customer.id_number)),
    ),
    Rule("2801", "customer.id_number", "El DNI del cliente debe tener 8 dígitos.", _dni_fits),
    Rule("4207", "customer.id_number", "El DNI del cliente debe tener 8 dígitos.", _dni_fits, only=(BOLETA,)),
    Rule("2802", "customer.id_number", "El documento del cliente admite hasta 15 letras o números.", _other_id_fits),
    Rule(
        "4208",
        "customer.id_number",
        "El documento del cliente admite hasta 15 letras o números.",
        _other_id_fits,
        only=(BOLETA,),
    ),
    Rule(
        "2022",
        "customer.name",
        "El nombre del cliente debe tener de 3 a 1500 caracteres (1000 en una nota), sin saltos de línea.",
        _name_fits,
    ),
    Rule(
        "2514",
        "customer.id_number",
        "Una boleta de más de S/ 700 necesita el documento y nombre del cliente.",
        _boleta_customer_known,
        only=(BOLETA,),
    ),
)
_DELIVERY: tuple[Rule[Sale], ...] = (
    *_place_rules("delivery", lambda s: s.delivery, _DELIVERY_CODES),
    *_place_rules(
        "carried.destination", lambda s: s.carried.destination if s.carried else None, _DELIVERY_CODES, (BOLETA,)
    ),
    Rule(
        "4041",
        "delivery.country",
        "El lugar de entrega está en el Perú; use PE, salvo en las operaciones 0201 y 0208.",
        _delivered_at_home,
        only=INVOICES,
    ),
    Rule(
        "4041",
        "carried.destination.country",
        "El punto de llegada está en el Perú; use PE.",
        _carried_at_home,
        only=(BOLETA,),
    ),
    Rule(
        "3098",
        "delivery",
        "Las operaciones 0201 y 0208 necesitan `direccionEntrega` con el país donde se usa el servicio.",
        _destination_told,
    ),
    Rule(
        "3099",
        "delivery.country",
        "El país donde se usa el servicio debe ser del catálogo 04 y distinto de PE.",
        _destination_abroad,
    ),
    Rule(
        "4266",
        "delivery.line",
        "Una entrega en ruta (emisor itinerante) lleva la leyenda 2005; añádala.",
        lambda s: s.delivery is None or not s.delivery.line or any(x.code == "2005" for x in s.legends),
    ),
)
_TICKET: tuple[Rule[Sale], ...] = (
    Rule(
        "3156",
        "agent",
        "Un pasaje de tren (0302) necesita `agenteVentas`, con el RUC de quien lo vendió.",
        lambda s: s.operation != _TRAIN or s.agent is not None,
    ),
    Rule(
        "3158",
        "agent.id_type",
        "El agente de ventas se identifica con RUC; use tipo 6.",
        lambda s: s.agent is None or s.agent.id_type == RUC,
    ),
    Rule(
        "3173",
        "means",
        "Un pasaje de tren (0302) necesita `medioPago` con un código del catálogo 59.",
        lambda s: s.operation != _TRAIN or s.means is not None,
    ),
    Rule(
        "3174",
        "means.code",
        "El medio de pago no está en el catálogo 59; use 009 para efectivo o 005 para tarjeta de débito.",
        lambda s: s.means is None or is_listed("59", s.means.code),
        only=INVOICES,
    ),
    Rule(
        "3175",
        "means.reference",
        "Un pasaje de tren (0302) necesita en `medioPago` la referencia: número de la operación con tarjeta.",
        lambda s: s.operation != _TRAIN or (s.means is not None and bool(s.means.reference)),
    ),
)

PARTY_RULES: tuple[Rule[Sale], ...] = (*_ISSUER, *_CUSTOMER, *_DELIVERY, *_TICKET)
