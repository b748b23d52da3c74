"""One request at one of SUNAT's addresses, understood: what it is about, what SUNAT does, how SUNAT says no."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from onapi.errors import Refused, Unreadable
from onapi.simulator.faults import Asked
from onapi.simulator.faults.magic import charms_in
from onapi.simulator.office import Office
from onapi.simulator.received import decoded, split_name
from onapi.values.archive import unzip_one

_LINE_ENDS = re.compile(rb"</\w+:(?:Invoice|CreditNote|DebitNote|SummaryDocuments|VoidedDocuments|Despatch)Line>")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was read."""

    asked: Asked
    answer: Callable[[], Response]  # SUNAT's work; may take its time
    say: Callable[[str, str], Response]  # a refusal: code (or codes, parted by +) and spelling


def look_into(office: Office, name: str, content: str) -> int:
    """Count the lines of the document in a request (base64 of a ZIP), and let its magic values do what they do."""
    named = split_name(name)
    try:
        xml = unzip_one(decoded(content), suffix="")[1] if named else b""
    except (Refused, Unreadable):
        return 0  # SUNAT will say so
    if office.plan.is_magic and (charms := charms_in(xml)):
        office.plan.charm(name, [charm.wish for charm in charms])
    return 0 if office.plan.is_idle else len(_LINE_ENDS.findall(xml))


def registered_for_s(office: Office, name: str) -> float | None:
    """Seconds since the document of a file name was registered; None if it is not."""
    named = split_name(name)
    holder = office.ledger.find(named.key) if named else None
    return (office.clock() - holder.received_at).total_seconds() if holder else None
