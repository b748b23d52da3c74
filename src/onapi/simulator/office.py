"""What every counter of the simulated SUNAT works with, and how it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onapi.errors import Refused
from onapi.facts.codes import return_code
from onapi.simulator.authority import Authority
from onapi.simulator.ledger import Ledger
from onapi.values.moment import in_lima


class Profile(StrEnum):
    """Which SUNAT is played: they differ in how they reject, remember and number."""

    BETA = "beta"  # a rejection is a SOAP fault; a rejected number may come again; no consult service
    PRODUCTION = "production"  # a rejection is a CDR and uses the number up


@dataclass(frozen=True, slots=True)
class Office:
    """The simulated SUNAT: its memory, its seal, its manners and its clock."""

    ledger: Ledger
    authority: Authority
    profile: Profile
    clock: Callable[[], datetime]  # aware

    def new_ticket(self) -> str:
        """An identifier as the profile writes them: 13 digits of milliseconds, or the year and 11 digits."""
        now = in_lima(self.clock())
        millis = int(now.timestamp() * 1000)
        return str(millis) if self.profile is Profile.BETA else f"{now.year}{millis % 10**11:011d}"


def refusal(code: str, detail: str = "") -> Refused:
    """SUNAT's own no, ready to be raised; an empty code is a request that is no SOAP call of ours."""
    return Refused(return_code(code).message if code else detail, code=code, detail=detail if code else "")
