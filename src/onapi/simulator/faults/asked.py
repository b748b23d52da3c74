"""What the plan of faults is told of a request, more of it from moment to moment."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TO_PERSONS: Final = frozenset({"mail", "media", "message"})  # what goes to people; a fault has to name them to strike


class Moment(StrEnum):
    """When a fault strikes."""

    DOOR = "door"  # the port itself, as long as the fault lasts
    CONNECT = "connect"  # a connection was accepted, nothing is read
    TLS = "tls"  # a handshake begins
    UNREAD = "unread"  # the headers came, the body is not read
    BEFORE = "before"  # SUNAT has not looked at it
    JUDGE = "judge"  # SUNAT judges a document, at once or when its ticket's time has come
    AFTER = "after"  # SUNAT has done its work and the answer stands ready


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as it is known at a moment."""

    operation: str = (
        ""  # sendBill, sendSummary, getStatus, getStatusCdr, token, sendGre, getGre, validate; mail, media, message
    )
    address: str = ""  # path
    ip: str = ""
    ruc: str = ""  # whose
    name: str = ""  # file stem it is about
    ticket: str = ""
    lines: int = 0  # of the document it carries
    carries: frozenset[str] = frozenset()  # what its answer holds: file, ticket, status, data
    age_s: float | None = None  # since its document was registered; None if it is not, or nobody asks
