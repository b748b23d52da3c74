"""What every counter of the simulated SUNAT works with, and how it refuses."""

from dataclasses import dataclass, field
from enum import StrEnum

from onapi.errors import Refused
from onapi.facts.codes import return_code
from onapi.simulator.authority import Authority
from onapi.simulator.clock import MovableClock
from onapi.simulator.faults import Plan
from onapi.simulator.ledger import Ledger
from onapi.simulator.memory import Memory
from onapi.simulator.ticketbook import TicketBook
from onapi.values.moment import in_lima


class Profile(StrEnum):
    """Which SUNAT is played: they differ in how they reject, remember and number."""

    # A rejection is a SOAP fault; a rejected number may come again; no consult service; its lists have holes.
    BETA = "beta"
    # A rejection is a CDR and uses the number up; taxpayers and documents that a document names must be registered.
    PRODUCTION = "production"


@dataclass(slots=True)
class Patience:
    """How long SUNAT lets a file lie before it judges it; may be changed while it runs."""

    ticket_delay_s: float


@dataclass(frozen=True, slots=True)
class Office:
    """The simulated SUNAT: its memory, its seal, its manners and its clock."""

    memory: Memory
    ledger: Ledger
    tickets: TicketBook
    authority: Authority
    profile: Profile
    clock: MovableClock
    patience: Patience
    plan: Plan = field(default_factory=Plan)  # what shall go wrong

    @property
    def in_beta(self) -> bool:
        """True where SUNAT's test service is played."""
        return self.profile is Profile.BETA

    def new_ticket(self) -> str:
        """An identifier as the profile writes them: 13 digits of milliseconds, or the year and 11 digits."""
        now = in_lima(self.clock())
        millis = self.tickets.next_number(int(now.timestamp() * 1000))
        return str(millis) if self.in_beta else f"{now.year}{millis % 10**11:011d}"


def refusal(code: str, detail: str = "") -> Refused:
    """SUNAT's own no, ready to be raised; an empty code is a request that is no SOAP call of ours."""
    return Refused(return_code(code).message if code else detail, code=code, detail=detail if code else "")
