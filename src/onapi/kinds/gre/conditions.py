"""What SUNAT's rules on guías ask again and again: shapes of texts, and situations of a transport."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from onapi.facts.catalog import is_listed
from onapi.kinds.gre.model import (
    CARRIERS_VEHICLE,
    LIGHT_VEHICLE,
    MANIFEST_CONTAINER,
    PRIVATE,
    PUBLIC,
    WHOLE_CUSTOMS,
    WHOLE_GOODS,
    Guide,
)
from onapi.values.identity import DNI, RUC
from onapi.values.money import ZERO
from onapi.values.party import Party

SINCE_2026: Final = date(2026, 6, 1)  # RS 000108-2026
UNTIL_2026: Final = date(2026, 5, 31)

IMPORT, EXPORT, OTHER, ITINERANT, FOREIGN_GOODS = "08", "09", "13", "18", "19"  # catalogue 20: reasons
ABROAD: Final = frozenset({IMPORT, EXPORT, FOREIGN_GOODS})
DECLARATIONS: Final = ("50", "52")  # catalogue 61: customs declaration, simplified one
MANIFEST = "91"
APPOINTMENT = "92"  # with a port terminal
OF_GOODS: Final = ("01", "03", "04", "12", "48", "50", "52")  # documents that list goods, for a transportista

_RUC = re.compile(r"[12]\d{10}", re.ASCII)
_DNI = re.compile(r"\d{8}", re.ASCII)
_OTHER_ID = re.compile(r"\S{1,15}")
_ONE_LINE = re.compile(r"[^\n\t\r\f]*")


def is_ruc_like(text: str) -> bool:
    """Eleven digits that begin with 1 or 2: all that SUNAT asks of a RUC before it looks it up."""
    return _RUC.fullmatch(text) is not None


def is_identity(id_type: str) -> bool:
    """A kind of identity document that catalogue 06 lists."""
    return is_listed("06", id_type)


def id_fits(id_type: str, number: str) -> bool:
    """The number has the shape of its kind; nothing has every shape."""
    shape = {RUC: _RUC, DNI: _DNI}.get(id_type, _OTHER_ID)
    return not number or shape.fullmatch(number) is not None


def is_line(text: str, least: int, most: int) -> bool:
    """A text of one line, so long and not so long, and more than blanks."""
    return least <= len(text) <= most and bool(text.strip(" ")) and _ONE_LINE.fullmatch(text) is not None


def is_line_or_nothing(text: str, least: int, most: int) -> bool:
    """As `is_line`, where the text may be absent."""
    return not text or is_line(text, least, most)


def is_number(value: Decimal, whole: int, decimals: int) -> bool:
    """Above zero, and no longer than so many digits before and after the point."""
    exponent = value.normalize().as_tuple().exponent
    return value > ZERO and value < Decimal(10) ** whole and isinstance(exponent, int) and -exponent <= decimals


def same(one: Party, other: Party) -> bool:
    """One identity document."""
    return (one.id_type, one.id_number) == (other.id_type, other.id_number)


def is_private(guide: Guide) -> bool:
    """The remitente's own vehicle."""
    return guide.shipment.mode == PRIVATE


def is_public(guide: Guide) -> bool:
    """A transport company."""
    return guide.shipment.mode == PUBLIC


def is_light(guide: Guide) -> bool:
    """By car or motorcycle, of which SUNAT wants no driver."""
    return guide.has(LIGHT_VEHICLE)


def names_carriers_vehicle(guide: Guide) -> bool:
    """The remitente writes down the transport company's vehicle and driver, so that it need issue no guía."""
    return guide.has(CARRIERS_VEHICLE)


def needs_carrier(guide: Guide) -> bool:
    """The transport company must be named."""
    return is_public(guide) and not is_light(guide)


def needs_driver(guide: Guide) -> bool:
    """Vehicle and driver must be named."""
    known = is_private(guide) or (is_public(guide) and names_carriers_vehicle(guide))
    return guide.is_carriers or (known and not is_light(guide))


def hides_vehicle(guide: Guide) -> bool:
    """Vehicle and driver are for the transport company's own guía."""
    return not guide.is_carriers and needs_carrier(guide) and not names_carriers_vehicle(guide)


def forbids_driver(guide: Guide) -> bool:
    """No driver and no second vehicle may be named."""
    return not guide.is_carriers and (is_light(guide) or hides_vehicle(guide))


def is_abroad(guide: Guide) -> bool:
    """Import, export or foreign goods."""
    return guide.shipment.reason in ABROAD


def is_foreign(guide: Guide) -> bool:
    """Foreign goods on the way through the country (reason 19)."""
    return guide.shipment.reason == FOREIGN_GOODS


def is_whole(guide: Guide) -> bool:
    """All goods of a customs declaration travel together, so no line names them."""
    return guide.has(WHOLE_CUSTOMS)


def is_manifest_container(guide: Guide) -> bool:
    """Containers of a manifest travel closed."""
    return guide.has(MANIFEST_CONTAINER)


def is_declared(guide: Guide) -> bool:
    """Some customs declaration backs the transport."""
    return guide.relates_to(*DECLARATIONS)


def is_appointed(guide: Guide) -> bool:
    """The port terminal knows the goods: since June 2026 the guía names only its appointment."""
    return is_foreign(guide) and guide.relates_to(APPOINTMENT) and guide.issue_date >= SINCE_2026


def goods_are_due(guide: Guide) -> bool:
    """Of a transportista: no other document lists the goods, so the guía must."""
    listed = guide.relates_to(*OF_GOODS)
    return (listed and not guide.has(WHOLE_GOODS)) or not (listed or guide.relates_to("09", "82"))


def is_electronic(number: str) -> bool:
    """A document number whose series is none of printed ones, which are digits."""
    return not number[:1].isdigit()


def has_guide(guide: Guide, *, electronic: bool) -> bool:
    """A guía of the remitente backs the transport, electronic or printed."""
    return any(x.doctype == "09" and is_electronic(x.number) is electronic for x in guide.related)


def has_container(guide: Guide) -> bool:
    """Some container has its number."""
    return any(container.number for container in guide.containers)
