"""Whether what we say of a receipt and what SUNAT says of it agree: one table."""

from collections.abc import Mapping
from datetime import datetime

from onapi.facts.codes import Outcome
from onapi.flows.ask import VOIDED_CODE
from onapi.lifecycle import State
from onapi.store.submissions import Submission

ACCEPTED, REJECTED, VOIDED, ABSENT = "ACCEPTED", "REJECTED", "VOIDED", "NOT_FOUND"  # what SUNAT tells
STANDS = frozenset({Outcome.ACCEPTED, Outcome.OBSERVED})
SPANISH: Mapping[str, str] = {
    ACCEPTED: "aceptado",
    REJECTED: "rechazado",
    VOIDED: "de baja",
    ABSENT: "no registrado",
}

_STANDING = {ABSENT: "accepted_not_there", REJECTED: "accepted_but_rejected", VOIDED: "accepted_but_voided"}
_BEING_VOIDED = {ABSENT: "accepted_not_there", REJECTED: "accepted_but_rejected"}  # a baja may have come through
_VOID = {ACCEPTED: "voided_not_there", ABSENT: "voided_but_absent", REJECTED: "voided_but_absent"}
_REJECTED = dict.fromkeys((ACCEPTED, VOIDED), "rejected_but_registered")
_TOLD_VOID = {ACCEPTED: "rejected_but_registered"}
_HELD = dict.fromkeys((ACCEPTED, REJECTED, VOIDED), "held_but_registered")
_UNSENT = dict.fromkeys((ACCEPTED, REJECTED, VOIDED), "unsent_but_registered")
_UNKNOWN = dict.fromkeys((ACCEPTED, REJECTED, VOIDED), "unknown_but_known")


def divergence(ours: Submission, told: str) -> str | None:
    """The class of a disagreement; None if both say the same, or if ours is on its way."""
    return _table(ours).get(told)


def is_comparable(ours: Submission, asked_at: datetime | None) -> bool:
    """Whether SUNAT was asked after the last thing that happened here; what is UNKNOWN is asked about all the time."""
    if asked_at is None:
        return False
    since = ours.sent_at if ours.state == State.UNKNOWN else ours.updated_at
    return since is None or asked_at >= since


_BY_STATE: Mapping[str, Mapping[str, str]] = {
    State.VOIDING: _BEING_VOIDED,
    State.VOIDED: _VOID,
    State.HELD: _HELD,
    State.READY: _UNSENT,
    State.WAITING: _UNSENT,
    State.UNKNOWN: _UNKNOWN,
}


def _table(ours: Submission) -> Mapping[str, str]:
    if ours.state != State.SETTLED:
        return _BY_STATE.get(ours.state, {})
    if ours.outcome in STANDS:
        return _STANDING
    return _TOLD_VOID if ours.code == VOIDED_CODE else _REJECTED
