"""What is told of the voiding of a receipt (operation 8), and how it is computed from what is kept."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from onapi.api.shapes import record as receipts
from onapi.api.shapes.receipts import NextAction, SunatAnswer
from onapi.flows.kept import Surroundings
from onapi.flows.void import Voiding
from onapi.lifecycle import State
from onapi.values.moment import in_lima, stamp

CancelStatus = Literal["NOT_REQUESTED", "PENDING", "ACCEPTED", "REJECTED", "FAILED"]


class Reason(BaseModel):
    """Why a receipt is void."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "ERROR EN RUC"}})

    reason: str = Field(min_length=3, max_length=100, description="Motivo, de 3 a 100 caracteres")


class Communication(BaseModel):
    """The batch that voids it."""

    name: str
    serie: str
    number: int
    ticket: str | None
    sunat: SunatAnswer | None


class Cancellation(BaseModel):
    """Where the voiding of a receipt stands."""

    ruc: str
    doctype: str
    serie: str
    number: int
    documentStatus: str
    cancelStatus: CancelStatus
    mechanism: Literal["RA", "RC", "RR"] | None
    communication: Communication | None
    reason: str | None
    requestedAt: datetime | None
    resolvedAt: datetime | None
    voidableUntil: date | None
    numberState: Literal["FREE", "TAKEN", "UNKNOWN"]
    deadline: datetime | None = Field(description="Hasta cuándo SUNAT acepta la anulación")
    nextAction: NextAction | None


def cancellation(found: Voiding, now: datetime) -> dict[str, Any]:
    """The answer of operation 8."""
    name, batch = found.kept.document.receipt, found.batch
    known = receipts.record(found.kept, now, Surroundings(voiding=batch))
    return {
        "ruc": name.ruc,
        "doctype": name.doctype,
        "serie": name.series,
        "number": name.number,
        "documentStatus": receipts.status_of(found.kept.submission, now),
        "cancelStatus": _status(found),
        "mechanism": found.mechanism,
        "communication": receipts.voiding(batch) if batch else None,
        "reason": found.reason,
        "requestedAt": stamp(batch.document.created_at) if batch else None,
        "resolvedAt": stamp(batch.submission.updated_at) if batch and _is_over(found) else None,  # type: ignore[arg-type]  # a kept submission has its moment
        "voidableUntil": in_lima(found.until).date().isoformat() if found.until else None,
        "numberState": known["numberState"],
        "deadline": stamp(found.until) if found.until else None,
        "nextAction": known["nextAction"],
    }


def _status(found: Voiding) -> CancelStatus:
    if found.batch is None:
        return "NOT_REQUESTED"
    if found.kept.submission.state == State.VOIDED:
        return "ACCEPTED"
    if found.is_under_way:
        return "PENDING"
    return "FAILED" if found.batch.submission.state == State.HELD else "REJECTED"


def _is_over(found: Voiding) -> bool:
    return _status(found) in {"ACCEPTED", "REJECTED", "FAILED"}
