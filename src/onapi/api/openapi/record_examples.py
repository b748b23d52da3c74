"""A receipt in each state that a caller meets, as the record tells it."""

from typing import Any, Final

from onapi.api.examples import CANCELLATION, RECORD

_AT: Final = "2026-11-20T10:15:04-05:00"


def _record(**changed: Any) -> dict[str, Any]:  # noqa: ANN401  any member of a record
    return {**RECORD, **changed}


def _sunat(code: str, description: str, *notes: tuple[str, str]) -> dict[str, Any]:
    told = [{"code": note, "message": words} for note, words in notes]
    return {**RECORD["sunat"], "code": code, "description": description, "notes": told}


def _next(code: str, message: str, at: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": message, "at": at}


def _shown(**told: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: {"summary": words, "value": value} for name, (words, value) in told.items()}


_OBSERVED: Final = _record(
    status="OBSERVED",
    sunat=_sunat(
        "0",
        "La Factura numero F001-123, ha sido aceptada",
        ("4287", "El precio unitario de la operación difiere de los cálculos realizados"),
    ),
)
_REJECTED: Final = _record(
    status="REJECTED",
    sunat=_sunat("2800", "El dato ingresado en el tipo de documento de identidad del receptor no esta permitido."),
    nextAction=_next("issue_new", "SUNAT lo rechazó: emita un comprobante nuevo con otro número."),
)
_QUEUED: Final = _record(
    status="QUEUED",
    sunat=None,
    available={"xml": True, "cdr": False, "pdf": True},
    delivery={**RECORD["delivery"], "attempts": 0, "lastAttemptAt": None, "nextAttemptAt": _AT},
    nextAction=_next("send", "Se enviará a SUNAT por sí solo; no hace falta repetir la petición.", _AT),
)
_UNKNOWN: Final = _record(
    status="UNKNOWN",
    numberState="UNKNOWN",
    sunat=None,
    available={"xml": True, "cdr": False, "pdf": True},
    delivery={**RECORD["delivery"], "nextAttemptAt": _AT, "lastError": "timeout: SUNAT no respondió a tiempo"},
    nextAction=_next(
        "ask_sunat",
        "SUNAT no dio una respuesta legible; se le preguntará qué tiene y no se reenviará a ciegas.",
        _AT,
    ),
)
_SIGNED: Final = _record(
    status="SIGNED",
    sunat=None,
    available={"xml": True, "cdr": False, "pdf": True},
    delivery={**RECORD["delivery"], "attempts": 0, "lastAttemptAt": None},
    nextAction=_next("send_on_request", "Está firmado y guardado; no se envía hasta que se pida con integrator/retry."),
)
_DRY: Final = {
    **{name: value for name, value in RECORD.items() if name not in {"status", "statusAt"}},
    "sunat": None,
    "available": {"xml": True, "cdr": False, "pdf": True},
    "files": {"xml": "PD94bWwgdmVyc2lvbj0iMS4wIj8+"},
    "createdAt": None,
    "updatedAt": None,
}
_ACCEPTED: Final = ("Aceptado por SUNAT", RECORD)
SENT: Final = _shown(
    accepted=_ACCEPTED,
    observed=("Aceptado con observaciones", _OBSERVED),
    rejected=("Rechazado por SUNAT: también es 201, la petición se tomó", _REJECTED),
    signed=("Firmado sin enviar (send: false)", _SIGNED),
)
SENT_BEFORE: Final = _shown(accepted=("El mismo comprobante, otra vez", RECORD), dryRun=("Solo probado (dryRun)", _DRY))
UNDER_WAY: Final = _shown(queued=("En camino", _QUEUED), unknown=("SUNAT no contestó; se le pregunta", _UNKNOWN))
ASKED: Final = {**_shown(accepted=_ACCEPTED), **UNDER_WAY, **_shown(rejected=("Rechazado por SUNAT", _REJECTED))}

_NOT_ASKED: Final = {
    **CANCELLATION,
    "documentStatus": "ACCEPTED",
    "cancelStatus": "NOT_REQUESTED",
    "communication": None,
    "reason": None,
    "requestedAt": None,
    "resolvedAt": None,
}
_PENDING: Final = {
    **CANCELLATION,
    "documentStatus": "VOID_PENDING",
    "cancelStatus": "PENDING",
    "communication": {**CANCELLATION["communication"], "sunat": None},
    "resolvedAt": None,
    "nextAction": _next(
        "poll",
        "La anulación está en camino; el comprobante vale hasta que SUNAT la acepte.",
        "2026-11-20T10:18:25-05:00",
    ),
}
CANCELLED: Final = _shown(accepted=("Anulado", CANCELLATION))
CANCELLING: Final = _shown(pending=("En camino", _PENDING))
CANCELLATIONS: Final = {
    **CANCELLED,
    **CANCELLING,
    **_shown(not_requested=("Nadie la pidió: con qué se anularía y hasta cuándo", _NOT_ASKED)),
}
