"""Where a submission can be, and what can happen to it."""

from enum import StrEnum


class State(StrEnum):
    """Kept in the database; what the public API shows is computed from it."""

    READY = "READY"  # signed and kept; to be sent when its time comes
    SENDING = "SENDING"  # written down before the call: if we die now, SUNAT may have it
    TICKETED = "TICKETED"  # SUNAT took it in and gave a ticket; the verdict comes to whoever asks with it
    UNKNOWN = "UNKNOWN"  # sent, no readable answer; only asking helps
    WAITING = "WAITING"  # a boleta that will be reported in a resumen diario
    GATHERED = "GATHERED"  # it stands in a resumen on which SUNAT has not spoken
    HELD = "HELD"  # SUNAT refused without registering; somebody has to mend data or credentials
    SETTLED = "SETTLED"  # SUNAT's verdict is here, with its proof
    VOIDING = "VOIDING"  # accepted, and named in a voiding on which SUNAT has not spoken
    VOIDED = "VOIDED"  # SUNAT accepted the voiding

    @property
    def is_final(self) -> bool:
        """Nothing happens any more by itself."""
        return self in {State.HELD, State.SETTLED, State.VOIDED}

    @property
    def is_carried(self) -> bool:
        """Another document's road decides: that of the batch it stands in."""
        return self in {State.GATHERED, State.VOIDING}


class Event(StrEnum):
    """What moves a submission."""

    SEND = "SEND"  # about to be sent
    CDR = "CDR"  # SUNAT's signed answer, naming this document or the batch it stands in
    BUSY = "BUSY"  # SUNAT took nothing; the same bytes may go again
    REFUSED = "REFUSED"  # SUNAT took nothing and will not until something is mended
    SILENCE = "SILENCE"  # no answer, or none that can be read
    TICKET = "TICKET"  # taken in; SUNAT will tell whoever asks with the ticket
    PENDING = "PENDING"  # the ticket is in process
    LOST = "LOST"  # the ticket told nothing for too long
    ABSENT = "ABSENT"  # SUNAT's own word, asked twice and late enough: it has no such document
    RELEASE = "RELEASE"  # somebody mended what held it, or says that it shall go again
    LATE = "LATE"  # too late to go alone; a resumen still takes it
    GATHER = "GATHER"  # put into a resumen
    FREE = "FREE"  # the resumen it stood in came to nothing; it waits for another
    VOID = "VOID"  # named in a voiding
    KEPT = "KEPT"  # the voiding came to nothing: the document stands
    VOIDED = "VOIDED"  # SUNAT accepted the voiding
    ADOPT = "ADOPT"  # a person brought a CDR that SUNAT gave elsewhere; it was judged like any other
