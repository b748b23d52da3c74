"""What a talk says, in whichever of SUNAT's spellings; and whether it was SUNAT that spoke, or a server in front."""

from collections.abc import Mapping

from onapi.gateways.door import Talk
from onapi.gateways.sunat.answer import Answer, Kind, silence
from onapi.gateways.sunat.rest_answer import ReceiptState, Validity, read_rest, validity_in, words_of
from onapi.gateways.sunat.soap_answer import read_soap

TOKEN = "token"  # noqa: S105 - the name of an operation, no token
REFUSED_CODE, FORBIDDEN_CODE, BUSY_CODE = "0102", "0111", "0109"

# What these mean on the wire when no code comes with them; the last ones are static pages: nothing was registered.
_BY_STATUS: Mapping[int, str] = {
    401: REFUSED_CODE,
    403: FORBIDDEN_CODE,
    **dict.fromkeys((429, 500, 502, 503, 504), BUSY_CODE),
}
_BAD_LOGIN = frozenset({400, 401, 403})
_FIRST_FAILURE = 500
_BOM = b"\xef\xbb\xbf"
_VERDICTS = frozenset({Kind.FILE, Kind.CODE, Kind.SILENCE})
_RECEIPTS = frozenset({Kind.TICKET, Kind.CODE, Kind.SILENCE})
_POSSIBLE: Mapping[str, frozenset[Kind]] = {
    "sendBill": _VERDICTS,
    "sendSummary": _RECEIPTS,
    "sendGuide": _RECEIPTS,
    "getStatus": _VERDICTS | {Kind.PENDING},
    "getStatusCdr": _VERDICTS | {Kind.PENDING},
    "askGuide": _VERDICTS | {Kind.PENDING},
}


def read_answer(talk: Talk) -> Answer:
    """Read a talk; never raises: what cannot be read, or cannot be an answer to this question, is silence."""
    if talk.status is None:
        return silence(talk.trouble)
    answer = _spoken(talk) or _of_status(talk, talk.status)
    possible = _POSSIBLE.get(talk.operation)
    if possible is not None and answer.kind not in possible:
        return silence(f"{answer.kind} to {talk.operation}")
    return answer


def read_validity(talk: Talk) -> Validity:
    """The state that the Consulta Integrada tells; never raises."""
    if found := validity_in(talk):
        return found
    answer = read_answer(talk)
    return Validity(ReceiptState.SILENCE, code=answer.code, words=words_of(talk.answer) or answer.words)


def is_outage(talk: Talk) -> bool:
    """True if the host did not answer as a service does: no connection, no answer, or a page of the server in front."""
    if talk.status is None:
        return True
    if talk.status < _FIRST_FAILURE:
        return False
    spoken = _spoken(talk)
    return spoken is None or spoken.kind is Kind.SILENCE


def _spoken(talk: Talk) -> Answer | None:
    """What the service itself says, in SOAP or in JSON; None if it says nothing."""
    if talk.status is None or talk.operation == TOKEN:
        return None
    if talk.answer.removeprefix(_BOM).lstrip()[:1] == b"{":
        return read_rest(talk.status, talk.answer)
    return read_soap(talk.answer)


def _of_status(talk: Talk, status: int) -> Answer:
    code = REFUSED_CODE if talk.operation == TOKEN and status in _BAD_LOGIN else _BY_STATUS.get(status)
    told = words_of(talk.answer)
    words = f"HTTP {status}: {told}" if told else f"HTTP {status}"
    if code:
        return Answer(Kind.CODE, code=code, words=words)
    return silence(words if told else f"{words}, {len(talk.answer)} bytes")
