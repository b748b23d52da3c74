"""What SUNAT asks of the people of a remitente's guía: recipient, provider and buyer."""

from onapi.kinds.gre.conditions import OTHER, SINCE_2026, UNTIL_2026, is_identity, same
from onapi.kinds.gre.model import Guide
from onapi.kinds.gre.people import Codes, identity_rules, reason_in
from onapi.rules.rule import Rule
from onapi.values.identity import RUC
from onapi.values.party import Party

_TO_OTHERS = frozenset({"01", "03", "05", "06", "09", "14", "17"})
_TO_ONESELF = frozenset({"02", "04", "07"})
_TO_COMPANIES = frozenset({"06", "17", "19"})
_FROM_PROVIDER = frozenset({"02", "07"})
_WITH_PROVIDER = _FROM_PROVIDER | {OTHER}
_WITH_BUYER = frozenset({"03", OTHER})
_BUYS_FOR_OTHERS = "03"
_MADE_TO_ORDER = "07"
_PURCHASE = "02"
_PROVIDERS_PAPERS = frozenset({"01", "03", "12"})
_OF_SELLERS = frozenset({"1", "4", "6", "7"})  # identity documents a seller may have


def _to_others(guide: Guide) -> bool:
    return guide.shipment.reason not in _TO_OTHERS or not same(guide.recipient, guide.issuer)


def _to_oneself(guide: Guide, reasons: frozenset[str] = _TO_ONESELF) -> bool:
    return guide.shipment.reason not in reasons or same(guide.recipient, guide.issuer)


def _provider_type_fits(guide: Guide) -> bool:
    provider, reason = guide.supplier, guide.shipment.reason
    if provider is None or not provider.id_number:
        return True
    if reason == _PURCHASE:
        return provider.id_type in _OF_SELLERS
    if reason == _MADE_TO_ORDER:
        return provider.id_type == RUC
    return reason != OTHER or not provider.id_type or is_identity(provider.id_type)


def _provider_issued(guide: Guide) -> bool:
    """The provider is who issued one of his papers that back the transport."""
    papers = {x.issuer for x in guide.related if x.doctype in _PROVIDERS_PAPERS}
    if guide.shipment.reason not in _FROM_PROVIDER or not guide.supplier or not papers:
        return True
    return not guide.supplier.id_number or guide.supplier.id_number in papers


def _buyer_differs(guide: Guide, from_whom: Party) -> bool:
    buyer = guide.buyer
    return guide.shipment.reason != _BUYS_FOR_OTHERS or not buyer or not buyer.id_number or not same(buyer, from_whom)


RECIPIENT: tuple[Rule[Guide], ...] = (
    *identity_rules("recipient", lambda g: g.recipient, Codes("2757", "2759", "2760", "2758", "", "4152")),
    Rule(
        "2761", "recipient.name", "Falta el nombre o razón social del destinatario.", lambda g: bool(g.recipient.name)
    ),
    Rule(
        "3417",
        "recipient.id_type",
        "Para los motivos 06, 17 y 19 el destinatario debe identificarse con RUC (tipo 6).",
        lambda g: g.shipment.reason not in _TO_COMPANIES or g.recipient.id_type == RUC,
    ),
    Rule(
        "2555",
        "recipient.id_number",
        "Para este motivo de traslado el destinatario debe ser otro que el remitente.",
        _to_others,
    ),
    Rule(
        "2554",
        "recipient.id_number",
        "Para los motivos 02, 04 y 07 el destinatario debe ser el mismo remitente; puede omitirlo.",
        _to_oneself,
        until=UNTIL_2026,
    ),
    Rule(
        "2554",
        "recipient.id_number",
        "Para los motivos 02, 04, 07 y 18 el destinatario debe ser el mismo remitente; puede omitirlo.",
        lambda g: _to_oneself(g, _TO_ONESELF | {"18"}),
        since=SINCE_2026,
    ),
)

PROVIDER: tuple[Rule[Guide], ...] = (
    *identity_rules(
        "supplier",
        lambda g: g.supplier,
        Codes("2723", "2552", "", "2724", "3449", "4106"),
        reason_in(*_WITH_PROVIDER),
    ),
    Rule(
        "3447",
        "supplier.id_type",
        "El tipo de documento del proveedor no se permite para este motivo: 02 admite 1, 4, 6 o 7; 07 sólo 6 (RUC).",
        _provider_type_fits,
    ),
    Rule(
        "4054",
        "supplier",
        "Este motivo de traslado no lleva proveedor; sólo 02, 07 y 13.",
        lambda g: g.supplier is None or g.shipment.reason in _WITH_PROVIDER,
    ),
    Rule(
        "4375",
        "supplier",
        "Los motivos 02 y 07 llevan los datos del proveedor (tercero).",
        lambda g: g.shipment.reason not in _FROM_PROVIDER or bool(g.supplier and g.supplier.id_number),
    ),
    Rule(
        "3442",
        "supplier.id_number",
        "El proveedor debe ser el emisor de alguno de los comprobantes relacionados (01, 03 o 12).",
        _provider_issued,
    ),
    Rule(
        "3448",
        "supplier.id_number",
        "El proveedor debe ser otro que el remitente.",
        lambda g: g.shipment.reason not in _FROM_PROVIDER or not g.supplier or not same(g.supplier, g.issuer),
    ),
)

BUYER: tuple[Rule[Guide], ...] = (
    *identity_rules(
        "buyer",
        lambda g: g.buyer,
        Codes("3333", "3331", "3332", "3337", "3339", "4381"),
        reason_in(*_WITH_BUYER),
        named_when=reason_in(_BUYS_FOR_OTHERS),
    ),
    Rule(
        "4377",
        "buyer",
        "Este motivo de traslado no lleva comprador; sólo 03 y 13.",
        lambda g: g.buyer is None or g.shipment.reason in _WITH_BUYER,
    ),
    Rule(
        "4378",
        "buyer",
        "El motivo 03 (venta con entrega a terceros) lleva los datos del comprador.",
        lambda g: g.shipment.reason != _BUYS_FOR_OTHERS or bool(g.buyer and g.buyer.id_number),
    ),
    Rule(
        "3334",
        "buyer.id_number",
        "El comprador debe ser otro que el remitente.",
        lambda g: _buyer_differs(g, g.issuer),
    ),
    Rule(
        "3335",
        "buyer.id_number",
        "El comprador debe ser otro que el destinatario, que es el tercero que recibe.",
        lambda g: _buyer_differs(g, g.recipient),
    ),
)
