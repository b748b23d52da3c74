"""`Record`: the one object that describes a receipt, and how it is computed from what is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from onapi.api.surroundings import BASE
from onapi.facts.codes import Outcome
from onapi.lifecycle import State
from onapi.store.documents import StoredDocument
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.moment import stamp

_OVERDUE = timedelta(seconds=90)  # longer than any call may take: the answer is not coming
_FREE = {"FAILED"}
_OPEN = {"UNKNOWN"}
_WORDS = {
    "QUEUED": ("send", "Se enviará a SUNAT por sí solo; no hace falta repetir la petición."),
    "SIGNED": ("send_on_request", "Está firmado y guardado; no se envía hasta que se pida con integrator/retry."),
    "UNKNOWN": (
        "ask_sunat",
        "SUNAT no dio una respuesta legible; se le preguntará qué tiene y no se reenviará a ciegas.",
    ),
    "FAILED": (
        "fix_and_resend",
        "SUNAT no lo registró: corrija lo señalado y envíelo con el mismo número, o use integrator/retry.",
    ),
    "REJECTED": ("issue_new", "SUNAT lo rechazó: emita un comprobante nuevo con otro número."),
}


def status_of(submission: Submission, now: datetime) -> str:
    """The public status; never stored."""
    match State(submission.state):
        case State.SETTLED:
            return str(submission.outcome)
        case State.HELD:
            return "FAILED"
        case State.UNKNOWN:
            return "UNKNOWN"
        case State.SENDING:
            sent = submission.sent_at or now
            return "UNKNOWN" if now - sent > _OVERDUE else "QUEUED"
        case State.READY:
            return "QUEUED" if submission.next_action_at else "SIGNED"


def is_settled(status: str) -> bool:
    """Nothing changes any more by itself."""
    return status in {"ACCEPTED", "OBSERVED", "REJECTED", "FAILED", "SIGNED"}


def record(document: StoredDocument, submission: Submission, now: datetime) -> dict[str, Any]:
    """The record of a receipt."""
    status = status_of(submission, now)
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
        "ticket": None,
        "sunat": _sunat(submission),
        "summary": None,
        "voiding": None,
        "numberState": "FREE" if status in _FREE else "UNKNOWN" if status in _OPEN else "TAKEN",
        "deadline": _at(submission.deadline),
        "nextAction": _next_action(status, submission),
        "delivery": _delivery(submission),
        "available": {"xml": True, "cdr": submission.cdr is not None, "pdf": True},
        "links": links(document),
        "warnings": list(document.warnings),
        "createdAt": _at(document.created_at),
        "updatedAt": _at(submission.updated_at),
    }


def links(document: StoredDocument) -> dict[str, str]:
    """API paths of a receipt and its files."""
    name = document.receipt
    tail = f"{name.ruc}/{name.doctype}/{name.series}/{name.number}"
    kinds = {"self": "ngr", "xml": "xml", "cdr": "cdr", "pdf": "pdf"}
    return {key: f"{BASE}/integrator/{path}/{tail}" for key, path in kinds.items()}


def history(lines: Sequence[HistoryLine]) -> list[dict[str, Any]]:
    """Every move, oldest first."""
    return [
        {"at": stamp(x.at), "status": x.state, "event": x.event, "code": x.code, "message": x.message, "actor": "onapi"}
        for x in lines
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
    }


def _next_action(status: str, submission: Submission) -> dict[str, Any] | None:
    if status not in _WORDS:
        return None
    code, message = _WORDS[status]
    if status == "FAILED" and submission.description:
        message = f"{message} SUNAT dijo: {submission.description}"
    return {"code": code, "message": message, "at": _at(submission.next_action_at)}


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
