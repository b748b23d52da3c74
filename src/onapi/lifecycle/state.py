"""Where a submission can be, and what can happen to it."""

from enum import StrEnum


class State(StrEnum):
    """Kept in the database; what the public API shows is computed from it."""

    READY = "READY"  # signed and kept; to be sent when its time comes
    SENDING = "SENDING"  # written down before the call: if we die now, SUNAT may have it
    UNKNOWN = "UNKNOWN"  # sent, no readable answer; only asking helps
    HELD = "HELD"  # SUNAT refused without registering; somebody has to mend data or credentials
    SETTLED = "SETTLED"  # SUNAT's verdict is here, with its proof

    @property
    def is_final(self) -> bool:
        """Nothing happens any more by itself."""
        return self in {State.HELD, State.SETTLED}


class Event(StrEnum):
    """What moves a submission."""

    SEND = "SEND"  # about to be sent
    CDR = "CDR"  # SUNAT's signed answer, naming this document
    BUSY = "BUSY"  # SUNAT took nothing; the same bytes may go again
    REFUSED = "REFUSED"  # SUNAT took nothing and will not until something is mended
    SILENCE = "SILENCE"  # no answer, or none that can be read
    ABSENT = "ABSENT"  # SUNAT's own word, asked twice and late enough: it has no such document
    RELEASE = "RELEASE"  # somebody mended what held it
