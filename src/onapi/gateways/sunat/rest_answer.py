"""Reading the JSON of SUNAT's REST services: the guías, the logins, and the state of a receipt.

An object that names a thing twice says nothing; numbers may come as text and text as numbers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onapi.gateways.door import Talk
from onapi.gateways.sunat.answer import Answer, Kind, of_status, of_ticket
from onapi.gateways.sunat.spelling import code_alone, status_code

_OK, _SUCCESS = 200, 2


class ReceiptState(StrEnum):
    """What the Consulta Integrada says of a receipt. It is SUNAT's word, but no proof: it brings no CDR."""

    NOT_FOUND = "NOT_FOUND"
    ACCEPTED = "ACCEPTED"
    VOIDED = "VOIDED"
    AUTHORISED = "AUTHORISED"  # a printed receipt, with the printer's authorisation
    NOT_AUTHORISED = "NOT_AUTHORISED"
    SILENCE = "SILENCE"  # no readable answer


@dataclass(frozen=True, slots=True)
class Validity:
    """The state of a receipt, and of who issued it, in SUNAT's codes."""

    state: ReceiptState
    taxpayer: str = ""  # estadoRuc: 00 active, 10 closed …
    domicile: str = ""  # condDomiRuc: 00 found, 12 not found …
    remarks: tuple[str, ...] = ()
    code: str = ""  # of a silence whose cause has one: 0102 when SUNAT refused the credentials
    words: str = ""


_STATES: Mapping[str, ReceiptState] = {
    "0000": ReceiptState.NOT_FOUND,
    "0001": ReceiptState.ACCEPTED,
    "0002": ReceiptState.VOIDED,
    "0003": ReceiptState.AUTHORISED,
    "0004": ReceiptState.NOT_AUTHORISED,
}


def read_object(data: bytes) -> dict[str, Any] | None:
    """A JSON object in UTF-8 or ISO-8859-1; None if it is none, or if a name stands twice in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def read_rest(status: int, data: bytes) -> Answer | None:
    """What the REST service of the guías says; None if it is nothing that its HTTP status does not say too."""
    told = read_object(data)
    if told is None:
        return None
    if status // 100 != _SUCCESS:
        return _listed(told)
    if "codRespuesta" in told:
        return _processed(told)
    return of_ticket(_text(told["numTicket"])) if "numTicket" in told else None


def words_of(data: bytes) -> str:
    """The sentence in an error's JSON, "" if there is none."""
    told = read_object(data) or {}
    return next(
        (found for name in ("msg", "message", "error_description", "error") if (found := _text(told.get(name)))), ""
    )


def validity_in(talk: Talk) -> Validity | None:
    """The state of a receipt, if the answer tells it."""
    told = read_object(talk.answer) if talk.status == _OK else None
    if told is None or told.get("success") is not True or not isinstance(told.get("data"), dict):
        return None
    data = told["data"]
    state = _STATES.get(status_code(data.get("estadoCp")))
    remarks = data.get("observaciones")
    listed = tuple(map(_text, remarks)) if isinstance(remarks, list) else ()
    if state is None:
        return None
    return Validity(state, _text(data.get("estadoRuc")), _text(data.get("condDomiRuc")), listed)


def _processed(told: dict[str, Any]) -> Answer:
    """A ticket's answer: `codRespuesta`, the file if there is one, and the error it names."""
    error = told.get("error") if isinstance(told.get("error"), dict) else {}
    named = code_alone((error or {}).get("numError"))
    words = _text((error or {}).get("desError"))
    content = told.get("arcCdr")
    file = content if isinstance(content, str) else ""
    return of_status(_text(told["codRespuesta"]), file, words=words, error=named)


def _listed(told: dict[str, Any]) -> Answer | None:
    """The first code in a list of errors, with all their words."""
    errors = told.get("errors")
    rows = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    codes = [code for row in rows if (code := code_alone(row.get("codError")))]
    if not codes:
        return None
    return Answer(Kind.CODE, code=codes[0], words=" · ".join(_text(row.get("desError")) for row in rows))


def _text(value: object) -> str:
    """Text, or a whole number as text; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
