"""The codes that RS 000108-2026 added to the guía of a remitente, in force since June 2026.

SUNAT's spreadsheet of April 2025 does not have them; their own words tell the rules.
"""

from onapi.kinds.gre.conditions import (
    APPOINTMENT,
    DECLARATIONS,
    FOREIGN_GOODS,
    IMPORT,
    MANIFEST,
    SINCE_2026,
    has_container,
    is_abroad,
    is_appointed,
    is_declared,
    is_foreign,
    is_public,
    is_whole,
    names_carriers_vehicle,
    needs_carrier,
)
from onapi.kinds.gre.model import TRANSSHIPMENT, Guide
from onapi.kinds.gre.related_rules import count_of
from onapi.rules.rule import Rule


def _start_follows_handover(guide: Guide) -> bool:
    start, handover = guide.shipment.start, guide.shipment.handover
    asked = needs_carrier(guide) and names_carriers_vehicle(guide)
    return not asked or start is None or handover is None or start >= handover


def _counts_both(guide: Guide) -> bool:
    """Containers and bundles, of which SUNAT takes only one."""
    papers = (is_abroad(guide) and is_declared(guide)) or (is_foreign(guide) and guide.relates_to(MANIFEST))
    return papers and has_container(guide) and guide.shipment.packages is not None


def _declared_in(guide: Guide, *, whole: bool) -> bool:
    """Import or foreign goods with a customs declaration, moved at once or in part."""
    reasons = {IMPORT, FOREIGN_GOODS}
    return guide.shipment.reason in reasons and is_declared(guide) and is_whole(guide) is whole


SINCE_JUNE_2026: tuple[Rule[Guide], ...] = (
    Rule(
        "3612",
        "related",
        "El motivo 19 admite una sola cita u orden de entrega del terminal portuario (92).",
        lambda g: not is_foreign(g) or count_of(g, APPOINTMENT) <= 1,
        since=SINCE_2026,
    ),
    Rule(
        "3613",
        "related",
        "Con una cita del terminal portuario (92) no van DAM, declaración simplificada ni manifiesto (50, 52, 91).",
        lambda g: not is_foreign(g) or not g.relates_to(APPOINTMENT) or not g.relates_to(*DECLARATIONS, MANIFEST),
        since=SINCE_2026,
    ),
    Rule(
        "3617",
        "shipment.handover",
        "En transporte público falta la fecha de entrega de los bienes al transportista.",
        lambda g: not is_public(g) or g.shipment.handover is not None,
        since=SINCE_2026,
    ),
    Rule(
        "3618",
        "shipment.handover",
        "Los bienes no pueden entregarse al transportista antes de la fecha de emisión.",
        lambda g: not is_public(g) or g.shipment.handover is None or g.shipment.handover >= g.issue_date,
        since=SINCE_2026,
    ),
    Rule(
        "3616",
        "shipment.start",
        "El traslado no puede empezar antes de entregar los bienes al transportista.",
        _start_follows_handover,
        since=SINCE_2026,
    ),
    Rule(
        "3615",
        "indicators",
        "En transporte público no van a la vez transbordo programado y vehículos del transportista.",
        lambda g: not (is_public(g) and g.has(TRANSSHIPMENT) and names_carriers_vehicle(g)),
        since=SINCE_2026,
    ),
    Rule(
        "3621",
        "shipment.packages",
        "Con contenedores no va el número de bultos o pallets; quite uno de los dos.",
        lambda g: not _counts_both(g),
        since=SINCE_2026,
    ),
    Rule(
        "3631",
        "shipment.packages",
        "El traslado total de una DAM o DS sin contenedor lleva el número de bultos o pallets.",
        lambda g: not _declared_in(g, whole=True) or has_container(g) or g.shipment.packages is not None,
        since=SINCE_2026,
    ),
    Rule(
        "3632",
        "shipment.packages",
        "El traslado parcial de una DAM o DS sin contenedor lleva el número de bultos o pallets.",
        lambda g: not _declared_in(g, whole=False) or bool(g.containers) or g.shipment.packages is not None,
        since=SINCE_2026,
    ),
    *(
        Rule(
            code,
            path,
            f"Con una cita del terminal portuario (92) no va {what}; quítelo.",
            lambda g, says=says: not is_appointed(g) or not says(g),
            since=SINCE_2026,
        )
        for code, path, what, says in (
            ("3623", "shipment.items_weight", "el peso de los ítems", lambda g: g.shipment.items_weight is not None),
            ("3624", "shipment.weight_note", "el sustento de pesos", lambda g: bool(g.shipment.weight_note)),
            ("3625", "shipment.weight", "el peso bruto total", lambda g: g.shipment.weight is not None),
            ("3626", "shipment.packages", "el número de bultos", lambda g: g.shipment.packages is not None),
            ("3627", "containers", "el número de contenedor", lambda g: any(c.number for c in g.containers)),
            ("3628", "containers", "el precinto", lambda g: any(c.seal for c in g.containers)),
            ("3629", "lines", "ningún bien a transportar", lambda g: bool(g.lines)),
            ("3630", "lines", "más de una línea", lambda g: len(g.lines) > 1),
        )
    ),
)
