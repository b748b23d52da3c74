"""A company whose credentials SUNAT refuses stops alone: its documents wait, one probe now and then tries the door.

Whoever gave a wrong password must not give it ten thousand times; whoever mends it need not send anything again.
"""

from dataclasses import dataclass
from datetime import timedelta

from onapi.flows.enrol import DOOR_OF_GUIDES, DOOR_OF_SOL
from onapi.flows.hear import Happening
from onapi.flows.platform import Platform
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Circuit, SolAccount
from onapi.kinds.kind import Route
from onapi.lifecycle import Event
from onapi.store import pauses
from onapi.store.pauses import Pause
from onapi.store.submissions import Submission
from onapi.values.number import ReceiptId

NO_PERMISSION = "0111"
CREDENTIAL_CODES = frozenset(
    {"0101", "0102", "0103", "0104", "0105", "0106", NO_PERMISSION, "0112", "0113"}
    | {"sol_credentials_missing", "gre_credentials_missing"}  # ours: SUNAT was never asked
)
HOST, COMPANY = "host", "company"
_OF_TICKETS = frozenset({"getStatus", "askGuide", "token"})
_PERMISSION = "SUNAT no da permiso a este usuario SOL: revise en SOL sus permisos para enviar comprobantes."


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a document cannot be sent now, whatever it is itself."""

    what: str  # host: SUNAT does not answer; company: its credentials are refused
    words: str
    wait_s: float


def door_of(submission: Submission) -> str:
    """Whose credentials its road needs."""
    return DOOR_OF_GUIDES if submission.route == Route.GRE else DOOR_OF_SOL


def is_shut(platform: Platform, submission: Submission) -> bool:
    """Whether nobody may call the host of its road now."""
    return platform.sunat.is_shut(guides=submission.route == Route.GRE)


def is_doubtful(platform: Platform, submission: Submission) -> bool:
    """Whether the host of its road has failed of late and has not answered since: whoever calls it is a scout."""
    return platform.sunat.circuit(guides=submission.route == Route.GRE) is not Circuit.CLOSED


def is_due(platform: Platform, pause: Pause) -> bool:
    """Whether it is time to try a stopped company's credentials again."""
    return platform.clock() - pause.probed_at >= timedelta(seconds=platform.pace.probe_s)


def obstacle(platform: Platform, submission: Submission, pause: Pause | None) -> Obstacle | None:
    """What stands in the way of a call; None if nothing does, or if this call is to find out."""
    if is_shut(platform, submission):
        return Obstacle(HOST, "SUNAT no responde; se enviará en cuanto vuelva.", platform.pace.obstacle_s)
    if pause is None or (is_due(platform, pause) and _claims(platform, pause)):
        return None
    words = f"SUNAT no acepta las credenciales de la empresa (código {pause.code}); al corregirlas se enviará solo."
    return Obstacle(COMPANY, words, platform.pace.obstacle_s)


def _claims(platform: Platform, pause: Pause) -> bool:
    """Take the probe; one caller of all gets it."""
    with platform.database.transaction() as connection:
        return pauses.claim(connection, pause, platform.clock())


def settle_permission(
    platform: Platform, sending: Submission, receipt: ReceiptId, talk: Talk, heard: Happening
) -> Happening:
    """0111 is a symptom of an outage while others have trouble too; alone, it is this user's missing permission.

    SUNAT says it at random under bursts as well: where it can be asked, a first one is taken for that.
    """
    if heard.code != NO_PERMISSION or heard.event is not Event.SILENCE:
        return heard
    is_first = sending.attempts == 1 and platform.sunat.can_ask(receipt)
    if is_first or platform.sunat.troubles_others(SolAccount(receipt.ruc, ""), talk):
        return heard
    return Happening(Event.REFUSED, code=heard.code, words=f"{_PERMISSION} {heard.words}", channel=heard.channel)


def is_about_credentials(heard: Happening) -> bool:
    """Whether SUNAT, or we before it, refused the sender and not the document.

    A ticket is asked about at the service that took the file: what it says of the user holds for sending too.
    """
    if heard.channel in _OF_TICKETS and heard.event is Event.SILENCE:
        return heard.code in CREDENTIAL_CODES - {NO_PERMISSION}
    return heard.event is Event.REFUSED and heard.code in CREDENTIAL_CODES


def shows_that_it_passed(heard: Happening) -> bool:
    """Whether SUNAT spoke about the document itself: then it had let the sender in."""
    return bool(heard.channel) and heard.event in {Event.CDR, Event.TICKET, Event.PENDING, Event.REFUSED}
