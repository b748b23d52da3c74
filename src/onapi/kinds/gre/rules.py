"""SUNAT's rules on guías: which of them judge a remitente's, which a transportista's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onapi.kinds.gre import (
    cargo_rules,
    carrier_party_rules,
    driver_rules,
    line_rules,
    party_rules,
    place_rules,
    property_rules,
    related_rules,
    shipment_rules,
    transport_rules,
)
from onapi.kinds.gre.changes_2026 import SINCE_JUNE_2026
from onapi.kinds.gre.conditions import is_line_or_nothing
from onapi.kinds.gre.model import Guide
from onapi.kinds.kind import TotalsMode
from onapi.rules.check import check
from onapi.rules.rule import Fault, Rule
from onapi.rules.sheet import rules_for
from onapi.values.number import is_series_for

_LONGEST_REMARKS = 250

_HEAD: tuple[Rule[Guide], ...] = (
    Rule(
        "1001",
        "id.series",
        "La serie no corresponde: T y tres caracteres para el remitente (09), V y tres para el transportista (31).",
        lambda g: is_series_for(g.id.doctype, g.id.series),
    ),
    Rule(
        "4186",
        "remarks",
        "La observación admite hasta 250 caracteres en una sola línea.",
        lambda g: is_line_or_nothing(g.remarks, 1, _LONGEST_REMARKS),
    ),
)
_REMITENTE: tuple[Rule[Guide], ...] = (
    *_HEAD,
    *related_rules.RELATED,
    *related_rules.OF_REMITENTE,
    *party_rules.RECIPIENT,
    *party_rules.PROVIDER,
    *party_rules.BUYER,
    *shipment_rules.SHIPMENT,
    *shipment_rules.OF_REMITENTE,
    *cargo_rules.CARGO,
    *cargo_rules.OF_REMITENTE,
    *transport_rules.CARRIER,
    *transport_rules.BOTH,
    *transport_rules.OF_REMITENTE,
    *driver_rules.SECOND_VEHICLES,
    *driver_rules.DRIVERS,
    *place_rules.PLACES,
    *place_rules.OF_REMITENTE,
    *line_rules.LINES,
    *line_rules.OF_REMITENTE,
    *property_rules.PROPERTIES,
    *property_rules.OF_REMITENTE,
)
_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    *_HEAD,
    *related_rules.RELATED,
    *related_rules.OF_TRANSPORTISTA,
    *party_rules.RECIPIENT,
    *carrier_party_rules.SENDER,
    *carrier_party_rules.PAYER,
    *carrier_party_rules.SUBCONTRACTOR,
    *shipment_rules.SHIPMENT,
    *shipment_rules.OF_TRANSPORTISTA,
    *cargo_rules.CARGO,
    *cargo_rules.OF_TRANSPORTISTA,
    *transport_rules.BOTH,
    *driver_rules.SECOND_VEHICLES,
    *driver_rules.DRIVERS,
    *place_rules.PLACES,
    *place_rules.OF_TRANSPORTISTA,
    *line_rules.LINES,
    *line_rules.OF_TRANSPORTISTA,
    *property_rules.PROPERTIES,
)

# The codes of June 2026 stand in no sheet yet, so they come as they are.
REMITENTE: Final = (*rules_for("09", _REMITENTE), *SINCE_JUNE_2026)
TRANSPORTISTA: Final = rules_for("31", _TRANSPORTISTA)
_RULES: Final[Mapping[str, tuple[Rule[Guide], ...]]] = MappingProxyType({"09": REMITENTE, "31": TRANSPORTISTA})


def faults(form: object, guide: Guide, mode: TotalsMode = TotalsMode.CHECK) -> tuple[Fault, ...]:
    """Every rule that the guía breaks; nothing in it is a total, so the form and `mode` change nothing."""
    _ = form, mode
    return check(guide, _RULES[guide.id.doctype], guide.issue_date)
