"""What every door shares: the record of a talk, kept whether or not an answer came."""

from dataclasses import dataclass
from datetime import datetime

NEVER_LEFT = "unsent"
TIMED_OUT = "timeout"
CUT = "cut"


@dataclass(frozen=True, slots=True)
class Talk:
    """One call to another party, raw, before anyone reads its answer."""

    operation: str  # sendBill, sendSummary, getStatus, getStatusCdr, sendGuide, askGuide, askValidity, token
    address: str
    at: datetime
    duration_ms: int
    status: int | None = None  # HTTP; None when no answer came
    answer: bytes = b""
    trouble: str = ""  # when no answer came: "unsent", "timeout" or "cut", a colon and the cause in Spanish

    @property
    def was_sent(self) -> bool:
        """False if certainly nothing left this machine."""
        return not self.trouble.startswith(NEVER_LEFT)
