"""`Record`: the one object that describes a receipt, and how it is computed from what is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from onapi.api import BASE
from onapi.facts.codes import Outcome
from onapi.flows.ask import CONSULTA
from onapi.flows.hear import PRESENTED_BEFORE
from onapi.flows.kept import Surroundings
from onapi.flows.public_status import is_settled, status_of
from onapi.lifecycle import Event, State
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.moment import stamp

__all__ = ["history", "is_settled", "links", "record", "status_of", "voiding"]

_TOO_LONG = timedelta(hours=24)  # without proof: a person should look
_ALONE = Surroundings()
_SAID_BY_SUNAT = frozenset({Event.CDR, Event.TICKET, Event.PENDING, Event.BUSY, Event.REFUSED, Event.ABSENT})
_CREDENTIALS, _SILENT_HOST = "company", "host"  # obstacles
_WORDS: Mapping[str, tuple[str, str]] = {
    "QUEUED": ("send", "Se enviará a SUNAT por sí solo; no hace falta repetir la petición."),
    _CREDENTIALS: (
        "fix_credentials",
        "SUNAT no acepta las credenciales de la empresa: corríjalas y se enviará por sí solo.",
    ),
    _SILENT_HOST: ("send", "SUNAT no responde; se enviará por sí solo en cuanto vuelva."),
    "SIGNED": ("send_on_request", "Está firmado y guardado; no se envía hasta que se pida con integrator/retry."),
    "WAITING": ("summarise", "Se informará por sí solo en el resumen diario de su fecha."),
    "SENT": ("poll", "SUNAT lo recibió y lo está procesando; se le preguntará con el ticket."),
    "GATHERED": ("poll", "Está en un resumen diario; seguirá el veredicto que SUNAT dé sobre él."),
    "UNKNOWN": (
        "ask_sunat",
        "SUNAT no dio una respuesta legible; se le preguntará qué tiene y no se reenviará a ciegas.",
    ),
    CONSULTA: (
        "ask_sunat",
        "SUNAT confirma que lo tiene, pero no entrega su constancia: no lo emita otra vez; se seguirá pidiendo.",
    ),
    "review": (
        "review",
        "Lleva más de 24 horas sin prueba: revíselo en SUNAT Operaciones en Línea. Su número sigue reservado.",
    ),
    "FAILED": (
        "fix_and_resend",
        "SUNAT no lo registró: corrija lo señalado y envíelo con el mismo número, o use integrator/retry.",
    ),
    "presented": (
        "issue_new",
        "SUNAT ya tiene su número. Sus boletas irán por sí solas en otro resumen; si era una baja, pídala otra vez.",
    ),
    "REJECTED": ("issue_new", "SUNAT lo rechazó: emita un comprobante nuevo con otro número."),
    "refused": ("fix_and_resend", "SUNAT lo rechazó y su número sigue libre: corríjalo y envíelo otra vez."),
    "VOID_PENDING": ("poll", "La anulación está en camino; el comprobante vale hasta que SUNAT la acepte."),
}


def record(kept: Kept, now: datetime, around: Surroundings = _ALONE) -> dict[str, Any]:
    """The record of a receipt."""
    document, submission = kept.document, kept.submission
    status = status_of(submission, now, around)
    name = document.receipt
    return {
        "id": document.id,
        "ruc": name.ruc,
        "doctype": name.doctype,
        "serie": name.series,
        "number": name.number,
        "name": name.file_name,
        "environment": document.scope.environment.value,
        "origin": document.origin,
        **({"source": document.source} if document.source else {}),
        "inputFormat": document.input_format,
        "externalId": document.external_id,
        "status": status,
        "statusAt": _at(submission.updated_at),
        "issueDate": document.issue_date.isoformat(),
        "currency": document.currency,
        "total": document.total,
        "customer": _customer(document),
        "hash": document.digest,
        "qr": document.qr,
        "ticket": submission.ticket,
        "sunat": _sunat(submission),
        "summary": around.summary.document.receipt.label if around.summary else None,
        "voiding": voiding(around.voiding) if around.voiding else None,
        "numberState": _number_state(document, submission, status),
        "deadline": _at(submission.deadline),
        "nextAction": _next_action(kept, status, now, around),
        "delivery": _delivery(submission),
        "available": {"xml": True, "cdr": submission.cdr is not None, "pdf": True},
        "links": links(document),
        "warnings": list(document.warnings),
        "createdAt": _at(document.created_at),
        "updatedAt": _at(submission.updated_at),
    }


def voiding(batch: Kept) -> dict[str, Any]:
    """The batch that voids a receipt, and what SUNAT says of it."""
    name = batch.document.receipt
    return {
        "name": name.file_name,
        "serie": name.series,
        "number": name.number,
        "ticket": batch.submission.ticket,
        "sunat": _sunat(batch.submission),
    }


def links(document: StoredDocument) -> dict[str, str]:
    """API paths of a receipt and its files."""
    name = document.receipt
    tail = f"{name.ruc}/{name.doctype}/{name.series}/{name.number}"
    kinds = {"self": "ngr", "xml": "xml", "cdr": "cdr", "pdf": "pdf"}
    return {key: f"{BASE}/integrator/{path}/{tail}" for key, path in kinds.items()}


def history(lines: Sequence[HistoryLine]) -> list[dict[str, Any]]:
    """Every move, oldest first; `actor` is who caused it: a credential, a person, `sunat` or `onapi`."""
    return [
        {
            "at": stamp(line.at),
            "status": line.state,
            "event": line.event,
            "code": line.code,
            "message": line.message,
            "requestId": line.request_id,
            "actor": line.actor or ("sunat" if line.event in _SAID_BY_SUNAT else "onapi"),
        }
        for line in lines
    ]


def _customer(document: StoredDocument) -> dict[str, str] | None:
    known = document.customer
    if known is None:
        return None
    return {"tipoDoc": known["id_type"], "numDoc": known["id_number"], "rznSocial": known["name"]}


def _sunat(submission: Submission) -> dict[str, Any] | None:
    if submission.outcome is None:
        return None
    return {
        "code": submission.code,
        "description": submission.description,
        "notes": [{"code": remark.code, "message": remark.message} for remark in submission.remarks],
        "reference": submission.link,
        "receivedAt": _at(submission.cdr_issued_at or submission.updated_at),
        "channel": submission.channel,
        "evidence": _evidence(submission),
    }


def _evidence(submission: Submission) -> str | None:
    """What proves it; None where the word is ours and SUNAT was never asked."""
    if submission.cdr is not None:
        return "CDR"
    if submission.channel == CONSULTA:
        return CONSULTA.upper()
    return "ANSWER" if (submission.code or "").isdecimal() else None


def _number_state(document: StoredDocument, submission: Submission, status: str) -> str:
    """Whether the number may be used again; only SUNAT knows after silence, and it may have said so."""
    if submission.code in PRESENTED_BEFORE:
        return "TAKEN"
    if status == "FAILED" or (status == "REJECTED" and document.receipt.is_free_when_rejected):
        return "FREE"
    return "UNKNOWN" if status == "UNKNOWN" and submission.channel != CONSULTA else "TAKEN"


def _next_action(kept: Kept, status: str, now: datetime, around: Surroundings) -> dict[str, Any] | None:
    submission, leader = kept.submission, _leader(kept.submission, around)
    code, message = _WORDS.get(_situation(kept.document, submission, leader, status, now), ("", ""))
    if not code:
        return None
    if status == "FAILED" and submission.description:
        told = "SUNAT dijo: " if (submission.code or "").isdecimal() else ""  # a key of ours: SUNAT was never asked
        message = f"{message} {told}{submission.description}"
    return {"code": code, "message": message, "at": _at(leader.next_action_at)}


def _leader(submission: Submission, around: Surroundings) -> Submission:
    """Whose road it goes: that of the batch that it stands in, or its own."""
    match submission.state:
        case State.GATHERED if around.summary:
            return around.summary.submission
        case State.VOIDING if around.voiding:
            return around.voiding.submission
        case _:
            return submission


def _situation(document: StoredDocument, submission: Submission, leader: Submission, status: str, now: datetime) -> str:
    """The row of the words that fits."""
    match status:
        case "QUEUED" | "VOID_PENDING" if hindrance := _hindrance(submission, leader):
            return hindrance
        case "UNKNOWN" if submission.channel == CONSULTA:
            return CONSULTA
        case "UNKNOWN" if submission.sent_at and now - submission.sent_at > _TOO_LONG:
            return "review"
        case "FAILED" | "REJECTED":
            return _turned_down(document, submission, status)
        case "SIGNED" | "SENT" | "QUEUED" | "UNKNOWN" if _waits(submission):
            return str(submission.state)
        case _:
            return status


def _turned_down(document: StoredDocument, submission: Submission, status: str) -> str:
    if submission.code in PRESENTED_BEFORE:
        return "presented"
    return "refused" if status == "REJECTED" and document.receipt.is_free_when_rejected else status


def _hindrance(submission: Submission, leader: Submission) -> str | None:
    """What keeps it, or the batch that it stands in, from being sent."""
    is_led = leader is not submission
    return _CREDENTIALS if is_led and leader.state == State.HELD else leader.obstacle


def _waits(submission: Submission) -> bool:
    """For a resumen, or in one; what was only signed waits for somebody's word."""
    in_line = submission.state == State.WAITING and submission.next_action_at is not None
    return in_line or submission.state == State.GATHERED


def _delivery(submission: Submission) -> dict[str, Any]:
    return {
        "attempts": submission.attempts,
        "lastAttemptAt": _at(submission.sent_at),
        "nextAttemptAt": _at(submission.next_action_at),
        "lastError": submission.last_error if submission.outcome in {None, Outcome.HELD} else None,
        "deadline": _at(submission.deadline),
    }


def _at(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
