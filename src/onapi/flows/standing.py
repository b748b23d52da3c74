"""Where a document stands, in one Spanish sentence, with what follows from it."""

from collections.abc import Mapping

from onapi.facts.codes import Outcome
from onapi.flows.ask import CONSULTA
from onapi.lifecycle import State
from onapi.store.submissions import Submission
from onapi.values.moment import in_lima

_OF_OUTCOME: Mapping[str, str] = {
    Outcome.ACCEPTED: "SUNAT lo aceptó.",
    Outcome.OBSERVED: "SUNAT lo aceptó con observaciones.",
    Outcome.REJECTED: "SUNAT lo rechazó con el código {code}: {description}",
}
_OF_STATE: Mapping[str, str] = {
    State.READY: "Está firmado y guardado; todavía no se ha enviado, o SUNAT no lo tomó.",
    State.SENDING: "Se estaba enviando: SUNAT puede tenerlo.",
    State.TICKETED: "SUNAT lo recibió con el ticket {ticket} y todavía no dio su veredicto.",
    State.UNKNOWN: "Se envió y SUNAT no dio una respuesta legible: puede tenerlo. Su número sigue reservado.",
    State.WAITING: "Espera el resumen diario de su fecha.",
    State.GATHERED: "Está en un resumen diario sobre el que SUNAT no se ha pronunciado.",
    State.HELD: "SUNAT no lo registró ({code}): {description} Su número sigue libre.",
    State.VOIDING: "SUNAT lo aceptó y su anulación está en camino.",
    State.VOIDED: "SUNAT lo aceptó y después aceptó su anulación.",
}
_TOLD = "SUNAT confirma que lo tiene registrado, pero no ha entregado su constancia. No se debe emitir otra vez."


def sentence_of(submission: Submission) -> str:
    """Where it stands."""
    if submission.state == State.SETTLED:
        words = _OF_OUTCOME.get(submission.outcome or "", "Tiene veredicto de SUNAT.")
    elif submission.state == State.UNKNOWN and submission.channel == CONSULTA:
        words = _TOLD
    else:
        words = _OF_STATE[submission.state]
    facts = {"code": submission.code or "sin código", "description": submission.description or ""}
    said = words.format(**facts, ticket=submission.ticket or "")
    if submission.state in {State.UNKNOWN, State.TICKETED, State.SENDING} and submission.sent_at:
        said += f" Se envió el {in_lima(submission.sent_at):%d/%m/%Y a las %H:%M}."
    return " ".join(said.split())
